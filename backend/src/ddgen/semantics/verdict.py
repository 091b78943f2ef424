"""Why a type is a column's or is not, in numbers and in words: what `scoring.fit` decides, gate by gate."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

from ddgen.model.dictionary import Considered
from ddgen.semantics import scoring
from ddgen.semantics.column import Column, Said
from ddgen.semantics.scoring import Fit
from ddgen.types.declaration import Declaration, Kind
from ddgen.types.table import TypeTable

MOST_NOTED = 3
"""Types that a document names as considered and not taken."""

_MOST_COUNTED = 30
"""Different values beyond which more do not count against chance (see `scoring`)."""

_WHOLE = ("fit", "fits", "does not fit")
_FORM = ("have its form", "has its form", "has another form")
_LIST = ("are on its list", "is on its list", "is not on its list")
_CHECK = ("pass its check", "passes its check", "does not pass its check")
_TELLING = 0.1
"""The share of arbitrary values that pass, up to which values without a name are worth a word."""

_PLAIN = ("lorem", "Lorem ipsum", "1.5")
"""Values that say nothing: a form that takes them all is no form."""


class Miss(Enum):
    """The gate at which a type is given up, in the order of how near it came."""

    TOO_FEW = "too few different values"
    MEMBERS = "values are not on the list, or do not pass the check"
    UNNAMED = "the name must say it"
    VETO = "the name says another thing"
    FORM = "values have another form"
    TOO_MANY = "too many different values"
    DATA_TYPE = "another data type"


@dataclass(frozen=True)
class Verdict:
    """What speaks for and against a type. Of `tested` values `formed` have its form, `confirmed` are members as well.

    `fit` is there where the type fits, else `miss` says at which gate it was given up.
    """

    type: Declaration
    column: Column
    fit: Fit | None

    @cached_property
    def said(self) -> Said | None:
        """What the name says."""
        return scoring.said_of(self.type, self.column)

    @cached_property
    def _formed(self) -> list[str]:
        return [text for text in self.column.texts if self.type.fits(text)] if self.type.tests_values else []

    @property
    def formed(self) -> int:
        """How many of them have the type's form."""
        return len(self._formed)

    @cached_property
    def confirmed(self) -> int:
        """How many of these are on its list and pass its check."""
        return sum(map(self.type.confirms, self._formed))

    @property
    def tested(self) -> int:
        """How many different values were looked at."""
        return len(self.column.texts) if self.type.tests_values else 0

    @cached_property
    def telling(self) -> dict[Kind, tuple[str, ...]]:
        """The words of the name that say the type, hint at it, or speak against it."""
        found: dict[Kind, dict[str, None]] = {}
        for name in self.column.names:
            for kind, words in self.type.telling(name).items():
                found.setdefault(kind, {}).update(dict.fromkeys(words))
        return {kind: tuple(words) for kind, words in found.items()}

    @property
    def form_needed(self) -> float:
        """The share of values that must have the form."""
        return scoring.least_form(self.type, None if self.said == "veto" else self.said)

    @property
    def members_needed(self) -> float:
        """The share of values that must be on the list or pass the check."""
        return scoring.least_members(self.type, None if self.said == "veto" else self.said)

    @cached_property
    def miss(self) -> Miss | None:
        """At which gate the type was given up; None where it fits."""
        if self.fit is not None:
            return None
        if not scoring.base_fits(self.type, self.column):
            return Miss.DATA_TYPE
        if scoring.too_many(self.type, self.column):
            return Miss.TOO_MANY
        if self.said == "veto":
            return Miss.VETO
        if self._unnamed:
            return Miss.UNNAMED
        if self.formed < self.form_needed * self.tested:
            return Miss.FORM
        if self.confirmed < self.members_needed * self.tested:
            return Miss.MEMBERS
        return Miss.TOO_FEW

    @property
    def _unnamed(self) -> bool:
        need = self.type.decide.need
        nothing_tested = not self.tested and self.said != "strong"
        return (need == "names" and self.said != "strong") or (need == "both" and self.said is None) or nothing_tested

    @property
    def near(self) -> bool:
        """Whether it is worth a word: it fits, or one side of the evidence speaks for it."""
        if self.fit is not None or self.miss is Miss.TOO_FEW or self.telling.keys() & {"whole", "strong"}:
            return True
        if self.miss is Miss.MEMBERS:
            return self._formed_well(0)
        if self.miss not in {Miss.UNNAMED, Miss.VETO} or self.type.decide.chance > _TELLING:
            return False
        return self._formed_well(0) and self._are_members

    @property
    def possible(self) -> bool:
        """Whether all that is missing is a name that says it."""
        return self.miss is Miss.UNNAMED and self._formed_well(1) and self._are_members

    def _formed_well(self, plain: int) -> bool:
        """Whether the values have the form, and at most so many of those that say nothing."""
        enough = self.tested > 0 and self.formed >= self.form_needed * self.tested
        return enough and sum(map(self.type.fits, _PLAIN)) <= plain

    @property
    def _are_members(self) -> bool:
        return self.confirmed >= self.members_needed * self.tested

    def reasons(self) -> list[str]:
        """What a person can check, the most important first."""
        return [*self._gate(), *self._of_name(), *self._of_values()]

    def _gate(self) -> Iterator[str]:
        miss, decide = self.miss, self.type.decide
        if miss is Miss.DATA_TYPE:
            yield f"it is {' or '.join(self.type.base)}, the values are {' or '.join(sorted(self.column.data_types))}"
        elif miss is Miss.TOO_MANY:
            yield f"there are more than {decide.max_distinct:,} different values"
        elif miss is Miss.UNNAMED and not self.telling.keys() & {"whole", "strong"}:
            yield f"a name must say it{_such_as(self.type)}"
        elif miss is Miss.TOO_FEW:
            yield _too_few(self.type, self.tested)

    def _of_name(self) -> Iterator[str]:
        telling = self.telling
        says = dict.fromkeys((*telling.get("whole", ()), *telling.get("strong", ())))
        if says and self.said is None and self.miss is not Miss.VETO:
            yield f"the name has {_quoted(says)}, but speaks of a number, a flag or a state of it"
        elif says:
            yield f"the name says it: {_quoted(says)}"
        elif telling.get("weak"):
            yield f"the name hints at it: {_quoted(telling['weak'])}"
        if telling.get("veto"):
            yield f"the name speaks against it: {_quoted(telling['veto'])}"

    def _of_values(self) -> Iterator[str]:
        if not self.tested:
            yield "no value is tested" if self.type.tests_values else "its values have no form that tells"
            return
        if self.fit is not None:
            yield _of(self.fit.matched, self.tested, _WHOLE)
            return
        rules = self.type.values
        if self.formed < self.tested or (rules.list is None and rules.validator is None):
            yield _of(self.formed, self.tested, _FORM) + self._needed(Miss.FORM, self.form_needed)
        if self.formed and (rules.list is not None or rules.validator is not None):
            how = _LIST if rules.validator is None else _CHECK
            yield _of(self.confirmed, self.tested, how) + self._needed(Miss.MEMBERS, self.members_needed)

    def _needed(self, miss: Miss, share: float) -> str:
        return f", {share:.0%} must".replace("%", " %") if self.miss is miss and self.tested > 1 else ""


def verdict(one: Declaration, column: Column, found: Fit | None = None) -> Verdict:
    """What speaks for and against a type; `found` is the fit as it was settled, where that is known."""
    return Verdict(one, column, found or scoring.fit(one, column))


def verdicts(column: Column, types: Iterable[Declaration], fits: Sequence[Fit] = ()) -> list[Verdict]:
    """What speaks for and against each type, those that fit first, then the nearest; `fits` as they were settled."""
    settled = {one.type.id: one for one in fits}
    found = [verdict(one, column, settled.get(one.id)) for one in types]
    return sorted(found, key=_rank)


def _rank(one: Verdict) -> tuple[int, int, float, float]:
    gates = list(Miss)
    gate = gates.index(one.miss) if one.miss is not None else -1
    return 0 if one.near else 1, gate, -one.fit.confidence if one.fit else 0.0, one.type.decide.chance


def considered(column: Column, types: TypeTable, fits: Sequence[Fit]) -> list[Considered]:
    """The types that came near and were not taken, for the document: of those that fit or that the name says."""
    taken = fits[0].type.counts_as if fits else None
    lost = [Verdict(one.type, column, one) for one in fits]
    fitting = {one.type.id for one in fits}
    named = (types.get(name) for name, said in column.heard.items() if said != "weak" and name not in fitting)
    lost += [Verdict(one, column, None) for one in named if one is not None and _names_it(one, column)]
    others = [one for one in lost if one.type.counts_as != taken]
    return [noted(one) for one in sorted(others, key=_rank)[:MOST_NOTED]]


def _names_it(one: Declaration, column: Column) -> bool:
    """Whether the name says the type, even if it speaks against it as well."""
    return any(one.telling(name).keys() & {"whole", "strong"} for name in column.names)


def noted(one: Verdict) -> Considered:
    """A verdict as a document keeps it."""
    return Considered(
        type=one.type.id,
        confidence=one.fit.confidence if one.fit is not None else None,
        why="; ".join(one.reasons()),
    )


def values_needed(one: Declaration) -> int | None:
    """How many different values tell the type without its name; None where no number does."""
    if one.decide.need != "values" or not one.tests_values:
        return None
    chance = one.decide.chance
    if chance <= 0:
        return one.decide.min_distinct
    against = math.floor(math.log(scoring.LIKELY) / math.log(chance)) + 1 if chance < 1 else _MOST_COUNTED + 1
    return max(one.decide.min_distinct, against) if against <= _MOST_COUNTED else None


def _too_few(one: Declaration, tested: int) -> str:
    needed = values_needed(one)
    if needed is None or needed <= tested:
        return f"values alone do not tell: a name must say it{_such_as(one)}"
    or_name = f", or a name that says it{_such_as(one)}" if _such_as(one) else ""
    return f"{needed} different values are needed{or_name}"


def _such_as(one: Declaration) -> str:
    name = name_for(one)
    return f", such as {name}" if name is not None else ""


def name_for(one: Declaration) -> str | None:
    """A name that says the type: words of its id or title where these do, else its first expression, if it has one."""
    tail, title = one.id.partition(".")[2], "_".join(one.title.lower().split("(")[0].replace("-", "").split())
    literal = [word for word in (*one.names.whole, *one.names.strong) if word.replace("_", "").isalnum()]
    options = [tail, title, *literal, *tail.split("_"), *title.split("_")]
    found = next((name for name in options if one.named(name) == "strong"), None)
    return found or next(iter((*one.names.strong, *one.names.whole)), None)


def _quoted(words: Iterable[str]) -> str:
    return ", ".join(word.replace("_", " ") for word in words)


def _of(some: int, total: int, how: tuple[str, str, str]) -> str:
    several, one, none = how
    if total == 1:
        return f"the value {one if some else none}"
    return f"{some:,} of {total:,} different values {several}"
