"""A dictionary as one HTML file that needs nothing else: everything is in it, and it reads well without its script.

The page forbids itself to load anything (Content-Security-Policy): only its own script, known by its hash, runs.
"""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import ClassVar

from pydantic import BaseModel

from ddgen.exporters import personal, text
from ddgen.exporters.base import Exporter
from ddgen.exporters.html_meaning import questions
from ddgen.exporters.html_table import Anchors, anchors, reference, section
from ddgen.exporters.markup import NOTHING, Html, breakable, join, tag
from ddgen.model.dictionary import Dictionary, Relationship, Table
from ddgen.model.problem import Problem, Severity
from ddgen.model.questions import open_questions

_ICON = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
    "%3Crect width='16' height='16' rx='3' fill='%23186a6b'/%3E"
    "%3Cpath d='M4 12V7h2v5zm3 0V4h2v8zm3 0V9h2v3z' fill='%23fff'/%3E%3C/svg%3E"
)
_FILTERS = (("key", "Keys"), ("pii", "PII"), ("codes", "Codes"), ("missing", "Missing values"), ("odd", "Oddities"))


class HtmlExporter(Exporter):
    """One self-contained page."""

    name: ClassVar[str] = "html"
    suffixes: ClassVar[tuple[str, ...]] = (".html", ".htm")
    media_type: ClassVar[str] = "text/html; charset=utf-8"

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes:  # noqa: ARG002 - it has no options
        """The page."""
        script, style = _template("page.js"), _template("page.css")
        ids = anchors(dictionary)
        content = tag("div", _contents(dictionary, ids), _main(dictionary, ids), class_="layout")
        body = tag("body", _bar(dictionary), content, tag("script", Html(script)))
        page = tag("html", _head(dictionary, script, style), body, lang="en")
        return f"<!doctype html>\n{page}\n".encode()


def _template(name: str) -> str:
    return resources.files("ddgen.exporters").joinpath("templates", name).read_text(encoding="utf-8")


def _policy(script: str) -> str:
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _head(dictionary: Dictionary, script: str, style: str) -> Html:
    return tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=_policy(script)),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("meta", name="referrer", content="no-referrer"),
        tag("meta", name="generator", content=f"{dictionary.engine.name} {dictionary.engine.version}"),
        tag("title", f"{text.name(dictionary.name)}: data dictionary"),
        tag("link", rel="icon", href=_ICON),
        tag("style", Html(style)),
    )


def _bar(dictionary: Dictionary) -> Html:
    """The strip at the top; its tools appear only with the script that serves them."""
    box = tag(
        "input",
        type="search",
        id="q",
        placeholder="Search fields",
        aria_label="Search names, descriptions and types",
        autocomplete="off",
        spellcheck="false",
        aria_keyshortcuts="/",
    )
    filters = (tag("button", label, type="button", data_filter=mark, aria_pressed="false") for mark, label in _FILTERS)
    kinds = sorted({kind for _, field in dictionary.fields() for kind in field.data_type.split(" | ")})
    choices = (tag("option", text.visible(kind), value=kind) for kind in kinds)
    types = tag("select", tag("option", "All types", value=""), *choices, id="type", aria_label="Data type")
    unfold = tag("button", "Unfold all", type="button", id="unfold")
    theme = tag("button", "Theme", type="button", id="theme")
    state = tag("span", id="found", role="status")
    tools = tag(
        "div",
        box,
        tag("div", *filters, types, class_="filters", role="group", aria_label="Filters"),
        state,
        unfold,
        theme,
        class_="tools",
        hidden=True,
    )
    skip = tag("a", "Skip to the tables", href="#main", class_="skip")
    return tag("header", skip, tag("a", text.name(dictionary.name), href="#main", class_="brand"), tools, class_="bar")


def _contents(dictionary: Dictionary, ids: Anchors) -> Html:
    links = [("problems", "Problems")] if dictionary.problems else []
    links += [("questions", "Open questions")] if open_questions(dictionary.tables) else []
    links += [("relationships", "Relationships")] if dictionary.relationships else []
    shown = [tag("li", tag("a", label, href=f"#{place}")) for place, label in links]
    tables = (
        tag(
            "li",
            tag(
                "a",
                tag("span", text.label(table)),
                " ",
                tag("small", f"{len(table.present):,}"),
                href=f"#{ids.tables[number]}",
            ),
        )
        for number, table in enumerate(dictionary.tables)
    )
    heading = tag("h2", "Contents", class_="unseen")
    return tag(
        "nav", heading, tag("ul", *shown), tag("h3", "Tables"), tag("ul", *tables, id="toc"), aria_label="Contents"
    )


def _main(dictionary: Dictionary, ids: Anchors) -> Html:
    tables = (section(table, number, ids) for number, table in enumerate(dictionary.tables))
    nothing = tag(
        "p", "No field matches. ", tag("button", "Show all", type="button", id="reset"), id="nothing", hidden=True
    )
    parts = (
        _title(dictionary),
        tag(
            "p",
            personal.notice(dictionary),
            class_="notice plain" if dictionary.masked else "notice alarm",
            role="note",
        ),
        _sample(dictionary),
        _problems(dictionary),
        _overview(dictionary, ids),
        questions(dictionary, ids),
        _relationships(dictionary, ids),
        nothing,
        *tables,
        _legend(),
    )
    return tag("main", *parts, id="main", tabindex=-1)


def _title(dictionary: Dictionary) -> Html:
    made = f"Generated {text.instant(dictionary.generated_at)} by {dictionary.engine.name} {dictionary.engine.version}"
    about = tag(
        "p", f"Data dictionary{text.SEPARATOR}version {dictionary.version}{text.SEPARATOR}{made}", class_="made"
    )
    return tag(
        "div",
        tag("h1", text.name(dictionary.name)),
        tag("p", text.totals(dictionary), class_="totals"),
        about,
        class_="title",
    )


def _sample(dictionary: Dictionary) -> Html:
    if dictionary.sample is None:
        return Html()
    rows = text.count(dictionary.sample.rows, "record")
    return tag(
        "p",
        tag("b", "Sample. "),
        f"The facts here describe at most {rows} of each table, not the whole of it.",
        class_="notice",
        role="note",
    )


def _problems(dictionary: Dictionary) -> Html:
    if not dictionary.problems:
        return Html()
    ranked = sorted(dictionary.problems, key=lambda problem: problem.severity is not Severity.ERROR)
    errors = ranked[0].severity is Severity.ERROR
    heading = tag("h2", text.count(len(dictionary.problems), "problem"), " in the input", id="h-problems")
    items = tag("ul", *map(_problem, ranked))
    return tag(
        "section",
        heading,
        items,
        class_="problems error" if errors else "problems",
        id="problems",
        aria_labelledby="h-problems",
    )


def _problem(problem: Problem) -> Html:
    where = ", ".join(part for part in (problem.table, problem.field) if part)
    times = f" ({text.count(problem.count, 'time')})" if problem.count > 1 else ""
    places = "; ".join(map(str, problem.places))
    said = " · ".join(text.visible(part) for part in (problem.source, where, places) if part)
    hint = tag("p", text.prose(problem.hint)) if problem.hint else Html()
    mark = tag("span", problem.severity.value, class_=f"sev {problem.severity.value}")
    return tag("li", mark, tag("div", tag("b", text.visible(problem.message), times), tag("small", said), hint))


def _overview(dictionary: Dictionary, ids: Anchors) -> Html:
    if not dictionary.tables:
        return tag("p", "This dictionary has no tables.", class_="none")
    heads = tag(
        "tr", *(tag("th", head, scope="col") for head in ("Table", "Description", "Rows", "Fields", "PII", "Key"))
    )
    rows = (_overview_row(table, ids.tables[number]) for number, table in enumerate(dictionary.tables))
    listed = tag(
        "table", tag("caption", "Tables", class_="unseen"), tag("thead", heads), tag("tbody", *rows), class_="overview"
    )
    return tag("section", tag("h2", "Tables", id="h-tables"), listed, id="tables", aria_labelledby="h-tables")


def _overview_row(table: Table, identifier: str) -> Html:
    personal = sum(field.pii is not None for field in table.fields)
    named = tag("a", text.label(table), href=f"#{identifier}")
    rows = f"{table.row_count:,}" if table.row_count is not None else NOTHING
    cut = tag("small", "not read whole") if not table.complete else Html()
    return tag(
        "tr",
        tag("th", named, tag("code", breakable(text.name(table.name))), scope="row"),
        tag("td", tag("span", text.prose(table.description or ""), class_="lead"), class_="wide"),
        tag("td", rows, cut, class_="num", data_l="Rows"),
        tag("td", f"{len(table.present):,}", class_="num", data_l="Fields"),
        tag("td", f"{personal:,}" if personal else NOTHING, class_="num", data_l="PII"),
        tag(
            "td",
            tag("code", breakable(", ".join(map(text.visible, table.primary_key)))) if table.primary_key else NOTHING,
            data_l="Key",
        ),
    )


def _relationships(dictionary: Dictionary, ids: Anchors) -> Html:
    if not dictionary.relationships:
        return Html()
    items = tag("ul", *(_relationship(link, ids) for link in dictionary.relationships), class_="links")
    return tag(
        "section", tag("h2", "Relationships", id="h-links"), items, id="relationships", aria_labelledby="h-links"
    )


def _relationship(link: Relationship, ids: Anchors) -> Html:
    ends = (join((reference(end, ids) for end in side), ", ") for side in (link.from_, link.to))
    arrow = tag("span", f" {text.arrow(link)} ", class_="arrow")
    said = tag("ul", *(tag("li", text.visible(line)) for line in link.evidence))
    why = tag("details", tag("summary", "Why"), said) if link.evidence else Html()
    return tag("li", tag("span", join(ends, arrow)), tag("small", text.relationship_facts(link)), why)


def _legend() -> Html:
    said = (
        "The mark behind a text says who wrote it: a person, the source itself (a comment, a schema), a model (AI) "
        "or a rule. Counts are of the whole input unless a sample is named; ≈ marks estimates."
    )
    return tag("footer", tag("p", said))
