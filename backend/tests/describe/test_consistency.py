"""The same column in several tables has one name."""

from __future__ import annotations

from dataclasses import replace

from ddgen.describe.consistency import same_names
from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.describe.texts import FieldText, rule_text
from ddgen.model.claim import Origin

ORDERS, BILLS, PEOPLE = TableFacts("orders"), TableFacts("bills"), TableFacts("customers")
CREATED = FieldFacts("created_at", "created_at", "timestamp")


def said(name: str, *, cached: bool = False) -> FieldText:
    return FieldText("What it is.", name, Origin.AI, cached=cached)


def names(places: list[tuple[TableFacts, FieldFacts]], *texts: FieldText) -> list[str]:
    return [text.business_name for text in same_names(places, texts)]


def test_one_name_for_the_same_column() -> None:
    places = [(ORDERS, CREATED), (BILLS, CREATED), (PEOPLE, CREATED)]
    assert names(places, said("Made At"), said("Created At"), said("Created At")) == ["Created At"] * 3
    assert names(places, said("Made At"), said("Created At"), said("Born")) == ["Made At"] * 3


def test_a_name_given_earlier_stays() -> None:
    places = [(ORDERS, CREATED), (BILLS, CREATED), (PEOPLE, CREATED)]
    assert names(places, said("A"), said("A"), said("Old", cached=True)) == ["Old"] * 3


def test_other_facts_keep_their_own_name() -> None:
    kinds = replace(CREATED, data_type="string")
    assert names([(ORDERS, CREATED), (BILLS, kinds)], said("A"), said("B")) == ["A", "B"]
    unit = replace(CREATED, unit="s")
    assert names([(ORDERS, CREATED), (BILLS, unit)], said("A"), said("B")) == ["A", "B"]


def test_other_codes_are_other_facts() -> None:
    def status(*codes: str) -> FieldFacts:
        values = tuple(ValueShare(code, 0.5) for code in codes)
        return FieldFacts("status", "status", "string", values=values, values_closed=True, distinct=len(codes))

    places = [(ORDERS, status("open", "paid")), (BILLS, status("due", "void"))]
    assert names(places, said("A"), said("B")) == ["A", "B"]


def test_a_name_that_speaks_of_its_table_stays() -> None:
    number = FieldFacts("id", "id", "integer")
    assert names([(ORDERS, number), (PEOPLE, number)], said("Order ID"), said("Customer ID")) == [
        "Order ID",
        "Customer ID",
    ]


def test_a_table_s_word_in_the_column_s_own_name_is_no_reason() -> None:
    customer = FieldFacts("customer_id", "customer_id", "integer")
    assert names([(PEOPLE, customer), (ORDERS, customer)], said("Customer ID"), said("Customer Identifier")) == [
        "Customer ID",
        "Customer ID",
    ]


def test_rule_texts_and_one_table_alone_are_left_as_they_are() -> None:
    by_rule = rule_text(replace(CREATED, rule_name="Created At"))
    assert names([(ORDERS, CREATED), (BILLS, CREATED)], said("A"), by_rule) == ["A", "Created At"]
    below = replace(CREATED, path="b.created_at")
    assert names([(ORDERS, CREATED), (ORDERS, below)], said("A"), said("B")) == ["A", "B"]
