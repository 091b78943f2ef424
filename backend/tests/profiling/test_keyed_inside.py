from __future__ import annotations

import json
from collections.abc import Iterable

import pyarrow as pa
import pytest

import ddgen
from ddgen.model.path import parse
from ddgen.model.relation import Batch
from ddgen.profiling.keyed import Column, texts_of
from ddgen.profiling.keyed_inside import Opens, opened, opens_of

from .feeding import arrows, texts, trees

ROWS = [json.dumps({"u": {"id": number}, "l": [{"s": f"s{number}"}, {"s": None}]}) for number in range(3)] + ["no", ""]
XML = ['<o k="7"><v>1</v><i><s>a</s></i><i><s>b</s></i></o>', "<o/>"]


def values(batches: Iterable[Batch], path: str, opens: Opens, *, number: bool = False) -> list[str | None]:
    column = Column(parse(path), number=number, opens=opens)
    return [text for batch in batches for text in texts_of(batch, column).to_pylist()]


@pytest.mark.parametrize("form", ["text", "arrow", "tree"])
def test_values_are_found_in_texts(form: str) -> None:
    forms = {
        "text": list(texts({"p": ROWS}, 2)),
        "arrow": list(arrows(pa.table({"p": ROWS}), 2)),
        "tree": list(trees([{"p": text} for text in ROWS], 2)),
    }
    assert values(forms[form], "p.u.id", ((2, "json"),)) == ["0", "1", "2", None, None]
    assert values(forms[form], "p.l[].s", ((3, "json"),)) == ["s0", "s1", "s2"]


def test_in_texts_of_nested_columns_and_of_documents_in_documents() -> None:
    batches = list(arrows(pa.table({"q": [{"p": ROWS[1]}, None]})))
    assert values(batches, "q.p.u.id", ((2, "json"),)) == ["1", None]
    twice = [json.dumps({"b": '{"c": 5}'}), json.dumps({"b": {"c": 6}})]
    assert values(texts({"a": twice}), "a.b.c", ((2, "json"), (1, "json"))) == ["5", "6"]


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("p.o.@k", ["7", None]),
        ("p.o.v", ["1", None]),
        ("p.o.i[].s", ["a", "b"]),
        ("p.o{}[].s", ["a", "b"]),
        ("p.o.x", [None, None]),
    ],
)
def test_elements_and_attributes(path: str, found: list[str | None]) -> None:
    assert values(texts({"p": XML}), path, ((len(parse(path)) - 1, "xml"),)) == found


def test_texts_of_elements_are_compared_as_numbers_where_they_are() -> None:
    assert values(texts({"p": ["<o>1.0</o>", "<o>1,042</o>"]}), "p.o", ((1, "xml"),), number=True) == ["1", "1042"]


def test_what_holds_nothing_has_no_value() -> None:
    assert (opened("x", "json"), opened("[1]", "json"), opened(5, "json")) == (None, [1], 5)


def test_where_texts_are_to_be_opened() -> None:
    rows = [{"id": number, "l": [{"p": json.dumps({"a": {"b": '{"c": 1}'}})}]} for number in range(3)]
    (table,) = ddgen.build(rows).tables
    assert opens_of(table, "id") == ()
    assert opens_of(table, "l[].p") == ()
    assert opens_of(table, "l[].p.a.b.c") == ((1, "json"), (3, "json"))
    assert opens_of(table, "l[].p.a") == ((1, "json"),)
