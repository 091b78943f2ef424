"""Whatever documents are written, in whatever layout, they are read back; and no text crashes the reader."""

from __future__ import annotations

import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ddgen.errors import InputError
from ddgen.model.problem import Problem
from ddgen.sources import json_elements, json_split, json_text
from ddgen.sources.json_layout import Layout
from ddgen.sources.json_reader import JsonReader, ProblemLog

from .json_cases import read, spec_of

PIECES = ['"', "\\", '","', "},{", "[", '\\"', '{"a":1}', "\\u0022", "$oid"]
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=6)
    | st.sampled_from(PIECES)
)
KEYS = st.text(max_size=3) | st.sampled_from(["a", "id", '"', ":"])
TREES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3), max_leaves=10
)
SPACE = st.text(alphabet=" \t\r\n", max_size=3)
OFTEN = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(params=[None, 7], ids=["usual window", "tiny window"], autouse=True)
def window(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same at the size that is usual, and where every record crosses the end of a window."""
    if request.param is not None:
        monkeypatch.setattr(json_text, "CHUNK", request.param)
        for module in (json_split, json_elements):
            monkeypatch.setattr(module, "SIZE", request.param)
            monkeypatch.setattr(module, "RECORDS", 3)


def written(value: Any, random: Random) -> str:
    indent = random.choice([None, None, 2])
    separators = random.choice([None, (",", ":"), (" ,", " : ")])
    return json.dumps(value, indent=indent, separators=separators)


@OFTEN
@given(records=st.lists(TREES, max_size=8), random=st.randoms(), before=SPACE, after=SPACE)
def test_arrays(tmp_path: Path, records: list[Any], random: Random, before: str, after: str) -> None:
    elements = f"{before},{after}".join(written(record, random) for record in records)
    assert read(tmp_path, f"{before}[{after}{elements}{before}]{after}") == (records, [], "array")


@OFTEN
@given(records=st.lists(TREES, min_size=2, max_size=8), end=st.sampled_from(["", "\n", "\r\n\n"]))
def test_lines(tmp_path: Path, records: list[Any], end: str) -> None:
    text = "\n".join(json.dumps(record) for record in records) + end
    assert read(tmp_path, text, "input.jsonl") == (records, [], "lines")


@OFTEN
@given(records=st.lists(TREES, min_size=2, max_size=8), random=st.randoms())
def test_concatenated(tmp_path: Path, records: list[Any], random: Random) -> None:
    parts: list[str] = []
    for before, record in zip([{}, *records], records, strict=False):
        apart = isinstance(record, dict | list) and isinstance(before, dict | list)
        parts.append(random.choice(["", " ", "\n", "\n\t"]) if apart else random.choice(["\n", " \n "]))
        parts.append(written(record, random))
    assert read(tmp_path, "".join(parts))[:2] == (records, [])


@OFTEN
@given(
    records=st.lists(st.dictionaries(KEYS, TREES, max_size=3), min_size=1, max_size=8),
    members=st.dictionaries(KEYS, SCALARS, max_size=3),
    random=st.randoms(),
)
def test_wrapped(tmp_path: Path, records: list[Any], members: dict[str, Any], random: Random) -> None:
    items: list[tuple[str, Any]] = list(members.items())
    items.insert(random.randrange(len(items) + 1), ("data", records))
    spec = spec_of(tmp_path, written(dict(items), random))
    problems: list[Problem] = []
    reader = JsonReader(spec, Layout("wrapped", "data", envelope=True), ProblemLog("input.json", "input", problems))
    assert [value for batch in reader.batches() for value in batch.values] == records
    assert reader.envelope.values == ([members] if members else [])
    assert problems == []


@OFTEN
@given(records=st.lists(TREES, min_size=1, max_size=6), random=st.randoms(), share=st.floats(0, 1, exclude_max=True))
def test_a_cut_loses_only_the_record_it_falls_into(
    tmp_path: Path, records: list[Any], random: Random, share: float
) -> None:
    parts = [written(record, random).encode() for record in records]
    text = b"[" + b",".join(parts) + b"]"
    cut = 1 + int(share * (len(text) - 1))
    found, problems, _ = read(tmp_path, text[:cut])
    whole, end = 0, 1
    for part in parts:
        end += len(part)
        if end > cut or (end == cut and part[-1:].isdigit()):
            break
        whole, end = whole + 1, end + 1
    assert found[:whole] == records[:whole]
    assert len(found) <= whole + 1
    assert problems
    assert problems[0].places


@OFTEN
@given(
    content=st.binary(max_size=40) | st.text(alphabet='{}[]",:1tfn\\ \n-.eu0x\x1e', max_size=30).map(str.encode),
    name=st.sampled_from(["input.json", "input.jsonl"]),
)
def test_any_bytes_are_read_or_told(tmp_path: Path, content: bytes, name: str) -> None:
    try:
        _, problems, _ = read(tmp_path, content, name)
    except InputError:
        return
    assert all(problem.places for problem in problems)
    try:
        json.loads(content.decode())
    except ValueError:
        return
    assert all(problem.code == "not_json" for problem in problems)
