"""What rows and objects are, by their names."""

from __future__ import annotations

import pytest

from ddgen.describe import subjects_en as subjects


@pytest.mark.parametrize(
    ("name", "several", "said"),
    [
        ("line_items", True, "line item"),
        ("capabilities", False, "capabilities"),
        ("openingHours", False, "opening hours"),
        ("payment_source", False, "payment source"),
        ("customer_data", False, "customer"),
        ("properties", False, None),
        ("sort_properties", False, "sort properties"),
        ("data", True, None),
        ("a_b_c", False, None),
        ("one_two_three_four_things", False, None),
    ],
)
def test_what_a_field_belongs_to(name: str, several: bool, said: str | None) -> None:
    assert subjects.owner(name, several=several) == said


def test_what_a_row_is() -> None:
    assert subjects.subject("stg_order_lines") == "order line"
    assert subjects.subject("results") is None
    assert subjects.names_several("orders")
    assert not subjects.names_several("order")
    assert subjects.is_of("Order Total", "order")
