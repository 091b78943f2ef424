"""A comparison as SARIF 2.1.0, for code scanning: one result for each change.

The format: OASIS, Static Analysis Results Interchange Format (SARIF) Version 2.1.0, 2020.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ddgen.diff.change import Change, Diff, Verdict
from ddgen.diff.rules import KINDS
from ddgen.exporters.text import visible

_LEVELS = {Verdict.BREAKING: "error", Verdict.RISKY: "warning", Verdict.SAFE: "note", Verdict.PROSE: "note"}
_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(diff: Diff, version: str, place: str = "dictionary.json") -> str:
    """The log; results are at `place`, the file of the dictionary, since a field has no line of its own."""
    kinds = list(dict.fromkeys(change.kind for change in diff.changes))
    driver = {"name": "ddgen", "semanticVersion": version, "rules": [_rule(kind) for kind in kinds]}
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "results": [_result(change, kinds.index(change.kind), place) for change in diff.changes],
        "properties": {"notes": diff.notes, "ignored": diff.ignored},
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(kind: str) -> dict[str, Any]:
    rule = KINDS[kind]
    return {
        "id": kind,
        "name": "".join(word.capitalize() for word in kind.split("_")),
        "shortDescription": {"text": kind.replace("_", " ").capitalize()},
        "fullDescription": {"text": rule.why},
        "defaultConfiguration": {"level": _LEVELS[rule.verdict]},
    }


def _result(change: Change, rule: int, place: str) -> dict[str, Any]:
    name = visible(change.table if change.path is None else f"{change.table}.{change.path}")
    return {
        "ruleId": change.kind,
        "ruleIndex": rule,
        "level": _LEVELS[change.verdict],
        "message": {"text": f"{name}: {visible(change.message)}. {visible(change.why)}"},
        "locations": [
            {
                "physicalLocation": {"artifactLocation": {"uri": _uri(place)}, "region": {"startLine": 1}},
                "logicalLocations": [{"fullyQualifiedName": name, "kind": "member" if change.path else "type"}],
            }
        ],
        "partialFingerprints": {"change/v1": _fingerprint(change)},
        "properties": {"verdict": change.verdict.value},
    }


def _uri(place: str) -> str:
    from urllib.parse import quote

    return quote(place.replace("\\", "/"))


def _fingerprint(change: Change) -> str:
    told = json.dumps([change.kind, change.table, change.path])
    return hashlib.sha256(told.encode()).hexdigest()[:32]
