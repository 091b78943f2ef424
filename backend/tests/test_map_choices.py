"""What people say about maps is obeyed, and what meets no object is told."""

from __future__ import annotations

import json
from pathlib import Path

import ddgen
from ddgen import map_choices


def test_a_place_is_a_path_of_every_table_or_of_one() -> None:
    told = {"a.b": True, "orders:c": False}
    assert map_choices.chosen("orders", {"c": True, "d": True}, told) == {"a.b": True, "c": False, "d": True}
    assert map_choices.chosen("events", {"c": True}, told) == {"a.b": True, "c": True}


def test_a_place_without_an_object_is_told(tmp_path: Path) -> None:
    data = tmp_path / "orders.jsonl"
    data.write_text("".join(json.dumps({"id": n, "by_country": {"DE": n}}) + "\n" for n in range(3)))
    maps = {"by_country": True, "orders:by_country": True, "id": True, "nothing.here": False, "events:by_country": True}
    built = ddgen.build(data, maps=maps)
    assert [field.path for field in built.tables[0].fields] == ["id", "by_country", "by_country{}"]
    assert [problem.message.partition(",")[0] for problem in built.problems] == [
        "id is no object in any table",
        "nothing.here is no field of any table",
        "events:by_country is no field of any table",
    ]
