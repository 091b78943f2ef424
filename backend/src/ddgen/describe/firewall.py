"""What may leave: the one place where facts about data become something that a prompt may hold.

A prompt is made of `FieldView` and `TableView` only, and only `Firewall` makes those. The rule is an allow-list:
a value goes out because it is an ordinary word or a short code that many records share, or not at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ddgen.describe.facts import FieldFacts, TableFacts, ValueShare
from ddgen.settings import Privacy
from ddgen.types import declaration, masking, personal, words
from ddgen.types.declaration import Send
from ddgen.types.personal import Found

SHARED_BY = 5
"""A value is shown as one of a code list if at least so many records have it (k-anonymity)."""

MOST_CODES = 50
MOST_SHOWN = 15
MOST_SAMPLES = 3
MOST_SHAPES = 3
LONGEST_SAMPLE = 60

_NOTHING = frozenset({"credential", "government_id", "financial", "health", "special", "biometric"})
"""Categories of which not even shapes leave, where another part of the program names the category."""

_SECRET = frozenset({"credential"})
_FREE_TEXT = "freetext"
_NUMBERS = frozenset({"integer", "float", "decimal"})
_DATES = frozenset({"date", "timestamp"})
_YEAR = re.compile(r"(?<!\d)\d{4}(?!\d)")
_LABEL = re.compile(r"[A-Za-z][\w. %/|\[\],()\u00b0\u00b2\u00b3\-]{0,60}")
_BARE_NAME = frozenset({"name", "names", "full_name", "display_name"})


@dataclass(frozen=True, slots=True)
class Withheld:
    """What was kept back of a field (`samples`, `values`, `range`, `shapes`, `comment`, `name`, ...), and why."""

    what: str
    why: str


@dataclass(frozen=True, slots=True)
class FieldView:
    """A field as a model may see it. Every text in it has passed the firewall."""

    path: str
    data_type: str
    semantic_type: str | None = None
    unit: str | None = None
    comment: str | None = None
    personal: str | None = None
    """Category of personal data."""

    role: str | None = None
    """`key`, `unique`, or `refers to TABLE.FIELD`."""

    missing: str | None = None
    distinct: int | None = None
    values: tuple[str, ...] = ()
    values_closed: bool = False
    """`values` are all there are."""

    samples: tuple[str, ...] = ()
    shapes: tuple[str, ...] = ()
    range: tuple[str, str] | None = None
    """Least and greatest, rounded to two digits or to years."""

    lengths: tuple[int, int] | None = None
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class TableView:
    """A table as a model may see it. `primary_key` and `siblings` are paths."""

    name: str = ""
    comment: str | None = None
    row_count: int | None = None
    primary_key: tuple[str, ...] = ()
    siblings: tuple[str, ...] = ()
    withheld: tuple[Withheld, ...] = ()


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What a field holds, and how much of it may be seen."""

    send: Send
    category: str | None
    why: str

    @property
    def secret(self) -> bool:
        return self.category in _SECRET or self.why.startswith(("Payment card", "Card security"))


class Firewall:
    """Shows of tables and fields what a level allows."""

    def __init__(self, level: Privacy) -> None:
        self.level = level

    def table(self, table: TableFacts) -> TableView:
        """The table's context."""
        withheld: list[Withheld] = []
        return TableView(
            name=self._name(table.name, "name", withheld),
            comment=self._comment(table.comment, withheld),
            row_count=table.row_count,
            primary_key=tuple(self._name(path, "key", withheld) for path in table.primary_key),
            siblings=tuple(self._name(path, "siblings", withheld) for path in table.siblings),
            withheld=tuple(dict.fromkeys(withheld)),
        )

    def view(self, table: TableFacts, field: FieldFacts) -> FieldView:
        """One field."""
        withheld: list[Withheld] = []
        verdict = _judge(table, field)
        values, closed = self._values(field, verdict, withheld)
        return FieldView(
            path=self._name(field.path or field.name, "name", withheld),
            data_type=self._label(field.data_type, "data type", withheld) or "unknown",
            semantic_type=self._label(field.semantic_type, "semantic type", withheld),
            unit=self._label(field.unit, "unit", withheld),
            comment=self._comment(field.comment, withheld),
            personal=None if verdict.category == _FREE_TEXT else verdict.category,
            role=self._role(field, withheld),
            missing=_band(field.missing),
            distinct=field.distinct,
            values=values,
            values_closed=closed,
            samples=self._samples(field, verdict, values, withheld),
            shapes=self._shapes(field, verdict, values, withheld),
            range=self._range(field, verdict, withheld),
            lengths=None if verdict.send == "none" or self.level is Privacy.NONE else field.lengths,
            withheld=tuple(dict.fromkeys(withheld)),
        )

    def _name(self, name: str, what: str, withheld: list[Withheld]) -> str:
        if self.level is Privacy.RAW:
            shown, titles = masking.redact_secrets(name, 120)
        else:
            shown, titles = masking.redact_name(name)
        withheld += [Withheld(what, title) for title in titles]
        return shown

    def _comment(self, comment: str | None, withheld: list[Withheld]) -> str | None:
        if not comment or not comment.strip():
            return None
        redact = masking.redact_secrets if self.level is Privacy.RAW else masking.redact
        shown, titles = redact(comment, masking.LONGEST_COMMENT)
        withheld += [Withheld("comment", title) for title in titles]
        return shown

    def _label(self, label: str | None, what: str, withheld: list[Withheld]) -> str | None:
        """A short term of a closed vocabulary in most cases; free text from callers in others."""
        if not label:
            return None
        plain = " " not in label.strip() or masking.shows_code(label, strict=False)
        if _LABEL.fullmatch(label) and plain and not personal.scan_name(label):
            return label
        withheld.append(Withheld(what, "no plain term"))
        return None

    def _role(self, field: FieldFacts, withheld: list[Withheld]) -> str | None:
        if field.is_primary_key:
            return "key"
        if field.references:
            return f"refers to {self._name(field.references, 'reference', withheld)}"
        return "unique" if field.unique else None

    def _values(self, field: FieldFacts, verdict: _Verdict, withheld: list[Withheld]) -> tuple[tuple[str, ...], bool]:
        """The codes that may be named, and whether they are all there are."""
        if not field.values:
            return (), False
        reason = self._no_values(field, verdict)
        if reason is not None:
            withheld.append(Withheld("values", reason))
            return (), False
        shown = [one.value for one in field.values if self._shows(one, field)]
        if len(shown) < len(field.values):
            withheld.append(Withheld("values", f"{len(field.values) - len(shown)} rare, long or not plainly codes"))
        if self.level is Privacy.RAW:
            shown = [masking.redact_secrets(value, LONGEST_SAMPLE)[0] for value in shown]
        shown = [masking.clean(value, LONGEST_SAMPLE) for value in shown]
        closed = field.values_closed and len(shown) == len(field.values) <= MOST_SHOWN
        return tuple(dict.fromkeys(shown[:MOST_SHOWN])), closed

    def _no_values(self, field: FieldFacts, verdict: _Verdict) -> str | None:
        """Why no value of the field may be named, None if some may."""
        if self.level is Privacy.RAW:
            return verdict.why if verdict.secret else None
        if self.level is Privacy.NONE:
            return "the level is none"
        if verdict.send != "values" and verdict.category != _FREE_TEXT:
            return verdict.why
        many = field.distinct is None or field.distinct > MOST_CODES
        if (
            field.is_primary_key
            or field.unique
            or (many and not (field.values_closed and len(field.values) <= MOST_CODES))
        ):
            return f"no code list of at most {MOST_CODES} values"
        return None

    def _shows(self, value: ValueShare, field: FieldFacts) -> bool:
        if self.level is Privacy.RAW:
            return True
        count = value.count if value.count is not None else round(value.share * (field.count or 0))
        return count >= SHARED_BY and masking.shows_code(value.value, strict=self.level is Privacy.SHAPES)

    def _samples(
        self, field: FieldFacts, verdict: _Verdict, values: Sequence[str], withheld: list[Withheld]
    ) -> tuple[str, ...]:
        if not field.samples or values:
            return ()
        if self.level is Privacy.RAW and not verdict.secret:
            shown = [masking.redact_secrets(sample, LONGEST_SAMPLE)[0] for sample in field.samples]
            return tuple(dict.fromkeys(shown))[:MOST_SAMPLES]
        if self.level is Privacy.MASKED and (verdict.send == "values" or verdict.category == _FREE_TEXT):
            withheld.append(Withheld("samples", "masked: only ordinary words are left"))
            masked = dict.fromkeys(masking.mask(sample, LONGEST_SAMPLE) for sample in field.samples)
            return tuple(sample for sample in masked if _says_something(sample))[:MOST_SAMPLES]
        kept_back = verdict.why if verdict.send != "values" or verdict.secret else f"the level is {self.level.value}"
        withheld.append(Withheld("samples", kept_back))
        return ()

    def _shapes(
        self, field: FieldFacts, verdict: _Verdict, values: Sequence[str], withheld: list[Withheld]
    ) -> tuple[str, ...]:
        if self.level is Privacy.NONE or verdict.send == "none":
            if field.shapes or field.samples:
                withheld.append(Withheld("shapes", verdict.why if verdict.send == "none" else "the level is none"))
            return ()
        plain = _types(field) <= _NUMBERS | {"boolean"} or (_types(field) <= _DATES and field.low is not None)
        if values or (plain and field.low is not None) or verdict.category == _FREE_TEXT:
            return ()
        shapes = dict.fromkeys(map(masking.shape, field.shapes or field.samples))
        return tuple(shape for shape in shapes if shape)[:MOST_SHAPES]

    def _range(self, field: FieldFacts, verdict: _Verdict, withheld: list[Withheld]) -> tuple[str, str] | None:
        if field.low is None or field.high is None:
            return None
        allowed = not verdict.secret if self.level is Privacy.RAW else verdict.send == "values"
        if self.level is Privacy.NONE or not allowed:
            withheld.append(Withheld("range", "the level is none" if verdict.send == "values" else verdict.why))
            return None
        rounded = _rounded(field) if self.level is not Privacy.RAW else _ends(field)
        if rounded is None:
            withheld.append(Withheld("range", "ends of a range of texts are values"))
        return rounded


def _judge(table: TableFacts, field: FieldFacts) -> _Verdict:
    """What a field holds: by a person's word, else its own name, its path, its table, what others found, its values."""
    if field.cleared:
        return _Verdict("values", None, "")
    values = [*field.samples, *(one.value for one in field.values), *(end for end in (field.low, field.high) if end)]
    found = [one for name in _names(table, field) for one in personal.recognise(name, values)]
    if field.semantic_type:
        declared = {one.id: one for one in declaration.personal() if one.pii is not None}.get(field.semantic_type)
        found += personal.recognise(declared.title if declared else field.semantic_type, values)
    verdicts = [_of(one) for one in found]
    if field.pii:
        category = field.pii if field.pii in _categories() else "personal"
        nothing = category in _NOTHING or field.masking == "counts"
        verdicts.append(_Verdict("none" if nothing else "shape", category, "found to be personal"))
    if field.send is not None:
        verdicts.append(_Verdict(field.send, None, f"semantic type {field.semantic_type}"))
    order: dict[str, int] = {"none": 0, "shape": 1, "values": 2}
    return min(verdicts, key=lambda one: order[one.send], default=_Verdict("values", None, ""))


@cache
def _categories() -> frozenset[str]:
    """The words for categories of personal data: others are texts of whoever called."""
    declared = {one.pii.category for one in declaration.personal() if one.pii is not None}
    return frozenset({*declared, *_NOTHING, "education", "identifier"})


def _of(found: Found) -> _Verdict:
    return _Verdict(found.send, found.category, f"{found.title}, {found.why}")


def _names(table: TableFacts, field: FieldFacts) -> list[str]:
    """The names to judge a field by: its own, the last two of its path, and with its table's where it says little."""
    steps = [step for step in re.split(r"[.\[\]{}@]+", field.path) if step]
    names = [field.name, "_".join(steps[-2:])]
    if "_".join(words.words_of(field.name)) in _BARE_NAME:
        names.append(f"{table.name.rpartition('.')[2].removesuffix('s')}_name")
    return list(dict.fromkeys(name for name in names if name))


def _types(field: FieldFacts) -> set[str]:
    return set(field.data_type.split(" | "))


def _rounded(field: FieldFacts) -> tuple[str, str] | None:
    if _types(field) <= _NUMBERS:
        low, high = _two_digits(field.low or ""), _two_digits(field.high or "")
    elif _types(field) <= _DATES:
        low, high = ((_YEAR.search(end or "") or [None])[0] for end in (field.low, field.high))
    else:
        return None
    return (low, high) if low is not None and high is not None else None


def _ends(field: FieldFacts) -> tuple[str, str]:
    low, high = (masking.redact_secrets(end or "", masking.LONGEST_VALUE)[0] for end in (field.low, field.high))
    return low, high


def _two_digits(text: str) -> str | None:
    """A number to two digits that count: 4711 is 4700, 536904399 is 5.4e8."""
    try:
        value = float(text)
    except ValueError:
        return None
    if not math.isfinite(value):
        return None
    if value == 0 or 0.01 <= abs(value) < 1e6:
        rounded = float(f"{value:.1e}")
        return f"{rounded:.0f}" if rounded == int(rounded) else f"{rounded:.4f}".rstrip("0")
    return f"{value:.1e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")


def _band(missing: float) -> str | None:
    """The missing share in whole per cent; None where nothing is missing."""
    if missing <= 0:
        return None
    percent = round(100 * missing)
    return "<1%" if percent == 0 else ">99%" if percent == 100 and missing < 1 else f"{percent}%"


def _says_something(masked: str) -> bool:
    """Whether a masked sample shows a word, so that it is more than a shape."""
    return any(words.is_ordinary(word) for word in re.findall(r"[^\W\d_]{3,}", masked))
