"""`ddgen types test`: which types a field with some values would have, and what speaks against the near ones."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.text import Text

from ddgen.cli import field_view, type_view
from ddgen.cli.terminal import console
from ddgen.errors import InputError, UsageError
from ddgen.exporters import text
from ddgen.reasons import column_of
from ddgen.semantics.column import Column
from ddgen.semantics.detect import LEAST, candidates
from ddgen.semantics.verdict import Verdict, verdicts
from ddgen.types.table import TypeTable

_STDIN = "-"
_MOST_SHOWN = 12
_MOST_NAMED = 10


@dataclass(frozen=True, slots=True)
class Given:
    """Values that a person gave; those from standard input are not shown again."""

    values: Sequence[str]
    shown: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """What came of a test. `verdicts` are those that fit, then the near ones; or those asked for.

    `possible` are types of which only a name is missing that says them.
    """

    given: Given
    name: str | None
    column: Column
    verdicts: Sequence[Verdict]
    asked: bool
    possible: Sequence[str] = ()

    @property
    def total(self) -> int:
        """How many different values were given."""
        return len(set(self.given.values))


def given(values: Sequence[str]) -> Given:
    """The values of the arguments, or of the lines of standard input. Raises UsageError where there is none."""
    if list(values) != [_STDIN]:
        return Given(values, shown=True)
    if sys.stdin is None:
        raise InputError("it is closed", code="missing", where="standard input")
    lines = (line.decode("utf-8", "replace").rstrip("\r\n") for line in sys.stdin.buffer)
    found = [line for line in lines if line.strip()]
    if not found:
        raise UsageError("there are no values", where="standard input", hint="Give one a line")
    return Given(found, shown=False)


def tried(values: Given, name: str | None, of: Sequence[str], known: TypeTable) -> Trial:
    """The verdicts on the types: those asked for, or those that come near. Raises UsageError for an unknown type."""
    column = column_of(values.values, name)
    if of:
        found = verdicts(column, [type_view.named(known, one) for one in of], candidates(column, known))
        return Trial(values, name, column, found, asked=True)
    every = verdicts(column, known, candidates(column, known))
    possible = dict.fromkeys(one.type.counts_as for one in every if one.possible and not one.near)
    return Trial(values, name, column, [one for one in every if one.near], asked=False, possible=list(possible))


def draw(trial: Trial) -> None:
    """Draw what fits, and what comes near and why it does not fit."""
    screen = console()
    screen.print(Text(_heading(trial), style="bold"))
    fitting = [one for one in trial.verdicts if one.fit is not None]
    others = [one for one in trial.verdicts if one.fit is None]
    if fitting:
        field_view.section(screen, "Fits")
        for one in fitting[:_MOST_SHOWN]:
            _draw(screen, one, trial)
    elif not trial.asked:
        screen.print()
        screen.print(Text("No semantic type fits."))
    if others:
        field_view.section(screen, "Does not fit" if trial.asked else "Comes near")
        for one in others[:_MOST_SHOWN]:
            _draw(screen, one, trial)
    if trial.possible:
        field_view.section(screen, "Would fit if the name said so", Text(", ".join(trial.possible)))
    left = max(0, len(fitting) - _MOST_SHOWN) + max(0, len(others) - _MOST_SHOWN)
    if left:
        screen.print(Text(f"and {left} more that come near; --json names all", style="dim"))


def _heading(trial: Trial) -> str:
    tested = len(trial.column.texts)
    many = text.count(trial.total, "different value")
    looked = f", of which {tested} are looked at" if tested < trial.total else ""
    kinds = " | ".join(sorted(trial.column.data_types))
    words = ", ".join(one.replace("_", " ") for one in trial.column.names)
    name = f"; the name {text.visible(trial.name)} says: {text.visible(words) or 'nothing'}" if trial.name else ""
    return f"{many}{looked}, {kinds}{name}"


def _draw(screen: Console, one: Verdict, trial: Trial) -> None:
    sure = f"  {text.percent(one.fit.confidence)} sure{_standing(one)}" if one.fit is not None else ""
    style = "bold green" if one.fit is not None else "bold"
    screen.print(Text.assemble((text.visible(one.type.id), style), f"  {text.visible(one.type.title)}", sure))
    field_view.draw_reasons(screen, [*one.reasons(), *_misfits(one, trial)])


def _standing(one: Verdict) -> str:
    """What else is to know of a type that fits."""
    counts = f", counts as {one.type.parent}" if one.type.parent else ""
    sure = one.fit is not None and one.fit.confidence >= LEAST
    return counts if sure else f"{counts}, not claimed below {text.percent(LEAST)}"


def _misfits(one: Verdict, trial: Trial) -> Iterator[str]:
    """Which values do not match: the values themselves, or their lines where they came from standard input."""
    if not one.type.tests_values or not (trial.asked or len(trial.column.texts) > 1):
        return
    wrong = [place for place, value in enumerate(trial.given.values, start=1) if not one.type.accepts(value)]
    if not wrong or len(wrong) == len(trial.given.values):
        return
    named = [text.value(trial.given.values[place - 1]) if trial.given.shown else str(place) for place in wrong]
    more = f" and {len(named) - _MOST_NAMED:,} more" if len(named) > _MOST_NAMED else ""
    lines = "" if trial.given.shown else "line " if len(named) == 1 else "lines "
    yield f"{lines}{', '.join(named[:_MOST_NAMED])}{more} {'does' if len(named) == 1 else 'do'} not match"


def document(trial: Trial) -> dict[str, Any]:
    """The test as JSON: no value is in it."""
    return {
        "values": trial.total,
        "looked_at": len(trial.column.texts),
        "data_types": sorted(trial.column.data_types),
        "name": trial.name,
        "words": list(trial.column.names),
        "types": [_document(one) for one in trial.verdicts],
        "possible_with_a_name": list(trial.possible),
    }


def _document(one: Verdict) -> dict[str, Any]:
    fits = one.fit
    return {
        "type": one.type.id,
        "title": one.type.title,
        "fits": fits is not None,
        "claimed": fits is not None and fits.confidence >= LEAST,
        "confidence": fits.confidence if fits is not None else None,
        "counts_as": one.type.counts_as,
        "miss": one.miss.name.lower() if one.miss is not None else None,
        "formed": one.formed,
        "confirmed": one.confirmed,
        "tested": one.tested,
        "why": one.reasons(),
    }
