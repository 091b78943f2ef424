"""Fields that turn out late to hold documents are read once more, from the input or from the sample taken."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from ddgen.errors import DdgenError, InputError
from ddgen.model.path import parse
from ddgen.model.problem import Problem
from ddgen.model.relation import Batch, Relation
from ddgen.profiling.inside import GLANCE
from ddgen.profiling.late_inside import complete, late
from ddgen.profiling.profiler import Profiler
from ddgen.profiling.sampling import Sampler

from .feeding import arrows, comparable, field, paths, profiler_of, texts, trees

LATE = ["x"] * GLANCE + [json.dumps({"a": number, "s": str(number % 5)}) for number in range(1_000)]
SEEN_AGAIN = "seems to hold JSON, but its inner fields are not shown, "


class Given(Relation):
    """Batches; read again, they may be others, or fail."""

    def __init__(self, *readings: Iterable[Batch] | BaseException) -> None:
        super().__init__("t", "a", "test")
        self._readings = iter(readings)

    def batches(self) -> Iterator[Batch]:
        reading = next(self._readings)
        if isinstance(reading, BaseException):
            raise reading
        yield from reading


def completed(
    batches: list[Batch],
    *again: Iterable[Batch] | BaseException,
    rereadable: bool = True,
    whole: bool = True,
    maps: Any = None,
) -> tuple[Profiler, bool, list[str], list[Batch]]:
    relation = Given(*again)
    relation.rereadable = rereadable
    relation.problems = [Problem(code="before", message="said before", source="a")]
    told: list[str] = []
    read: list[Batch] = []

    def tell(error: DdgenError, _relation: Relation) -> None:
        told.append(error.message)

    profiler = profiler_of(batches, maps)
    stopped = complete(profiler, relation, sample=None, whole=whole, told=tell, on_batch=read.append)
    assert [problem.code for problem in relation.problems] == ["before"]
    return profiler, stopped, told, read


def test_texts_are_read_once_more_and_all_of_them_count() -> None:
    batches = list(texts({"id": [str(number) for number in range(len(LATE))], "p": LATE}, 100))
    profiler, stopped, told, read = completed(batches, batches)
    assert (stopped, told, len(read)) == (False, [], 11)
    facts = profiler.finish()
    assert paths(facts) == ["id", "p", "p.a", "p.s"]
    (odd,) = field(facts, "p").profile.oddities
    assert (odd.kind, odd.count, odd.first[0].record) == ("not_json", GLANCE, 1)
    assert (field(facts, "p.a").profile.values, field(facts, "p.a").profile.parent_absent) == (1_000, GLANCE)
    early = profiler_of(texts({"p": [*LATE[GLANCE:], *LATE[:GLANCE]]})).finish()
    assert field(early, "p.a").profile.values == 1_000


@pytest.mark.parametrize(
    ("batches", "path"),
    [
        (list(trees([{"q": {"p": text}, "o": 1} for text in LATE], 100)), "q.p"),
        (list(trees([{"l": [{"p": text}, {}]} for text in LATE], 100)), "l[].p"),
        (list(trees([[text] for text in LATE], 100)), "$[]"),
        (list(trees(LATE, 100)), "$"),
        (list(arrows(pa.table({"n": range(len(LATE)), "q": [{"p": text} for text in LATE]}), 100)), "q.p"),
        (list(arrows(pa.table([LATE, LATE], names=["p", "p"]), 100)), "`p#2`"),
        (list(trees([{"m": {f"k{number}": text}} for number, text in enumerate(LATE)], 100)), "m{}"),
    ],
    ids=["nested", "in a list", "a list alone", "alone", "in a struct", "a name twice", "in a map"],
)
def test_wherever_they_stand(batches: list[Batch], path: str) -> None:
    profiler, stopped, told, _ = completed(batches, batches)
    assert (stopped, told) == (False, [])
    facts = profiler.finish()
    inner = "a" if path == "$" else f"{path}.a"
    assert field(facts, path).holds == "json"
    assert field(facts, inner).profile.values == 1_000
    assert field(facts, inner).inside == parse(path)


def test_so_do_parts_that_were_judged_differently() -> None:
    one, other = (profiler_of(texts({"p": part})) for part in (LATE[:GLANCE], LATE[GLANCE:]))
    one.merge(other)
    one.settle()
    assert late(one) == {("p",): "json"}


def test_a_field_that_is_rightly_no_document_is_not_read_again() -> None:
    for rows in (["x"] * 1_000, ['{"a": 1}'] * 100 + ["x"] * 900, ["null"] * 100, ["5"] * 100):
        profiler, *_, read = completed(list(texts({"p": rows})))
        assert read == []
        assert paths(profiler.finish()) == ["p"]


def test_long_texts_are_told_by_their_beginnings() -> None:
    rows = ["x"] * GLANCE + [json.dumps({"a": "y" * 5_000})] * 1_000
    batches = list(texts({"p": rows}))
    profiler, *_ = completed(batches, batches)
    assert paths(profiler.finish()) == ["p", "p.a"]


def notes(profiler: Profiler) -> list[str]:
    facts = profiler.finish()
    assert paths(facts) == ["p"]
    return field(facts, "p").profile.notes


def test_what_cannot_be_read_again_is_said() -> None:
    batches = list(texts({"p": LATE}))
    profiler, *_ = completed(batches, rereadable=False)
    assert notes(profiler) == [SEEN_AGAIN + "since the input cannot be read again"]
    profiler, *_ = completed(batches, whole=False)
    assert notes(profiler) == [SEEN_AGAIN + "since the input was not read to its end"]


def test_what_changed_or_fails_in_between_is_said() -> None:
    batches = list(texts({"p": LATE}))
    changed, _, told, _ = completed(batches, list(texts({"p": LATE[:-1]})))
    assert (notes(changed), told) == ([SEEN_AGAIN + "since the input could not be read again as it was"], [])
    failing, _, told, _ = completed(batches, InputError("gone", where="a"))
    assert (notes(failing), told) == ([SEEN_AGAIN + "since the input could not be read again as it was"], ["gone"])


def test_a_person_may_stop_it() -> None:
    profiler, stopped, told, _ = completed(list(texts({"p": LATE})), KeyboardInterrupt())
    assert (stopped, told) == (True, [])
    assert notes(profiler) == [SEEN_AGAIN + "since a person stopped it"]


def test_a_sample_is_looked_into_where_it_stands() -> None:
    sampler = Sampler(300)
    for batch in texts({"p": LATE}, 100):
        sampler.offer(batch)
    profiler = profiler_of(sampler.chosen())
    read: list[Batch] = []
    told: list[DdgenError] = []
    stopped = complete(
        profiler,
        Given(),
        sample=sampler.chosen(),
        whole=True,
        told=lambda error, _relation: told.append(error),
        on_batch=read.append,
    )
    assert (stopped, read, told) == (False, [], [])
    facts = profiler.finish()
    assert paths(facts) == ["p", "p.a", "p.s"]
    assert field(facts, "p").profile.values == 300


def test_the_same_facts_as_if_they_had_been_known_at_once() -> None:
    batches = list(texts({"p": LATE}, 100))
    profiler, *_ = completed(batches, batches)
    known = Profiler(expected={("p",): "json"})
    for batch in batches:
        known.feed(batch)
    assert comparable(profiler.finish()) == comparable(known.finish())


def test_maps_are_what_they_were_before() -> None:
    batches = list(trees([{"q": {"x": 1, "y": 2, "z": 3, "p": text}} for text in LATE], 100))
    profiler, *_ = completed(batches, batches, maps={"q": False})
    facts = profiler.finish()
    assert field(facts, "q.p.a").profile.values == 1_000
    assert facts.maps == {"q": False}


def test_what_is_inside_documents_that_came_late_is_looked_into_as_well() -> None:
    rows = ["x"] * GLANCE + [json.dumps({"a": json.dumps({"b": number})}) for number in range(1_000)]
    batches = list(texts({"p": rows}, 100))
    profiler, *_ = completed(batches, batches)
    facts = profiler.finish()
    assert paths(facts) == ["p", "p.a", "p.a.b"]
    assert field(facts, "p.a.b").profile.values == 1_000


def test_late_documents_inside_documents_are_said_to_be_left() -> None:
    rows = [json.dumps({"a": text}) for text in LATE]
    profiler, *_, read = completed(list(texts({"p": rows}, 100)))
    assert read == []
    facts = profiler.finish()
    assert paths(facts) == ["p", "p.a"]
    assert field(facts, "p.a").profile.notes == [SEEN_AGAIN + "since its first texts hold none"]
