"""The model of one run: server, caches, money and records, from its first field to its last."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self
from urllib.parse import urlsplit

from ddgen.describe import connection
from ddgen.describe.futile import Futile, Notes
from ddgen.describe.receipt import Receipt
from ddgen.describe.record import RunRecord
from ddgen.describe.shelf import Shelf, Store
from ddgen.describe.texts import Ask, FieldText
from ddgen.describe.units import Sent
from ddgen.describe.writer import Progress, Writer
from ddgen.errors import OutputError
from ddgen.llm.budget import Budget
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.flights import Flights
from ddgen.llm.latch import Latch
from ddgen.llm.loop import LoopThread
from ddgen.llm.metrics import Metrics
from ddgen.model.claim import Origin
from ddgen.model.dictionary import Generation
from ddgen.model.problem import Problem
from ddgen.settings import AiSettings

PATIENCE = 5.0
"""Seconds that requests in flight are given once a person has stopped a run."""

STOPPED = "stopped by a person"


class Shared(Store, Notes, Protocol):
    """What several workers share: texts, and which questions need not be asked again."""


class Session:
    """Writes texts for one run. Not for several threads.

    Texts come from the memory, the file at `settings.cache_path` (by default in the user's cache folder), Redis where
    one is set or what is `shared`, then from the server. What was sent is written to `receipt`. Ctrl-C ends the
    asking: what is in flight is given a few seconds, the rest gets texts by rule, and `interrupted` says so. Raises
    UsageError for a Redis that cannot be.
    """

    def __init__(
        self,
        settings: AiSettings,
        *,
        receipt: Path | None = None,
        shared: Shared | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.settings = settings
        self._shared = shared
        self.interrupted = False
        self.clock = clock or SystemClock()
        self.metrics = Metrics(enabled=True)
        self.budget: Budget = connection.budget_of(settings, self.clock)
        self.receipt = Receipt(receipt) if receipt is not None else None
        self._firewall = connection.firewall_of(settings)
        self._memory = MemoryCache(settings.cache_ttl, settings.cache_max_size, self.clock)
        self._disk = DiskCache(cache_file(settings), clock=self.clock) if settings.cache_enabled else None
        self._redis = connection.redis_of(settings) if settings.redis_url is not None and self._disk else None
        self._record = RunRecord(self._disk.journal) if self._disk is not None else None
        self._thread = LoopThread()
        self._client: Client | None = None
        self._writer: Writer | None = None
        self._texts: list[FieldText] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def server(self) -> str:
        """Scheme, host and port of the server."""
        parts = urlsplit(self.settings.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def describe(self, asks: Sequence[Ask], on_progress: Progress | None = None) -> list[list[FieldText]]:
        """One text for every field, always, in the order asked."""
        work = self._thread.run_sync(lambda: self._begin(asks, on_progress))
        try:
            texts = self._thread.run_sync(lambda: self._finished(work, None))
        except KeyboardInterrupt:
            self.interrupted = True
            texts = self._wind_down(work)
        self._texts += [text for table in texts for text in table]
        return texts

    def generation(self) -> Generation:
        """What was asked for so far, and what it took."""
        written = [text for text in self._texts if text.origin is Origin.AI]
        cached = sum(text.cached for text in written)
        counts = self.metrics.everything()
        client = self._client
        return Generation(
            model=next((text.model for text in written), client.endpoint.model if client else self.settings.model),
            fields=len(self._texts),
            written=len(written) - cached,
            cached=cached,
            by_rule=len(self._texts) - len(written),
            requests=self.budget.requests,
            prompt_tokens=counts["prompt_tokens"],
            completion_tokens=counts["completion_tokens"],
            cost=self._cost(),
        )

    def problems(self) -> list[Problem]:
        """None: what goes wrong is of single fields here."""
        return []

    def close(self) -> None:
        """End the connections and close the files."""
        if self._client is not None:
            self._thread.run_sync(self._aclose)
        self._thread.close()
        if self._record is not None:
            self._record.settle(self.budget)
        if self._record is not None and not self.interrupted:
            self._record.end()
        if self._disk is not None:
            self._disk.close()
        if self._redis is not None:
            self._redis.close()

    def _cost(self) -> float | None:
        """US dollars; None where the model's price is not known."""
        if self.budget.requests and (self._client is None or self._client.price is None):
            return None
        return round(self.budget.spent, 6)

    async def _begin(self, asks: Sequence[Ask], on_progress: Progress | None) -> asyncio.Task[list[list[FieldText]]]:
        if self._writer is None:
            self._writer = self._open()
        return asyncio.create_task(self._writer.write(asks, on_progress))

    async def _finished(
        self, work: asyncio.Task[list[list[FieldText]]], seconds: float | None
    ) -> list[list[FieldText]]:
        """The texts. Cancelling this does not cancel the work; raises TimeoutError when the seconds are over."""
        done, _ = await asyncio.wait({work}, timeout=seconds)
        if not done:
            raise TimeoutError
        return work.result()

    def _wind_down(self, work: asyncio.Task[list[list[FieldText]]]) -> list[list[FieldText]]:
        """What there is once a person has stopped the run; a second Ctrl-C ends the waiting."""
        try:
            self._thread.run_sync(self._stop)
            return self._thread.run_sync(lambda: self._finished(work, PATIENCE))
        except (KeyboardInterrupt, TimeoutError):
            return self._thread.run_sync(lambda: self._abandoned(work))

    async def _stop(self) -> None:
        if self._client is not None:
            self._client.stop(STOPPED)

    async def _abandoned(self, work: asyncio.Task[list[list[FieldText]]]) -> list[list[FieldText]]:
        """Give everything in flight up; the fields concerned get texts by rule."""
        if self._writer is not None:
            await self._writer.aclose()
        return await self._finished(work, None)

    def _open(self) -> Writer:
        client = self._client = Client(
            connection.endpoint_of(self.settings),
            connection.limits_of(self.settings),
            clock=self.clock,
            budget=self.budget,
            metrics=self.metrics,
            latch=Latch(self.clock),
            price=connection.price_of(self.settings),
        )
        return Writer(
            client,
            connection.options_of(self.settings),
            self._shelf(),
            Flights(),
            self._firewall,
            on_sent=self._sent,
            recorder=self._record,
        )

    def _shelf(self) -> Shelf:
        if not self.settings.cache_enabled:
            return Shelf(None, metrics=self.metrics)
        stores: list[tuple[str, Store]] = [] if self._disk is None else [("disk", self._disk)]
        if self._redis is not None:
            stores.append(("redis", self._redis))
        if self._shared is not None:
            stores.append(("shared", self._shared))
        notes = self._shared or (self._disk.journal if self._disk is not None else None)
        futile = Futile(notes, self.clock) if notes is not None else None
        return Shelf(self._memory, stores, self.metrics, futile)

    def _sent(self, sent: Sent) -> None:
        """Write the receipt; without one nothing more is sent."""
        if self.receipt is None:
            return
        try:
            self.receipt.add(
                sent.question,
                sent.table,
                sent.fields,
                level=self._firewall.level,
                server=self.server,
                answer=sent.answer,
                failure=sent.failure.cause.value if sent.failure is not None else None,
            )
        except OutputError as error:
            if self._client is not None:
                self._client.stop(str(error))

    async def _aclose(self) -> None:
        if self._writer is not None:
            await self._writer.aclose()
        if self._client is not None:
            await self._client.aclose()


def cache_file(settings: AiSettings) -> Path:
    """Where texts of models are kept between runs: as set, else `ddgen/ai.sqlite` in the user's cache folder."""
    if settings.cache_path is not None:
        return settings.cache_path
    base = os.environ.get("XDG_CACHE_HOME") or (os.environ.get("LOCALAPPDATA") if os.name == "nt" else None)
    return (Path(base) if base else Path.home() / ".cache") / "ddgen" / "ai.sqlite"
