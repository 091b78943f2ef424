"""What is said of personal data, in every format alike."""

from __future__ import annotations

import pytest

from ddgen import registry
from ddgen.exporters import personal

from .dictionaries import empty
from .meaning import LAWS, meaning, one


@pytest.mark.parametrize(
    ("path", "search", "standing", "shown"),
    [
        ("mail", "found", "contact, medium sensitivity", "shapes only"),
        ("illness", "found", "health, high sensitivity", "counts only"),
        ("city", "found", "location, low sensitivity", ""),
        ("sku", "none found", "none found", ""),
        ("ref", "none, as a person says", "none, as a person says", ""),
        ("c7", "not looked for", "not looked for", ""),
        ("parts", "", "", ""),
    ],
)
def test_every_answer_has_its_words(path: str, search: str, standing: str, shown: str) -> None:
    field = one(path)
    assert (personal.search(field), personal.standing(field), personal.shown_as(field)) == (search, standing, shown)


def test_reasons_and_laws() -> None:
    assert personal.reasons(one("mail")) == ["so it is", "but a doubt"]
    assert personal.reasons(one("sku")) == ["so it is"]
    assert personal.laws(one("mail")) == "; ".join(LAWS)
    assert personal.laws(one("sku")) == ""


def test_a_reader_knows_which_dictionary_he_holds() -> None:
    assert personal.notice(meaning()) == "Personal values are masked in 2 fields: shapes only in 1, counts only in 1."
    assert personal.notice(meaning(unmasked=True)).startswith("Personal values are NOT masked")
    assert personal.shown_as(one("mail", unmasked=True)) == "in clear"
    nothing = empty().model_copy(update={"masked": True})
    assert personal.notice(nothing) == "Personal values are masked; no field had any to mask."


def test_totals_of_a_table() -> None:
    fields = meaning().tables[0].fields
    assert personal.totals(fields) == "3 with personal data · 2 with none found · 4 not looked for"
    assert personal.totals([]) == ""


@pytest.mark.parametrize("name", registry.EXPORTERS)
def test_every_format_says_class_laws_masking_and_what_is_open(name: str) -> None:
    if name == "excel":
        pytest.skip("see test_excel_meaning")
    exporter = registry.get("exporters", name)
    text = exporter().render(meaning(), exporter.Options()).decode()
    for said in ("contact", "GDPR Art. 4(1)", "Shut"):
        assert said in text
    assert ("none found" in text and "not looked for" in text) or name == "json"
    asked = "What do A, B, C stand for in people.kind?"
    assert asked in text
