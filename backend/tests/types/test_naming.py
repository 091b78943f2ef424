"""The words that names stand for."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.types import naming
from ddgen.types.glossary import Entry, Glossary
from ddgen.types.naming import NamingContext, expand


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("usr_crt_ts", "user created timestamp"),
        ("suppzipcd", "supplier zip code"),
        ("cust_nbr", "customer number"),
        ("CUST_ADDR", "customer address"),
        ("ordLnAmt", "order line amount"),
        ("FrstNm", "first name"),
        ("3rd_party_nm", "third party name"),
        ("yr2020_cnt", "year 2020 count"),
    ],
)
def test_abbreviated_names(name: str, text: str) -> None:
    found = expand(name)
    assert " ".join(found.words) == text
    assert found.text.lower() == text
    assert found.confidence > naming.THRESHOLD
    assert found.evidence


@pytest.mark.parametrize(
    "name", ["customer_id", "business_name", "zip", "api_key", "api_url", "iata_code", "max_speed_mph", "team_win"]
)
def test_natural_names_are_left_alone(name: str) -> None:
    found = expand(name)
    assert found.text == name.replace("_", " ")


@pytest.mark.parametrize("name", ["xqzptv", "qk_zzq", "FNQZ"])
def test_what_nobody_knows_is_shown_as_it_stands(name: str) -> None:
    found = expand(name)
    assert found.text == " ".join(naming.parts(name))
    assert found.confidence < 0.6


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("custFirst_name2", ["cust", "First", "name2"]),
        ("HTTPServerURLs", ["HTTP", "Server", "URLs"]),
        ("rate_%change", ["rate", "%", "change"]),
        ("größe_max", ["größe", "max"]),
        ("__", []),
    ],
)
def test_parts(name: str, parts: list[str]) -> None:
    assert naming.parts(name) == parts


def test_acronyms_among_words_are_kept() -> None:
    assert expand("author_tutor_ATB").text == "author tutor ATB"


def test_neighbours_choose() -> None:
    assert expand("mdcn", NamingContext(siblings=("medication", "dose"))).words == ("medication",)
    assert expand("mdcn").words == ("medicine",)


def test_a_comment_chooses() -> None:
    assert expand("st", NamingContext(comment="The street of the shop")).words == ("street",)
    assert expand("st", NamingContext(comment="State of delivery")).words == ("state",)


def test_a_table_of_natural_names_makes_abbreviations_unlikely() -> None:
    natural = NamingContext(siblings=tuple(f"{word}_code" for word in ("machine", "customer", "order", "item", "city")))
    short = NamingContext(siblings=("cust_nbr", "ord_dt", "itm_qty", "prt_cd", "shp_addr", "inv_amt"))
    assert expand("min_ord", natural).words == ("min", "order")
    assert expand("min_ord", short).words == ("minimum", "order")


def test_a_glossary_outranks_the_lists() -> None:
    glossary = Glossary(
        [Entry("cntr", "contract"), Entry("ord_ln", "order position"), Entry("cd", "Kadaster code", "x")]
    )
    here = NamingContext(table="orders", glossary=glossary)
    found = expand("cntr_no", here)
    assert found.words == ("contract", "number")
    assert "the glossary has cntr for contract" in found.evidence
    assert expand("ORD_LN_NO", here).words == ("order", "position", "number")
    assert expand("stat_cd", here).words == ("status", "code")
    assert expand("cntr", here).confidence == 0.95


@given(st.text(st.characters(codec="utf-8"), max_size=40))
def test_any_name_has_a_text(name: str) -> None:
    found = expand(name)
    assert 0 <= found.confidence <= 1
    assert found.text.strip() == found.text
    assert bool(found.words) == bool(found.text)


@given(st.from_regex(r"[a-z]{1,60}", fullmatch=True))
def test_any_word_is_read_in_time(name: str) -> None:
    started = time.perf_counter()
    expand(name)
    assert time.perf_counter() - started < 2


def test_what_a_table_of_words_does_not_abbreviate_is_not_guessed() -> None:
    names = "mag place time url detail felt cdi mmi alert status tsunami sig net code nst dmin rms gap title".split()
    context = NamingContext(table="earthquakes", siblings=names)
    assert [expand(name, context).text for name in ("cdi", "mmi", "nst", "dmin")] == ["cdi", "mmi", "nst", "dmin"]


def test_a_table_that_shortens_in_its_own_way_is_read_so() -> None:
    names = "trsnctn_id departmnt_nm discnt currncy fnd_grp_nm sales_tx".split()
    context = NamingContext(table="", siblings=names)
    assert expand("departmnt_nm", context).text == "department name"
    assert expand("discnt", context).text == "discount"


def test_an_abbreviation_among_initials_is_not_written_out() -> None:
    names = ["player", "year", "team", "hr"]
    initials = "g ab r h rbi bb ibb hbp sf".split()
    assert expand("hr", NamingContext("batting", (*names, *initials))).text == "hr"
    assert expand("hr", NamingContext("batting", (*names, "games", "ord_dt", "cust_nm", "addr_ln"))).text == "hour"
