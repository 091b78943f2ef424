"""How what is to be decided is shown: one item for a decision, lists, coverage, and what became of decisions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ddgen.cli.terminal import Column, grid
from ddgen.exporters import text
from ddgen.masked import document
from ddgen.model.claim import Claim
from ddgen.model.dictionary import Dictionary
from ddgen.review.coverage import Coverage, total
from ddgen.review.decide import Outcome
from ddgen.review.items import Item, Part, part_of
from ddgen.review.same_name import Namesake

_LIST = (
    Column("Id", 12, 12, style="dim"),
    Column("Where", 16, 48),
    Column("Kind", 11, 14, rank=2),
    Column("Status", 9, 10, rank=3),
    Column("By", 5, 6, rank=4),
    Column("Says", 20, 120),
)
_SAME = (Column("No.", 3, 6, justify="right"), Column("Where", 16, 48), Column("Type", 7, 14), Column("Says", 20, 90))
_COVERAGE = (
    Column("Table", 12, 40),
    *(Column(title, 6, 12, justify="right") for title in ("Suggested", "Approved", "Edited", "Rejected", "Missing")),
    Column("Done", 6, 8, justify="right"),
)


def seen(dictionary: Dictionary, part: Part) -> Part:
    """The table or field as it may be shown, with the same claims in the same order."""
    if dictionary.masked:
        return part
    alone = dictionary.model_copy(update={"tables": [part.table], "relationships": [], "problems": []})
    path = None if part.field is None else part.field.path
    return part_of(document.masked(alone), part.table_id, path) or part


def claim_seen(dictionary: Dictionary, item: Item) -> Claim:
    """The claim as it may be shown."""
    at = next(number for number, claim in enumerate(item.part.claims) if claim is item.claim)
    return seen(dictionary, item.part).claims[at]


def draw_item(screen: Console, dictionary: Dictionary, item: Item, number: int, count: int) -> None:
    """Draw what is to be decided: what it is of, the facts, the text, and what speaks for it."""
    part, claim = seen(dictionary, item.part), claim_seen(dictionary, item)
    screen.print()
    head = Text.assemble((f"{number:,}/{count:,}  ", "dim"), (text.visible(part.place), "bold"))
    field = part.field
    if field is not None:
        head.append(f"  {text.data_type(field)}", style="cyan")
        facts = text.summary(field, part.table)
    else:
        facts = text.rows(part.table)
    screen.print(head)
    screen.print(Padding(Text(facts, style="dim"), (0, 0, 0, 2), expand=False))
    if part.thing.note:
        screen.print(Padding(Text(f"note: {text.prose(part.thing.note)}", style="yellow"), (0, 0, 0, 2), expand=False))
    for one in _candidates(part, claim):
        _draw_claim(screen, one, first=one is claim)


def _candidates(part: Part, claim: Claim) -> list[Claim]:
    """The claim, then others of its kind that are alive."""
    others = [one for one in part.claims if one.kind is claim.kind and one.alive and one is not claim]
    return [claim, *others]


def _draw_claim(screen: Console, claim: Claim, *, first: bool) -> None:
    kind = claim.kind.value.replace("_", " ")
    said = Text.assemble((f"{kind}: " if first else "or: ", "bold" if first else "dim"), text.claim_value(claim))
    said.append(f"  {text.claim_provenance(claim)}", style="dim")
    screen.print(said)
    for reason in claim.evidence if first else ():
        screen.print(Padding(Text(text.prose(reason), style="dim"), (0, 0, 0, 2), expand=False))


def draw_namesakes(screen: Console, found: Sequence[Namesake]) -> None:
    """Draw the fields of the same name, numbered; those that people have settled say so."""
    rows = [
        [
            Text(str(number)),
            Text(text.visible(one.place)),
            Text(text.visible(one.data_type)),
            Text(("(settled) " if one.settled else "") + text.visible(one.said or "")),
        ]
        for number, one in enumerate(found, 1)
    ]
    screen.print(grid(_SAME, rows, screen.width))


def chosen(answer: str, found: Sequence[Namesake], open_: Sequence[str]) -> list[str] | None:
    """The places that a person chose: all open ones for `y`, else by number; None where there is no such number."""
    if answer.strip().casefold() in {"y", "yes"}:
        return list(open_)
    words = re.split(r"[\s,]+", answer.strip()) if answer.strip() else []
    numbers = [int(word) for word in words if word.isdecimal()]
    if len(numbers) != len(words) or any(not 1 <= number <= len(found) for number in numbers):
        return [] if answer.strip().casefold() in {"n", "no"} else None
    return [found[number - 1].place for number in numbers]


def as_dict(dictionary: Dictionary, item: Item) -> dict[str, Any]:
    """An item for programs."""
    claim = claim_seen(dictionary, item)
    said = {
        "id": item.id,
        "place": item.part.place,
        "kind": claim.kind.value,
        "status": claim.status.value,
        "origin": claim.origin.value,
        "value": claim.value,
        "confidence": claim.confidence,
        "evidence": claim.evidence,
        "by": claim.by,
        "note": claim.note,
    }
    return {name: value for name, value in said.items() if value is not None}


def draw_list(screen: Console, dictionary: Dictionary, items: Iterable[Item]) -> None:
    """Draw items, one a line."""
    rows = []
    for item in items:
        claim = claim_seen(dictionary, item)
        words = (item.id, item.part.place, claim.kind.value, claim.status.value, claim.origin.value)
        rows.append([*(Text(text.visible(word)) for word in words), Text(text.claim_value(claim))])
    if rows:
        screen.print(grid(_LIST, rows, screen.width))
    screen.print(Text(text.count(len(rows), "claim"), style="dim"))


def draw_coverage(screen: Console, found: list[Coverage]) -> None:
    """Draw how far people have come, a line a table."""
    rows = [_coverage_row(one) for one in [*found, total(found)]]
    rows[-1][0] = Text("all", style="bold")
    screen.print(grid(_COVERAGE, rows, screen.width))


def _coverage_row(one: Coverage) -> list[Text]:
    figures = (one.suggested, one.approved, one.edited, one.rejected, one.missing)
    return [Text(text.visible(one.table)), *(Text(f"{figure:,}") for figure in figures), Text(text.percent(one.done))]


def told(outcomes: Mapping[str, Sequence[Outcome]]) -> list[dict[str, Any]]:
    """What became of each reference, by what was to be done with it."""
    return [
        {
            "action": action,
            "ref": outcome.ref,
            "done": outcome.done,
            "reason": outcome.reason,
            "items": [
                {"id": item.id, "place": item.part.place, "kind": item.claim.kind.value} for item in outcome.items
            ],
        }
        for action, those in outcomes.items()
        for outcome in those
    ]


def draw_told(screen: Console, outcomes: Mapping[str, Sequence[Outcome]]) -> None:
    """Draw what became of each reference."""
    for one in told(outcomes):
        places = ", ".join(f"{item['place']}:{item['kind']}" for item in one["items"]) or one["ref"]
        said = (
            f"{one['action']}: {places}" if one["done"] else f"not done: {one['action']} {one['ref']}: {one['reason']}"
        )
        screen.print(Text(text.visible(said)), soft_wrap=True)


def printed(what: object) -> str:
    """Plain data as JSON."""
    return json.dumps(what, ensure_ascii=False, indent=2, default=str)
