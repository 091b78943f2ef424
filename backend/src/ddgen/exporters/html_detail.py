"""What a field unfolds into in the HTML page: its facts, values, oddities, samples and claims."""

from __future__ import annotations

from ddgen.exporters import facts, html_meaning, svg, text
from ddgen.exporters.html_meaning import block
from ddgen.exporters.markup import Html, join, tag
from ddgen.model.claim import MULTI_VALUED, Claim, Kind, winners
from ddgen.model.dictionary import Field
from ddgen.model.profile import Histogram, Oddity, Profile, Shape, ValueCount

_VALUES_SHOWN = 20
_SHAPES_SHOWN = 8
_CLAIM_LENGTH = 600


def detail(field: Field, drawing: str | None) -> Html:
    """Everything known of a field, in blocks; `drawing` is the id of its histogram where it has one."""
    profile = field.profile
    rest = (
        html_meaning.personal_block(field),
        html_meaning.codes_block(field),
        _distribution(profile, drawing),
        Html() if field.codes is not None and field.codes.codes else _top_values(profile),
        _shapes(profile),
        _oddities(profile.oddities),
        _samples(profile),
        _notes(profile.notes),
    )
    return tag("div", _facts(field), tag("div", *rest, class_="rest"), _claims(field.claims), class_="detail")


def pairs(lines: list[tuple[str, str]]) -> Html:
    """Labelled lines as a list of terms."""
    return tag("dl", *(Html(tag("dt", label) + tag("dd", said)) for label, said in lines))


def chip(value: str) -> Html:
    """A value of the data, set so that its spaces show."""
    return tag("code", value)


def _facts(field: Field) -> Html:
    declared = {
        "Physical type": field.physical_type,
        "Inside the texts of": field.inside,
        "Declared nullable": None if field.nullable is None else ("yes" if field.nullable else "no"),
        "Unit": field.unit,
        "Owner": field.owner,
        "Source comment": field.comment if field.comment != field.description else None,
        "Tags": ", ".join(field.tags),
    }
    lines = [(label, said) for label, said in declared.items() if said]
    return block("Facts", pairs([*facts.statistics(field), *lines]))


def _distribution(profile: Profile, drawing: str | None) -> Html:
    figure = _histogram(profile, drawing)
    points = facts.quantiles(profile)
    if not figure and not points:
        return Html()
    exactness = "" if profile.quantiles is None or profile.quantiles.exact else " (from a sample)"
    heads = tag("tr", *(tag("th", point, scope="col") for point, _ in points))
    cells = tag("tr", *(tag("td", figure_) for _, figure_ in points))
    caption = tag("caption", f"Quantiles{exactness}: the share of values that lie below")
    table = tag("table", caption, tag("thead", heads), tag("tbody", cells), class_="quantiles") if points else Html()
    return block("Distribution", figure, table, class_="block wide")


def _histogram(profile: Profile, drawing: str | None) -> Html:
    histogram = shown_histogram(profile)
    if histogram is None or drawing is None:
        return Html()
    axis = tag("div", *(tag("span", mark) for mark in _axis(histogram)), class_="axis")
    highest = f"Highest bar: {text.count(max(histogram.counts), 'value')}"
    caption = tag("figcaption", f"{_subject(histogram)}, {text.count(len(histogram.counts), 'bin')}. {highest}.")
    return tag("figure", svg.again(drawing, "large"), axis, caption)


def shown_histogram(profile: Profile) -> Histogram | None:
    """The histogram worth showing: of the values, else of their lengths."""
    candidates = [profile.histogram, *(held.histogram for held in (profile.elements, profile.lengths) if held)]
    return next((found for found in candidates if found and any(found.counts)), None)


def _axis(histogram: Histogram) -> list[str]:
    middle = len(histogram.edges) // 2
    places = (0, middle, -1) if svg.even(histogram) and len(histogram.edges) % 2 else (0, -1)
    return [text.measure(histogram.edges[place]) for place in places]


def _subject(histogram: Histogram) -> str:
    exactness = "" if histogram.exact else " (from a sample)"
    return {"number": "Values", "date": "Dates", "length": "Lengths"}[histogram.of] + exactness


def histogram_label(profile: Profile, histogram: Histogram) -> str:
    """What the small histogram shows, in words."""
    ends = f"{text.measure(histogram.edges[0])} to {text.measure(histogram.edges[-1])}"
    return f"Histogram of {_subject(histogram).lower()} from {ends}" if profile.total else "Histogram"


def _top_values(profile: Profile) -> Html:
    if not profile.top_values:
        return Html()
    shown = profile.top_values[:_VALUES_SHOWN]
    title = (
        "All values" if profile.all_values_listed and len(shown) == len(profile.top_values) else "Most frequent values"
    )
    rows = (_value_row(entry, profile.values) for entry in shown)
    heads = tag("tr", *(tag("th", head, scope="col") for head in ("Value", "Count", "Share")))
    return block(title, tag("table", tag("thead", heads), tag("tbody", *rows), class_="values"))


def _value_row(entry: ValueCount, values: int) -> Html:
    count = f"{entry.count - entry.error:,} to {entry.count:,}" if entry.error else f"{entry.count:,}"
    share = min(1.0, entry.count / values) if values else 0.0
    shown = tag("td", text.percent(share), style=f"--v:{share:.3g}")
    return tag("tr", tag("td", text.value(entry.value)), tag("td", count), shown)


def _shapes(profile: Profile) -> Html:
    if not profile.shapes:
        return Html()
    lines = [_shape(shape, profile.values) for shape in profile.shapes[:_SHAPES_SHOWN]]
    return block("Shapes" if profile.shapes_exact else "Shapes (from a sample)", tag("ul", *lines, class_="plain"))


def _shape(shape: Shape, values: int) -> Html:
    share = f" {text.percent(min(1.0, shape.count / values))}" if values else ""
    return tag("li", chip(text.value(shape.shape)), tag("small", f" {shape.count:,} ·{share}"))


def _oddities(oddities: list[Oddity]) -> Html:
    return block("Oddities", tag("ul", *map(_oddity, oddities), class_="plain")) if oddities else Html()


def _oddity(oddity: Oddity) -> Html:
    example = (" such as ", chip(text.value(oddity.example))) if oddity.example is not None else ()
    places = "; ".join(map(str, oddity.first))
    first = tag("small", f"First at {places}") if places else Html()
    return tag("li", tag("b", text.kind(oddity.kind)), f" {text.count(oddity.count, 'time')}", *example, first)


def _samples(profile: Profile) -> Html:
    if not profile.samples:
        return Html()
    return block(
        "Samples", tag("p", join((chip(text.value(sample)) for sample in profile.samples), " "), class_="chips")
    )


def _notes(notes: list[str]) -> Html:
    return (
        block("Limits of these facts", tag("ul", *(tag("li", note) for note in notes), class_="plain"))
        if notes
        else Html()
    )


def _claims(claims: list[Claim]) -> Html:
    return block("Claims", claim_list(claims), class_="block wide") if claims else Html()


def claim_list(claims: list[Claim]) -> Html:
    """All claims with who said them, what became of them and why; those that are shown elsewhere stand out."""
    shown = {claim.id for kind in Kind for claim in _shown(claims, kind)}
    return tag("ul", *(_claim(claim, shown=claim.id in shown) for claim in claims), class_="claims")


def _shown(claims: list[Claim], kind: Kind) -> list[Claim]:
    return winners(claims, kind)[: None if kind in MULTI_VALUED else 1]


def _claim(claim: Claim, *, shown: bool) -> Html:
    evidence = tag("ul", *(tag("li", reason) for reason in claim.evidence)) if claim.evidence else Html()
    said = text.clip(text.claim_value(claim), _CLAIM_LENGTH)
    standing = tag("small", origin(claim), " ", text.claim_standing(claim), "" if shown else ", not shown")
    kind = tag("b", text.kind(claim.kind.value))
    return tag(
        "li", kind, tag("div", said, evidence), standing, class_=None if shown else "lost" if claim.alive else "dead"
    )


def origin(claim: Claim) -> Html:
    """The mark of who says so."""
    name = {"human": "Person", "ai": "AI"}.get(claim.origin.value, claim.origin.value.capitalize())
    return tag("span", name, class_=f"o {claim.origin.value}", title=text.ORIGINS[claim.origin])
