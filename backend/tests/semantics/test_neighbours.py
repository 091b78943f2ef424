"""What neighbours say: coordinates without names, and a latitude alone."""

from __future__ import annotations

import random

from ddgen.model.dictionary import Field, Table
from ddgen.model.values import Values
from ddgen.semantics.detect import detect
from ddgen.types.table import standard


def numbers(seed: int, low: float, high: float) -> Values:
    source = random.Random(seed)  # noqa: S311 - test data
    return Values([(f"{source.uniform(low, high):.6f}", 1) for _ in range(60)])


def judged(evidence: dict[str, Values]) -> dict[str, tuple[str | None, float | None]]:
    fields = [Field(path=name, name=name, position=1, data_type="float") for name in evidence]
    table = Table(id="t", name="t", uri="memory", format="csv", fields=fields)
    detect(table, evidence, standard())
    table.settle()
    return {field.path: (field.semantic_type, field.confidence) for field in fields}


def test_two_precise_columns_of_degrees_are_coordinates() -> None:
    found = judged({"c1": numbers(1, -180, 180), "c2": numbers(2, -90, 90)})
    assert found["c1"][0] == "location.longitude"
    assert found["c2"][0] == "location.latitude"


def test_three_of_them_are_measurements() -> None:
    found = judged({"c1": numbers(1, -180, 180), "c2": numbers(2, -90, 90), "c3": numbers(3, -90, 90)})
    assert [kind for kind, _ in found.values()] == [None, None, None]


def test_numbers_beyond_all_degrees_are_none() -> None:
    found = judged({"c1": numbers(1, -400, 400), "c2": numbers(2, -90, 90)})
    assert [kind for kind, _ in found.values()] == [None, None]


def test_a_latitude_alone_is_less_sure() -> None:
    alone = judged({"lat": numbers(2, -90, 90)})["lat"][1]
    pair = judged({"lat": numbers(2, -90, 90), "lon": numbers(1, -180, 180)})["lat"][1]
    assert alone is not None
    assert pair is not None
    assert alone < pair
