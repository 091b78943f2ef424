"""What a dictionary says, as one hash: equal hashes are no new version."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ddgen.model.dictionary import Dictionary


def content_hash(dictionary: Dictionary) -> str:
    """SHA-256 of what the dictionary says: without times, version, engine, problems, samples and approximate tails."""
    document = dictionary.model_dump(mode="json", by_alias=True, exclude_none=True)
    for name in ("version", "generated_at", "engine", "generation", "content_hash", "problems", "reviews"):
        document.pop(name, None)
    for table in document["tables"]:
        for part in (table, *table["fields"]):
            for claim in part["claims"]:
                claim.pop("time", None)
        for field in table["fields"]:
            field.get("stale", {}).pop("at", None)
            _drop_tails(field["profile"])
    return hashlib.sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()


def _drop_tails(profile: dict[str, Any]) -> None:
    for name in ("samples", "sample_size"):
        profile.pop(name, None)
    if not profile.get("distinct", {}).get("exact", True):
        for name in ("top_values", "shapes", "quantiles", "histogram"):
            profile.pop(name, None)
        for oddity in profile.get("oddities", ()):
            oddity.pop("first", None)
