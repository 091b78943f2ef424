"""Where texts are kept, and when they no longer hold."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.shelf import Asking, Shelf
from ddgen.describe.texts import FieldText, rule_text
from ddgen.llm.cache import MemoryCache
from ddgen.llm.disk import DiskCache
from ddgen.llm.metrics import Metrics
from ddgen.model.claim import Origin

TABLE = TableFacts("orders")
FIELD = FieldFacts("amount", "amount", "float", samples=("1.5",), missing=0.2, distinct=500, count=800, mean=55.0)
ASKING = Asking("openai", "gpt-x", "English", "shapes", 0.2)
TEXT = FieldText("What it is.", "It", Origin.AI, "gpt-x-2026", "hash", 2, at=datetime(2026, 5, 1, tzinfo=UTC))
KEYS = ASKING.keys(TABLE, FIELD)


@pytest.mark.parametrize(
    "other",
    [
        replace(ASKING, provider="local"),
        replace(ASKING, model="gpt-y"),
        replace(ASKING, language="Deutsch"),
        replace(ASKING, level="raw"),
        replace(ASKING, temperature=0.9),
    ],
)
def test_another_question_has_another_key(other: Asking) -> None:
    assert not set(other.keys(TABLE, FIELD)) & set(KEYS)


def test_samples_count_only_where_a_caller_gave_them() -> None:
    other = replace(FIELD, samples=("9.9",))
    exact = replace(ASKING, exact=True)
    assert ASKING.keys(TABLE, other) == KEYS
    assert exact.keys(TABLE, other) != exact.keys(TABLE, FIELD)


def test_keys_hold_no_values() -> None:
    exact = replace(ASKING, exact=True)
    assert all("1.5" not in key and len(key) < 80 for key in exact.keys(TABLE, FIELD))


async def test_what_is_kept_is_found_with_its_provenance() -> None:
    shelf = Shelf(MemoryCache())
    await shelf.keep(ASKING, [(KEYS[0], TEXT)])
    assert shelf.near(ASKING, KEYS) == replace(TEXT, cached=True, attempts=0)


async def test_a_text_is_found_under_a_neighbour() -> None:
    shelf = Shelf(MemoryCache())
    await shelf.keep(ASKING, [(ASKING.keys(TABLE, replace(FIELD, mean=99.9))[0], TEXT)])
    assert shelf.near(ASKING, ASKING.keys(TABLE, replace(FIELD, mean=100.1))) is not None


async def test_rule_texts_are_not_kept() -> None:
    memory = MemoryCache()
    await Shelf(memory).keep(ASKING, [(KEYS[0], rule_text(FIELD))])
    assert len(memory) == 0


async def test_what_another_version_of_the_model_wrote_is_stale() -> None:
    shelf = Shelf(MemoryCache())
    await shelf.keep(ASKING, [(KEYS[0], TEXT)])
    shelf.answered(ASKING, "gpt-x-2026")
    assert shelf.near(ASKING, KEYS) is not None
    shelf.answered(ASKING, "something-else")
    assert shelf.near(ASKING, KEYS) is not None, "a router's choice is no new version"
    shelf.answered(ASKING, "gpt-x-2027")
    assert shelf.near(ASKING, KEYS) is None


@pytest.mark.parametrize("kept", ["", "{", "[]", "null", '{"description": "a"}', "x" * 1000])
def test_a_spoiled_entry_is_a_miss(kept: str) -> None:
    memory = MemoryCache()
    memory.put(KEYS[0], kept)
    assert Shelf(memory).near(ASKING, KEYS) is None


def test_a_shelf_without_levels_is_off() -> None:
    assert not Shelf(None).enabled
    assert Shelf(None).near(ASKING, KEYS) is None
    assert Shelf(MemoryCache()).enabled


async def test_a_file_keeps_texts_for_the_next_run(tmp_path: Path) -> None:
    disk = DiskCache(tmp_path / "cache.db")
    await Shelf(MemoryCache(), [("disk", disk)]).keep(ASKING, [(KEYS[0], TEXT)])
    memory, metrics = MemoryCache(), Metrics()
    later = Shelf(memory, [("disk", disk)], metrics)
    found = await later.far(ASKING, {7: KEYS, 8: ["nothing"]})
    assert found == {7: replace(TEXT, cached=True, attempts=0)}
    assert later.near(ASKING, KEYS) is not None, "it is in memory now"
    assert (metrics.everything()["disk_hits"], metrics.everything()["disk_misses"]) == (1, 1)
    disk.close()


async def test_a_later_run_knows_the_version_that_answered_last(tmp_path: Path) -> None:
    disk = DiskCache(tmp_path / "cache.db")
    first = Shelf(None, [("disk", disk)])
    await first.keep(ASKING, [(KEYS[0], TEXT)])
    first.answered(ASKING, "gpt-x-2027")
    await first.keep(ASKING, [("another", replace(TEXT, model="gpt-x-2027"))])
    assert await Shelf(None, [("disk", disk)]).far(ASKING, {0: KEYS}) == {}
    assert list(await Shelf(None, [("disk", disk)]).far(ASKING, {1: ["another"]})) == [1]
    disk.close()


class Level:
    """A level that keeps everything and counts its calls."""

    def __init__(self) -> None:
        self.texts: dict[str, str] = {}
        self.calls = 0

    def get_many(self, keys: Sequence[str]) -> dict[str, str]:
        self.calls += 1
        return {key: self.texts[key] for key in keys if key in self.texts}

    def put_many(self, texts: Mapping[str, str]) -> None:
        self.texts |= texts

    def clear(self) -> None:
        self.texts.clear()


async def test_levels_are_asked_nearest_first_and_once() -> None:
    near, far = Level(), Level()
    shelf = Shelf(None, [("disk", near), ("redis", far)])
    await shelf.keep(ASKING, [(KEYS[0], TEXT)])
    assert near.texts == far.texts
    assert json.loads(far.texts[KEYS[0]])["business_name"] == "It"
    near.calls = far.calls = 0
    await shelf.far(ASKING, {0: KEYS})
    assert (near.calls, far.calls) == (1, 0)
    near.clear()
    assert len(await shelf.far(ASKING, {0: KEYS})) == 1
    assert far.calls == 1
