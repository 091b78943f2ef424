"""Business names by rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.describe.names import business_name, claim_names, learn, named, words
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.semantics.units import claim_units
from ddgen.types.glossary import Entry, Glossary


def table(*names: str) -> Table:
    fields = [Field(path=name, name=name, position=at, data_type="integer") for at, name in enumerate(names, start=1)]
    return Table(id="t", name="web_evts", uri="u", format="csv", fields=fields)


def shown(one: Table) -> list[str | None]:
    one.settle()
    return [field.business_name for field in one.fields]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("custFirstName", ["cust", "First", "Name"]),
        ("cust_first-name", ["cust", "first", "name"]),
        ("HTTPServerURL", ["HTTP", "Server", "URL"]),
        ("address2", ["address2"]),
        ("größe_max", ["größe", "max"]),
        ("__", []),
    ],
)
def test_words_of_names(name: str, found: list[str]) -> None:
    assert words(name) == found


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("customer_id", "Customer ID"),
        ("usr_crt_ts", "User Created Timestamp"),
        ("suppzipcd", "Supplier Zip Code"),
        ("dob", "Date of Birth"),
        ("dateOfBirth", "Date of Birth"),
        ("ORDER_DATE", "Order Date"),
        ("power_kwh", "Power kWh"),
        ("avatarURLs", "Avatar URLs"),
        ("sku", "SKU"),
        ("opt_in", "Opt In"),
        ("QuickBooksRef", "Quick Books Reference"),
        ("Unit Price", "Unit Price"),
        ("  Total   Sum ", "Total Sum"),
        ("Cust Nbr", "Cust Nbr"),
        ("größe", "Größe"),
        ("xqzptv", "Xqzptv"),
        ("", "Unnamed"),
        ("%", "%"),
    ],
)
def test_business_names(name: str, said: str) -> None:
    assert business_name(name) == said


@given(st.text(st.characters(codec="ascii") | st.sampled_from("äÖé日 "), max_size=30))
def test_every_name_has_a_business_name(name: str) -> None:
    said, confidence, evidence = named(name)
    assert said.strip() == said != ""
    assert 0 <= confidence <= 1
    assert evidence


def test_an_unsure_name_says_so() -> None:
    said, confidence, evidence = named("XQ_LLT_SNTV")
    assert (said, evidence) == ("XQ LLT SNTV", ["the parts of its name: what they stand for is not sure enough"])
    assert confidence < 0.35


def test_names_of_a_table_explain_each_other_and_a_comment_explains_its_own() -> None:
    one = table("medication", "mdcatn_cd", "st")
    said = Claim(kind=Kind.COMMENT, value="Street of the hospital", origin=Origin.SOURCE)
    one.fields[2].claims.append(said)
    claim_names(one)
    assert shown(one) == ["Medication", "Medication Code", "Street"]
    assert one.business_name == "Web Events"


def test_a_glossary_of_this_table() -> None:
    one = table("mdcn_cd")
    claim_names(one, Glossary([Entry("mdcn", "mid-day canteen", "web_*")]))
    assert shown(one) == ["Mid-day Canteen Code"]
    assert "the glossary has mdcn for mid-day canteen" in one.fields[0].claims[0].evidence


def test_only_a_persons_words_are_learnt() -> None:
    one, glossary = table("cust_nbr"), Glossary()
    claim_names(one)
    assert learn(one.fields[0], glossary) == 0
    one.fields[0].claims.append(Claim(kind=Kind.BUSINESS_NAME, value="Client Number", origin=Origin.HUMAN))
    assert learn(one.fields[0], glossary, scope="web_evts") == 1
    assert glossary.entries == [Entry("cust", "client", "web_evts")]


@pytest.mark.parametrize(
    ("name", "data_type", "text"),
    [
        ("weight_kg", "float", "Weight (kg)"),
        ("duration_s", "float", "Duration (s)"),
        ("price_ct", "integer", "Price (cents)"),
        ("wait_minutes", "integer", "Wait Minutes"),
        ("basket_eur", "decimal", "Basket (EUR)"),
        ("s", "float", "S"),
    ],
)
def test_a_unit_stands_in_brackets(name: str, data_type: str, text: str) -> None:
    one = table(name)
    one.fields[0].data_type = data_type
    claim_units(one, {})
    claim_names(one)
    one.settle()
    assert shown(one) == [text]
