"""The three-way merge of a file that came home: no change of a person is ever lost, and nothing is made up."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import DocumentError
from ddgen.exporters.editable import KINDS, OF_FIELDS, OF_TABLES, cell, cells, digest
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.review.decide import Decision, edit, set_status
from ddgen.review.items import Item, Part, parts
from ddgen.review.returned import Cell, Report, Returned, Row
from ddgen.review.take import Taking, check, take

from . import house

WORDS = st.sampled_from(
    ["", "One.", "Two.", " One. ", "=SUM(A1)", "a\r\nb", "Email", "What email is about.", "naïve\u202e"]
)
VERDICTS = st.sampled_from(["", "none", "contact", "contact:2", "identity:3", "rubbish!", "health:9"])
STATUSES = st.sampled_from(["", "approved", "rejected", "suggested", "maybe"])
TYPES = st.sampled_from(["", "contact.email", "geo.city", "geo.cty"])
BY_COLUMN = {"pii": VERDICTS, "status": STATUSES, "semantic_type": TYPES}

Edits = Mapping[tuple[str, str], str]
"""By place and column what a person makes of a cell."""


@st.composite
def edits(draw: st.DrawFn) -> Edits:
    found = {}
    for part in parts(house.shop()):
        for key in OF_TABLES if part.field is None else OF_FIELDS:
            if draw(st.integers(0, 5)) == 0:
                found[part.place, key] = draw(BY_COLUMN.get(key, WORDS))
    return found


RUNS = st.lists(
    st.tuples(
        st.integers(0, 7), st.sampled_from([Kind.BUSINESS_NAME, Kind.DESCRIPTION]), st.sampled_from([*Origin]), WORDS
    ),
    max_size=5,
)
"""What happens to the dictionary while the file is away: claims of anyone, and fields that go."""


def moved_on(dictionary: Dictionary, news: list[tuple[int, Kind, Origin, str]]) -> None:
    there = list(parts(dictionary))
    for number, kind, origin, said in news:
        part = there[number % len(there)]
        if not said:
            for claim in part.claims:
                if claim.kind is kind and claim.origin is not Origin.HUMAN:
                    claim.status = Status.WITHDRAWN
        elif origin is Origin.HUMAN:
            edit(dictionary, part, kind, said, Decision(by="Bo"))
        else:
            part.claims.append(Claim(kind=kind, value=said, origin=origin))
    dictionary.settle()


def came_home(dictionary: Dictionary, changes: Edits, *, with_base: bool = True) -> Returned:
    """The file that was made of the dictionary, as a person has left it."""
    rows = []
    for part in parts(dictionary):
        held = {
            key: Cell(
                changes.get((part.place, key), said), f"{part.place}:{key}", digest(said) if with_base else None, said
            )
            for key, said in cells(part.thing).items()
        }
        rows.append(Row(part.id, part.table.name, part.field.path if part.field else None, held))
    return Returned("file", {"name": dictionary.name}, rows)


def taken(dictionary: Dictionary, returned: Returned) -> Report:
    known = {"contact.email", "geo.city"}
    shown = dictionary
    made = Decision(by="Ada")
    return take(
        Taking(dictionary, shown, made, lambda said: None if said in known else "no such type", "file"), returned
    )


def place(dictionary: Dictionary, name: str) -> Table | Field:
    return next(part.thing for part in parts(dictionary) if part.place == name)


@given(edits(), RUNS)
def test_every_changed_cell_is_in_the_dictionary_or_in_the_report(
    changes: Edits, news: list[tuple[int, Kind, Origin, str]]
) -> None:
    first, now = house.shop(), house.shop()
    moved_on(now, news)
    told = {(change.place, change.column): change for change in taken(now, came_home(first, changes)).changes}
    for (name, key), said in changes.items():
        before = cell(place(first, name), key)
        if digest(said) == digest(before):
            assert (name, key) not in told
            continue
        change = told.pop((name, key))
        assert change.mine == said
        if change.verdict == "ignored":
            assert change.reason
        elif key not in {"status", "pii"}:
            assert digest(cell(place(now, name), key)) == digest(said)
        elif key == "pii":
            assert cell(place(now, name), key) in {said, f"{said}:2"}
    assert not told


@given(edits(), RUNS)
def test_taking_twice_equals_once(changes: Edits, news: list[tuple[int, Kind, Origin, str]]) -> None:
    first, now = house.shop(), house.shop()
    moved_on(now, news)
    taken(now, came_home(first, changes))
    once = now.to_json()
    report = taken(now, came_home(first, changes))
    assert {change.verdict for change in report.changes} <= {"already", "ignored", "conflict"}
    if not report.changed:
        assert now.to_json() == once


@given(edits())
def test_taking_twice_equals_once_whatever_was_edited(changes: Edits) -> None:
    shop = house.shop()
    taken(shop, came_home(house.shop(), changes))
    once = shop.to_json()
    report = taken(shop, came_home(house.shop(), changes))
    assert {change.verdict for change in report.changes} <= {"already", "ignored"}
    assert shop.to_json() == once


@given(RUNS)
def test_a_file_that_nobody_edited_changes_nothing(news: list[tuple[int, Kind, Origin, str]]) -> None:
    now = house.shop()
    moved_on(now, news)
    before = now.to_json()
    for with_base in (True, False):
        returned = came_home(house.shop() if with_base else now, {}, with_base=with_base)
        assert taken(now, returned).changes == []
    assert now.to_json() == before


@given(edits(), RUNS)
def test_nobody_elses_words_are_lost(changes: Edits, news: list[tuple[int, Kind, Origin, str]]) -> None:
    first, now = house.shop(), house.shop()
    moved_on(now, news)
    before = [(part.place, claim.id) for part in parts(now) for claim in part.claims]
    taken(now, came_home(first, changes))
    after = {(part.place, claim.id) for part in parts(now) for claim in part.claims}
    assert set(before) <= after


def test_a_field_that_is_gone_and_a_table_that_is_gone() -> None:
    first, now = house.shop(), house.shop()
    now.tables[0].fields = now.tables[0].fields[:1]
    del now.tables[1]
    changes = {
        ("customers.email", "owner"): "Sales",
        ("orders", "description"): "Mine.",
        ("orders.customer_id", "note"): "?",
    }
    told = {change.place: change for change in taken(now, came_home(first, changes)).changes}
    assert [told[name].verdict for name in ("customers.email", "orders", "orders.customer_id")] == [
        "applied",
        "ignored",
        "ignored",
    ]
    kept = now.tables[0].field("email")
    assert kept is not None
    assert (kept.removed, kept.owner) == (True, "Sales")
    assert told["orders"].mine == "Mine."


def test_statuses_are_about_what_was_seen() -> None:
    shop = house.shop()
    changes = {
        ("customers.email", "status"): "approved",
        ("orders", "status"): "rejected",
        ("orders.customer_id", "status"): "approved",
        ("orders.customer_id", "description"): "Mine.",
        ("customers", "status"): "maybe",
    }
    told = {change.place: change.verdict for change in taken(shop, came_home(house.shop(), changes)).changes}
    assert told == {
        "customers.email": "applied",
        "orders": "applied",
        "orders.customer_id": "applied",
        "customers": "ignored",
    }
    assert cell(place(shop, "orders"), "status") == "rejected"
    back = came_home(shop, {("customers.email", "status"): "suggested", ("orders.customer_id", "status"): "suggested"})
    verdicts = {change.place: change.verdict for change in taken(shop, back).changes}
    assert verdicts == {"customers.email": "applied", "orders.customer_id": "applied"}
    human = place(shop, "orders.customer_id")
    assert human.description == "Mine."


def test_approving_what_is_gone_writes_it_again() -> None:
    first, now = house.shop(), house.shop()
    email = next(part for part in parts(now) if part.place == "customers.email")
    for claim in list(email.claims):
        if claim.kind in {Kind.BUSINESS_NAME, Kind.DESCRIPTION}:
            email.claims.remove(claim)
    email.claims.append(house.said(Kind.DESCRIPTION, "Newer.", Origin.AI))
    now.settle()
    (told,) = taken(now, came_home(first, {("customers.email", "status"): "approved"})).changes
    assert told.verdict == "conflict"
    assert email.thing.description == "Where the customer reads mail."
    (told,) = taken(
        house.dictionary(*now.tables), came_home(first, {("customers.email", "status"): "rejected"})
    ).changes
    assert told.verdict in {"applied", "ignored"}


def test_a_person_who_wrote_since_is_not_overruled_by_an_approval() -> None:
    first, now = house.shop(), house.shop()
    part = next(part for part in parts(now) if part.place == "customers.email")
    edit(now, part, Kind.DESCRIPTION, "By Bo.", Decision(by="Bo"))
    (told,) = taken(now, came_home(first, {("customers.email", "status"): "approved"})).changes
    assert told.verdict == "conflict"
    assert part.thing.description == "By Bo."
    approved = [claim.value for claim in part.claims if claim.status is Status.APPROVED and claim.origin is Origin.AI]
    assert approved == ["Where the customer reads mail."]


def test_another_dictionary_is_refused() -> None:
    shop = house.shop()
    returned = came_home(shop, {})
    check(shop, returned)
    shop.name = "renamed"
    with pytest.raises(DocumentError, match="of the dictionary shop, not of renamed"):
        check(shop, returned)
    check(shop, returned, force=True)


def test_all_columns_are_tried() -> None:
    assert {*KINDS, "status"} == {*OF_TABLES, *OF_FIELDS}
    assert set_status(
        house.shop(), Item(Part(house.shop().tables[0]), house.said(Kind.TAG, "a")), Status.SUGGESTED, Decision()
    )
