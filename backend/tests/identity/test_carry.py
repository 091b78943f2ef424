"""What was said of a renamed field goes with it, and comes back where that was wrong."""

from __future__ import annotations

from typing import Any

import pytest

import ddgen
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Field

from .data import called, records

CARRIED = "carried over from price, which it looks like"


def built(names: dict[str, str], previous: Dictionary | None = None, **more: Any) -> Dictionary:
    made = ddgen.build({"t": called(records(), names)}, name="d", previous=previous, **more)
    return Dictionary.model_validate_json(made.to_json())


def field(dictionary: Dictionary, path: str) -> Field:
    found = dictionary.tables[0].field(path)
    assert found is not None
    return found


@pytest.fixture
def said() -> Dictionary:
    """A dictionary in which a person and a model have spoken of the price."""
    made = built({})
    field(made, "price").claims += [
        Claim(kind=Kind.DESCRIPTION, value="Net price.", origin=Origin.HUMAN),
        Claim(kind=Kind.BUSINESS_NAME, value="Net Price", origin=Origin.AI),
        Claim(kind=Kind.DESCRIPTION, value="A number.", origin=Origin.AI, status=Status.REJECTED),
    ]
    made.settle()
    return made


def texts(part: Field) -> dict[str, str]:
    return {str(claim.value): claim.status.value for claim in part.claims if CARRIED in claim.evidence}


def test_words_go_with_a_renamed_field_and_stay_with_the_old_one(said: Dictionary) -> None:
    new = built({"price": "amount"}, said)
    amount, price = field(new, "amount"), field(new, "price")
    assert (amount.renamed_from, amount.description, amount.business_name) == ("price", "Net price.", "Net Price")
    assert texts(amount) == {"Net price.": "approved", "Net Price": "suggested", "A number.": "rejected"}
    assert (price.removed, price.removed_in, price.description) == (True, 2, "Net price.")
    [notice] = [problem for problem in new.problems if problem.code == "fields_renamed"]
    assert "price -> amount" in notice.message
    [claim] = [claim for claim in amount.claims if claim.kind is Kind.RENAMED_FROM]
    assert (claim.origin, claim.status) == (Origin.RULE, Status.SUGGESTED)
    assert claim.confidence < 1
    assert "it has the same mean and range" in claim.evidence


def test_a_later_run_says_nothing_new(said: Dictionary) -> None:
    once = built({"price": "amount"}, said)
    twice = built({"price": "amount"}, once)
    assert (twice.version, twice.content_hash, twice.problems) == (once.version, once.content_hash, [])
    assert field(twice, "amount") == field(once, "amount")


def test_the_old_field_comes_back(said: Dictionary) -> None:
    both = records()
    for row in both:
        row["amount"] = row["price"] * 2
    away = built({"price": "amount"}, said)
    again = ddgen.build({"t": both}, name="d", previous=away)
    assert (field(again, "price").description, field(again, "price").removed) == ("Net price.", False)
    amount = field(again, "amount")
    assert amount.renamed_from is None
    assert amount.description != "Net price."
    assert set(texts(amount).values()) == {"withdrawn", "rejected"}


def test_a_person_says_that_it_is_another(said: Dictionary) -> None:
    away = built({"price": "amount"}, said)
    for claim in field(away, "amount").claims:
        if claim.kind is Kind.RENAMED_FROM:
            claim.status = Status.REJECTED
    again = built({"price": "amount"}, away)
    amount = field(again, "amount")
    assert (amount.renamed_from, amount.description == "Net price.") == (None, False)
    assert field(again, "price").description == "Net price."
    assert built({"price": "amount"}, again).problems == []


def test_what_a_person_wrote_of_it_since_stays(said: Dictionary) -> None:
    away = built({"price": "amount"}, said)
    field(away, "amount").description = "The amount."
    assert field(built({"price": "amount"}, away), "amount").description == "The amount."
    assert field(built({}, built({"price": "amount"}, away)), "amount").description == "The amount."


def test_renamed_twice(said: Dictionary) -> None:
    again = built({"price": "cost"}, built({"price": "amount"}, said))
    cost = field(again, "cost")
    assert (cost.renamed_from, cost.description) == ("amount", "Net price.")
    assert [part.path for part in again.tables[0].fields if part.removed] == ["amount", "price"]


def test_a_verdict_on_personal_data_goes_along_and_masks() -> None:
    rows = [row | {"ref": f"{row['code']}-{row['id']}x"} for row in records()]
    first = ddgen.build({"t": rows}, name="d", pii={"ref": "identity:2"})
    second = ddgen.build({"t": called(rows, {"ref": "handle"})}, name="d", previous=first)
    handle = field(second, "handle")
    assert handle.renamed_from == "ref"
    assert handle.masked == "shapes"
    assert set(handle.profile.samples).isdisjoint(row["ref"] for row in rows)


def test_a_rename_that_is_found_only_a_version_later(said: Dictionary) -> None:
    rows = records()
    for row in rows:
        del row["price"]
    without = ddgen.build({"t": rows}, name="d", previous=said)
    later = built({"price": "amount"}, without)
    assert field(later, "amount").description == "Net price."
