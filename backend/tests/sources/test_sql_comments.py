from __future__ import annotations

import pytest

from ddgen.sources.sql_comments import TABLE, sql_comments


def test_comments_beside_and_above_columns_and_of_the_table() -> None:
    found = sql_comments(
        """CREATE TABLE orders ( -- Orders of the shop
            id INTEGER PRIMARY KEY, -- number of the order
            -- when it was placed,
            -- in UTC
            placed TEXT DEFAULT '-- no comment', /* ISO 8601 */
            "odd "" name" TEXT,
            [two words] INT CHECK ([two words] > 0), -- in brackets
            total DECIMAL(10, 2) -- with tax
            , late INT -- comma first
            -- a rule, not a column
            , FOREIGN KEY (id) REFERENCES x(id) -- of no column
        )"""
    )
    assert found == {
        TABLE: "Orders of the shop",
        "id": "number of the order",
        "placed": "when it was placed, in UTC ISO 8601",
        "two words": "in brackets",
        "total": "with tax",
        "late": "comma first",
    }


@pytest.mark.parametrize(
    ("statement", "expected"),
    [
        ("CREATE TABLE a /* The a */ (x INT)", {TABLE: "The a"}),
        ("CREATE TABLE a\n-- The a\n(\n  x INT\n)", {TABLE: "The a"}),
        ("CREATE TABLE a (\n-- the x\nx INT)", {"x": "the x"}),
        ("CREATE TABLE a (\n/*\n * many\n * lines\n */\nx INT)", {"x": "many lines"}),
        ("CREATE TABLE a (x INT, -- --------\n y INT)", {}),
        ("CREATE TABLE a (x INT) -- unfinished /*", {}),
        ("CREATE VIEW v AS -- only the new\nSELECT 1", {TABLE: "only the new"}),
        ("CREATE TABLE a (x INT", {}),
        ("", {}),
    ],
)
def test_forms_of_comments(statement: str, expected: dict[str, str]) -> None:
    assert sql_comments(statement) == expected
