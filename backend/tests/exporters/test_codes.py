"""What is said of codes and of questions."""

from __future__ import annotations

import pytest

from ddgen.exporters import codes
from ddgen.model.codes import Code, CodeList
from ddgen.model.questions import open_questions

from .meaning import meaning, one


@pytest.mark.parametrize(
    ("path", "said", "labels"),
    [
        ("status", "labels from states.name", ["Open", "Shut", "not explained"]),
        ("word", "the values are words", ["", "", ""]),
        ("kind", "not explained", ["not explained"] * 3),
    ],
)
def test_where_labels_are_from(path: str, said: str, labels: list[str]) -> None:
    found = one(path).codes
    assert found is not None
    assert codes.explained(found) == said
    assert [codes.label(code, found) for code in found.codes] == labels


def test_words_among_codes() -> None:
    mixed = CodeList(codes=[Code(value="gift", word=True), Code(value="b2b")])
    assert codes.explained(mixed) == "in part words"
    assert [codes.label(code, mixed) for code in mixed.codes] == ["", "not explained"]


def test_pairs_and_shares() -> None:
    field = one("status")
    assert field.codes is not None
    assert [codes.pair(code) for code in field.codes.codes] == ["A = Open", "B = Shut", "C"]
    assert codes.share(field.codes.codes[0], field) == pytest.approx(1 / 3)
    assert codes.share(Code(value="x"), field) is None


def test_what_an_answer_unlocks() -> None:
    found = open_questions(meaning().tables)
    assert [codes.unlocks(question) for question in found] == [
        "explains 90 values of 1 field",
        "explains 30 values of 1 field",
    ]
