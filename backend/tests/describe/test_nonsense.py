"""What a model of 135 million parameters really wrote, and what a good one does."""

from __future__ import annotations

import pytest

from ddgen.describe.nonsense import nonsense

IDS = ("c0", "c1", "c2")
SHOWN = """\
table orders | 1.2k rows
c0 orders.total_amount float | currency | like 99.99, 999.99
c1 orders.status string | like a{7}, a{9} | samples shipped, pending, cancelled
c2 orders.note string | note: Remark of the customer
"""


@pytest.mark.parametrize(
    ("description", "name", "reason"),
    [
        ("C0 is a business with a variety of products.", "Customer", "placeholder"),
        ("The sum of c1 and others.", "Sum", "placeholder"),
        ("An order of a customer.", "C0", "placeholder"),
        ("BUSINESS_BUSINESS_DESCRIPTION", "BUSINESS_NAME", "placeholder"),
        ("A business with a name of A", "A", "too short"),
        ("What is sold.", "123", "too short"),
        ("Ava is a business that specializes in products and services for the community,", "Ava", "unfinished"),
        ("The status of orders:", "Status", "unfinished"),
        ("A variety of food, a variety of food, a variety of food, a variety of food.", "Food", "repetitive"),
        ("A global business.", "A.A.A.A.A.A.A.A.A.A", "repetitive"),
        ("A global business.", "AZ-12345678901234567890123456789012345678901234567890123456789012", "repetitive"),
        ("orders.total_amount float", "Total", "echo"),
        ("The orders.total_amount float of it, which it is.", "Total", "echo"),
        ("1.2k rows", "Rows", "echo"),
        ("Samples shipped, pending, cancelled.", "Status", "echo"),
    ],
)
def test_what_small_models_write(description: str, name: str, reason: str) -> None:
    assert nonsense(description, name, IDS, SHOWN) == reason


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("Total amount of the order in euros, before discounts.", "Total Amount"),
        ("Status of the order: pending, shipped or cancelled.", "Order Status"),
        ("Remark of the customer", "Customer Remark"),
        ("Name under which the business trades.", "Business Name"),
        ("Das Jahr, in dem der Vertrag begann (vierstellig).", "Vertragsjahr"),
        ("\u6ce8\u6587\u306e\u5408\u8a08\u91d1\u984d", "\u984d"),
        ("X coordinate of the point, in metres.", "X Coordinate"),
        ("Code of the form XXXXXXXXXXXX that names the batch.", "Batch Code"),
        ("Share of the day, share of the week, and share of the month it was on.", "Shares"),
        ("Whether the customer agreed to the terms of use.", "Terms Agreed"),
    ],
)
def test_what_good_models_write(description: str, name: str) -> None:
    assert nonsense(description, name, IDS, SHOWN) is None


@pytest.mark.parametrize(
    ("description", "name"),
    [
        ("A-1-0-1-2-2024-2024", "A-1-0-1-2-2024-2024"),
        ("A1234567890", "A1234567890"),
        ("1 2 3 4.", "Quantity"),
        ("Intake Date", "Intake date"),
        ("Status.", "Status"),
    ],
)
def test_a_text_without_words_or_that_is_only_the_name_says_nothing(description: str, name: str) -> None:
    assert nonsense(description, name, ()) == "says nothing"


@pytest.mark.parametrize(("description", "name"), [("顧客の氏名", "氏名"), ("Day the pet came in", "Intake Date")])
def test_a_text_in_words_of_any_script_says_something(description: str, name: str) -> None:
    assert nonsense(description, name, ()) is None
