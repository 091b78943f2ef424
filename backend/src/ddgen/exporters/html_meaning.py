"""What the HTML page says of meaning: personal data, codes with what they stand for, and open questions."""

from __future__ import annotations

from typing import Protocol

from ddgen.exporters import codes, personal, text
from ddgen.exporters.markup import NOTHING, Html, join, tag
from ddgen.model.codes import Code, CodeList
from ddgen.model.dictionary import Dictionary, Field
from ddgen.model.questions import Place, Question, open_questions

_CODES_SHOWN = 50


class Anchors(Protocol):
    """The ids of fields, by `table.path`."""

    by_reference: dict[str, str]


def block(title: str, *content: str, class_: str = "block") -> Html:
    """A part of the details under a small heading."""
    return tag("section", tag("h4", title), *content, class_=class_)


def badge(field: Field) -> Html:
    """The mark of personal data at a field's name; a paler one where nobody looked."""
    found = field.pii
    if found is not None:
        summary = tag("summary", f"PII · {text.visible(found.category) or 'unnamed'}")
        return tag("details", summary, tag("div", *_standing(field)), class_=f"pii s{found.sensitivity}")
    looked = personal.search(field) != personal.NOT_LOOKED
    return Html() if looked else tag("span", f"PII {personal.NOT_LOOKED}", class_="badge")


def _standing(field: Field) -> list[Html]:
    standing = personal.standing(field)
    shown, laws = personal.shown_as(field), personal.laws(field)
    lines = [tag("b", standing[:1].upper() + standing[1:])]
    lines += [tag("p", f"Values shown: {shown}")] if shown else []
    lines += [tag("ul", *(tag("li", reason) for reason in personal.reasons(field)))] if personal.reasons(field) else []
    return lines + ([tag("p", tag("small", laws))] if laws else [])


def personal_block(field: Field) -> Html:
    """What was found of personal data, or that nothing was, and why."""
    return block("Personal data", *_standing(field)) if personal.search(field) else Html()


def codes_block(field: Field) -> Html:
    """The codes with their counts and what they stand for."""
    found = field.codes
    if found is None or not found.codes:
        return Html()
    rows = (_code_row(code, found, field) for code in found.codes[:_CODES_SHOWN])
    heads = tag("tr", *(tag("th", head, scope="col") for head in ("Code", "Stands for", "Count", "Share")))
    table = tag("table", tag("thead", heads), tag("tbody", *rows), class_="values codes")
    left = len(found.codes) - _CODES_SHOWN
    more = tag("p", f"… {left:,} more") if left > 0 else Html()
    said = codes.explained(found)
    source = tag("p", tag("small", said[:1].upper() + said[1:]))
    return block("Codes", table, more, source, class_="block wide")


def _code_row(code: Code, found: CodeList, field: Field) -> Html:
    share = codes.share(code, field)
    meant = codes.label(code, found)
    return tag(
        "tr",
        tag("td", text.value(code.value)),
        tag("td", meant, class_="dim" if meant == codes.UNEXPLAINED else None),
        tag("td", f"{code.count:,}" if code.count is not None else NOTHING),
        tag("td", text.percent(share), style=f"--v:{min(share, 1):.3g}") if share is not None else tag("td", NOTHING),
    )


def questions(dictionary: Dictionary, ids: Anchors) -> Html:
    """What is left to ask, that whose answer explains most values first."""
    found = open_questions(dictionary.tables)
    if not found:
        return Html()
    items = tag("ul", *(_question(question, ids) for question in found), class_="links")
    heading = tag("h2", "Open questions", id="h-questions")
    return tag("section", heading, items, id="questions", aria_labelledby="h-questions")


def _question(question: Question, ids: Anchors) -> Html:
    places = join((_place(place, ids) for place in question.places), ", ")
    return tag("li", tag("span", text.prose(question.text)), tag("small", f"{codes.unlocks(question)}: ", places))


def _place(place: Place, ids: Anchors) -> Html:
    name = f"{place.table}.{place.path}"
    target = ids.by_reference.get(name)
    return tag("code", tag("a", name, href=f"#{target}") if target else text.visible(name))
