"""The benchmarks measure what they say they measure."""

from __future__ import annotations

import csv
import random
import sys
from pathlib import Path

import data
import environments
import meaning_peers
import measure
import pyarrow.parquet as pq
import pytest
import report
import semantics
from meaning_peers import Peer


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_cost_of_a_command_is_its_own(tmp_path: Path) -> None:
    small = measure.run(python("print('first'); print('last')"), folder=tmp_path)
    large = measure.run(python("held = b'x' * 200_000_000; import time; time.sleep(0.3)"), folder=tmp_path)
    assert (small.code, small.output, small.trouble) == (0, "last", "")
    assert large.memory > 200
    assert large.wall > 0.3


def test_a_failure_is_told_and_not_tried_again(tmp_path: Path) -> None:
    costs = measure.rounds({"bad": python("raise SystemExit('no')"), "good": python("")}, 3, folder=tmp_path)
    assert [len(found) for found in costs.values()] == [1, 3]
    assert (measure.median(costs["bad"]).code, measure.median(costs["bad"]).trouble) == (1, "no")
    assert measure.median(costs["good"]).code == 0


def test_a_command_without_end_is_ended(tmp_path: Path) -> None:
    assert measure.run(python("import time; time.sleep(60)"), folder=tmp_path, patience=0.2).code < 0


def test_only_what_was_measured_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# A\n\n<!-- measured -->\nold\n<!-- end measured -->\n\nB\n", encoding="utf-8")
    report.write(page, "new \\1\n\n")
    assert page.read_text("utf-8") == "# A\n\n<!-- measured -->\nnew \\1\n<!-- end measured -->\n\nB\n"


def test_each_command_writes_its_own_part(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    parts = "".join(f"<!-- {part} -->\nold\n<!-- end {part} -->\n" for part in (report.PART, report.AI_PART))
    page.write_text(parts, encoding="utf-8")
    report.write(page, "one")
    report.write(page, "two", report.AI_PART)
    assert [line for line in page.read_text("utf-8").splitlines() if line[0] != "<"] == ["one", "two"]


def test_the_page_has_its_marks() -> None:
    text = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text("utf-8")
    for part in (report.PART, report.AI_PART):
        assert text.count(f"<!-- {part} -->\n") == text.count(f"<!-- end {part} -->\n") == 1


def test_data_are_made_once_and_the_same_each_time(tmp_path: Path) -> None:
    made = [data.make(tmp_path, name).read_bytes() for name in ("wide-7x20.csv", "wide-7x20.csv")]
    (tmp_path / "wide-7x20.csv").unlink()
    assert {*made, data.make(tmp_path, "wide-7x20.csv").read_bytes()} == {made[0]}
    rows = list(csv.reader(made[0].decode().splitlines()))
    assert (len(rows), {len(row) for row in rows}) == (21, {7})
    with pytest.raises(ValueError, match="no data set"):
        data.make(tmp_path, "tall-7.csv")


def test_people_are_the_same_in_parquet(tmp_path: Path) -> None:
    source = tmp_path / "people-0.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(data.PEOPLE)
        drawn = random.Random(7)  # noqa: S311 - test data
        writer.writerows(data.people_row(drawn, number) for number in range(300))
    table = pq.read_table(data.make(tmp_path, "people-0.parquet"))
    assert (table.num_rows, table.column_names) == (300, data.PEOPLE)
    assert str(table.schema.field("zip").type) == "string"
    assert table["note"].to_pylist()[200].endswith("\nsecond line")


@pytest.mark.parametrize("peer", ["ydata", "dataprofiler", "whylogs", "dataprofiler_labeler", "presidio"])
def test_peers_are_pinned(peer: str) -> None:
    assert environments.version(peer).split()[-1][0].isdigit()


@pytest.mark.parametrize(
    ("entity", "word"),
    [
        ("EMAIL_ADDRESS", "email"),
        ("US_DRIVER_LICENSE", "drivers_license"),
        ("ES_NIF", "national_id"),
        ("IT_VAT_CODE", "vat_id"),
        ("", None),
    ],
)
def test_entities_of_presidio_have_words_of_the_scorer(entity: str, word: str | None) -> None:
    assert meaning_peers.presidio_word(entity) == word


def test_those_who_answered_stand_beside_ddgen_and_those_who_did_not_are_named() -> None:
    keys = {"keys": {"ALL": {"pk_recall_holds": 1.0, "pk_precision": 0.974, "fk_precision": 0.9}}}
    naive = {"keys": {"ALL": {"pk_recall_holds": 0.857}}}
    text = semantics.beside(keys, [Peer("Keys by name", naive), Peer("Other", trouble="no such package")])
    assert "| ddgen | 1.000 | 0.974 |  | 0.900 |" in text
    assert "| Keys by name | 0.857 |  |  |  |" in text
    assert "Other: no such package." in text
    assert "| Other |" not in text
