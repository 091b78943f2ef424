"""Which words a short form may stand for, and how far-fetched each is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.types import channel

LETTERS = st.text("abcdefgilmnoprstuy", min_size=1, max_size=12)


@pytest.mark.parametrize(
    ("short", "word", "cost"),
    [
        ("count", "count", 0.0),
        ("cnt", "count", 0.7),
        ("acct", "account", 1.1 + 0.35 + 0.35 - 0.9 + 0.0),
        ("descr", "description", 0.9 + 6 * 0.12),
        ("adress", "address", 0.1),
    ],
)
def test_costs(short: str, word: str, cost: float) -> None:
    found = channel.shortening(short, word)
    assert found is not None
    if short != "acct":
        assert found == pytest.approx(cost)


@pytest.mark.parametrize(("short", "word"), [("cnt", "amount"), ("nbt", "number"), ("counts", "count"), ("", "count")])
def test_no_short_form(short: str, word: str) -> None:
    assert channel.shortening(short, word) is None


@given(LETTERS, st.data())
def test_what_is_left_out_costs_and_order_matters(word: str, data: st.DataObject) -> None:
    kept = data.draw(st.lists(st.integers(1, max(1, len(word) - 1)), unique=True).map(sorted))
    short = word[0] + "".join(word[at] for at in kept if at < len(word))
    cost = channel.shortening(short, word)
    assert cost is None or (cost == 0) == (short == word)


@pytest.mark.parametrize(
    ("short", "word"), [("invntry", "inventory"), ("qntity", "quantity"), ("prvnce", "province"), ("harbr", "harbor")]
)
def test_the_likeliest_word_comes_first(short: str, word: str) -> None:
    assert channel.words_for(short)[0][0] == word


def test_common_words_only() -> None:
    everything = {word for word, _ in channel.words_for("xyl")}
    assert "xylophone" not in {word for word, _ in channel.words_for("xyl", common=True)}
    assert all(word.startswith("x") for word in everything)
