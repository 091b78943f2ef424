"""Personal data: what a field's type says of it, the laws that speak of it, and reasons that a person can check."""

from __future__ import annotations

from ddgen.model.dictionary import Pii
from ddgen.semantics.scoring import Fit
from ddgen.types.declaration import Pii as Declared

LEAST_PERSONAL = 2
"""The sensitivity from which on data count as personal by themselves."""

_GDPR = {"art4": "GDPR Art. 4(1)", "art9": "GDPR Art. 9", "art10": "GDPR Art. 10", "art87": "GDPR Art. 87"}
_CCPA = {"pi": "CCPA 1798.140(v)", "sensitive": "CCPA 1798.140(ae)"}
_HARMLESS = frozenset({"none"})


def laws(declared: Declared) -> list[str]:
    """The rules that speak of such data: GDPR, CCPA, HIPAA Safe Harbor (45 CFR 164.514(b)(2)(i)), PCI DSS."""
    named = [_GDPR.get(declared.gdpr or ""), _CCPA.get(declared.ccpa or "")]
    named += [f"HIPAA Safe Harbor ({declared.hipaa})" if declared.hipaa else None]
    named += ["PCI DSS" if declared.pci else None]
    return [one for one in named if one is not None]


def judged(found: Fit, name: str) -> Pii | None:
    """What a type that fits says of personal data, if it says any."""
    declared = found.type.pii
    if declared is None or declared.sensitivity == 0 or declared.category in _HARMLESS:
        return None
    return Pii(
        category=declared.category,
        sensitivity=declared.sensitivity,
        why=reasons(found, name),
        laws=laws(declared),
        against=doubts(found, name),
    )


def reasons(found: Fit, name: str) -> list[str]:
    """What speaks for a type: the name, and how many of the values that were looked at."""
    why = []
    if found.said is not None:
        verb = "says" if found.said == "strong" else "hints at"
        why.append(f"the name {name} {verb} {found.type.title.lower()}")
    if found.tested:
        why.append(f"{found.matched} of {found.tested} different values fit {found.type.title.lower()}")
    return why


def doubts(found: Fit, name: str) -> list[str]:
    """What does not fit."""
    against = []
    if found.tested > found.matched:
        against.append(f"{found.tested - found.matched} of {found.tested} different values do not fit")
    if found.said is None:
        against.append(f"the name {name} does not say so")
    if not found.tested:
        against.append("no value was tested")
    return against
