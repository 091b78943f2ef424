"""Judges delimited text: delimiter, encoding, header, fields and rows, or the very records."""

from __future__ import annotations

import json
from pathlib import Path

from ddgen.model.dictionary import Table
from torture.product import Outcome, Product
from torture.verdict import Expectation, Verdict, judge_reception


def judge(product: Product, folder: Path, expectation: Expectation) -> Verdict:
    """What ddgen makes of one file."""
    stated = expectation.get("expect", "either")
    verdict = Verdict(expectation["file"], "records" if "expected_json" in expectation else "dialect")
    file = folder / expectation["file"]
    outcome = product.build(file, records="expected_json" in expectation)
    judge_reception(verdict, stated, outcome)
    if outcome.code is None or stated == "reject":
        return verdict
    tables = outcome.dictionary.tables if outcome.dictionary is not None else []
    if len(tables) != 1:
        verdict.differences.append(f"{len(tables)} tables: {outcome.said.strip()}")
        return verdict
    if "expected_json" in expectation:
        _judge_records(verdict, json.loads((folder / expectation["expected_json"]).read_text("utf-8")), outcome)
    _judge_dialect(verdict, expectation, tables[0], file)
    return verdict


def _judge_records(verdict: Verdict, stated: list[dict[str, str]], outcome: Outcome) -> None:
    verdict.expect("number of records", len(stated), len(outcome.records))
    for number, (ours, theirs) in enumerate(zip(outcome.records, stated, strict=False), start=1):
        verdict.expect(f"record {number}", theirs, ours)


def _judge_dialect(verdict: Verdict, expectation: Expectation, table: Table, file: Path) -> None:
    reading = table.reading
    if "num_columns" in expectation:
        verdict.expect("fields", expectation["num_columns"], len(table.fields))
    if "delimiter" in expectation:
        alone = expectation["delimiter"] is None and len(table.fields) == 1
        verdict.expect("delimiter", expectation["delimiter"], None if alone else reading.get("delimiter"))
    if "header_row_any_of" in expectation and reading.get("header_row") not in expectation["header_row_any_of"]:
        verdict.expect("header row", expectation["header_row_any_of"], reading.get("header_row"))
    if "rows" in expectation:
        verdict.expect("rows", expectation["rows"], table.row_count)
    if "encoding" in expectation and not _same_text(file, expectation["encoding"], reading.get("encoding", "utf-8")):
        verdict.expect("encoding", expectation["encoding"], reading.get("encoding"))


def _same_text(file: Path, stated: str, found: str) -> bool:
    """Whether both encodings read the file as the same text, as ASCII and UTF-8 often do."""
    content = file.read_bytes()
    return _text(content, stated) == _text(content, found)


def _text(content: bytes, encoding: str) -> str:
    return content.decode(encoding, errors="replace").removeprefix("\ufeff")
