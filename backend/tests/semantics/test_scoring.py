"""How well a type fits a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from ddgen.semantics.column import Column
from ddgen.semantics.scoring import fit
from ddgen.types.declaration import Declaration


def declared(**said: Any) -> Declaration:
    base: dict[str, Any] = {"id": "a.b", "title": "Code", "group": "g", "decide": {"need": "values", "chance": 0.1}}
    return Declaration.model_validate(base | {"values": {"regex": "[A-Z]{2}"}} | said)


def column(name: str, texts: Sequence[str], kind: str = "string") -> Column:
    return Column(name, name, frozenset({kind}), tuple(texts), len(texts))


def test_few_values_that_chance_would_pass_are_not_enough() -> None:
    assert fit(declared(), column("c1", ["AB", "CD"])) is None
    assert fit(declared(), column("c1", ["AB", "CD", "EF", "GH"])) is not None


def test_a_name_makes_up_for_few_and_wrong_values() -> None:
    one = declared(names={"strong": ["code"]}, decide={"need": "values", "chance": 0.1, "floor": 0.5})
    found = fit(one, column("code", ["AB", "x"]))
    assert found is not None
    assert (found.matched, found.tested) == (1, 2)
    assert fit(one, column("c1", ["AB", "x"])) is None


@pytest.mark.parametrize("name", ["code_veto", "c1", "is_code"])
def test_what_needs_both_needs_its_name(name: str) -> None:
    one = declared(names={"strong": ["code"], "veto": ["veto"]}, decide={"need": "both", "chance": 0.1})
    assert fit(one, column(name, ["AB", "CD", "EF", "GH"])) is None
    found = fit(one, column("code", ["AB", "CD", "EF", "GH"]))
    assert found is not None
    assert found.confidence <= 0.9


def test_a_wrong_data_type_does_not_fit() -> None:
    assert fit(declared(), column("c1", ["AB", "CD", "EF", "GH"], "integer")) is None


def test_too_many_different_values_do_not_fit() -> None:
    one = declared(decide={"need": "values", "chance": 0.1, "max_distinct": 3})
    assert fit(one, column("c1", ["AB", "CD", "EF", "GH"])) is None


def test_more_matching_values_make_surer() -> None:
    one = declared(decide={"need": "values", "chance": 0.01, "min_match": 0.5})
    some = fit(one, column("c1", ["AB", "CD", "EF", "1"]))
    every = fit(one, column("c1", ["AB", "CD", "EF", "GH"]))
    assert some is not None
    assert every is not None
    assert some.confidence < every.confidence
