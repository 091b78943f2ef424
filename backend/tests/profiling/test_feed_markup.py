from __future__ import annotations

from collections import Counter
from typing import Any
from xml.sax.saxutils import quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.path import parse
from ddgen.profiling.profiler import TableFacts

from .feeding import comparable, facts_of, field, paths, texts

Node = tuple[str, dict[str, str], list[Any] | str]
LEAVES = st.sampled_from(["", "5", "x", "2024-01-31"])
ATTRIBUTES = st.dictionaries(st.sampled_from("xy"), LEAVES, max_size=2)
ELEMENTS: st.SearchStrategy[Node] = st.recursive(
    st.tuples(st.sampled_from("kmn"), ATTRIBUTES, LEAVES),
    lambda inner: st.tuples(st.sampled_from("kmn"), ATTRIBUTES, st.lists(inner, max_size=3)),
    max_leaves=8,
)


def written(node: Node) -> str:
    name, attributes, inner = node
    said = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{said}>{inner if isinstance(inner, str) else ''.join(map(written, inner))}</{name}>"


def counted(documents: list[Node]) -> tuple[Counter[str], Counter[str]]:
    """How often each path is there, and how often with a text, by another way than the profiler's."""
    repeats = {path for document in documents for path in repeated("p", [document])}
    there: Counter[str] = Counter()
    told: Counter[str] = Counter()
    for document in documents:
        count("p", [document], repeats, there, told)
    return there, told


def repeated(path: str, children: list[Node]) -> set[str]:
    names = Counter(name for name, _, _ in children)
    found = {f"{path}.{name}" for name, number in names.items() if number > 1}
    for name, _, inner in children:
        found |= repeated(f"{path}.{name}", inner) if isinstance(inner, list) else set()
    return found


def count(
    path: str, children: list[Node], repeats: set[str], there: Counter[str], told: Counter[str], bare: str = ""
) -> None:
    bare = bare or path
    for name in dict.fromkeys(name for name, _, _ in children):
        own, plain = f"{path}.{name}", f"{bare}.{name}"
        if plain in repeats:
            there[own] += 1
            own += "[]"
        for _, attributes, inner in (child for child in children if child[0] == name):
            there[own] += 1
            for key, value in attributes.items():
                there[f"{own}.@{key}"] += 1
                told[f"{own}.@{key}"] += bool(value)
            if isinstance(inner, str) or not inner:
                told[own] += bool(inner)
            else:
                count(own, inner, repeats, there, told, plain)


@given(documents=st.lists(ELEMENTS, min_size=1, max_size=12), size=st.integers(1, 12))
def test_paths_and_counts(documents: list[Node], size: int) -> None:
    facts = facts_of(texts({"p": list(map(written, documents))}, size))
    there, told = counted(documents)
    found = {found["path"]: found for found in comparable(facts)}
    assert set(found) - {"p"} == set(there)
    for path, number in there.items():
        profile = found[path]
        assert profile["values"] + profile["null"] == number, path
        assert profile["total"] == profile["values"] + profile["null"] + profile["missing"] + profile["parent_absent"]
        texts_here = sum(amount for kind, amount in profile["types"].items() if kind not in {"object", "array", "map"})
        assert texts_here == told[path], path


def measured(*documents: str) -> TableFacts:
    return facts_of(texts({"p": list(documents)}))


def test_what_repeats_once_is_a_list_everywhere() -> None:
    facts = measured("<o><i>1</i></o>", "<o><i>2</i><i>3</i></o>", "<o/>")
    assert paths(facts) == ["p", "p.o", "p.o.i", "p.o.i[]"]
    profile = field(facts, "p.o.i").profile
    assert profile.elements is not None
    assert (profile.values, profile.parent_absent, profile.elements.min, profile.elements.max) == (2, 1, 1, 2)
    assert (field(facts, "p.o.i[]").profile.values, field(facts, "p.o.i[]").profile.records) == (3, 2)


def test_what_never_repeats_stands_alone() -> None:
    facts = measured("<o><a><b>1</b></a></o>", "<o><a><b>2</b></a></o>", "<o><a/></o>")
    assert paths(facts) == ["p", "p.o", "p.o.a", "p.o.a.b"]
    found = field(facts, "p.o.a.b")
    assert (found.data_type, found.profile.records, found.profile.parent_absent) == ("integer", None, 1)


def test_attributes_are_of_every_element_be_it_a_text_or_not() -> None:
    facts = measured('<o k="1">5</o>', '<o k="2"><a>1</a></o>', '<o k="3"/>', "<o/>")
    found = field(facts, "p.o.@k")
    assert found.path == parse("p.o.@k")
    assert (found.profile.values, found.profile.missing, found.profile.parent_absent) == (3, 1, 0)
    assert field(facts, "p.o").types == {"integer": 1, "object": 1}
    assert (field(facts, "p.o.a").profile.parent_absent, field(facts, "p.o.a").profile.values) == (3, 1)


@pytest.mark.parametrize("attribute", ["", ' k="1"'])
def test_elements_named_by_data_are_a_map_unless_they_have_attributes(attribute: str) -> None:
    days = "".join(f"<D-{number:03}>{number}</D-{number:03}>" for number in range(30))
    facts = measured(*[f"<o{attribute}>{days}</o>"] * 12)
    assert paths(facts)[:3] == (["p", "p.o", "p.o{}"] if not attribute else ["p", "p.o", "p.o.@k"])
    assert len(facts.fields) == (3 if not attribute else 33)


def test_elements_of_a_map_that_repeat_are_lists() -> None:
    documents = [
        f"<o>{''.join(f'<K-{row}{key}>1</K-{row}{key}>' * 2 for key in range(5))}</o>" for row in range(10, 30)
    ]
    facts = facts_of(texts({"p": documents}), maps={"p.o": True})
    assert paths(facts) == ["p", "p.o", "p.o{}", "p.o{}[]"]
    assert field(facts, "p.o{}[]").profile.values == 200


def test_a_map_seen_early_takes_what_comes() -> None:
    documents = [f"<o><K-{row}1>1</K-{row}1><K-{row}2>2</K-{row}2></o>" for row in range(10, 60)]
    for size in (3, 50):
        facts = facts_of(texts({"p": documents}, size), maps={"p.o": True})
        assert paths(facts) == ["p", "p.o", "p.o{}"]
        assert field(facts, "p.o{}").profile.values == 100


def test_json_in_elements_is_looked_into() -> None:
    facts = measured(*["<o><j>{&quot;a&quot;: 1}</j><k><j>[2]</j></k></o>"] * 3)
    assert paths(facts) == ["p", "p.o", "p.o.j", "p.o.j.a", "p.o.k", "p.o.k.j", "p.o.k.j[]"]
    assert [found.holds for found in facts.fields][2] == "json"
    assert field(facts, "p.o.j.a").inside == ("p", "o", "j")
