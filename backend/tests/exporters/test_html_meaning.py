"""Personal data, codes and questions in the HTML page."""

from __future__ import annotations

import pytest

from ddgen.exporters.html_meaning import badge, codes_block, personal_block, questions
from ddgen.exporters.html_table import anchors

from .meaning import meaning, one


@pytest.mark.parametrize(
    ("path", "said"),
    [("mail", "PII · contact"), ("c7", "PII not looked for"), ("sku", ""), ("parts", "")],
)
def test_badges_tell_found_none_and_not_looked_apart(path: str, said: str) -> None:
    shown = badge(one(path))
    assert said in shown
    assert bool(said) is bool(shown)


def test_the_block_holds_everything_a_person_checks() -> None:
    shown = personal_block(one("mail"))
    for said in ("Contact, medium sensitivity", "shapes only", "so it is", "but a doubt", "GDPR Art. 4(1)"):
        assert said in shown
    assert "None found" in personal_block(one("sku"))
    assert "Not looked for" in personal_block(one("c7"))
    assert personal_block(one("parts")) == ""


def test_codes_stand_with_labels_and_counts() -> None:
    shown = codes_block(one("status"))
    for said in ("Open", "not explained", "30", "33.3 %", "Labels from states.name"):
        assert said in shown
    assert codes_block(one("mail")) == ""


def test_questions_link_to_their_fields() -> None:
    dictionary = meaning()
    shown = questions(dictionary, anchors(dictionary))
    assert 'href="#f-people-kind"' in shown
    assert shown.index("people.kind") < shown.index("people.status")
    dictionary.tables = []
    assert questions(dictionary, anchors(dictionary)) == ""
