"""The test vectors of docs/facts.md hold, and its tables are complete."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
import xxhash

from ddgen import registry
from ddgen.model.inside import TOO_DEEP, TOO_LARGE
from ddgen.model.path import format_path
from ddgen.model.relation import Tagged, TextBatch, TreeBatch
from ddgen.profiling.accumulator import EXACT_VALUES
from ddgen.profiling.hashing import canonical, record_hashes, source_seed
from ddgen.profiling.profiler import FieldFacts, Profiler, TableFacts
from ddgen.profiling.sketches import HyperLogLog
from ddgen.profiling.text_kinds import NULL_TOKENS, kind_of

PAGE = (Path(__file__).parents[2] / "docs" / "facts.md").read_text(encoding="utf-8")
READERS: dict[str, Callable[[Any], Any]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "float": float,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "time": time.fromisoformat,
    "timestamp": datetime.fromisoformat,
    "interval": lambda parts: timedelta(*parts),
    "uuid": UUID,
    "binary": bytes.fromhex,
    "tagged": lambda parts: Tagged(*parts),
}


def vectors(name: str) -> list[dict[str, Any]]:
    block = re.search(rf"<!-- vectors: {name} -->\n```json\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None, name
    found: list[dict[str, Any]] = json.loads(block[1])
    assert found
    return found


def section(title: str) -> str:
    """The text from a heading to the next."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


@pytest.mark.parametrize("vector", vectors("canonical"), ids=lambda vector: f"{vector['type']} {vector['value']}")
def test_canonical_bytes(vector: dict[str, Any]) -> None:
    found = canonical(READERS[vector["type"]](vector["value"]))
    assert found == bytes.fromhex(vector["bytes"])
    assert xxhash.xxh64_intdigest(found) == int(vector["xxh64"], 16)


@pytest.mark.parametrize("vector", [vector for vector in vectors("hyperloglog") if "hash" in vector])
def test_registers(vector: dict[str, Any]) -> None:
    sketch = HyperLogLog()
    sketch.add(np.array([int(vector["hash"], 16)], np.uint64))
    assert np.flatnonzero(sketch.registers).tolist() == [vector["register"]]
    assert sketch.registers[vector["register"]] == vector["rank"]


@pytest.mark.parametrize("vector", [vector for vector in vectors("hyperloglog") if "integers" in vector])
def test_estimates(vector: dict[str, Any]) -> None:
    sketch, count = HyperLogLog(), vector["integers"]
    sketch.add(np.fromiter((xxhash.xxh64_intdigest(canonical(number)) for number in range(count)), np.uint64, count))
    assert sketch.estimate() == vector["estimate"]


@pytest.mark.parametrize("vector", vectors("sample"), ids=str)
def test_record_hashes(vector: dict[str, Any]) -> None:
    seed = source_seed(vector["source"])
    if "smallest" in vector:
        hashes = record_hashes(seed, np.arange(vector["records"]))
        assert np.argsort(hashes)[: len(vector["smallest"])].tolist() == vector["smallest"]
    else:
        (found,) = record_hashes(seed, np.array([vector["record"]]), np.array([vector["occurrence"]]))
        assert (seed, found) == (int(vector["seed"], 16), int(vector["hash"], 16))


@pytest.mark.parametrize("vector", vectors("texts"), ids=lambda vector: repr(vector["text"]))
def test_kinds_of_texts(vector: dict[str, Any]) -> None:
    found = kind_of(vector["text"])
    number = vector.get("number")
    assert found.kind == vector["kind"]
    assert found.number == (float(number) if isinstance(number, str) else number)
    assert list(found.oddities) == vector.get("oddities", [])
    assert (found.moment is None) == ("micros" not in vector)
    if found.moment is not None:
        moment = found.moment
        assert (moment.micros, moment.zoned) == (vector["micros"], vector.get("zoned", False))
        assert moment.other == vector.get("other", vector["micros"])
        assert moment.order == vector.get("order", "h:m")


def measured(case: dict[str, Any]) -> TableFacts:
    profiler = Profiler()
    if "documents" in case:
        profiler.feed(TreeBatch(case["documents"], "a.json", 0))
    else:
        arrays = [pa.array(values, pa.large_string()) for values in case["columns"].values()]
        profiler.feed(TextBatch(arrays, list(case["columns"]), "a.csv", 0, len(arrays[0])))
    return profiler.finish()


@pytest.mark.parametrize("vector", vectors("numbers"), ids=lambda vector: str(vector["values"])[:20])
def test_numbers(vector: dict[str, Any]) -> None:
    numbers = [number * number for number in range(400)] if isinstance(vector["values"], str) else vector["values"]
    profile = measured({"documents": [{"x": number} for number in numbers]}).fields[0].profile
    assert profile.quantiles is not None
    assert profile.histogram is not None
    shown = profile.quantiles.model_dump(exclude={"exact", "rank_error"})
    assert list(shown.values()) == vector["quantiles"]
    assert (profile.histogram.edges, profile.histogram.counts) == (vector["edges"], vector["counts"])
    for name in ("min", "max", "mean", "stddev"):
        assert getattr(profile, name) == pytest.approx(vector[name], rel=1e-11)


def described(found: FieldFacts) -> dict[str, Any]:
    """A field's facts as the vectors give them: without those that are absent, nought or false."""
    names = ("total", "values", "null", "missing", "parent_absent", "null_tokens", "records", "unique")
    facts = {name: getattr(found.profile, name) for name in names}
    facts |= {"data_type": found.data_type, "types": found.types}
    facts["distinct"] = found.profile.distinct and found.profile.distinct.count
    facts["oddities"] = {odd.kind: [odd.count, [at.record for at in odd.first]] for odd in found.profile.oddities}
    facts = {name: value for name, value in facts.items() if value}
    extremes = {name: getattr(found.profile, name) for name in ("min", "max", "mean")}
    return facts | {name: value for name, value in extremes.items() if value is not None}


@pytest.mark.parametrize("case", [*vectors("facts"), *vectors("inside")], ids=lambda case: ",".join(case["fields"]))
def test_facts(case: dict[str, Any]) -> None:
    found = {format_path(part.path): described(part) for part in measured(case).fields}
    assert found == case["fields"]


def test_every_null_token_is_listed() -> None:
    listed = section("5. What a text is").partition("in lower case one of ")[2].partition("\n")[0]
    assert set(re.findall(r"`([^`]+)`", listed)) == NULL_TOKENS


def test_every_oddity_has_its_meaning() -> None:
    rows = re.findall(r"^\| (`[^|]+) \|", section("10. Oddities"), re.MULTILINE)
    explained = {kind for row in rows for kind in re.findall(r"`(\w+)`", row)}
    shown = {odd for vector in vectors("texts") for odd in vector.get("oddities", [])}
    inside = {opener.fault for _, opener in registry.each("openers")} | {TOO_DEEP, TOO_LARGE, "bad_encoding"}
    assert explained == shown | inside | {"beyond_calendar", "beyond_float", "duplicate_key"}


def test_the_limits_are_the_ones_in_force() -> None:
    assert f"at most {EXACT_VALUES:,} different ones" in PAGE
