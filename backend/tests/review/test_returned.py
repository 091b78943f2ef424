"""What a file that came home says."""

from __future__ import annotations

from ddgen.exporters.editable import digest
from ddgen.review.returned import Cell, Change, Report, Row


def test_a_cell_is_changed_where_its_text_is_another_one() -> None:
    assert not Cell("One. \r\n", "A1", digest("One.")).changed
    assert Cell("Two.", "A1", digest("One.")).changed
    assert Cell("One.", "A1").changed


def test_a_report_tells_whether_the_dictionary_is_another_one_now() -> None:
    report = Report([Change("a", "description", "A1", "ignored", "x"), Change("a", "note", "A2", "already", "x")])
    before = report.changed
    report.changes.append(Change("a", "owner", "A3", "conflict", "x"))
    assert (before, report.changed) == (False, True)
    assert [change.where for change in report.of("conflict")] == ["A3"]


def test_places_are_named_as_elsewhere() -> None:
    assert (Row("1", "orders", None, {}).place, Row("1", "orders", "items[].sku", {}).place) == (
        "orders",
        "orders.items[].sku",
    )
