"""How a single value is shown where it is personal: by its shape, an e-mail address by its first letter and domain."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from ddgen.model.personal import SHARED_BY
from ddgen.model.profile import Scalar
from ddgen.types import personal
from ddgen.types.shapes import shape_of

_EMAIL = re.compile(r"\s*([^\s@])[^\s@]*@([^\s@]+\.[^\s@.]+)\s*")
HIDDEN = "***"
"""Stands in an e-mail address for what is kept out of it."""

_MARKED = re.compile(r"[Aa9]")


def shape(value: Scalar) -> str:
    """The shape of a value, without a character of its own but blanks and ASCII signs between letters and digits."""
    drawn = "".join(one if one.isascii() or one == "\u2026" else "?" for one in shape_of(str(value)))
    return drawn if _MARKED.search(drawn) else re.sub(r"\S", "?", drawn)


def domains(values: Iterable[Scalar]) -> frozenset[str]:
    """The domains that so many different e-mail addresses share that they point at nobody."""
    addresses = {value.strip().casefold() for value in values if isinstance(value, str)}
    found = (_EMAIL.fullmatch(address) for address in addresses)
    counts = Counter(one[2] for one in found if one)
    return frozenset(domain for domain, count in counts.items() if count >= SHARED_BY)


def masked(value: Scalar, shared: frozenset[str] = frozenset()) -> str | None:
    """The value as it may be shown: `a***@example.org` where the domain is shared by many, `AAA-9999`.

    Nothing where even the shape would tell it.
    """
    if value is None or isinstance(value, bool) or value == "":
        return None
    found = _EMAIL.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return shape(value)
    domain = found[2].lower()
    return f"{found[1]}{HIDDEN}@{domain if domain in shared else HIDDEN}"


def stray(value: Scalar) -> Scalar:
    """A value of a field that is not personal; by its shape where it holds what hardly is anything but personal."""
    return masked(value) if isinstance(value, str) and personal.scan_for(value, personal.SURE) else value
