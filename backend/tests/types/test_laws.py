"""Which laws speak of personal data."""

from __future__ import annotations

from ddgen.types import laws
from ddgen.types.declaration import Pii


def test_every_mark_is_spelt_out() -> None:
    told = Pii(category="x", sensitivity=3, gdpr="art9", ccpa="sensitive", hipaa="H", pci=True)
    assert laws.of(told) == ["GDPR Art. 9", "CCPA 1798.140(ae)", "HIPAA Safe Harbor (H)", "PCI DSS"]
    assert laws.of(Pii(category="x", sensitivity=0)) == []


def test_a_category_has_the_laws_of_most_of_its_types() -> None:
    assert laws.of_category("special")[0] == "GDPR Art. 9"
    assert "GDPR Art. 4(1)" in laws.of_category("contact")
    assert laws.of_category("no such") == []
