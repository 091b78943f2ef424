"""Personal data, codes and questions in the workbook."""

from __future__ import annotations

from ddgen.exporters.excel import ExcelExporter, ExcelOptions

from .meaning import meaning
from .workbooks import open_workbook


def rows(sheet: str, *, unmasked: bool = False) -> list[dict[str, object]]:
    content = ExcelExporter().render(meaning(unmasked=unmasked), ExcelOptions())
    assert isinstance(content, bytes)
    head, *body = open_workbook(content)[sheet].iter_rows(values_only=True)
    return [dict(zip(map(str, head), line, strict=True)) for line in body]


def test_personal_data_with_laws_and_reasons() -> None:
    found = {row["Field"]: row for row in rows("Personal data")}
    mail = found["mail"]
    assert (mail["Class"], mail["Sensitivity"], mail["Values shown"]) == ("contact", "medium", "shapes only")
    assert (mail["Why"], mail["Against"]) == ("so it is", "a doubt")
    assert mail["Laws"] == "GDPR Art. 4(1)\nHIPAA Safe Harbor (F)"
    assert [found[path]["Class"] for path in ("sku", "ref", "c7")] == [
        "none found",
        "none, as a person says",
        "not looked for",
    ]
    assert "parts" not in found


def test_codes_with_labels_and_counts() -> None:
    found = [row for row in rows("Codes") if row["Field"] == "status"]
    assert [(row["Code"], row["Stands for"], row["Count"]) for row in found] == [
        ("A", "Open", 30),
        ("B", "Shut", 30),
        ("C", "not explained", 30),
    ]
    assert {row["Explained"] for row in found} == {"labels from states.name"}


def test_questions_have_room_for_answers() -> None:
    first, second = rows("Questions")
    assert (first["Question"], first["Values explained"]) == ("What do A, B, C stand for in people.kind?", 90)
    assert second["Fields"] == "people.status"
    assert first["Answer"] is None


def test_masked_and_clear_workbooks_differ_in_values() -> None:
    assert "Ada Lovelace" not in {row["Value"] for row in rows("Values") if row["Field"] == "mail"}
    assert "Ada Lovelace" in {row["Value"] for row in rows("Values", unmasked=True) if row["Field"] == "mail"}
