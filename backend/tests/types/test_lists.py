"""Lists of members: folded alike, and all of them readable."""

from __future__ import annotations

from importlib.resources import files

import pytest

from ddgen.types import lists

NAMES = sorted(one.name.removesuffix(".txt") for one in files("ddgen.types").joinpath("lists").iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_members_stand_as_values_are_folded(name: str) -> None:
    members = lists.members(name)
    assert members
    assert [one for one in members if lists.folded(one) != one] == []


@pytest.mark.parametrize(
    ("text", "folded"), [("  New   York ", "new york"), ("Österreich", "osterreich"), ("d\u2019Ivoire", "d'ivoire")]
)
def test_folding_drops_case_accents_and_blanks(text: str, folded: str) -> None:
    assert lists.folded(text) == folded


def test_a_list_that_is_not_there_is_an_error() -> None:
    with pytest.raises(OSError, match="no_such_list"):
        lists.members("no_such_list")
