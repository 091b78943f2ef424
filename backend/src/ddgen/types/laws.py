"""The laws and rules that speak of personal data, by what a declaration says: GDPR, CCPA, HIPAA Safe Harbor, PCI DSS.

The letters of HIPAA are those of 45 CFR 164.514(b)(2)(i), the paragraphs of the CCPA those of Cal. Civ. Code 1798.140:
(v) personal information, (ae) sensitive personal information.
"""

from __future__ import annotations

from collections import Counter

from ddgen.types import table
from ddgen.types.declaration import Pii

_GDPR = {"art4": "GDPR Art. 4(1)", "art9": "GDPR Art. 9", "art10": "GDPR Art. 10", "art87": "GDPR Art. 87"}
_CCPA = {"pi": "CCPA 1798.140(v)", "sensitive": "CCPA 1798.140(ae)"}
_USUAL = 0.5


def of(declared: Pii) -> list[str]:
    """The rules that speak of such data."""
    named = [_GDPR.get(declared.gdpr or ""), _CCPA.get(declared.ccpa or "")]
    named += [f"HIPAA Safe Harbor ({declared.hipaa})" if declared.hipaa else None]
    named += ["PCI DSS" if declared.pci else None]
    return [one for one in named if one is not None]


def of_category(category: str) -> list[str]:
    """The rules that speak of at least half of the types in a category."""
    found = [of(one.pii) for one in table.standard() if one.pii is not None and one.pii.category == category]
    counts = Counter(name for names in found for name in names)
    return [name for name, count in counts.items() if count >= _USUAL * len(found)]
