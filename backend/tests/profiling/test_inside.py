"""What stands inside texts has the facts that it would have if it stood there by itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddgen.model.path import format_path
from ddgen.model.relation import ArrowBatch
from ddgen.profiling import accumulator
from ddgen.profiling import inside as module
from ddgen.profiling.inside import GLANCE, guessed, held_by
from ddgen.profiling.measure import LONGEST_TEXT
from ddgen.profiling.profiler import Profiler, TableFacts
from ddgen.profiling.state import dumps, loads

from .feeding import arrows, comparable, facts_of, field, paths, profiler_of, texts, trees

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**20), 10**20) | st.integers(0, 3),
    st.floats(allow_nan=False),
    st.text(max_size=3) | st.sampled_from(["2024-01-31", "x" * (LONGEST_TEXT + 1), "007"]),
)
INNER = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "c.d", "@e"]), inner),
    max_leaves=8,
)
DOCUMENTS = st.lists(
    st.none() | st.lists(INNER, max_size=3) | st.dictionaries(st.sampled_from("abc"), INNER), min_size=1, max_size=25
)
APPROXIMATE = ("top_values", "unique", "oddities")


def written(documents: Sequence[Any]) -> list[str | None]:
    return [None if document is None else json.dumps(document) for document in documents]


def inner(facts: TableFacts, *without: str) -> list[dict[str, Any]]:
    """The facts of what is below `p`."""
    return [found for found in comparable(facts, *without) if found["path"] != "p"]


@given(documents=DOCUMENTS, size=st.integers(1, 25), exact=st.sampled_from([3, 4_096]), form=st.sampled_from("cjai"))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_inner_facts_are_those_of_the_same_documents_by_themselves(
    documents: list[Any], size: int, exact: int, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = written(documents)
    makers = {
        "c": lambda: texts({"p": told}, size),
        "j": lambda: trees([{"p": text} for text in told], size),
        "a": lambda: arrows(pa.table({"p": pa.array(told, pa.string())}), size),
        "i": lambda: arrows(pa.table({"p": pa.array(told, pa.string()).dictionary_encode()}), size),
    }
    with monkeypatch.context() as patch:
        patch.setattr(accumulator, "EXACT_VALUES", exact)
        held, direct = facts_of(makers[form]()), facts_of(trees([{"p": document} for document in documents], size))
    left_out = APPROXIMATE if exact == 3 else ()
    expected = inner(direct, *left_out) if any(document is not None for document in documents) else []
    assert inner(held, *left_out) == expected
    assert all(found.inside == (("p",) if found.path != ("p",) else None) for found in held.fields)


@given(documents=st.lists(DOCUMENTS, min_size=1, max_size=6))
@settings(deadline=None)
def test_texts_in_arrays_are_looked_into_too(documents: list[list[Any]]) -> None:
    held = facts_of(trees([{"l": written(some)} for some in documents]))
    direct = facts_of(trees([{"l": some} for some in documents]))
    expected = [found for found in comparable(direct) if found["path"] not in {"l", "l[]"}]
    given_any = any(document is not None for some in documents for document in some)
    assert [found for found in comparable(held) if found["path"] not in {"l", "l[]"}] == (expected if given_any else [])


@given(documents=DOCUMENTS, cut=st.integers(0, 25), backwards=st.booleans(), kept=st.booleans())
@settings(deadline=None)
def test_merged_parts_are_the_whole(documents: list[Any], cut: int, backwards: bool, kept: bool) -> None:
    parts = [
        profiler_of(trees([{"p": text} for text in written(some)], first=first))
        for some, first in ((documents[:cut], 0), (documents[cut:], len(documents[:cut])))
    ]
    parts = [loads(dumps(part)) if kept else part for part in parts]
    one, other = reversed(parts) if backwards else parts
    one.merge(other)
    whole = facts_of(trees([{"p": text} for text in written(documents)]))
    assert sorted(comparable(one.finish()), key=str) == sorted(comparable(whole), key=str)


def test_a_state_says_the_same_and_can_be_fed_on() -> None:
    rows = [f'{{"a": {number % 7}, "b": ["x{number}"]}}' for number in range(200)] + ["no"]
    profiler = loads(dumps(profiler_of(texts({"p": rows[:100]}))))
    assert dumps(loads(dumps(profiler))) == dumps(profiler)
    for batch in texts({"p": rows[100:]}, first=100):
        profiler.feed(batch)
    assert comparable(profiler.finish()) == comparable(facts_of(texts({"p": rows})))


def test_a_state_of_a_format_that_is_not_known_here_is_one_of_texts() -> None:
    state = dumps(profiler_of(texts({"p": ['{"a": 1}'] * 3}))).replace('"opener": "json"', '"opener": "toml"')
    assert paths(loads(state).finish()) == ["p"]


def test_what_is_counted_and_said_of_texts_that_hold_none() -> None:
    rows: list[str | None] = [f'{{"a": {number}}}' for number in range(100)]
    rows[16], rows[50], rows[60], rows[70] = "oops", "null", " ", None
    facts = facts_of(texts({"p": rows}))
    found, held = field(facts, "p"), field(facts, "p.a")
    assert (found.holds, found.data_type, found.profile.values) == ("json", "string", 98)
    assert found.profile.null_tokens == {"(whitespace)": 1}
    odd = {odd.kind: (odd.count, odd.example, [place.record for place in odd.first]) for odd in found.profile.oddities}
    assert odd["not_json"] == (1, "oops", [17])
    profile = held.profile
    assert (profile.total, profile.values, profile.missing, profile.parent_absent) == (100, 96, 0, 4)
    assert (held.data_type, held.inside, held.holds) == ("integer", ("p",), None)


@pytest.mark.parametrize(
    ("rows", "holds"),
    [
        (['{"a": 1}'], True),
        (["[]", "{}"], True),
        (["[1]", "[2, 3]"], True),
        (['{"a": 1}'] * 9 + ["x"], True),
        (['{"a": 1}'] * 8 + ["x"], False),
        (["5", "6"], False),
        (['"x"', '"y"'], False),
        (["true", "false"], False),
        (["null", "null"], False),
        (["{a}", "{b}"], False),
        (["{", "["], False),
        (["x"] * 20, False),
        (["x", '{"a": 1}', '{"a": 1}'], False),
    ],
    ids=str,
)
def test_what_is_taken_for_documents(rows: list[str], holds: bool) -> None:
    facts = facts_of(texts({"p": rows}))
    assert field(facts, "p").holds == ("json" if holds else None)
    assert (len(facts.fields) > 1) == holds


def test_a_few_documents_among_texts_are_mentioned() -> None:
    found = field(facts_of(texts({"p": ['{"a": 1}'] * 8 + ["x", "y"]})), "p")
    assert found.profile.notes == ["8 of 10 texts are JSON: too few for their fields to be shown"]
    assert [odd.kind for odd in found.profile.oddities] == []


def test_the_first_texts_decide_however_the_input_is_cut() -> None:
    rows = ["x"] * (GLANCE // 2 - 1) + ['{"a": 1}'] * 600
    for size in (1, 7, GLANCE, 10**9):
        assert field(facts_of(texts({"p": rows}, size)), "p").holds == "json"
    late = ["x"] * GLANCE + ['{"a": 1}'] * 6_000
    for size in (1, GLANCE, 10**9):
        found = field(facts_of(texts({"p": late}, size)), "p")
        assert (found.holds, found.profile.notes) == (None, [])


def test_texts_are_given_up_once_most_hold_nothing() -> None:
    profiler = profiler_of(texts({"p": ['{"a": 1}'] * 100}))
    for batch in texts({"p": ["x"] * 5_000}, first=100):
        profiler.feed(batch)
    node = profiler.root.children["p"]
    assert (node.inside, node.looking) == (None, False)
    assert paths(profiler.finish()) == ["p"]


def test_fields_that_hold_nothing_are_not_looked_at_again() -> None:
    profiler = profiler_of(texts({"p": ["x"] * GLANCE, "n": ["5"] * GLANCE}))
    assert [node.looking for node in profiler.root.children.values()] == [False, False]


def test_nothing_is_shown_where_the_path_has_fields_of_its_own() -> None:
    found = facts_of(trees([{"p": '{"a": 1}'}] * 9 + [{"p": {"b": 1}}]))
    assert paths(found) == ["p", "p.b"]
    (note,) = field(found, "p").profile.notes
    assert note == "its texts are JSON, whose fields are not shown, since other values here are objects or arrays"


def test_documents_in_documents_are_looked_into_to_some_depth() -> None:
    text = '{"d": 1}'
    for name in "cba":
        text = json.dumps({name: text})
    facts = facts_of(trees([{"p": text}] * 3))
    assert paths(facts) == ["p", "p.a", "p.a.b", "p.a.b.c"]
    assert [found.holds for found in facts.fields] == ["json", "json", "json", None]
    assert [found.inside and format_path(found.inside) for found in facts.fields] == [None, "p", "p.a", "p.a.b"]


def test_it_can_be_left() -> None:
    profiler = Profiler(inside=False)
    for batch in texts({"p": ['{"a": 1}']}):
        profiler.feed(batch)
    assert paths(profiler.finish()) == ["p"]


def test_maps_are_maps_inside_texts_and_can_be_set() -> None:
    days = [json.dumps({"by_day": {f"2024-01-{day:02}": day for day in range(1, 9)}, "x": 1})] * 3
    assert paths(facts_of(texts({"p": days}))) == ["p", "p.by_day", "p.by_day{}", "p.x"]
    assert "p.by_day{}" not in paths(facts_of(texts({"p": days}), maps={"p.by_day": False}))
    facts = facts_of(texts({"p": [json.dumps({f"2024-01-{day:02}": day for day in range(1, 9)})]}))
    assert paths(facts) == ["p", "p{}"]
    assert facts.maps == {"p": True}
    assert field(facts, "p").profile.notes == ["its documents are maps with 8 different keys"]
    assert len(paths(facts_of(texts({"p": days}), maps={"p": True}))) > len(paths(facts))


def test_keys_below_a_map_bring_their_texts_together() -> None:
    documents = [{"m": {f"id-{row}-{key}": json.dumps({"a": key}) for key in range(3)}} for row in range(40)]
    facts = facts_of(trees(documents, 10), maps={"m": True})
    assert paths(facts) == ["m", "m{}", "m{}.a"]
    late = facts_of(trees(documents, 10))
    assert paths(late) == ["m", "m{}", "m{}.a"]
    assert field(late, "m{}.a").profile.values == 120


def test_merged_texts_that_hold_none_are_not_forgotten() -> None:
    for parts in (["x"] * 3, ['{"a": 1}'] * 200), (['{"a": 1}'] * 200, ["x"] * 3):
        one, other = (profiler_of(texts({"p": part})) for part in parts)
        one.merge(other)
        assert paths(one.finish()) == ["p"]
    plain, held = [{"m": {"k": "x"}}] * 3, [{"m": {"j": '{"a": 1}'}}] * 200
    facts = facts_of(trees(plain + held), maps={"m": True})
    (odd,) = field(facts, "m{}").profile.oddities
    assert (field(facts, "m{}").holds, odd.kind, odd.count) == ("json", "not_json", 3)


def test_texts_of_elements_with_attributes_are_looked_into() -> None:
    facts = facts_of(texts({"p": ["<o><j kind='x'>{\"a\": 1}</j></o>"] * 5}))
    assert paths(facts) == ["p", "p.o", "p.o.j", "p.o.j.@kind", "p.o.j.a"]
    assert field(facts, "p.o.j").holds == "json"


def test_too_many_paths_inside_become_a_map(monkeypatch: pytest.MonkeyPatch) -> None:
    from ddgen.profiling import profiler as profiling

    monkeypatch.setattr(profiling, "MOST_PATHS", 50)
    rows = [json.dumps({f"k{number}": number, "same": 1}) for number in range(200)]
    facts = facts_of(texts({"p": rows}, 20))
    assert paths(facts) == ["p", "p{}"]
    assert field(facts, "p{}").profile.values == 400


def test_large_texts_are_opened_in_parts_and_without_being_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TOGETHER", 1_000)
    monkeypatch.setattr(module, "_MOST_HELD", 1_000)
    rows = [json.dumps({"a": "x" * 400, "n": [number]}) for number in range(100)] + ["no"]
    found = facts_of(texts({"p": rows}))
    assert comparable(found) == comparable(facts_of(texts({"p": rows}, 3)))
    assert field(found, "p.n[]").profile.values == 100
    profiler = profiler_of(texts({"p": rows}))
    inside = held_by(profiler.root.children["p"])
    assert inside is not None
    assert sum(len(node.pending) for node in inside.root.whole()) <= 10


def test_few_large_texts_are_not_waited_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_HELD", 5_000)
    profiler = profiler_of(texts({"p": [json.dumps({"a": "x" * 2_000})] * 5}, 1))
    inside = held_by(profiler.root.children["p"])
    assert inside is not None
    assert inside.opened == 5
    assert field(profiler.finish(), "p.a").profile.values == 5


def test_keys_that_a_document_holds_twice_are_told_where() -> None:
    facts = facts_of(texts({"p": ['{"a": {"b": 1}}', '{"a": {"b": 1, "b": 2}}']}))
    (odd,) = field(facts, "p.a.b").profile.oddities
    assert (odd.kind, odd.count, [place.record for place in odd.first]) == ("duplicate_key", 1, [2])


def test_halves_of_pairs_are_told() -> None:
    profile = field(facts_of(texts({"p": ['{"a": "\\ud800"}', '{"a": "x"}']})), "p").profile
    assert [(odd.kind, odd.count) for odd in profile.oddities] == [("bad_encoding", 1)]


def test_xml_and_queries_have_the_types_that_their_texts_have() -> None:
    xml = [f"<o id='{number}'><v cur='EUR'>{number}.5</v><zip>0{number}</zip></o>" for number in range(10, 30)]
    query = [f"page={number}&q=a+b" for number in range(20)]
    facts = facts_of(texts({"x": xml, "q": query}))
    types = {format_path(found.path): found.data_type for found in facts.fields}
    assert types == {
        "x": "string", "x.o": "object", "x.o.@id": "integer", "x.o.v": "float", "x.o.v.@cur": "string",
        "x.o.zip": "string", "q": "string", "q.page": "integer", "q.q": "string",
    }  # fmt: skip
    assert (field(facts, "x").holds, field(facts, "q").holds) == ("xml", "query")
    assert field(facts, "x.o.v").physical_types == {"text": 20}
    assert [odd.kind for odd in field(facts, "x.o.zip").profile.oddities] == ["leading_zeros"]


@pytest.mark.parametrize(
    ("sample", "beginnings", "name"),
    [
        (['{"a": 1}', "x"], [], "json"),
        (['{"a": 1}', "x", "y"], [], None),
        ([], ['{"a": "xxxxxx', '{"b'], "json"),
        (["x"], ["{", "<order>"], None),
        (["<order/>"], [], "xml"),
        (["a=1&b=2"], [], "query"),
        (["eyJhIjogMX0="], [], "base64_json"),
        (["PG9yZGVyLz4="], [], "base64_xml"),
        (["{not json}"], [], None),
        (["", " "], [], None),
    ],
)
def test_what_texts_seem_to_be(sample: list[str], beginnings: list[str], name: str | None) -> None:
    found = guessed(sample, beginnings)
    assert (found.name if found is not None else None) == name


def test_texts_of_nested_columns_are_looked_into() -> None:
    struct = pa.array([{"t": '{"a": 1}', "l": ['{"b": 2}', None]}, {"t": None, "l": []}])
    batch = ArrowBatch(pa.RecordBatch.from_arrays([struct], names=["s"]), "a", 0)
    facts = facts_of([batch])
    assert paths(facts) == ["s", "s.t", "s.t.a", "s.l", "s.l[]", "s.l[].b"]
    assert (field(facts, "s.l[].b").profile.total, field(facts, "s.l[].b").profile.records) == (2, 1)
