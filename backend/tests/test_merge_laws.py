"""What holds of every merge, whatever was said and whatever changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import permutations
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ddgen.merge import merge
from ddgen.model.claim import Claim, Kind, Origin, Status, judged
from ddgen.model.dictionary import Dictionary, Engine, Field, Table
from ddgen.model.profile import Distinct, Profile

NOW = datetime(2024, 1, 31, tzinfo=UTC)
PATHS = ["id", "name", "price", "a.b", "items[].sku", "other"]

claims = st.lists(
    st.builds(
        Claim,
        kind=st.sampled_from([Kind.DESCRIPTION, Kind.BUSINESS_NAME, Kind.TAG]),
        value=st.sampled_from(["one", "two", "three", "four"]),
        origin=st.sampled_from(Origin),
        status=st.sampled_from(Status),
        evidence=st.lists(st.sampled_from(["because", "so it is"]), max_size=1),
        time=st.sampled_from([None, NOW - timedelta(days=9), NOW - timedelta(days=2)]),
    ),
    max_size=4,
    unique_by=lambda one: one.id,
)
profiles = st.sampled_from([3.5, 70.25, 9000.125]).map(
    lambda mean: Profile(
        total=500,
        values=500,
        distinct=Distinct(count=450, exact=True),
        min=0.0,
        max=mean * 2,
        mean=mean,
        stddev=mean / 7,
    )
)


@st.composite
def tables(draw: st.DrawFn, name: str, said: st.SearchStrategy[list[Claim]]) -> Table:
    paths = draw(st.lists(st.sampled_from(PATHS), min_size=1, unique=True))
    fields = [
        Field(path=path, name=path, position=at, data_type="float", profile=draw(profiles), claims=draw(said))
        for at, path in enumerate(paths, 1)
    ]
    return Table(id=f"t_{name}", name=name, uri=f"{name}.csv", format="csv", fields=fields, claims=draw(said))


def dictionaries(said: st.SearchStrategy[list[Claim]]) -> st.SearchStrategy[Dictionary]:
    def made(parts: dict[str, Table]) -> Dictionary:
        return Dictionary(name="d", generated_at=NOW, engine=Engine(version="1"), tables=list(parts.values()))

    names = {name: tables(name, said) for name in ("orders", "clients", "log")}
    return st.fixed_dictionaries({}, optional=names).map(made)


RUNS = dictionaries(claims.map(lambda many: [one for one in many if not judged(one) and one.alive]))
EARLIER = dictionaries(claims)


def merged(run: Dictionary, previous: Dictionary, **more: Any) -> Dictionary:
    made = run.model_copy(update=more, deep=True)
    merge(made, previous)
    return Dictionary.model_validate_json(made.to_json())


def words(dictionary: Dictionary) -> dict[tuple[str, str | None], list[Claim]]:
    """What people have written, and what they made of what others wrote, by table id and path."""
    found: dict[tuple[str, str | None], list[Claim]] = {}
    for table in dictionary.tables:
        found[table.id, None] = [claim for claim in table.claims if judged(claim)]
        for field in table.fields:
            found[table.id, field.path] = [claim for claim in field.claims if judged(claim)]
    return found


def plain(claim: Claim) -> dict[str, Any]:
    return claim.model_dump(include={"id", "kind", "value", "origin", "status"})


@given(EARLIER, RUNS)
def test_nothing_that_a_person_wrote_or_judged_is_lost_or_changed(previous: Dictionary, run: Dictionary) -> None:
    after = words(merged(run, previous))
    for place, before in words(previous).items():
        kept = after.get(place, [])
        for claim in before:
            assert plain(claim) in map(plain, kept), place
            if claim.origin is Origin.HUMAN:
                assert claim in kept


@given(EARLIER, RUNS)
def test_merging_twice_is_merging_once(previous: Dictionary, run: Dictionary) -> None:
    once = merged(run, previous)
    twice = merged(run, once)
    assert twice.to_json() == once.to_json()


@given(EARLIER, RUNS)
def test_neither_the_run_nor_the_previous_dictionary_of_a_merge_is_shared(
    previous: Dictionary, run: Dictionary
) -> None:
    before = previous.to_json()
    merged(run, previous)
    assert previous.to_json() == before


@given(EARLIER, RUNS)
def test_the_order_of_runs_over_the_same_data_does_not_matter(previous: Dictionary, run: Dictionary) -> None:
    results = set()
    for days in permutations((1, 3, 5)):
        made = previous
        for day in days:
            made = merged(run, made, generated_at=NOW + timedelta(days=day))
        results.add((made.content_hash, made.version))
    assert len(results) == 1


@given(EARLIER, RUNS, RUNS)
def test_what_went_and_comes_back_is_what_it_was(previous: Dictionary, run: Dictionary, other: Dictionary) -> None:
    """Whatever lies between, a person's words are still at their place."""
    there, away = words(merged(run, previous)), merged(other, merged(run, previous))
    back = words(merged(run, away))
    for place, before in there.items():
        for claim in before:
            if claim.origin is Origin.HUMAN and not any(line.startswith("carried over") for line in claim.evidence):
                assert claim in back[place]


@given(EARLIER, RUNS, RUNS)
def test_no_two_tables_have_one_id(previous: Dictionary, run: Dictionary, other: Dictionary) -> None:
    ids = [table.id for table in merged(other, merged(run, previous)).tables]
    assert len(ids) == len(set(ids))
