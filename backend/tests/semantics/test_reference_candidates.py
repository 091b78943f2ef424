"""Gates before data are asked."""

from __future__ import annotations

import pytest

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Distinct, Profile
from ddgen.model.values import Values
from ddgen.semantics.key_names import KeyNames
from ddgen.semantics.reference_candidates import Candidate, called, candidates, targets


def part(name: str, low: object = 1, high: object = 90, *, data_type: str = "integer", path: str = "") -> Field:
    profile = Profile.model_validate(
        {"min": low, "max": high, "values": 500, "total": 500, "distinct": Distinct(count=80, exact=True)}
    )
    return Field(path=path or name, name=name, position=2, data_type=data_type, profile=profile)


def table(name: str, *fields: Field, key: str | None = None) -> Table:
    made = Table(id=name, name=name, uri="u", format="csv", row_count=500, rows_profiled=500, fields=list(fields))
    if key is not None:
        made.primary_key = [key]
        made.claims.append(Claim(kind=Kind.PRIMARY_KEY, value=[key], origin=Origin.RULE, confidence=0.9))
    return made


STORES = table("stores", part("store_id"), part("floor"), key="store_id")


def found(*fields: Field, values: dict[str, dict[str, Values]] | None = None, name: str = "sales") -> list[Candidate]:
    tables = [STORES, table(name, *fields)]
    return candidates(tables, values or {}, KeyNames(tables))


@pytest.mark.parametrize(
    ("field", "kept"),
    [
        (part("store_id"), True),
        (part("store_id", 0, 900), True),
        (part("str_loc_store", 1, 80), True),
        (part("str_loc_store", 1, 91), True),
        (part("store_place_id", 1, 80), True),
        (part("store_place_id", 1, 91), False),
        (part("store_id", "a", "z", data_type="string"), False),
        (part("store_id", "001", "090", data_type="string"), True),
        (part("store_id", data_type="date"), False),
        (part("stores"), False),
        (part("num_store"), False),
        (part("floor"), False),
        (part("customer_id"), False),
        (part("id", path="store.id"), True),
        (part("store_ids", path="store_ids[]"), True),
    ],
)
def test_what_is_worth_a_question(field: Field, kept: bool) -> None:
    kept_pairs = [(one.field.name, one.target.field.name) for one in found(field) if one.name >= 0.3]
    if field.name == "stores":
        assert all(one.name < 0.3 for one in found(field))
    assert bool(kept_pairs) == kept


def test_values_at_hand_may_rule_a_key_out() -> None:
    key = Values([(number, 1) for number in range(1, 91)], complete=True)
    fits, other = Values([(3, 5), (4, 5), (90, 1)]), Values([(100, 5), (101, 5), (5, 1)])
    for values, kept in ((fits, True), (other, False)):
        held = {"stores": {"store_id": key}, "sales": {"store_id": values}}
        assert bool(found(part("store_id"), values=held)) == kept


def test_an_object_names_its_id() -> None:
    assert called(part("id", path="shipping.address.id")) == "address_id"
    assert called(part("sku", path="items[].sku")) == "sku"


def test_other_keys_of_a_table_are_texts_that_look_like_one() -> None:
    code, label = (part(name, "a", "z", data_type="string") for name in ("short_code", "label"))
    for one in (code, label):
        one.claims.append(Claim(kind=Kind.KEY, value="candidate", origin=Origin.RULE))
    made = table("stores", part("store_id"), code, label, key="store_id")
    assert [(one.field.name, one.strength) for one in targets([made], KeyNames([made]))] == [
        ("store_id", 1.0),
        ("short_code", 0.6),
    ]
