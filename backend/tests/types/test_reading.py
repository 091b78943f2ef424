"""Readings of one piece of a name."""

from __future__ import annotations

import pytest

from ddgen.types import reading


def first(piece: str) -> tuple[str, ...]:
    return reading.of_piece(piece)[0].words


@pytest.mark.parametrize(
    ("piece", "words"),
    [
        ("customer", ("customer",)),
        ("usr", ("user",)),
        ("dob", ("date", "of", "birth")),
        ("invntry", ("inventory",)),
        ("url", ("url",)),
        ("suppzipcd", ("supplier", "zip", "code")),
        ("orderdate", ("order", "date")),
        ("business", ("business",)),
    ],
)
def test_the_likeliest_reading(piece: str, words: tuple[str, ...]) -> None:
    assert first(piece) == words


@pytest.mark.parametrize("piece", ["api", "zip", "iata", "xq", "qzx", "b"])
def test_nothing_is_invented(piece: str) -> None:
    assert first(piece) == (piece,)


@pytest.mark.parametrize(
    ("piece", "kept"), [("order", True), ("api", True), ("part", True), ("cust", False), ("xqzv", False)]
)
def test_what_stands_for_itself(piece: str, kept: bool) -> None:
    assert reading.is_kept(piece) is kept


def test_a_reading_says_why() -> None:
    listed, guessed = reading.of_piece("usr")[0], reading.of_piece("invntry")[0]
    assert (listed.why, listed.guesses) == ("usr is listed for user", 0)
    assert (guessed.why, guessed.guesses) == ("invntry shortens inventory", 1)
    assert not reading.of_piece("order")[0].changed


def test_long_texts_are_left_alone() -> None:
    assert first("ab" * 100) == ("ab" * 100,)
