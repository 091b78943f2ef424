"""English leads of sentences, and what tables are of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.describe import sentences_en as texts


@pytest.mark.parametrize(
    ("name", "owners", "what", "said"),
    [
        ("Name", ["order"], "other", "Name of the order"),
        ("Customer Name", ["order"], "other", "Customer name of the order"),
        ("Order Date", ["order"], "day", "Order date"),
        ("SKU", ["product"], "other", "SKU of the product"),
        ("ID", ["order"], "number", "Identifier of the order"),
        ("Customer ID", ["order"], "number", "Identifier of the customer of the order"),
        ("External ID", ["order"], "other", "External identifier of the order"),
        ("Created At", ["order"], "moment", "Date and time when the order was created"),
        ("Last Updated Date", ["order"], "day", "Date when the order was last updated"),
        ("Email Sent At", ["order"], "moment", "Date and time when the email of the order was sent"),
        ("Orders Sent At", [], "moment", "Date and time when the orders were sent"),
        ("Created At", ["order"], "other", "When the order was created"),
        ("Cancel At", ["order"], "moment", "Time of cancel of the order"),
        ("Created By", ["order"], "other", "By whom the order was created"),
        ("Is Active", ["user"], "flag", "Whether the user is active"),
        ("Is Gift", ["order"], "flag", "Whether the order is a gift"),
        ("Has Children", ["user"], "flag", "Whether the user has children"),
        ("Taxable", ["item"], "flag", "Whether the item is taxable"),
        ("Email Verified", ["user"], "flag", "Whether the email of the user is verified"),
        ("Deleted Flag", [], "flag", "Whether the record is deleted"),
        ("Buyer Accepts Marketing", ["order"], "flag", "Whether the buyer accepts marketing"),
        ("Requires Shipping", ["item"], "flag", "Whether the item requires shipping"),
        ("Gift Card", ["item"], "flag", "Yes or no: gift card of the item"),
        ("Allow Audit", ["course"], "flag", "Whether to allow audit for the course"),
        ("Inspirational", ["course"], "number", "Inspirational"),
        ("Number Enrolled", ["course"], "number", "Number enrolled of the course"),
        ("Flag", ["item"], "flag", "Yes or no: flag of the item"),
        ("Number of Pages", ["book"], "number", "Number of pages of the book"),
        ("Page Count", ["book"], "number", "Number of pages of the book"),
        ("Page Count", ["book"], "other", "Page count of the book"),
        ("Number", ["book"], "number", "Number of the book"),
        ("Code", ["discount code"], "other", "Code of the discount"),
        ("City", ["address", "customer"], "other", "City of the address of the customer"),
        ("", ["order"], "other", ""),
    ],
)
def test_leads(name: str, owners: list[str], what: texts.What, said: str) -> None:
    assert texts.lead(name, owners, what) == said


WORD = st.text(st.sampled_from("abcdefghijklmnopqrstuvwxyzABC"), min_size=1, max_size=9)
PLACES = st.sampled_from(["flag", "moment", "day", "clock", "number", "other"])


@given(st.lists(WORD | st.sampled_from(["id", "at", "by", "is", "count", "of", "number", "flag"]), min_size=1), PLACES)
def test_every_name_has_a_lead_with_a_capital_and_single_blanks(words: list[str], what: texts.What) -> None:
    said = texts.lead(" ".join(words), ["order line"], what)
    assert said[:1].isupper()
    assert said == " ".join(said.split())


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("_fivetran_synced", "Fivetran"),
        ("_AIRBYTE_RAW_ID", "Airbyte"),
        ("SystemModstamp", "Salesforce"),
        ("dbt_valid_to", "dbt"),
    ],
)
def test_columns_of_loaders_are_known(name: str, said: str) -> None:
    assert said in (texts.system(name) or "")


def test_other_columns_are_of_no_loader() -> None:
    assert texts.system("fivetran") is None
    assert texts.system("valid_to") is None


def test_only_a_plain_identifier_is_one_of_the_row() -> None:
    assert texts.only_identifies("ID", "order line")
    assert texts.only_identifies("Order Line ID", "order line")
    assert not texts.only_identifies("Line ID", "order line")
    assert not texts.only_identifies("Identity", "order")


def test_types_are_told_unless_the_name_says_as_much() -> None:
    assert texts.of_type("text", "E-mail address") == "text (e-mail address)"
    assert texts.of_type("text", "Country code (ISO 3166-1)") == "text: country code (ISO 3166-1)"
    assert texts.says("Birth Date", "Date of birth")
    assert not texts.says("Birth", "Date of birth")


def test_codes_name_official_lists_and_tables_only() -> None:
    assert texts.explained("one of m (male)", "ISO 5218") == "one of m (male), by ISO 5218"
    assert texts.explained("one of m (male)", "sex") == "one of m (male)"
