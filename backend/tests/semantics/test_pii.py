"""What is claimed of personal data, and why."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ddgen.model.claim import Claim
from ddgen.semantics import pii
from ddgen.semantics.column import Column, Said
from ddgen.semantics.pii_inside import Inside, look
from ddgen.semantics.scoring import Fit
from ddgen.types.table import standard


def fit(name: str, said: Said | None = "strong", matched: int = 3, tested: int = 4, confidence: float = 0.9) -> Fit:
    one = standard().get(name)
    assert one is not None
    return Fit(one, confidence, said, matched, tested)


def column(name: str, *texts: str, data_type: str = "string") -> Column:
    return Column(name, name, frozenset({data_type}), texts, len(texts))


MAILS = ("ada@example.org", "bob@example.org", "cy@example.org", "none")


@pytest.mark.parametrize("name", ["finance.currency_code", "time.date", "identifier.uuid"])
def test_what_is_not_personal_says_nothing(name: str) -> None:
    assert pii.judged(fit(name), column("x")) is None


def test_laws_are_spelt_out() -> None:
    found = pii.judged(fit("finance.credit_card"), column("card_no"))
    assert found is not None
    assert found.laws == ["GDPR Art. 4(1)", "CCPA 1798.140(ae)", "HIPAA Safe Harbor (J)", "PCI DSS"]
    assert found.sensitivity == 3


def test_special_categories_name_their_article() -> None:
    found = pii.judged(fit("person.religion"), column("religion"))
    assert found is not None
    assert "GDPR Art. 9" in found.laws


def test_reasons_say_which_words_how_many_values_and_by_what_test() -> None:
    told = pii.reasons(fit("contact.email"), column("cust_email_addr", *MAILS))
    assert told[0] == "the name cust_email_addr (email) says e-mail address"
    assert told[1] == "3 of 4 different values fit e-mail address by form, such as a***@*** and b***@***"
    listed = pii.reasons(fit("location.country_code_alpha2", None, 2, 2), column("c1", "DE", "FR"))
    assert listed == ["2 of 2 different values fit country code (ISO 3166-1 alpha-2) by form and a list of known ones"]


def test_of_the_most_sensitive_not_even_shapes_are_shown() -> None:
    told = pii.reasons(fit("finance.iban"), column("iban", "DE89370400440532013000"))
    assert all("99" not in line and "such as" not in line for line in told)


def test_doubts_are_kept() -> None:
    assert pii.doubts(fit("contact.email", said=None), column("c1", *MAILS)) == [
        "1 of 4 different values does not fit, such as aaaa",
        "the name c1 does not say so",
    ]
    assert pii.doubts(fit("contact.email", matched=0, tested=0), column("email")) == ["there was no value to test"]
    assert pii.doubts(fit("person.date_of_birth", matched=4), column("born", "1990-01-02"))[-1].startswith("60 % of")


def test_a_name_that_says_the_same_kind_of_data_counts() -> None:
    numbers = ("+49 30 1234567", "+49 40 7654321")
    best, ally = fit("contact.phone_formatted", None, 2, 2), fit("contact.phone", "strong", 2, 2, 0.7)
    found = pii.judged(best, column("phone", *numbers), [best, ally])
    assert found is not None
    assert found.why[0] == "the name phone says telephone number"
    assert not any("does not say so" in doubt for doubt in found.against)


def claimed(one: Column, fits: Sequence[Fit] = (), inside: Inside | None = None) -> Claim | None:
    return pii.claim(one, fits, 0.6, inside or Inside())


def test_none_found_is_claimed_where_somebody_looked() -> None:
    found = claimed(column("order_id", *map(str, range(20))))
    assert found is not None
    assert found.value["category"] == "none"
    assert found.value["why"] == [
        "20 different values looked at: no kind of personal data fits",
        "the name order_id speaks of none",
    ]
    assert found.confidence == 0.8


def test_less_is_sure_where_less_was_seen() -> None:
    few, alone = claimed(column("order_id", "1", "2")), claimed(column("order_id"))
    assert few is not None
    assert alone is not None
    assert (few.confidence, alone.confidence) == (0.6, 0.4)
    assert alone.value["why"] == ["no value was there to look at", "the name order_id speaks of none"]


@pytest.mark.parametrize("one", [column("c7"), column("x", data_type="binary"), column("y", data_type="array[string]")])
def test_where_there_is_nothing_to_look_at_nothing_is_claimed(one: Column) -> None:
    assert claimed(one) is None


def test_a_known_type_that_tells_of_nobody_is_a_reason() -> None:
    found = claimed(column("currency", "EUR"), [fit("finance.currency_code", "strong", 1, 1)])
    assert found is not None
    assert found.value["why"][-1] == "currency code (ISO 4217) tells of no person"


def test_what_comes_near_is_told() -> None:
    found = claimed(column("c3", "Brown", "Green"), [fit("person.last_name", None, 2, 2, 0.5)])
    assert found is not None
    assert found.value["against"] == ["could be family name (0.50)"]


def test_what_stands_inside_outranks_a_lesser_type() -> None:
    note = "Please write to ada@example.org about the parcel that came late"
    one = column("notes", note)
    found = claimed(one, [fit("text.free_text", "strong", 1, 1)], look([note], free=True))
    assert found is not None
    assert (found.value["category"], found.value["sensitivity"]) == ("freetext", 2)
    assert found.value["why"][0] == "1 of 1 different values hold: e-mail address"
    assert any("free text" in reason for reason in found.value["why"])
