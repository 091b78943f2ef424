"""Keys: declared ones, unique fields, and which of them looks most like one."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ddgen.model.claim import Claim, Kind, Origin, winner, winners
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Distinct, Lengths, Profile
from ddgen.model.question import Containment, End, Uniqueness
from ddgen.semantics.keys import SURE_OF_SAMPLE, Declared, find, is_key, maybe_unique

from .held import built


class Answers:
    """A probe that answers one thing to everything."""

    def __init__(self, answer: Uniqueness | None = None) -> None:
        self.answer = answer
        self.asked: list[End] = []

    def uniqueness(self, asked: Sequence[End]) -> list[Uniqueness | None]:
        self.asked += asked
        return [self.answer for _ in asked]

    def containment(self, asked: Sequence[tuple[End, End]]) -> list[Containment | None]:
        return [None for _ in asked]


def field(path: str, data_type: str = "integer", position: int = 1, **facts: Any) -> Field:
    profile = {"total": 100, "values": 100, "unique": True, "distinct": Distinct(count=100, exact=True)} | facts
    name = path.rpartition(".")[2]
    return Field(path=path, name=name, position=position, data_type=data_type, profile=Profile(**profile))


def table(*fields: Field, name: str = "orders", rows: int = 100) -> Table:
    return Table(id="t", name=name, uri="u", format="csv", rows_profiled=rows, fields=list(fields))


def primary(made: Table, declared: Declared | None = None, answer: Uniqueness | None = None) -> list[str]:
    find([made], {made.name: declared} if declared else {}, Answers(answer))
    made.settle()
    return made.primary_key


def test_a_declared_key_is_the_sources_word() -> None:
    made = table(field("id"), field("b"))
    assert primary(made, Declared(("a", "b"))) == ["a", "b"]
    claim = winner(made.claims, Kind.PRIMARY_KEY)
    assert claim is not None
    assert (claim.origin, claim.confidence) == (Origin.SOURCE, 1.0)


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Uniqueness(unique=True), "checked: it is different in all 100 rows"),
        (Uniqueness(unique=False, repeated=2, examples=["7"]), "but 2 of its values occur more than once: 7"),
    ],
)
def test_a_declared_key_is_checked(answer: Uniqueness, said: str) -> None:
    made = table(field("id", unique=None))
    primary(made, Declared(("id",)), answer)
    assert made.claims[0].evidence == ["declared as primary key in the source", said]


def test_a_declared_key_with_missing_values_says_so(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    with closing(sqlite3.connect(path)) as database:
        database.executescript("CREATE TABLE t (a TEXT PRIMARY KEY); INSERT INTO t VALUES ('x'), (NULL), (NULL);")
    (claim,) = (claim for claim in built(path).tables[0].claims if claim.kind is Kind.PRIMARY_KEY)
    assert claim.evidence == ["declared as primary key in the source", "but a is missing in some rows"]


@pytest.mark.parametrize(
    ("names", "best"),
    [
        (["total", "id"], "id"),
        (["total", "order_id"], "order_id"),
        (["customer_id", "orderId"], "orderId"),
        (["email", "code"], "code"),
        (["name", "_id"], "_id"),
    ],
)
def test_the_most_key_like_unique_field_is_proposed(names: list[str], best: str) -> None:
    assert primary(table(*(field(name, position=at) for at, name in enumerate(names)))) == [best]


@pytest.mark.parametrize("name", ["matricule", "carrier", "imo"])
def test_a_unique_first_field_of_numbers_or_codes_is_the_key(name: str) -> None:
    assert primary(table(field(name), field("b", position=2))) == [name]


@pytest.mark.parametrize("name", ["id_client", "cod_aula", "codigo_cliente", "pk_order"])
def test_a_key_word_may_stand_first(name: str) -> None:
    assert primary(table(field("total"), field(name, position=2))) == [name]


def test_a_unique_field_that_nothing_else_makes_a_key_stays_a_candidate() -> None:
    made = table(field("population"), field("b", position=2))
    assert primary(made) == []
    assert [claim.value for claim in winners(made.fields[0].claims, Kind.KEY)] == ["candidate"]


@pytest.mark.parametrize(("name", "key"), [("categories", "category_id"), ("boxes", "box_id"), ("Orders", "ORDER_ID")])
def test_a_tables_own_id_is_known_by_its_name(name: str, key: str) -> None:
    assert primary(table(field("other_id"), field(key, position=2), name=name)) == [key]


def test_the_key_of_another_table_is_a_worse_key() -> None:
    orders = table(field("customer_id"), field("number", position=2))
    find([orders, table(field("customer_id"), name="customers")], {}, Answers())
    orders.settle()
    assert orders.primary_key == ["number"]


NO_KEYS = {
    "not unique": field("id", unique=False),
    "unknown": field("id", unique=None),
    "incomplete": field("id", total=101),
    "below an array": field("items[].id"),
    "one row": field("id", total=1, values=1),
    "a float": field("id", "float"),
    "a date": field("id", "date"),
    "long texts": field("id", "string", lengths=Lengths(min=1, max=65, mean=30)),
    "a mixture": field("id", "integer | string"),
}


@pytest.mark.parametrize("case", NO_KEYS)
def test_what_is_no_key(case: str) -> None:
    assert not is_key(NO_KEYS[case])
    assert primary(table(NO_KEYS[case])) == []


def test_every_candidate_is_claimed_with_its_evidence() -> None:
    made = table(field("id"), field("number", position=2), field("x", unique=False))
    primary(made)
    claims = [winners(part.claims, Kind.KEY) for part in made.fields]
    assert [len(found) for found in claims] == [1, 1, 0]
    assert claims[0][0].evidence == ["all 100 values are different and none is missing"]
    assert [part.is_unique for part in made.fields] == [True, True, False]
    assert [part.is_primary_key for part in made.fields] == [True, False, False]


def test_few_rows_prove_little() -> None:
    confidences = []
    for rows in (4, 6, 100):
        made = table(field("id", total=rows, values=rows), rows=rows)
        primary(made)
        confidences.append(made.claims[0].confidence)
    assert confidences == sorted(set(confidences))


def test_declared_unique_fields_are_keys_whatever_their_values() -> None:
    made = table(field("code", unique=False))
    primary(made, Declared(unique=[("code",), ("a", "b")]))
    (claim,) = winners(made.fields[0].claims, Kind.KEY)
    assert claim.origin is Origin.SOURCE
    assert [claim.value for claim in made.claims] == [["a", "b"]]


@pytest.mark.parametrize(
    ("facts", "asked"),
    [
        ({"unique": None, "distinct": Distinct(count=9_950, exact=False, error=0.008)}, True),
        ({"unique": None, "distinct": Distinct(count=9_000, exact=False, error=0.008)}, False),
        ({"unique": True, "distinct": Distinct(count=10_000, exact=True)}, False),
        ({"unique": False, "distinct": Distinct(count=9_950, exact=False, error=0.008)}, False),
        ({"unique": None, "total": 10_001, "distinct": Distinct(count=9_950, exact=False, error=0.008)}, False),
    ],
)
def test_a_second_look_is_asked_for_where_a_sketch_suggests_it(facts: dict[str, Any], asked: bool) -> None:
    assert maybe_unique(field("id", **({"total": 10_000, "values": 10_000} | facts))) == asked


def test_what_repeats_in_a_field_that_is_nearly_a_key_is_shown() -> None:
    rows = [{"order_id": number, "x": 1} for number in range(500)] + [{"order_id": 7, "x": 1}]
    part = built({"orders": rows}).tables[0].fields[0]
    assert part.profile.notes == ["1 value repeats, such as 7"]
    assert not part.is_unique


def test_what_repeats_is_not_shown_of_personal_data() -> None:
    made = table(field("member_no", unique=None, distinct=Distinct(count=99, exact=False, error=0.01)))
    pii = {"category": "contact", "sensitivity": 3}
    made.fields[0].claims.append(Claim(kind=Kind.PII, value=pii, origin=Origin.RULE))
    primary(made, answer=Uniqueness(unique=False, repeated=3, examples=["Ann"]))
    assert made.fields[0].profile.notes == ["3 values repeat"]


def test_a_sample_proves_no_key() -> None:
    made = table(field("id"))
    made.row_count = 5_000
    primary(made)
    claim = winner(made.claims, Kind.PRIMARY_KEY)
    assert claim is not None
    assert claim.confidence == SURE_OF_SAMPLE
    assert claim.evidence[0] == "id is unique and complete over 100 rows, of 5,000 rows sampled"


def test_a_table_without_rows_has_the_key_of_its_name() -> None:
    empty: dict[str, Any] = {"total": 0, "values": 0, "unique": None, "distinct": None}
    made = table(field("x", **empty), field("order_id", position=2, **empty), rows=0)
    assert primary(made) == ["order_id"]
    assert made.claims[-1].confidence <= SURE_OF_SAMPLE


def test_a_table_without_fields_has_no_key() -> None:
    assert primary(table()) == []
