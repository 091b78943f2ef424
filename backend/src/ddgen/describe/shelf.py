"""Where texts of models are kept: under which keys, in which levels, and when a kept one no longer holds."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.fingerprint import fingerprints
from ddgen.describe.futile import Futile
from ddgen.describe.prompt import PROMPT_VERSION
from ddgen.describe.texts import FieldText
from ddgen.llm.cache import NOTE, MemoryCache
from ddgen.llm.failure import Failure
from ddgen.llm.metrics import Metrics
from ddgen.model.claim import Origin


class Store(Protocol):
    """A level behind the memory: a file, or what several workers share."""

    def get_many(self, keys: Sequence[str]) -> dict[str, str]:
        """What is there of these."""

    def put_many(self, texts: Mapping[str, str]) -> None:
        """Keep these."""

    def clear(self) -> object:
        """Forget all."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What besides the facts of a field decides its text.

    `provider` is the kind of server (`openai`, `local`, or a host), `level` the privacy level. With `exact`, samples
    that a caller handed over are part of the question too.
    """

    provider: str
    model: str
    language: str
    level: str
    temperature: float | None = None
    exact: bool = False

    def keys(self, table: TableFacts, field: FieldFacts) -> tuple[str, ...]:
        """The key under which the text is kept, then those under which one that still holds may be found."""
        context = _digest(self._context())
        samples = "-" + _digest(field.samples) if self.exact else ""
        return tuple(f"{context}-{found}{samples}" for found in fingerprints(table, field))

    @property
    def context_key(self) -> str:
        """What stands for all questions that are put to this model in this way."""
        return f"{NOTE}model-{_digest(self._context())}"

    def _context(self) -> list[object]:
        return [PROMPT_VERSION, self.provider, self.model, self.language, self.level, self.temperature]

    @property
    def snapshot_key(self) -> str:
        """Under which it is kept what the model's name last stood for."""
        return f"{NOTE}snapshot-{_digest([self.provider, self.model])}"

    def names_snapshot(self, answered: str) -> bool:
        """Whether the model that answered is a version of the one asked for, such as `gpt-x-2026-05-01` of `gpt-x`.

        A local server answers with what it has loaded, whatever it was asked for.
        """
        return bool(answered) and (self.provider == "local" or answered.startswith(self.model))


def _digest(facts: object) -> str:
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


class Shelf:
    """Texts in memory, and in the stores behind it, nearest first. The memory may be read from any thread.

    `futile` knows which questions need not be asked again; without it, all are.
    """

    def __init__(
        self,
        memory: MemoryCache | None,
        stores: Sequence[tuple[str, Store]] = (),
        metrics: Metrics | None = None,
        futile: Futile | None = None,
    ) -> None:
        self._memory = memory
        self._stores = tuple(stores)
        self._metrics = metrics or Metrics()
        self._futile = futile
        self._snapshots: dict[str, str] = {}
        self._models: dict[str, str] = {}

    @property
    def enabled(self) -> bool:
        """Whether anything is kept at all."""
        return self._memory is not None or bool(self._stores)

    def near(self, asking: Asking, keys: Sequence[str]) -> FieldText | None:
        """The text in memory."""
        if self._memory is None:
            return None
        found = (self._memory.get(key) for key in keys)
        return next((text for kept in found if kept and (text := self._read(asking, kept))), None)

    async def far(self, asking: Asking, wanted: Mapping[int, Sequence[str]]) -> dict[int, FieldText]:
        """By the numbers in `wanted`, the texts that the stores have; they are in memory from now on."""
        found: dict[int, FieldText] = {}
        for level, store in self._stores:
            left = {number: keys for number, keys in wanted.items() if number not in found}
            if left:
                found |= await self._from(level, store, asking, left)
        return found

    async def _from(
        self, level: str, store: Store, asking: Asking, wanted: Mapping[int, Sequence[str]]
    ) -> dict[int, FieldText]:
        keys = list(dict.fromkeys(key for keys in wanted.values() for key in keys))
        kept = await asyncio.to_thread(store.get_many, [asking.snapshot_key, *keys])
        if asking.model not in self._snapshots and (snapshot := kept.get(asking.snapshot_key)):
            self._snapshots[asking.model] = snapshot
        found: dict[int, FieldText] = {}
        for number, own in wanted.items():
            for key in own:
                text = self._read(asking, kept[key]) if key in kept else None
                if text is not None:
                    found[number] = text
                    self._remember(key, kept[key])
                    break
        self._metrics.looked_up(
            "disk" if level == "disk" else "redis", hits=len(found), misses=len(wanted) - len(found)
        )
        return found

    def _remember(self, key: str, kept: str) -> None:
        if self._memory is not None:
            self._memory.put(key, kept)

    async def keep(self, asking: Asking, texts: Iterable[tuple[str, FieldText]]) -> None:
        """Keep texts of a model, each under its key."""
        written = {key: _write(text) for key, text in texts if text.origin is Origin.AI}
        for key, kept in written.items():
            self._remember(key, kept)
        if self._stores and written:
            snapshot = {asking.snapshot_key: self._snapshots[asking.model]} if asking.model in self._snapshots else {}
            for _, store in self._stores:
                await asyncio.to_thread(store.put_many, written | snapshot)

    def answered(self, asking: Asking, model: str) -> None:
        """Learn what the model's name stands for now: what another version wrote is no longer found."""
        if asking.names_snapshot(model):
            self._snapshots[asking.model] = model

    async def futile(self, asking: Asking, wanted: Mapping[int, Sequence[str]]) -> dict[int, Failure]:
        """By the numbers in `wanted`, the questions that are not asked, and why: their answers were no use before."""
        return {} if self._futile is None else await self._futile.among(asking, wanted)

    async def condemn(self, asking: Asking) -> None:
        """The model was found unfit."""
        if self._futile is not None:
            await self._futile.condemn(asking)

    async def model_at(self, base_url: str) -> str | None:
        """The model that this server was last known to have."""
        if base_url in self._models:
            return self._models[base_url]
        key = _server_key(base_url)
        for _, store in self._stores:
            kept = await asyncio.to_thread(store.get_many, [key])
            if key in kept:
                return kept[key]
        return None

    async def found_at(self, base_url: str, model: str) -> None:
        """The server has told that it has this model."""
        if not self.enabled or await self.model_at(base_url) == model:
            return
        self._models[base_url] = model
        for _, store in self._stores:
            await asyncio.to_thread(store.put_many, {_server_key(base_url): model})

    def _read(self, asking: Asking, kept: str) -> FieldText | None:
        try:
            said = json.loads(kept)
            text = FieldText(
                description=said["description"],
                business_name=said["business_name"],
                origin=Origin.AI,
                model=said["model"],
                prompt_hash=said["prompt"],
                attempts=0,
                cached=True,
                at=datetime.fromisoformat(said["at"]),
            )
        except (ValueError, KeyError, TypeError):
            return None
        current = self._snapshots.get(asking.model)
        of_now = current is None or not asking.names_snapshot(text.model or "") or text.model == current
        return text if of_now and text.description and text.business_name else None


def _server_key(base_url: str) -> str:
    return f"{NOTE}server-{_digest(base_url)}"


def _write(text: FieldText) -> str:
    said = {
        "description": text.description,
        "business_name": text.business_name,
        "model": text.model,
        "prompt": text.prompt_hash,
        "at": text.at.isoformat() if text.at else None,
    }
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
