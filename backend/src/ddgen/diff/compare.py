"""All changes between two dictionaries, each judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from ddgen.diff import drift, keys, meaning, nested, schema, texts
from ddgen.diff.change import VERDICTS, Change, Diff, Side, counted
from ddgen.diff.found import Found
from ddgen.diff.rules import STANDARD, Rules
from ddgen.identity.renames import renames
from ddgen.identity.tables import BY_NAME, BY_PATTERN, match_tables
from ddgen.model.dictionary import Dictionary, Field, Table

Pair = tuple[Table, Table, Mapping[str, str]]
"""A table before and now, and the new paths of its renamed fields by their old ones."""


def compare(old: Dictionary, new: Dictionary, rules: Rules = STANDARD) -> Diff:
    """What changed from one dictionary to the other, as `rules` judge it. Neither is changed."""
    judge = _Judge(rules)
    pairs = list(_pairs(old, new, judge))
    targets = _targets(pairs)
    for before, now, renamed in pairs:
        if before == now:
            continue
        judge.take(now.name, None, chain(drift.of_table(before, now, rules.thresholds), texts.changes(before, now)))
        judge.take(now.name, None, keys.of_table(before, now, renamed))
        judge.take(now.name, None, nested.changes(before, now, renamed))
        _fields(before, now, renamed, targets, judge)
    for place, found in keys.orphans(old, new, targets):
        table, path = _placed(place, new)
        judge.take(table, path, [found])
    changes = _ordered(judge.changes, new)
    return Diff(
        old=Side.of(old),
        new=Side.of(new),
        counts=counted(changes),
        changes=changes,
        ignored=judge.ignored,
        notes=list(_notes(old, new)),
    )


class _Judge:
    """Judges what was found, and leaves out what is to be ignored."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.changes: list[Change] = []
        self.ignored = 0

    def take(self, table: str, path: str | None, found: Iterable[Found]) -> None:
        for one in found:
            place = path if one.path is None else one.path
            if self.rules.ignores(one.kind, table, place):
                self.ignored += 1
                continue
            verdict, why = self.rules.rule(one.kind)
            self.changes.append(
                Change(
                    kind=one.kind,
                    verdict=verdict,
                    table=table,
                    path=place,
                    message=one.message,
                    why=why,
                    before=one.before,
                    after=one.after,
                )
            )


def _pairs(old: Dictionary, new: Dictionary, judge: _Judge) -> Iterator[Pair]:
    """The tables that both have; those of one side are told."""
    before = [table for table in old.tables if not table.removed]
    after = [table for table in new.tables if not table.removed]
    matches = match_tables(after, before)
    for table, match in zip(after, matches, strict=True):
        if match is None:
            judge.take(table.name, None, [Found("table_added", f"new, with {nested.amount(table.fields)}")])
            judge.take(table.name, None, meaning.personal_in(table.fields))
            continue
        was, how = match
        if how != BY_NAME and was.name != table.name:
            kind = "table_continued" if how == BY_PATTERN else "table_renamed"
            said = f"was {was.name}, known by its {how}"
            judge.take(table.name, None, [Found(kind, said, was.name, table.name)])
        yield was, table, renames(was, table)
    known = {id(match[0]) for match in matches if match is not None}
    for table in before:
        if id(table) not in known:
            judge.take(table.name, None, [Found("table_removed", f"gone, with {nested.amount(table.fields)}")])


def _targets(pairs: Iterable[Pair]) -> dict[str, str]:
    """The new `table.path` of every field that is called otherwise now."""
    found = {}
    for old, new, renamed in pairs:
        for field in old.fields if old.name != new.name else ():
            found[f"{old.name}.{field.path}"] = f"{new.name}.{renamed.get(field.path, field.path)}"
        for path, now in renamed.items():
            found[f"{old.name}.{path}"] = f"{new.name}.{now}"
    return found


def _fields(old: Table, new: Table, renamed: Mapping[str, str], targets: Mapping[str, str], judge: _Judge) -> None:
    known = {renamed.get(field.path, field.path): field for field in old.fields if not field.removed}
    alike = (old.row_count or 0) > 0 and new.row_count == 0
    for now in new.fields:
        before = known.get(now.path)
        if before is not None and not now.removed and before != now:
            judge.take(new.name, now.path, _field(before, now, targets, judge.rules, emptied=alike))


def _field(old: Field, new: Field, targets: Mapping[str, str], rules: Rules, *, emptied: bool) -> Iterator[Found]:
    """The changes of a field; in a table without rows there is nothing to be seen of its values."""
    if not emptied:
        yield from schema.changes(old, new)
        yield from keys.of_field(old, new, targets)
        yield from meaning.changes(old, new)
        yield from drift.of_field(old, new, rules.thresholds)
    yield from texts.changes(old, new)


def _placed(place: str, dictionary: Dictionary) -> tuple[str, str | None]:
    """The table and path that a reference names."""
    for table in dictionary.tables:
        if place.startswith(f"{table.name}.") and table.field(place.removeprefix(f"{table.name}.")) is not None:
            return table.name, place.removeprefix(f"{table.name}.")
    return place, None


def _ordered(changes: list[Change], new: Dictionary) -> list[Change]:
    """By table in the order of the new dictionary, those that are gone last; the worst first, then by field."""
    tables = {table.name: place for place, table in enumerate(new.tables)}
    fields = {
        (table.name, field.path): place for table in new.tables for place, field in enumerate(table.fields, start=1)
    }
    last = len(fields) + 1

    def order(change: Change) -> tuple[int, str, int, int]:
        place = 0 if change.path is None else fields.get((change.table, change.path), last)
        return tables.get(change.table, len(tables)), change.table, VERDICTS.index(change.verdict), place

    return sorted(changes, key=order)


def _notes(old: Dictionary, new: Dictionary) -> Iterator[str]:
    """What limits the comparison."""
    for words, side in (("old", old), ("new", new)):
        if side.sample is not None:
            yield f"The {words} facts are of {side.sample.rows:,} records of each table, at most."
        broken = [table.name for table in side.tables if not table.complete and not table.removed]
        if broken:
            yield f"Not read whole in the {words} dictionary: {', '.join(broken)}."
    if old.masked != new.masked:
        yield "Personal values are masked on one side only, so that they cannot be compared."
