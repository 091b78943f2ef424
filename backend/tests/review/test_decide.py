"""Decisions on claims, and taking them back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen import merge
from ddgen.model.claim import Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, load
from ddgen.review import decide
from ddgen.review.decide import Decision
from ddgen.review.items import find, items, part_at, parts

from . import house

ADA = Decision(by="Ada", at=datetime(2026, 2, 1, tzinfo=UTC))


@pytest.fixture
def shop() -> Dictionary:
    return house.shop()


def email(dictionary: Dictionary) -> Field:
    found = part_at(dictionary, "customers.email").field
    assert found is not None
    return found


def test_approving_names_exactly_what_is_listed_and_tells_each(shop: Dictionary) -> None:
    listed = [item.id for item in items(shop)]
    told = decide.approve(shop, [listed[3], "nothing", "orders", listed[3]], ADA, "fine")
    assert [(one.ref, one.done, one.reason) for one in told] == [
        (listed[3], True, None),
        ("nothing", False, decide.UNKNOWN),
        ("orders", True, None),
    ]
    approved = {item.part.place for item in items(shop, statuses=[Status.APPROVED])}
    assert approved == {"customers.customer_id", "orders"}
    claim = find(shop, [listed[3]])[listed[3]][0].claim
    assert (claim.by, claim.note, claim.id == claim.content_id) == ("Ada", "fine", True)
    assert [one.reason for one in decide.approve(shop, [listed[3], "orders"], ADA)] == [
        "already approved",
        decide.OPEN_NOTHING,
    ]


def test_an_edit_wins_at_once_and_keeps_what_was_there(shop: Dictionary) -> None:
    part = part_at(shop, "customers.email")
    for said in ("One.", "Two.", "One."):
        decide.edit(shop, part, Kind.DESCRIPTION, said, ADA)
        assert email(shop).description == said
    texts = [claim.value for claim in part.claims if claim.kind is Kind.DESCRIPTION]
    assert texts == ["What email is about.", "Where the customer reads mail.", "One.", "Two."]


def test_what_is_rejected_gives_way_and_what_says_nearly_the_same_goes_too(shop: Dictionary) -> None:
    again = Claim(kind=Kind.DESCRIPTION, value="where the customer reads  MAIL", origin=Origin.AI)
    email(shop).claims.append(again)
    decide.reject(shop, ["customers.email:description"], ADA)
    assert again.status is Status.REJECTED
    assert email(shop).description == "What email is about."


def test_a_later_run_does_not_propose_what_was_rejected(shop: Dictionary) -> None:
    decide.reject(shop, ["customers.email"], ADA, "no")
    decide.approve(shop, ["orders"], ADA)
    newer = house.shop()
    like = Claim(kind=Kind.DESCRIPTION, value="Where the customer reads mail!", origin=Origin.AI)
    other = Claim(kind=Kind.DESCRIPTION, value="The address of the person who buys.", origin=Origin.AI)
    email(newer).claims += [like, other]
    merge.merge(newer, load(shop.to_json()))
    assert email(newer).description == "The address of the person who buys."
    assert email(newer).business_name is None
    statuses = {str(claim.value): claim.status for claim in email(newer).claims}
    assert statuses["Where the customer reads mail!"] is Status.REJECTED
    notes = {claim.note for claim in email(newer).claims if claim.status is Status.REJECTED and claim is not like}
    assert "no" in notes
    assert newer.reviews == shop.reviews
    table = part_at(newer, "orders")
    won = winner(table.claims, Kind.DESCRIPTION)
    assert won is not None
    assert (won.status, won.by) == (Status.APPROVED, "Ada")


@pytest.mark.parametrize(
    "act",
    [
        lambda held, made: decide.approve(held, ["customers.email", "orders"], made),
        lambda held, made: decide.reject(held, ["customers.email"], made, "why"),
        lambda held, made: decide.edit(held, part_at(held, "customers"), Kind.OWNER, "Sales", made),
        lambda held, made: decide.clear(held, part_at(held, "customers.email"), Kind.DESCRIPTION, made),
    ],
)
def test_a_decision_is_taken_back_whole_and_both_are_kept(
    shop: Dictionary, act: Callable[[Dictionary, Decision], object]
) -> None:
    shown = _shown(shop)
    act(shop, ADA)
    count = len(shop.reviews or [])
    assert count
    told = decide.undo(shop, Decision(by="Bo"))
    assert told
    assert all(one.done for one in told)
    assert _shown(shop) == shown
    assert [review.by for review in shop.reviews or []] == ["Ada"] * count + ["Bo"] * count
    assert decide.undo(shop, Decision(by="Bo")) == []


def _shown(dictionary: Dictionary) -> list[tuple[str, str, str]]:
    return [(item.id, item.claim.status.value, str(item.claim.value)) for item in items(dictionary, statuses=[*Status])]


def test_what_was_decided_anew_is_not_taken_back(shop: Dictionary) -> None:
    decide.approve(shop, ["orders"], Decision(by="Ada", id="first"))
    decide.reject(shop, ["orders:description"], Decision(by="Bo", id="second"))
    told = {one.done: one.reason for one in decide.undo(shop, Decision(), "first")}
    assert told == {True: None, False: "it was decided anew since then"}
    assert decide.last(shop) == "second"


def test_the_decisions_are_part_of_the_document_and_of_no_version(shop: Dictionary) -> None:
    before = merge.content_hash(shop)
    decide.approve(shop, ["orders"], ADA)
    decide.undo(shop, ADA)
    again = load(shop.to_json())
    assert again.reviews == shop.reviews
    assert "reviews" not in house.shop().to_json()
    assert merge.content_hash(again) == before


@given(st.lists(st.tuples(st.sampled_from(["approve", "reject", "edit", "undo"]), st.integers(0, 11)), max_size=12))
def test_no_word_of_a_person_ever_goes(acts: list[tuple[str, int]]) -> None:
    shop = house.shop()
    written = []
    for number, (act, at) in enumerate(acts):
        made = Decision(by="Ada")
        seen = list(items(shop, statuses=[*Status]))
        item = seen[at % len(seen)]
        if act == "edit":
            written.append(f"Text {number}.")
            decide.edit(shop, item.part, Kind.DESCRIPTION, written[-1], made)
        elif act == "undo":
            decide.undo(shop, made)
        else:
            getattr(decide, act)(shop, [item.id], made)
    kept = [claim.value for part in parts(shop) for claim in part.claims]
    assert all(said in kept for said in written)
    while decide.undo(shop, Decision()):
        pass
    assert _shown(shop) == _shown(house.shop())
