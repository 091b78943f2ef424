"""Everything that is known of one field, drawn in the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from ddgen.cli import brief
from ddgen.cli.terminal import Column, grid, pairs
from ddgen.exporters import changes, codes, facts, personal, text
from ddgen.model.claim import Claim
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Histogram, Profile

HEIGHT = 6
"""Lines of a histogram."""

TOP_VALUES = 20
_BLOCKS = " ▁▂▃▄▅▆▇█"
_VALUES = (Column("Value", 16, 60), Column("Count", 8, 16, justify="right"), Column("Share", 7, 8, justify="right"))
_CODES = (Column("Code", 10, 30), Column("Stands for", 16, 60), Column("Count", 8, 16, justify="right"))
_ODDITIES = (
    Column("Oddity", 12, 30, style="yellow"),
    Column("Count", 6, 12, justify="right"),
    Column("Example", 12, 40, rank=1),
    Column("First at", 12, 60, rank=2, style="dim"),
)


def draw(screen: Console, table: Table, field: Field) -> None:
    """Draw names, facts, values, oddities and claims."""
    draw_head(screen, table, field)
    section(screen, "What it is", pairs(_nature(field)))
    section(screen, "Facts", pairs(facts.statistics(field)))
    _draw_quantiles(screen, field.profile)
    _draw_histogram(screen, field.profile)
    _draw_codes(screen, field)
    _draw_values(screen, field.profile)
    _draw_oddities(screen, field.profile)
    _draw_claims(screen, field.claims)
    for note in field.profile.notes:
        screen.print(Text(f"Note: {text.prose(note)}", style="dim"))


def draw_head(screen: Console, table: Table, field: Field) -> None:
    """Draw which field it is, what people call it, and what is said of it."""
    screen.print(Text.assemble((text.name(table.name), "dim"), " · ", (text.name(field.path), "bold")))
    if field.business_name:
        screen.print(Text(text.prose(field.business_name), style="bold"))
    if field.description:
        screen.print(Text(text.prose(field.description)))


def _nature(field: Field) -> list[tuple[str, str]]:
    source = field.physical_type or field.data_type
    physical = f" (in the source: {text.visible(source)})" if source != field.data_type else ""
    semantic = (
        f"{text.visible(field.semantic_type)}, {text.percent(field.confidence or 0)} sure"
        if field.semantic_type
        else ""
    )
    said = [
        ("Type", text.data_type(field) + physical),
        ("Inside", text.holding(field)),
        ("Semantic type", semantic),
        ("Unit", text.visible(field.unit or "")),
        ("Personal data", personal.standing(field)),
        ("Because", "\n".join(personal.reasons(field))),
        ("Laws", personal.laws(field)),
        ("Values shown", personal.shown_as(field)),
        ("Renamed from", changes.renamed(field)),
        ("Gone", changes.removed(field)),
        ("Note", changes.stale(field)),
        ("Key", text.key(field)),
        ("Refers to", text.visible(field.references or "")),
        ("Owner", text.visible(field.owner or "")),
        ("Note", text.prose(field.note or "")),
        ("Comment", text.visible(field.comment or "")),
        ("Tags", ", ".join(map(text.visible, field.tags))),
        ("Values", brief.values(field.profile).plain),
    ]
    return [(what, how) for what, how in said if how]


def section(screen: Console, title: str, *bodies: object) -> None:
    """Draw a heading, and what stands under it."""
    screen.print()
    screen.print(Text(title, style="bold underline"))
    for body in bodies:
        screen.print(body)


def _draw_quantiles(screen: Console, profile: Profile) -> None:
    points = facts.quantiles(profile)
    if points and profile.quantiles is not None:
        exact = "exact" if profile.quantiles.exact else f"rank error {text.percent(profile.quantiles.rank_error)}"
        said = "   ".join(f"{point}: {figure}" for point, figure in points)
        section(screen, f"Quantiles ({exact})", Text(said))


def _draw_histogram(screen: Console, profile: Profile) -> None:
    drawn = profile.histogram or (profile.lengths.histogram if profile.lengths else None)
    if drawn is not None and drawn.counts:
        title = "Histogram" if drawn.of != "length" else "Histogram of lengths"
        section(screen, title if drawn.exact else f"{title} (of the sample)", histogram(drawn, screen.width))


def histogram(bins: Histogram, width: int) -> Text:
    """The counts as columns of block characters, the first and last edge below."""
    wide = max(1, min(3, width // max(len(bins.counts), 1)))
    most = max(bins.counts)
    heights = [max(round(amount * HEIGHT * 8 / most), 1 if amount else 0) if most else 0 for amount in bins.counts]
    lines = [
        "".join(_BLOCKS[min(max(height - 8 * level, 0), 8)] * wide for height in heights).rstrip()
        for level in reversed(range(HEIGHT))
    ]
    first, last = (text.measure(edge) for edge in (bins.edges[0], bins.edges[-1]))
    axis = first + last.rjust(max(wide * len(heights) - len(first), len(last) + 2))
    peak = f"highest: {text.count(most, 'value')}"
    return Text("\n".join([*lines, axis, peak]), no_wrap=True, overflow="crop")


def _draw_values(screen: Console, profile: Profile) -> None:
    if profile.top_values:
        rows = [
            [
                Text(text.value(entry.value)),
                Text(f"{entry.count:,}" + (f" ± {entry.error:,}" if entry.error else "")),
                Text(text.percent(entry.count / profile.values) if profile.values else ""),
            ]
            for entry in profile.top_values[:TOP_VALUES]
        ]
        title = "All values" if profile.all_values_listed and len(rows) == len(profile.top_values) else "Most frequent"
        section(screen, title, grid(_VALUES, rows, screen.width))
    if profile.shapes:
        said = "   ".join(f"{text.visible(shape.shape)} ({shape.count:,})" for shape in profile.shapes[:TOP_VALUES])
        section(screen, "Shapes" if profile.shapes_exact else "Shapes (of the sample)", Text(said))
    if profile.samples and not profile.all_values_listed:
        said = "   ".join(text.value(sample) for sample in profile.samples[:TOP_VALUES])
        section(screen, "Samples", Text(said))


def _draw_codes(screen: Console, field: Field) -> None:
    found = field.codes
    if found is None or not found.codes:
        return
    rows = [
        [
            Text(text.value(code.value)),
            Text(codes.label(code, found)),
            Text(f"{code.count:,}" if code.count is not None else ""),
        ]
        for code in found.codes
    ]
    section(screen, f"Codes ({codes.explained(found)})", grid(_CODES, rows, screen.width))


def _draw_oddities(screen: Console, profile: Profile) -> None:
    if not profile.oddities:
        return
    rows = [
        [
            Text(brief.oddity(odd.kind)),
            Text(f"{odd.count:,}"),
            Text(f"“{text.value(odd.example)}”" if odd.example is not None else ""),
            Text("; ".join(str(place) for place in odd.first[:3])),
        ]
        for odd in profile.oddities
    ]
    section(screen, "Oddities", grid(_ODDITIES, rows, screen.width))


def _draw_claims(screen: Console, claims: Sequence[Claim]) -> None:
    if not claims:
        return
    section(screen, "Claims")
    for claim in claims:
        draw_claim(screen, claim)


def draw_claim(screen: Console, claim: Claim, *more: str, shown: bool = True) -> None:
    """Draw what a claim says, who says so, and its evidence; `more` stands before the evidence."""
    kind = claim.kind.value.replace("_", " ")
    line = Text.assemble((kind, "bold"), ": ", text.claim_value(claim), "  ", (text.claim_provenance(claim), "dim"))
    if not claim.alive:
        line.stylize("strike")
    elif not shown:
        line.stylize("dim")
    screen.print(line)
    draw_reasons(screen, [*more, *claim.evidence])


def draw_reasons(screen: Console, reasons: Sequence[str]) -> None:
    """Draw reasons, one a line, under what they speak for."""
    for reason in reasons:
        screen.print(Padding(Text(text.prose(reason), style="dim"), (0, 0, 0, 2)))
