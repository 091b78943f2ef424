"""Judges JSON: accepted or rejected, paths with types and counts, and the types of Extended JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

from ddgen.model.dictionary import Dictionary
from ddgen.model.path import parse
from torture.json_paths import map_over, paths_of
from torture.product import Product
from torture.verdict import Expectation, Verdict, judge_reception

BSON_TYPES = {
    "Array": "array",
    "Binary type": "binary uuid",
    "Boolean": "boolean",
    "DBPointer type (deprecated)": "dbpointer",
    "DateTime": "timestamp datetime date",
    "Decimal128": "decimal",
    "Document type (DBRef sub-documents)": "object",
    "Document type (sub-documents)": "object",
    "Double type": "float double number",
    "Int32 type": "integer int32",
    "Int64 type": "integer int64 long",
    "Javascript Code": "javascript",
    "Javascript Code with Scope": "javascript_with_scope",
    "Maxkey type": "maxkey",
    "Minkey type": "minkey",
    "Null type": "null",
    "ObjectId": "objectid",
    "Regular Expression type": "regex",
    "String": "string",
    "Symbol": "symbol",
    "Timestamp type": "timestamp_bson",
    "Undefined type (deprecated)": "undefined",
}
"""By the title of a BSON type, the physical types that name it."""

WRAPPERS = re.compile(
    r"\$(oid|date|number(Int|Long|Double|Decimal)|binary|uuid|regularExpression|timestamp|symbol|code|scope|minKey"
    r"|maxKey|undefined|dbPointer)"
)


def judge(product: Product, folder: Path, expectation: Expectation) -> Verdict:
    """What ddgen makes of one file."""
    verdict = Verdict(expectation["file"], expectation["expect"])
    outcome = product.build(folder / expectation["file"])
    judge_reception(verdict, expectation["expect"], outcome)
    if "paths" in expectation:
        stated = json.loads((folder / expectation["paths"]).read_text(encoding="utf-8"))["paths"]
        verdict.paths_stated = len(stated)
        if outcome.dictionary is not None:
            _judge_paths(verdict, stated, outcome.dictionary)
    if outcome.dictionary is not None and "expected_logical_type" in expectation:
        _judge_types(verdict, expectation["expected_logical_type"], outcome.dictionary)
    return verdict


def _judge_paths(verdict: Verdict, stated: dict[str, dict[str, int]], dictionary: Dictionary) -> None:
    found = paths_of(dictionary, lines_are_elements=any(path.startswith("[]") for path in stated))
    for path, types in stated.items():
        if path not in found:
            above = map_over(path, dictionary)
            verdict.differences.append(f"path {path!r}: " + (f"in the map {above}" if above else "not found"))
            continue
        verdict.paths_found += 1
        counts = Counter(types)
        verdict.paths_right += counts == found[path]
        if counts != found[path]:
            verdict.expect(f"path {path!r}", types, dict(found[path]))


def _judge_types(verdict: Verdict, stated: dict[str, str], dictionary: Dictionary) -> None:
    fields = [field for _, field in dictionary.fields()]
    physical = {parse(field.path): set((field.physical_type or "").split(" | ")) for field in fields}
    for name, title in stated.items():
        if title not in BSON_TYPES:
            continue
        if not physical.get((name,), set()) & set(BSON_TYPES[title].split()):
            verdict.expect(f"type of {name}", title, " | ".join(physical.get((name,), {"nothing"})))
    shown = [field.path for field in fields if any(WRAPPERS.fullmatch(str(part)) for part in parse(field.path))]
    if shown:
        verdict.differences.append(f"shown as paths: {', '.join(shown)}")
