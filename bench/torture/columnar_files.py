"""Judges Parquet, Avro and their like: accepted or rejected, columns with Arrow types, and rows."""

from __future__ import annotations

import re
from pathlib import Path

from ddgen.model.path import parse
from torture.product import Product
from torture.verdict import Expectation, Verdict, judge_reception

MAP_NAME = re.compile(r" \('[^']*'\)")
"""What one version of Arrow writes into the type of a map and others do not: the name of its column."""


def judge(product: Product, folder: Path, expectation: Expectation) -> Verdict:
    """What ddgen makes of one file."""
    verdict = Verdict(expectation["file"], expectation["expect"])
    outcome = product.build(folder / expectation["file"])
    judge_reception(verdict, expectation["expect"], outcome, placed=False)
    tables = outcome.dictionary.tables if outcome.dictionary is not None else []
    if not tables:
        return verdict
    if "rows" in expectation:
        verdict.expect("rows", expectation["rows"], tables[0].row_count)
    physical = {parse(field.path): field.physical_type or "" for field in tables[0].fields}
    stated = expectation.get("columns", [])
    verdict.paths_stated = len(stated)
    for column in stated:
        path = (column["path"],)
        if path not in physical:
            verdict.differences.append(f"column {column['path']!r}: not found")
            continue
        verdict.paths_found += 1
        theirs, ours = MAP_NAME.sub("", column["arrow_type"]), MAP_NAME.sub("", physical[path])
        verdict.paths_right += theirs == ours
        verdict.expect(f"type of {column['path']!r}", theirs, ours)
    return verdict
