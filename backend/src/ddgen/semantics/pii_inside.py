"""Personal data inside of texts, or in a part of the values: e-mail addresses in notes, numbers in a contact."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from ddgen.model.personal import FREE_TEXT, Pii
from ddgen.types import declaration, laws, names_in_text, personal, words
from ddgen.types.declaration import Declaration
from ddgen.types.words import in_sentence

_MOST, _CLOSELY = 2_000, 100
"""Values that are looked into at all, and those of sentences in which everything is looked for."""

_LEAST_SHARE = 0.05
"""Share of values from which on a field that holds no sentences counts as one of what they hold."""

_MEDIUM = 2
_NAME = "person.name"
_CAPITALS = re.compile(r"\b[A-Z\xc0-\xde\u0100-\u017f][^\W\d_]+")
_CERTAIN, _LIKELY = 0.9, 0.75
_SETTLED = personal.SURE - {"cred.signed_url", "cred.password", "gov.us_ssn"}
"""What is looked for in values whose type is known, and that may be written like the rest."""


@dataclass(frozen=True)
class Inside:
    """How many of `tested` values hold what kind of personal data; `free` says that they are texts of sentences."""

    free: bool = False
    tested: int = 0
    holding: Counter[str] = field(default_factory=Counter)
    """By the id of the kind."""

    any: int = 0
    """Values that hold any of them."""

    @property
    def enough(self) -> bool:
        """Whether the field as a whole counts as personal: sentences by any, other texts by a share of them."""
        return self.any > 0 and (self.free or self.any >= _LEAST_SHARE * self.tested)

    @property
    def confidence(self) -> float:
        """How sure it is."""
        return _CERTAIN if any(kind in personal.SURE for kind in self.holding) else _LIKELY

    def verdict(self) -> Pii | None:
        """What is said of the field, if enough values hold something: at least medium sensitivity."""
        if not self.enough:
            return None
        kinds = [_declared(kind) for kind, _ in self.holding.most_common()]
        told = [one.pii for one in kinds if one.pii is not None]
        named = list(dict.fromkeys(name for one in told for name in laws.of(one)))
        return Pii(
            category=FREE_TEXT if self.free else told[0].category,
            sensitivity=max(_MEDIUM, *(one.sensitivity for one in told)),
            why=list(self._said()),
            laws=named,
            against=[f"{self.tested - self.any:,} of {self.tested:,} hold nothing of the kind"]
            if self.any < self.tested
            else [],
        )

    def strays(self) -> list[str]:
        """What is said where too few hold something."""
        return [f"{line}; where such a value is shown it is masked" for line in self._said()] if not self.enough else []

    def _said(self) -> Iterable[str]:
        for kind, count in self.holding.most_common():
            yield f"{count:,} of {self.tested:,} different values hold: {in_sentence(_declared(kind).title)}"


def look(texts: Sequence[str], *, free: bool, settled: bool = False) -> Inside:
    """Look into the different values of a field; `settled` where their type is known and is no personal one."""
    kinds = _SETTLED if settled else personal.SURE
    holding: Counter[str] = Counter()
    seen = held = 0
    for text in texts[:_MOST]:
        closely = free and seen < _CLOSELY
        seen += 1
        found = {span.id for span in personal.scan_for(text, personal.TELLING if closely else kinds)}
        if closely and _may_name(text) and names_in_text.find(text, strict=True):
            found.add(_NAME)
        holding.update(found)
        held += bool(found)
    return Inside(free=free, tested=seen, holding=holding, any=held)


def _may_name(text: str) -> bool:
    """Whether a word with a capital is a given name, without which there is hardly a name."""
    return any(words.is_given_name(word) for word in _CAPITALS.findall(text))


def _declared(kind: str) -> Declaration:
    return next(one for one in declaration.personal() if one.id == kind)
