"""The texts of sentences by rule, in English. Another language is other modules with the same public names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from ddgen.describe.grammar_en import (
    both,
    inner,
    is_adjective,
    is_participle,
    is_plural,
    opened,
    plural,
    singular,
    with_article,
)
from ddgen.describe.subjects_en import is_noun

What = Literal["flag", "moment", "day", "clock", "number", "other"]
"""What a field's values tell, as far as a sentence is another for it."""

TYPES = {
    "integer": "whole number",
    "float": "number",
    "decimal": "decimal number",
    "string": "text",
    "boolean": "true or false",
    "date": "date",
    "time": "time of day",
    "timestamp": "date and time",
    "interval": "length of time",
    "uuid": "UUID",
    "binary": "binary data",
    "geometry": "geometry",
    "object": "group of fields",
    "unknown": "no values",
}
_WHEN = {"moment": "Date and time when", "day": "Date when", "clock": "Time of day when"}
_WHEN_ENDS = frozenset("at on time date timestamp datetime day ts utc dt".split())
_ASKING = frozenset("is was are were has have had can could should must may will does did".split())
_FLAG_ENDS = frozenset("flag indicator ind yn bool boolean".split())
_VERBS = frozenset(
    "accepts allows applies contains expires exists has includes is needs owns permits requires sends shows supports"
    " uses wants works".split()
)
_BASE_VERBS = frozenset(
    "accept allow apply enable disable exclude force hide ignore include notify permit print publish require send show"
    " skip support use".split()
)
_MOST_OWNERS = 2
"""Of the objects around a field no more are named, the nearest: its path tells the others."""

_LOADED = "Date and time when {} last wrote the record"
_SYSTEM = {
    r"_fivetran_synced": _LOADED.format("Fivetran"),
    r"_fivetran_deleted": "Whether the record was deleted in the system that Fivetran loads it from",
    r"_fivetran_(id|batch)": "Identifier that Fivetran gave the record",
    r"_fivetran_active": "Whether this is the current version of the record, as Fivetran keeps its history",
    r"_fivetran_(start|end)": "Date and time that bounds how long this version of the record held, by Fivetran",
    r"_airbyte_(emitted|extracted|normalized|loaded)_at": "Date and time when Airbyte handled the record",
    r"_airbyte_(raw|ab)_id|_airbyte_\w*hashid": "Identifier that Airbyte gave the record",
    r"_sdc_(batched|received|extracted)_at": "Date and time when Stitch handled the record",
    r"_sdc_deleted_at": "Date and time when the record was deleted in its source, by Stitch",
    r"_sdc_(sequence|table_version)": "Number by which Stitch keeps the order of versions",
    r"_dlt_(load_)?id|_dlt_parent_id": "Identifier that the loader dlt gave the record or its load",
    r"dbt_valid_(from|to)": "Date and time that bounds how long this version of the record held, by dbt snapshots",
    r"dbt_(scd_id|updated_at)": "Mark of the version of the record, by dbt snapshots",
    r"_hoodie_\w+": "Metadata of the table format Apache Hudi",
    r"__(op|deleted|source_ts_ms|lsn)": "Metadata of the change capture of Debezium",
    r"systemmodstamp": "Date and time when a user or a process of Salesforce last changed the record",
    r"__v": "Version of the document that Mongoose counts",
    r"_etl_\w+|etl_(load|batch|insert|update)\w*": "Mark of the load that brought the record here",
    r"row_?version|rowversion": "Version of the row, which changes whenever the row does",
}
"""Names that loaders and stores of data give to columns of their own."""

_ALONE = re.compile(r"(?![\s,;])[^,;]*(?<![\s,;])")
"""A value that can stand in a list as it is."""

_SYSTEM_NAME = {re.compile(regex): text for regex, text in _SYSTEM.items()}


def system(name: str) -> str | None:
    """What a column is that a loader or a store of data adds of its own, by its name as it stands."""
    return next((text for regex, text in _SYSTEM_NAME.items() if regex.fullmatch(name.lower())), None)


def lead(name: str, owners: Sequence[str], what: What) -> str:
    """What a field tells, from the words of its business name and what it belongs to, the nearest first."""
    words = [inner(word) for word in name.split()]
    if not words:
        return ""
    low = [word.lower() for word in words]
    owners = [_other(owner, low) for owner in owners if not _said(owner, words)][:_MOST_OWNERS]
    if what == "flag":
        return _whether(words, low, owners)
    if low[-1] == "by" and len(low) > 1 and is_participle(low[-2]):
        return f"By whom {_the(words[:-2], owners)} was {words[-2]}"
    if what in _WHEN and (done := _without(low, _WHEN_ENDS)) and is_participle(low[done - 1]):
        return f"{_WHEN[what]} {_done(words[:done], owners)}"
    if low[-1] == "at" and words[1:]:
        return _at(words[:-1], owners)
    if low[-1] in {"id", "identifier"}:
        return _identifier(words[:-1], owners)
    counted = _counted(words, low) if what == "number" else None
    if counted:
        return f"Number of {counted}{_of(owners)}"
    told = len(words) == 1 and is_adjective(low[0])
    return opened(" ".join(words)) + ("" if told else _of(owners))


def _at(words: Sequence[str], owners: Sequence[str]) -> str:
    if is_participle(words[-1]):
        return f"When {_done(words, owners)}"
    return f"Time of {' '.join(words)}{_of(owners)}"


def _identifier(words: Sequence[str], owners: Sequence[str]) -> str:
    if words and is_adjective(words[-1]):
        return f"{opened(' '.join(words))} identifier{_of(owners)}"
    return "Identifier" + _of([*([" ".join(words)] if words else []), *owners])


def _other(owner: str, low: Sequence[str]) -> str:
    """What something belongs to without the word that it is itself: the code of a discount code is a discount's."""
    before, _, last = owner.rpartition(" ")
    return before if before and list(low) == [last.lower()] else owner


def _said(owner: str, words: Sequence[str]) -> bool:
    """Whether the words of a name hold what it belongs to."""
    head = singular(owner.rsplit(maxsplit=1)[-1]).lower()
    return head in {singular(word).lower() for word in words if word not in words[-1:]} or [owner] == [" ".join(words)]


def _of(owners: Sequence[str]) -> str:
    return "".join(f" of the {owner}" for owner in owners)


def _the(words: Sequence[str], owners: Sequence[str]) -> str:
    thing = ([" ".join(words)] if words else []) + list(owners)
    return f"the {thing[0]}{_of(thing[1:])}" if thing else "the record"


def _without(low: Sequence[str], ends: frozenset[str]) -> int:
    """How many words are left before the ends."""
    left = len(low)
    while left and low[left - 1] in ends:
        left -= 1
    return left


def _done(words: Sequence[str], owners: Sequence[str]) -> str:
    """`the order was last updated`, from the words last updated."""
    start = len(words) - 1
    if start and words[start - 1].lower() in {"last", "first", "not", "next"}:
        start -= 1
    verb = "were" if start and is_plural(words[start - 1]) else "was"
    return f"{_the(words[:start], owners)} {verb} {' '.join(words[start:])}"


def _whether(words: list[str], low: list[str], owners: Sequence[str]) -> str:
    left = _without(low, _FLAG_ENDS)
    words, low = (words[:left], low[:left]) if left else (words, low)
    if low[0] in _ASKING and words[1:]:
        thing = low[0] in {"is", "was"} and not is_adjective(low[-1]) and is_noun(low[-1]) and not is_plural(low[-1])
        said = with_article(" ".join(words[1:])) if thing else " ".join(words[1:])
        return f"Whether {_the([], owners)} {words[0]} {said}"
    verb = next((place for place, word in enumerate(low) if word in _VERBS), None)
    if verb is not None and verb < len(words) - 1:
        return f"Whether {_the(words[:verb], owners if not verb else [])} {' '.join(words[verb:])}"
    if low[0] in _BASE_VERBS and words[1:]:
        return f"Whether to {' '.join(words)}{_of(owners).replace(' of ', ' for ', 1)}"
    if is_adjective(low[-1]):
        be = "are" if words[1:] and is_plural(words[-2]) else "is"
        return f"Whether {_the(words[:-1], owners)} {be} {words[-1]}"
    return f"Yes or no: {' '.join(words)}{_of(owners)}"


def _counted(words: Sequence[str], low: Sequence[str]) -> str | None:
    """What is counted, where a name says that something is."""
    if low[0] in {"number", "count"} and words[1:]:
        rest = words[2:] if low[1] == "of" else words[1:]
    elif low[-1] == "count" and words[1:]:
        rest = words[:-1]
    else:
        return None
    return " ".join([*rest[:-1], plural(rest[-1])]) if rest and not is_participle(rest[-1]) else None


def identifies(owner: str | None) -> str:
    """Said of a primary key that does not say so by its name."""
    return f"primary key, identifies the {owner}" if owner else "primary key, identifies a row"


def unique_identifier(owner: str) -> str:
    """Said of a primary key whose name says that it identifies a row."""
    return f"Unique identifier of the {owner} (primary key)"


def only_identifies(name: str, owner: str) -> bool:
    """Whether a name says nothing but that it identifies what a row is."""
    words = [singular(word.lower()) for word in name.split()]
    return words[-1:] == ["id"] and words[:-1] in ([], [singular(word.lower()) for word in owner.split()])


def part_of_key(others: Sequence[str]) -> str:
    """Said of one of several fields of a primary key."""
    return f"part of the primary key, with {both(list(others))}"


def refers(target: str) -> str:
    """Said of a foreign key; `target` is `table.path`."""
    return f"foreign key that refers to {target}"


UNIQUE = "unique"
ALWAYS_MISSING = "always missing"
NO_VALUES = "no values"
MAP = "map"
EMPTY = "(empty)"


def of_type(kind: str, title: str) -> str:
    """A type of data, with what the values are."""
    first, _, rest = title.partition(" ")
    said = f"{inner(first)} {rest}".strip()
    return f"{kind}: {said}" if "(" in said else f"{kind} ({said})"


def says(name: str, title: str) -> bool:
    """Whether a name says as much as the title of a type."""
    small = {"a", "an", "and", "of", "or", "the"}
    named = {singular(word).lower() for word in re.findall(r"[^\W_]+", name)}
    return {singular(word).lower() for word in re.findall(r"[^\W_]+", title)} <= named | small


def in_unit(unit: str) -> str:
    """Behind what is measured."""
    return f"as a {unit}" if unit.startswith("fraction") else f"in {unit}"


def moment(value: datetime) -> str:
    """A moment that a number counts up to."""
    return f"{value:%Y-%m-%d %H:%M} UTC"


def between(low: str, high: str) -> str:
    """A range, or the one value."""
    return f"from {low} to {high}" if low != high else f"always {low}"


def always(value: str) -> str:
    """Said of a field with one value."""
    return f"always {value}"


def code(value: str, label: str | None) -> str:
    """A code with what it stands for."""
    return f"{value} ({label})" if label is not None else value


def explained(listed: str, source: str | None) -> str:
    """Codes with where they are explained."""
    named = source is not None and (source[:1].isupper() or "." in source)
    return f"{listed}, by {source}" if named else listed


def every(step: str, low: str, high: str) -> str:
    """Said where every day or year of a range is there once or more."""
    return f"every {step} from {low} to {high}"


def in_list(value: str) -> str:
    """A value among others: in quotation marks where it would run into them."""
    return value if _ALONE.fullmatch(value) else f"\u201c{value}\u201d"


def one_of(values: Sequence[str]) -> str:
    """Said of few values, all listed."""
    return f"one of {', '.join(values)}"


def many(count: int, often: Sequence[str]) -> str:
    """Said of more values than are listed."""
    return f"{count:,} different values, most often {', '.join(often)}" if often else f"{count:,} different texts"


def true_share(percent: str) -> str:
    """Said of a flag; percent is a number in words."""
    return f"true in {percent} %"


def long(low: int, high: int) -> str:
    """Lengths of texts in characters."""
    return f"of {_span(low, high)} character{'' if high == 1 else 's'}"


def elements(low: int, high: int) -> str:
    """Lengths of lists."""
    return f"list of {_span(low, high)} element{'' if high == 1 else 's'}"


def holding(title: str, fields: int) -> str:
    """Texts that are documents of other fields."""
    inner = f"with {fields:,} inner field{'' if fields == 1 else 's'}" if fields else "always without fields"
    return f"text that holds {title}, {inner}"


def _span(low: int, high: int) -> str:
    return f"{low}" if low == high else f"{low} to {high}"


def keys(values: Sequence[str]) -> str:
    """Keys of a map."""
    return f"map from keys such as {', '.join(values)}"


def mixed(shares: Sequence[tuple[str, int]]) -> str:
    """Types of a field of several."""
    return "mixed: " + ", ".join(f"{name} {count:,}" for name, count in shares)


def shaped(shape: str) -> str:
    """A format by its shape."""
    return f"written like {shape}"


def missing(percent: str) -> str:
    """Percent as a number in words."""
    return f"missing in {percent} %"


def little(percent: str) -> str:
    """A share that rounds to nothing or to all."""
    return "under 0.1" if percent == "0" else "over 99.9" if percent == "100" else percent


def grain(one: str | None, key: Sequence[str]) -> str | None:
    """What one row of a table is; None where nothing tells."""
    if one is not None:
        return f"one row is one {one}"
    return f"one row for each {both(list(key))}" if key else None


def related(tables: Sequence[str]) -> str:
    """Said of a table whose fields refer to others."""
    return f"refers to {both(list(tables))}"


def rows(count: int | None, fields: int) -> str:
    """The size of a table."""
    many_rows = "An unknown number of rows" if count is None else f"{count:,} row{'' if count == 1 else 's'}"
    return f"{many_rows} with {fields:,} field{'' if fields == 1 else 's'}"


def opened_sentence(parts: Sequence[str]) -> str:
    """The parts as one sentence."""
    return opened("; ".join(part for part in parts if part)) + "."
