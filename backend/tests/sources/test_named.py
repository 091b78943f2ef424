"""Names of tables and dictionaries: told apart, chosen by patterns, taken from sources."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import UsageError
from ddgen.model.problem import Problems
from ddgen.sources import named
from ddgen.sources.files import opened


@pytest.mark.parametrize(
    ("sources", "name"),
    [
        (["data/orders.2024.csv", "other.csv"], "orders"),
        (["data/"], "data"),
        (["-"], "dictionary"),
        (["*.csv"], "dictionary"),
        ([[{"a": 1}]], "dictionary"),
        ([Path("shop.sqlite")], "shop"),
        (["postgresql://me@db.example.org/shop"], "shop"),
    ],
)
def test_a_dictionary_is_called_like_its_first_source(sources: list[object], name: str) -> None:
    assert named.after(sources) == name


def test_tables_of_one_name_are_numbered_and_chosen(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "orders.csv").write_text("id\n1\n")
    with opened([tmp_path / "a/orders.csv", tmp_path / "b/orders.csv"], Problems()) as relations:
        for relation in relations:
            relation.name = "orders"
        named.tell_apart(relations)
        assert [relation.name for relation in relations] == ["orders", "orders_2"]
        assert [relation.name for relation in named.wanted(relations, ("ORDERS_*",))] == ["orders_2"]
        with pytest.raises(UsageError, match="no table fits nobody"):
            named.wanted(relations, ("nobody",))
