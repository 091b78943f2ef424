"""A table in the HTML page: its heading, its facts, and its fields, a row each that unfolds."""

from __future__ import annotations

from dataclasses import dataclass
from dataclasses import field as member

from ddgen.exporters import changes, html_meaning, personal, svg, text
from ddgen.exporters.html_detail import claim_list, detail, histogram_label, origin, shown_histogram
from ddgen.exporters.markup import NOTHING, Html, Slugs, breakable, escape, join, tag
from ddgen.model.claim import Kind, winner
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.path import Path, Step, format_path, parse

_HEADS = (
    ("position", "#"),
    ("path", "Field"),
    ("name", "Business name"),
    ("type", "Type"),
    ("missing", "Missing"),
    ("distinct", "Distinct"),
    ("", "Values"),
)
_BARS = 16


@dataclass(slots=True)
class Anchors:
    """The ids of tables and fields in the page: safe, unique, and the same for the same names."""

    tables: list[str] = member(default_factory=list)
    fields: list[list[str]] = member(default_factory=list)
    by_reference: dict[str, str] = member(default_factory=dict)
    """From `table.path`, as references are written, to an id."""

    incoming: dict[str, list[str]] = member(default_factory=dict)
    """From `table.path` to what refers to it."""


def anchors(dictionary: Dictionary) -> Anchors:
    """An id for every table and field, tables first so that theirs are the plain ones."""
    slugs, made = Slugs(), Anchors()
    for number, table in enumerate(dictionary.tables, 1):
        made.tables.append("t-" + slugs.make(table.name, f"table-{number}"))
    for number, table in enumerate(dictionary.tables):
        base = made.tables[number].removeprefix("t-")
        ids = ["f-" + slugs.make(f"{base}-{field.path}", f"{base}-field") for field in table.fields]
        made.fields.append(ids)
        for field, identifier in zip(table.fields, ids, strict=True):
            made.by_reference.setdefault(f"{table.name}.{field.path}", identifier)
    for link in (link for link in dictionary.relationships if link.via is None):
        for referring, referred in zip(link.from_, link.to, strict=False):
            made.incoming.setdefault(referred, []).append(referring)
    return made


def section(table: Table, number: int, ids: Anchors) -> Html:
    """The whole of a table."""
    identifier = ids.tables[number]
    return tag(
        "section",
        _heading(table, identifier),
        description(table),
        _facts(table, ids),
        _claims(table),
        _fields(table, ids.fields[number], ids),
        class_="table",
        id=identifier,
        aria_labelledby=_heading_id(identifier),
    )


def _heading(table: Table, identifier: str) -> Html:
    label = text.label(table)
    named = tag("code", text.name(table.name), class_="tname")
    removed = tag("span", "removed", class_="badge") if table.removed else Html()
    return tag("h2", tag("a", label, href=f"#{identifier}"), " ", named, removed, id=_heading_id(identifier))


def _heading_id(identifier: str) -> str:
    return "h" + identifier.removeprefix("t")


def description(thing: Table | Field) -> Html:
    """The description with the mark of who wrote it."""
    claim = winner(thing.claims, Kind.DESCRIPTION)
    if not thing.description:
        return Html()
    return tag("p", text.prose(thing.description), " ", origin(claim) if claim else "", class_="prose")


def _facts(table: Table, ids: Anchors) -> Html:
    lines = [
        ("Size", _size(table)),
        ("Personal data", personal.totals(table.fields)),
        ("Grain", text.prose(table.grain or "")),
        ("Primary key", ", ".join(map(text.visible, table.primary_key))),
        ("Referenced by", _referring(table, ids)),
        ("Source", breakable(text.name(table.uri))),
        ("Records at", text.visible(table.record_path or "")),
        ("Format", table.format),
        ("Read as", text.reading(table)),
        ("Owner", text.prose(table.owner or "")),
        ("Source comment", text.prose(table.comment or "") if table.comment != table.description else ""),
    ]
    return tag(
        "dl", *(tag("div", tag("dt", label), tag("dd", said)) for label, said in lines if said.strip()), class_="meta"
    )


def reference(end: str, ids: Anchors) -> Html:
    """The end of a relationship, a link where the field is in this dictionary."""
    target = ids.by_reference.get(end)
    return tag("code", tag("a", end, href=f"#{target}") if target else end)


def _referring(table: Table, ids: Anchors) -> Html:
    ends = (end for field in table.fields for end in ids.incoming.get(f"{table.name}.{field.path}", []))
    return join((reference(end, ids) for end in dict.fromkeys(ends)), ", ")


def _size(table: Table) -> str:
    parts = [text.rows(table), text.count(len(table.present), "field")]
    parts += [text.size(table.size_bytes)] if table.size_bytes is not None else []
    return text.SEPARATOR.join(parts)


def _claims(table: Table) -> Html:
    if not table.claims:
        return Html()
    summary = tag("summary", f"Provenance: {text.count(len(table.claims), 'claim')}")
    return tag("details", summary, claim_list(table.claims), class_="provenance")


def _fields(table: Table, ids: list[str], anchors_: Anchors) -> Html:
    if not table.fields:
        return tag("p", "This table has no fields.", class_="none")
    heads = tag("tr", *(tag("th", head, scope="col", data_sort=key or None) for key, head in _HEADS))
    bodies = (_row(field, table, identifier, anchors_) for field, identifier in zip(table.fields, ids, strict=True))
    caption = tag("caption", f"Fields of {text.label(table)}", class_="unseen")
    return tag("table", caption, tag("thead", heads), *bodies, class_="fields")


def _row(field: Field, table: Table, identifier: str, anchors_: Anchors) -> Html:
    small, drawing = _figure(field, identifier)
    cells = (
        tag("td", str(field.position), class_="n"),
        tag("th", _path(field, identifier), scope="row", class_="path"),
        tag("td", _name(field), _badges(field, anchors_), class_="name"),
        tag("td", _type(field), class_="type"),
        _missing(field),
        _distinct(field),
        tag("td", small, class_="dist"),
    )
    unfolding = tag("details", tag("summary", *_said(field, table)), detail(field, drawing))
    more = tag("tr", tag("td", unfolding, colspan=len(_HEADS)), class_="more")
    return tag(
        "tbody",
        tag("tr", *cells),
        more,
        id=identifier,
        data_f=_filters(field),
        data_t=field.data_type.replace(" | ", " "),
    )


def _filters(field: Field) -> str | None:
    profile = field.profile
    marks = {
        "pii": field.pii is not None,
        "key": field.is_primary_key or field.is_unique or field.references is not None,
        "missing": profile.null_fraction > 0,
        "codes": field.codes is not None,
        "odd": bool(profile.oddities),
    }
    return " ".join(mark for mark, held in marks.items() if held) or None


def _path(field: Field, identifier: str) -> Html:
    prefix, rest, depth = _nesting(field.path)
    shown = tag(
        "a",
        tag("span", breakable(text.visible(prefix)), class_="dim") if prefix else "",
        tag("wbr") if prefix else "",
        breakable(text.name(rest)),
        href=f"#{identifier}",
    )
    return tag("code", shown, style=f"--d:{depth}" if depth else None)


def _nesting(path: str) -> tuple[str, str, int]:
    """What stands before the field's own name, the name, and how deep it lies."""
    try:
        segments = parse(path)
    except ValueError:
        return "", path, 0
    own = max((place for place, segment in enumerate(segments) if not isinstance(segment, Step)), default=0)
    depth = sum(not isinstance(segment, Step) for segment in segments[:own])
    before = _written(segments[:own])
    return path[: len(before)], path[len(before) :], depth


def _written(before: Path) -> str:
    return format_path(before) + "." if before else ""


def _name(field: Field) -> Html:
    return tag("span", text.label(field), class_="bn") if field.business_name else tag("span", NOTHING, class_="dim")


def _badges(field: Field, ids: Anchors) -> Html:
    key, reference = text.key(field), text.reference(field)
    target = ids.by_reference.get(field.references or "")
    shown = [tag("span", key, class_="badge key")] if key else []
    if reference:
        shown.append(
            tag("a", reference, class_="badge ref", href=f"#{target}")
            if target
            else tag("span", reference, class_="badge ref")
        )
    shown += [tag("span", changes.removed(field), class_="badge")] if field.removed else []
    shown += [tag("span", f"was {changes.renamed(field)}", class_="badge")] if field.renamed_from else []
    shown += [tag("span", "text may be stale", class_="badge", title=changes.stale(field))] if field.stale else []
    shown += [html_meaning.badge(field)]
    return tag("div", *shown, class_="badges") if any(shown) else Html()


def _type(field: Field) -> Html:
    semantic = tag("small", breakable(text.visible(field.semantic_type))) if field.semantic_type else Html()
    unit = tag("small", f"in {text.visible(field.unit)}") if field.unit else Html()
    holding = tag("small", text.holding(field)) if text.holding(field) else Html()
    return Html(tag("span", text.data_type(field).replace(" %", "\u00a0%")) + semantic + unit + holding)


def _missing(field: Field) -> Html:
    fraction = field.profile.null_fraction
    if not field.profile.total:
        return tag("td", NOTHING, class_="miss dim", data_v="-1")
    bar = tag("i", style=f"--v:{fraction:.4f}") if fraction else Html()
    return tag(
        "td",
        tag("span", text.percent(fraction)),
        bar,
        class_="miss" if fraction else "miss dim",
        data_v=f"{fraction:.6f}",
    )


def _distinct(field: Field) -> Html:
    fact = field.profile.distinct
    if fact is None:
        return tag("td", NOTHING, class_="num dim", data_v="-1")
    about = tag("abbr", "≈", title="estimated") if not fact.exact else Html()
    return tag("td", about, f"{fact.count:,}", class_="num", data_v=fact.count)


def _figure(field: Field, identifier: str) -> tuple[Html, str | None]:
    """The small picture of a field's values, and its id where the details can show it larger."""
    profile = field.profile
    histogram = shown_histogram(profile)
    if histogram is not None:
        drawing = "s" + identifier.removeprefix("f")
        drawn = svg.figure(svg.histogram_path(histogram), histogram_label(profile, histogram), identifier=drawing)
        return Html(drawn + _caption(field)), drawing
    if len(profile.top_values) > 1:
        counts = [float(entry.count) for entry in profile.top_values[:_BARS]]
        widths = [1.0] * max(len(counts), 6)
        path = svg.bars(counts + [0.0] * (len(widths) - len(counts)), widths)
        return Html(svg.figure(path, "Counts of the most frequent values", class_="s tops") + _caption(field)), None
    return _caption(field), None


def _caption(field: Field) -> Html:
    said = text.constant(field.profile) or text.extent(field.profile)
    return tag("small", said) if said else Html()


def _said(field: Field, table: Table) -> tuple[str, ...]:
    claim = winner(field.claims, Kind.DESCRIPTION)
    if not field.description:
        return (tag("span", text.summary(field, table), class_="dim"),)
    return (tag("span", text.prose(field.description)), " ", origin(claim) if claim else escape(""))
