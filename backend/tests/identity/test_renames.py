"""Fields under another name are known by their facts."""

from __future__ import annotations

import pytest

from ddgen.identity.renames import recognised, renames
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Distinct, Profile

from .data import built, called, records

NAMES = {"id": "nr", "price": "amount", "quantity": "pieces", "plant": "species", "code": "sku", "day": "since"}


def test_the_same_data_under_other_names() -> None:
    assert renames(built(records()), built(called(records(), NAMES))) == NAMES


def test_other_data_of_the_same_kind_under_other_names() -> None:
    found = renames(built(records()), built(called(records(500, seed=2), NAMES)))
    assert found == {old: new for old, new in NAMES.items() if old in found}
    assert found.keys() >= {"price", "quantity", "plant", "code"}


def test_an_object_is_renamed_with_all_that_is_in_it() -> None:
    found = renames(built(records()), built(called(records(), {"address": "home"})))
    assert found == {
        "address": "home",
        "address.street": "home.street",
        "address.number": "home.number",
        "address.main": "home.main",
    }


def test_a_constant_and_a_boolean_are_too_thin_to_tell() -> None:
    assert renames(built(records()), built(called(records(), {"active": "enabled", "country": "land"}))) == {}


def test_never_by_name_alone() -> None:
    old = built(records())
    rows = called(records(), {"price": "price_eur", "quantity": "quantities"})
    for row in rows:
        row["price_eur"], row["quantities"] = row["price_eur"] * 40 + 5000, 7000 - row["quantities"]
    assert renames(old, built(rows)) == {}


def test_of_two_that_are_as_much_alike_neither_is_taken() -> None:
    rows = [{"a": row["price"], "id": row["id"]} for row in records()]
    twice = [{"x": row["a"], "y": row["a"], "id": row["id"]} for row in rows]
    assert renames(built(rows), built(twice)) == {}


def test_a_type_or_meaning_that_differs_is_another_field() -> None:
    old = built(records())
    rows = called(records(), {"quantity": "pieces"})
    for row in rows:
        row["pieces"] = str(row["pieces"]) + "x"
    assert renames(old, built(rows)) == {}


def test_what_the_document_says_and_what_a_person_refused() -> None:
    old, new = built(records()), built(called(records(), {"price": "amount", "active": "enabled"}))
    enabled, amount = new.field("enabled"), new.field("amount")
    assert enabled is not None
    assert amount is not None
    enabled.claims.append(Claim(kind=Kind.RENAMED_FROM, value="active", origin=Origin.HUMAN))
    amount.claims.append(Claim(kind=Kind.RENAMED_FROM, value="price", origin=Origin.RULE, status=Status.REJECTED))
    new.settle()
    assert renames(old, new) == {"active": "enabled"}


def test_confidence_is_never_certainty() -> None:
    old, new = built(records()), built(called(records(), NAMES))
    found = recognised(old, new, set(NAMES), set(NAMES.values()))
    assert all(0.5 < one.confidence <= 0.95 and one.why for one in found)


@pytest.mark.parametrize("alike", [True, False])
def test_wide_tables(alike: bool) -> None:
    def wide(prefix: str) -> Table:
        fields = [
            Field(
                path=f"{prefix}{n}",
                name=f"{prefix}{n}",
                position=n,
                data_type="float",
                profile=Profile(
                    total=500,
                    values=500,
                    distinct=Distinct(count=500, exact=True),
                    min=0.0,
                    max=1.0,
                    mean=0.5 if alike else 0.4 + n / 10_000,
                    stddev=0.1,
                ),
            )
            for n in range(1500)
        ]
        return Table(id="t", name="t", uri="t", format="csv", fields=fields)

    assert renames(wide("a"), wide("b")) == ({} if alike else {f"a{n}": f"b{n}" for n in range(1500)})


def test_the_same_values_may_be_taken_for_another_type_under_another_name() -> None:
    old, new = built(records()), built(called(records(), {"quantity": "points"}))
    for table, path, kind in ((old, "quantity", "quantity.count"), (new, "points", "finance.money")):
        field = table.field(path)
        assert field is not None
        field.semantic_type = kind
    assert renames(old, new) == {"quantity": "points"}
