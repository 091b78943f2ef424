"""States: what is written down can be read, fed on, and merged."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddgen.model.relation import Tagged
from ddgen.profiling import accumulator
from ddgen.profiling.measure import shortened
from ddgen.profiling.profiler import Profiler
from ddgen.profiling.state import dumps, loads, read_value, write_value

from .feeding import arrows, comparable, facts_of, paths, profiler_of, texts, trees

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20) | st.integers(0, 3),
    st.floats(),
    st.text(max_size=3) | st.sampled_from(["2024-01-31", "x" * 5_000]),
)
DOCUMENTS = st.lists(
    st.recursive(
        SCALARS,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
        max_leaves=6,
    ),
    min_size=1,
    max_size=20,
)
VALUES: list[Any] = [
    *("x", "", "\ud800", True, 10**30, 0.1, Decimal("1.50"), date(2024, 1, 31), time(9, 5), timedelta(-1, 2, 3)),
    *(datetime(2024, 1, 31, tzinfo=UTC), UUID(int=5), b"\x00\xff", Tagged("objectid", "5"), shortened("x" * 5_000)),
    Tagged("timestamp", 5),
]


def again(profiler: Profiler) -> Profiler:
    return loads(dumps(profiler))


@pytest.mark.parametrize("value", VALUES, ids=lambda value: type(value).__name__)
def test_every_kind_of_value_survives(value: Any) -> None:
    state = json.loads(json.dumps(write_value(value)))
    assert read_value(state) == value
    assert type(read_value(state)) is type(value)


@given(documents=DOCUMENTS, exact=st.sampled_from([3, 4_096]))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_state_has_the_same_facts(documents: list[Any], exact: int, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(accumulator, "EXACT_VALUES", exact)
        profiler = profiler_of(trees(documents))
        restored = again(profiler)
        assert dumps(restored) == dumps(profiler)
        left_out = ("unique", "distinct") if exact == 3 else ()
        assert comparable(restored.finish(), *left_out) == comparable(profiler.finish(), *left_out)


@given(documents=DOCUMENTS, cut=st.integers(0, 20))
def test_merged_states_are_the_state_of_all(documents: list[Any], cut: int) -> None:
    one = again(profiler_of(trees(documents[:cut])))
    one.merge(again(profiler_of(trees(documents[cut:], first=len(documents[:cut])))))
    assert comparable(one.finish()) == comparable(facts_of(trees(documents)))


@pytest.mark.parametrize(
    "batches",
    [
        lambda things, first: texts({str(year): things for year in range(1990, 2010)}, 100, first),
        lambda things, first: arrows(pa.table({"x": things, "l": [[thing] for thing in things]}), 100, first),
    ],
)
def test_a_state_can_be_fed_on(batches: Any) -> None:
    things: Sequence[str] = [f" value {number % 70}" for number in range(600)]
    profiler = again(profiler_of(batches(things[:250], 0)))
    for batch in batches(things[250:], 250):
        profiler.feed(batch)
    whole = profiler_of(batches(things, 0)).finish()
    fed_on = profiler.finish()
    assert paths(fed_on) == paths(whole)
    assert comparable(fed_on) == comparable(whole)


@pytest.mark.parametrize("text", ["[]", "5", "{}", '{"format": "other"}', "nonsense"])
def test_what_is_no_state_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a|Expecting"):
        loads(text)


def test_deep_documents_have_states() -> None:
    nested: Any = 1
    for level in range(400):
        nested = [nested] if level % 2 else {"x": nested}
    profiler = profiler_of(trees([nested]))
    assert dumps(again(profiler)) == dumps(profiler)
