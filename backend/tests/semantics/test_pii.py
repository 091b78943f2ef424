"""What a type says of personal data."""

from __future__ import annotations

import pytest

from ddgen.semantics import pii
from ddgen.semantics.column import Said
from ddgen.semantics.scoring import Fit
from ddgen.types.table import standard


def fit(name: str, said: Said | None = "strong", matched: int = 3, tested: int = 4) -> Fit:
    one = standard().get(name)
    assert one is not None
    return Fit(one, 0.9, said, matched, tested)


@pytest.mark.parametrize("name", ["finance.currency_code", "time.date", "identifier.uuid"])
def test_what_is_not_personal_says_nothing(name: str) -> None:
    assert pii.judged(fit(name), "x") is None


def test_laws_are_spelt_out() -> None:
    found = pii.judged(fit("finance.credit_card"), "card_no")
    assert found is not None
    assert found.laws == ["GDPR Art. 4(1)", "CCPA 1798.140(ae)", "HIPAA Safe Harbor (J)", "PCI DSS"]
    assert found.sensitivity == 3


def test_special_categories_name_their_article() -> None:
    found = pii.judged(fit("person.religion"), "religion")
    assert found is not None
    assert "GDPR Art. 9" in found.laws


def test_doubts_are_kept() -> None:
    assert pii.doubts(fit("contact.email", said=None), "c1") == [
        "1 of 4 different values do not fit",
        "the name c1 does not say so",
    ]
    assert pii.doubts(fit("contact.email", matched=0, tested=0), "email") == ["no value was tested"]
