"""What speaks for what is said of a field, drawn in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from ddgen.cli import field_view
from ddgen.cli.terminal import Column, grid, pairs
from ddgen.exporters import personal, text
from ddgen.model.dictionary import Field, Relationship, Table
from ddgen.reasons import KeyReason, LostReference, Meaning, NameReason, Reasons, TypeReason

_PIECES = (Column("Piece", 4, 30), Column("Stands for", 6, 40), Column("Because", 10, 80, rank=1, style="dim"))
_READ_DATA = "Name the data instead of the dictionary to see all types and references that were looked at."


def draw(screen: Console, table: Table, field: Field, found: Reasons) -> None:
    """Draw the claims, the types considered, personal data, keys and references, and the name."""
    field_view.draw_head(screen, table, field)
    _draw_claims(screen, found)
    _draw_meaning(screen, found.meaning)
    _draw_personal(screen, field, found)
    _draw_keys(screen, found.keys)
    _draw_name(screen, found.name)
    if not found.live:
        screen.print()
        screen.print(Text(_READ_DATA, style="dim"))


def _draw_claims(screen: Console, found: Reasons) -> None:
    field_view.section(screen, "Claims" if found.claims else "No claims")
    for one in found.claims:
        more = [f"not shown: {one.why}"] if one.why is not None else []
        field_view.draw_claim(screen, one.claim, *more, shown=one.shown)


def _draw_meaning(screen: Console, meaning: Meaning) -> None:
    words = ", ".join(text.visible(one.replace("_", " ")) for one in meaning.words)
    field_view.section(screen, "Semantic types considered", Text(f"Words of the name: {words or 'none that tell'}"))
    if not meaning.types:
        screen.print(Text("None came near."))
    for one in meaning.types:
        draw_type(screen, one)
    if meaning.left_out:
        screen.print(Text(f"and {meaning.left_out} more that came near", style="dim"))


def draw_type(screen: Console, one: TypeReason) -> None:
    """Draw a type that was considered, and what spoke for and against it."""
    sure = f"{text.percent(one.confidence)} sure" if one.confidence is not None else "does not fit"
    standing = f"taken, {sure}" if one.taken else sure
    style = "bold green" if one.taken else "bold" if one.confidence is not None else "bold dim"
    title = f"  {text.visible(one.title)}" if one.title else ""
    screen.print(Text.assemble((text.visible(one.type), style), title, f"  {standing}"))
    field_view.draw_reasons(screen, one.why)


def _draw_personal(screen: Console, field: Field, found: Reasons) -> None:
    if found.pii is None:
        return
    said = [
        ("What", personal.standing(field)),
        ("Because", "; ".join(map(text.visible, found.pii.why))),
        ("Against", "; ".join(map(text.visible, found.pii.against))),
        ("Laws", "; ".join(map(text.visible, found.pii.laws))),
        ("Values", "are not shown here" if found.hidden else ""),
    ]
    field_view.section(screen, "Personal data", pairs([(what, how) for what, how in said if how]))


def _draw_keys(screen: Console, keys: KeyReason) -> None:
    field_view.section(screen, "Key and references")
    for fact in keys.facts:
        screen.print(Text(text.visible(fact)))
    for one in keys.claims:
        more = [f"not shown: {one.why}"] if one.why is not None else []
        field_view.draw_claim(screen, one.claim, *more, shown=one.shown)
    for link in keys.references:
        _draw_link(screen, link)
    for lost in keys.lost:
        _draw_lost(screen, lost)
    if not (keys.facts or keys.claims or keys.references or keys.lost):
        screen.print(Text("Nothing is known."))


def _draw_link(screen: Console, link: Relationship) -> None:
    screen.print(Text.assemble((text.relationship(link), "bold"), f"  {text.relationship_facts(link)}"))
    field_view.draw_reasons(screen, [*link.evidence, *_parts(link.parts)])


def _draw_lost(screen: Console, lost: LostReference) -> None:
    score = f", score {lost.score:.2f}" if lost.score is not None else ""
    ends = f"{text.visible(lost.start)} → {text.visible(lost.target)}"
    screen.print(Text.assemble((ends, "bold dim"), f"  not taken{score}"))
    field_view.draw_reasons(screen, [lost.why, *_parts(lost.parts)])


def _parts(parts: dict[str, float]) -> Iterator[str]:
    if parts:
        said = ", ".join(f"{name} {part:+.2f}" for name, part in parts.items())
        yield f"score: {said}"


def _draw_name(screen: Console, name: NameReason) -> None:
    rows: Sequence[Sequence[Text]] = [
        [Text(text.visible(one.written)), Text(text.visible(one.words)), Text(text.visible(one.why))]
        for one in name.pieces
    ]
    said = Text(f"By rule: {text.visible(name.text)}, {text.percent(name.confidence)} sure")
    field_view.section(screen, "Name", said, grid(_PIECES, rows, screen.width))
