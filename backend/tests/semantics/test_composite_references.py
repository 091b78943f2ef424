"""References to keys of several fields."""

from __future__ import annotations

from .held import Rows, built

LINES: Rows = [
    {"order_id": order, "line_no": line, "quantity": order % 7}
    for order in range(100, 160)
    for line in range(1, order % 5 + 2)
]
ORDERS: Rows = [{"order_id": order, "city": f"c{order % 9}"} for order in range(100, 160)]


def returns(*, wrong: bool) -> Rows:
    chosen = [one for one in LINES if one["quantity"] in {2, 4}]
    return [
        {"return_id": 7_000 + at, "order_id": one["order_id"], "line_no": 5 if wrong else one["line_no"]}
        for at, one in enumerate(chosen)
    ]


def composites(rows: Rows) -> list[tuple[list[str], list[str]]]:
    dictionary = built({"orders": ORDERS, "order_lines": LINES, "returns": rows})
    assert dictionary.tables[1].primary_key == ["order_id", "line_no"]
    return [(link.from_, link.to) for link in dictionary.relationships if len(link.from_) > 1]


def test_fields_that_are_found_together() -> None:
    expected = (["returns.order_id", "returns.line_no"], ["order_lines.order_id", "order_lines.line_no"])
    assert composites(returns(wrong=False)) == [expected]


def test_fields_that_are_found_only_each_for_itself() -> None:
    assert composites(returns(wrong=True)) == []


def test_a_table_with_the_same_key_is_no_detail_of_the_other() -> None:
    notes = [{"order_id": one["order_id"], "line_no": one["line_no"], "note": "x"} for one in LINES]
    assert composites(notes) == []
