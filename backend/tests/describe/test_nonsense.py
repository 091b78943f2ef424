"""What a model of 135 million parameters really wrote, and what a good one does."""

from __future__ import annotations

import pytest

from ddgen.describe.nonsense import borrows, nonsense, same_for_many, sentence

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


@pytest.mark.parametrize(
    ("description", "name", "path", "reason"),
    [
        ("Lorem ipsum dolor sit amet.", "Total", "total", "placeholder"),
        ("Insert description here.", "Total", "total", "placeholder"),
        ("A description of the field.", "Total", "total", "placeholder"),
        ("The value of this column.", "Total", "total", "placeholder"),
        ("Your description goes here", "Total", "total", "placeholder"),
        ("orders total amount", "Sum", "orders.total_amount", "says nothing"),
        ("Total amount.", "Sum of the Order", "orders.total_amount", "says nothing"),
        ("The total amount field.", "Sum", "orders.total_amount", "says nothing"),
        ("This field contains the total amount.", "Sum", "total_amount", "says nothing"),
        ("It stores the value of the status column", "State", "status", "says nothing"),
        ("The customer name", "Customer Name", "cust_nm", "says nothing"),
        ("Cust first name string", "Given Name", "custFirstName", "says nothing"),
        ("Status of the order.", "order_status", "order_status", "raw name"),
        ("Sum of the order.", "orders.total_amount", "orders.total_amount", "raw name"),
    ],
)
def test_the_fields_own_name_and_forms_left_empty(description: str, name: str, path: str, reason: str) -> None:
    assert nonsense(description, name, (), path=path) == reason


@pytest.mark.parametrize(
    ("description", "name", "path"),
    [
        ("Status of the order.", "Order Status", "order_status"),
        ("The date of the order.", "Order Date", "order_date"),
        ("Name of the business.", "Business Name", "business_name"),
        ("Description of the product in the shop.", "Description", "description"),
        ("Sample text that the customer left.", "Note", "note"),
        ("Data volume in gigabytes.", "Data", "data"),
        ("Column of the seat plan.", "Seat Column", "seat_column"),
        ("Auftragsstatus nach dem letzten Versand.", "Auftragsstatus", "auftragsstatus"),
    ],
)
def test_plain_texts_pass(description: str, name: str, path: str) -> None:
    assert nonsense(description, name, (), path=path) is None


OURS = "Rest on name, type, values, notes and neighbours. If they do not tell the meaning, say plainly what it holds."


@pytest.mark.parametrize(
    ("description", "name", "borrowed"),
    [
        ("If they do not tell the meaning, it is a total.", "Total", True),
        ("Say plainly what it holds", "Total", False),
        ("The total of it.", "Say Plainly What It Holds", True),
        ("The total of it.", "The Meaning", False),
        ("Name, type, values, notes and neighbours of an address.", "Address", True),
    ],
)
def test_pieces_of_our_own_words(description: str, name: str, borrowed: bool) -> None:
    assert borrows(description, name, sentence(OURS)) is borrowed


def test_one_sentence_for_many_fields_is_none() -> None:
    said = dict.fromkeys(("c0", "c1", "c2"), "A field that is used.") | {"c3": "The total of it."}
    paths = {"c0": "status", "c1": "total", "c2": "a.email", "c3": "sum"}
    assert same_for_many(said, paths) == {"c0", "c1", "c2"}
    assert same_for_many({**said, "c1": "a FIELD, that is used"}, paths) == {"c0", "c1", "c2"}


@pytest.mark.parametrize(
    "paths",
    [
        {"c0": "q1", "c1": "q2", "c2": "q33"},
        {"c0": "billing.city", "c1": "shipping.city", "c2": "home.city"},
        {"c0": "lat", "c1": "lon", "c2": "lat"},
    ],
)
def test_fields_of_a_kind_may_share_a_sentence(paths: dict[str, str]) -> None:
    assert same_for_many(dict.fromkeys(paths, "Answer to the question."), paths) == set()
