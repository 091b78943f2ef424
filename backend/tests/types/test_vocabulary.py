"""How common words are, alone and side by side."""

from __future__ import annotations

from importlib.resources import files

import pytest

from ddgen.types import vocabulary


def test_common_words_cost_less() -> None:
    costs = vocabulary.costs()
    assert costs["name"] < costs["customer"] < costs["marmalade"]
    assert all(0 < cost < 20 for cost in costs.values())


def test_american_spelling_is_known_beside_british() -> None:
    assert {"color", "colour", "labor", "canceled", "enrollment", "center", "catalog"} <= vocabulary.costs().keys()


@pytest.mark.parametrize("word", ["unsubmitted", "geolocation", "resellable"])
def test_words_with_beginnings_and_endings(word: str) -> None:
    assert vocabulary.is_derived(word)


@pytest.mark.parametrize("word", ["dscrptn", "recd", "ins", "xqzed"])
def test_short_forms_are_not_derived(word: str) -> None:
    assert not vocabulary.is_derived(word)


def test_words_that_stand_side_by_side() -> None:
    assert vocabulary.bond("street", "name") == 4.0
    assert vocabulary.bond("currency", "code") > vocabulary.bond("exact", "match") > 0
    assert vocabulary.bond("name", "xylophone") == 0.0


def test_the_lists_stay_small() -> None:
    lists = ("english.txt", "field_words.txt", "field_pairs.txt", "text_pairs.txt", "phrases.txt")
    sizes = {name: len(files("ddgen.types").joinpath(name).read_bytes()) for name in lists}
    assert sizes["english.txt"] < 350_000
    assert sum(sizes.values()) < 500_000
