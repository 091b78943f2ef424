"""English words in phrases."""

from __future__ import annotations

import pytest

from ddgen.describe import grammar_en as grammar


@pytest.mark.parametrize(
    ("one", "many"),
    [
        *(("order", "orders"), ("city", "cities"), ("box", "boxes"), ("address", "addresses"), ("day", "days")),
        *(("person", "people"), ("status", "statuses"), ("analysis", "analyses"), ("movie", "movies")),
        *(("index", "indices"), ("branch", "branches"), ("class", "classes")),
    ],
)
def test_one_and_many(one: str, many: str) -> None:
    assert (grammar.singular(many), grammar.plural(one)) == (one, many)
    assert (grammar.singular(one), grammar.plural(many)) == (one, many)
    assert grammar.is_plural(many)
    assert not grammar.is_plural(one)


@pytest.mark.parametrize("word", ["news", "data", "series", "diabetes", "gas", "weather"])
def test_words_without_another_number_stay(word: str) -> None:
    assert (grammar.singular(word), grammar.plural(word)) == (word, word)


@pytest.mark.parametrize(
    "phrase", ["an order", "a user", "a unit price", "an SKU", "a UUID", "an hour", "a European city", "an uncle"]
)
def test_articles(phrase: str) -> None:
    assert grammar.with_article(phrase.partition(" ")[2]) == phrase


@pytest.mark.parametrize(("word", "is_one"), [("created", True), ("sent", True), ("speed", False), ("red", False)])
def test_participles(word: str, is_one: bool) -> None:
    assert grammar.is_participle(word) is is_one


@pytest.mark.parametrize(
    ("word", "is_one"), [("active", True), ("taxable", True), ("deleted", True), ("table", False), ("payment", False)]
)
def test_adjectives(word: str, is_one: bool) -> None:
    assert grammar.is_adjective(word) is is_one


@pytest.mark.parametrize(
    ("word", "shown"), [("Order", "order"), ("SKU", "SKU"), ("Unix", "Unix"), ("iPhone", "iPhone"), ("X", "X")]
)
def test_words_inside_a_sentence(word: str, shown: str) -> None:
    assert grammar.inner(word) == shown


def test_items_in_a_row() -> None:
    assert [grammar.both(["a", "b", "c"][:count]) for count in (1, 2, 3)] == ["a", "a and b", "a, b and c"]
