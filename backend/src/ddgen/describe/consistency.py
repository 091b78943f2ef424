"""One name for one thing: a column that stands in several tables with the same facts has one business name."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import replace

from ddgen.describe import rules
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.texts import FieldText
from ddgen.model.bands import MOST_CODES
from ddgen.model.claim import Origin

Place = tuple[TableFacts, FieldFacts]


def same_names(places: Sequence[Place], texts: Sequence[FieldText]) -> list[FieldText]:
    """The texts, where names that a model gave to the same column of several tables are made one.

    Of several the one that was given earlier wins, then the most frequent, then the first. A name with words of its
    own table in it (`Order Status`, `Product Name`) speaks of that table, and stays.
    """
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for number, ((table, field), text) in enumerate(zip(places, texts, strict=True)):
        if text.origin is Origin.AI and not _of_its_table(table, field, text.business_name):
            groups[_sameness(field)].append(number)
    named = list(texts)
    for numbers in groups.values():
        if len({id(places[number][0]) for number in numbers}) > 1:
            name = _chosen([texts[number] for number in numbers])
            for number in numbers:
                named[number] = replace(texts[number], business_name=name)
    return named


def _sameness(field: FieldFacts) -> Hashable:
    """What two columns have in common that may share a name."""
    listed = field.values_closed and field.distinct is not None and field.distinct <= MOST_CODES
    codes = frozenset(value.value for value in field.values) if listed and field.data_type == "string" else None
    kinds = frozenset(field.data_type.split(" | "))
    return field.name.casefold(), kinds, field.semantic_type, field.unit, field.comment, codes


def _of_its_table(table: TableFacts, field: FieldFacts, name: str) -> bool:
    own = _stems(table.name) - _stems(field.name)
    return bool(own & _stems(name))


def _stems(name: str) -> set[str]:
    """Words of a name, in lower case and without the s of a plural."""
    return {word.lower().removesuffix("s") for word in rules.words(name)}


def _chosen(texts: Sequence[FieldText]) -> str:
    earlier = [text.business_name for text in texts if text.cached]
    return Counter(earlier or [text.business_name for text in texts]).most_common(1)[0][0]
