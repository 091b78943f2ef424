"""Decides from counts over the whole input what a field's values are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from ddgen.model.types import DataType
from ddgen.profiling.stats import Stats
from ddgen.profiling.text_kinds import BOOLEAN_WORDS

SHARED = 0.95
"""Null tokens are set aside where this share of the other values has one type that is not string."""

WHITESPACE = "(whitespace)"
"""The null token that stands for texts of nothing but white space."""

_READ_EVERYWHERE = {("true", "false"), ("t", "f")}
_NUMBERS = (DataType.INTEGER, DataType.FLOAT, DataType.DECIMAL)
_MOMENTS = (DataType.DATE, DataType.TIME, DataType.TIMESTAMP)
_TAGGED = {
    "date": DataType.DATE,
    "time": DataType.TIME,
    "datetime": DataType.TIMESTAMP,
    "timestamp_bson": DataType.TIMESTAMP,
    "interval": DataType.INTERVAL,
    "duration": DataType.INTERVAL,
    "geometry": DataType.GEOMETRY,
    "binary": DataType.BINARY,
    "minkey": DataType.UNKNOWN,
    "maxkey": DataType.UNKNOWN,
    "undefined": DataType.UNKNOWN,
}
"""Types that formats name; others are strings with a name of their own."""


@dataclass(slots=True)
class Decision:
    """The data types of a path's scalars with counts, and what was set aside on the way."""

    types: dict[DataType, int] = field(default_factory=dict)
    null_tokens: dict[str, int] = field(default_factory=dict)
    booleans: bool = False
    reading: str = "day_first"
    """Which reading holds for dates whose day and month may be exchanged."""
    leading: DataType | None = None
    """The one type that stands for all: a text that looks like a number among texts of another kind is a text."""
    notes: list[str] = field(default_factory=list)

    @property
    def numeric(self) -> bool:
        """Whether numbers are the most frequent."""
        return self._leads(_NUMBERS)

    @property
    def temporal(self) -> bool:
        """Whether dates and times are the most frequent."""
        return self._leads(_MOMENTS)

    def _leads(self, family: tuple[DataType, ...]) -> bool:
        mine = sum(self.types.get(kind, 0) for kind in family)
        return mine > 0 and mine >= sum(self.types.values()) - mine


def decide(stats: Stats, *, text: bool) -> Decision:
    """The data types of scalars; `text` where types were read from texts (CSV)."""
    made = _from_texts(stats) if text else _from_values(stats)
    if DataType.DATE in made.types or DataType.TIMESTAMP in made.types:
        _order(stats, made)
    return made


def _from_values(stats: Stats) -> Decision:
    """Strings are dates, times or UUIDs only where all of them are."""
    kinds = Counter(stats.kinds)
    blank = kinds.pop("blank", 0)
    if kinds["string"] or blank:
        for kind in ("date", "time", "timestamp", "uuid"):
            from_text = kinds[kind] if kind == "uuid" else min(kinds[kind], stats.read_moments[kind])
            kinds[kind] -= from_text
            kinds["string"] += from_text
    kinds["string"] += blank
    counts: Counter[DataType] = Counter()
    for kind, count in kinds.items():
        if count:
            name = kind.removeprefix("tagged:")
            counts[_TAGGED.get(name, DataType.STRING) if name != kind else DataType(kind)] += count
    return Decision(types=dict(counts))


def _from_texts(stats: Stats) -> Decision:
    kinds = Counter(stats.kinds)
    made = Decision()
    blank, tokens, booleans = kinds.pop("blank", 0), kinds.pop("token", 0), kinds.pop("boolean", 0)
    if blank:
        made.null_tokens[WHITESPACE] = blank
    _settle_codes(kinds)
    made.booleans = bool(booleans) and not kinds.total() and _one_pair(stats.words)
    kinds["boolean" if made.booleans else "string"] += booleans
    if tokens:
        if _shares_a_type(kinds):
            words = Counter({word: count for word, count in stats.words.items() if word.lower() not in BOOLEAN_WORDS})
            made.null_tokens.update(words.most_common())
        else:
            kinds["string"] += tokens
    made.types = {DataType(kind): count for kind, count in kinds.items() if count}
    others = [count for kind, count in made.types.items() if kind is not DataType.STRING]
    if made.types.get(DataType.STRING, 0) > max(others, default=0):
        made.leading = DataType.STRING
    return made


def _settle_codes(kinds: Counter[str]) -> None:
    """Digits with leading zeros are codes, and so are all whole numbers beside them, unless there are fractions."""
    codes = kinds.pop("code", 0)
    if codes:
        kinds["string"] += codes + (0 if kinds["float"] else kinds.pop("integer", 0))


def _one_pair(words: Counter[str]) -> bool:
    """Whether all words are of one pair that readers of text formats take for booleans; yes and no stay texts there."""
    pairs = {BOOLEAN_WORDS[word.lower()] for word in words if word.lower() in BOOLEAN_WORDS}
    return len(pairs) == 1 and pairs <= _READ_EVERYWHERE


def _shares_a_type(kinds: Counter[str]) -> bool:
    families = Counter(kinds)
    families["integer"] += families.pop("float", 0)
    families["date"] += families.pop("timestamp", 0)
    typed = {kind: count for kind, count in families.items() if kind != "string"}
    return bool(typed) and max(typed.values()) >= SHARED * families.total() and max(typed.values()) > 0


def _order(stats: Stats, made: Decision) -> None:
    """Day or month first: as the dates say that can be read in one way only."""
    day, month, unclear = (stats.orders[order] for order in ("D/M/Y", "M/D/Y", "?/?/Y"))
    made.reading = "month_first" if month > day else "day_first"
    if day and month:
        made.notes.append(f"dates are written day first ({day:,}) and month first ({month:,})")
    elif unclear and not day and not month:
        made.notes.append("whether day or month comes first cannot be told: no day is above 12")
