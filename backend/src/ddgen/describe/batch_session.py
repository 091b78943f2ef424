"""A run whose questions go into the slow lane: it collects what is done, hands over what is new, and ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from ddgen.describe import connection
from ddgen.describe.facts import FieldFacts
from ddgen.describe.futile import Futile
from ddgen.describe.lane import Batch, Lane
from ddgen.describe.preview import Plan, Prompt, plan, told_by
from ddgen.describe.receipt import Receipt
from ddgen.describe.session import STOPPED, cache_file
from ddgen.describe.shelf import Asking, Shelf
from ddgen.describe.texts import Ask, FieldText, rule_text
from ddgen.describe.writer import asking_of
from ddgen.errors import OutputError, UsageError
from ddgen.llm.budget import Budget
from ddgen.llm.cache import MemoryCache
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.guard import is_openai
from ddgen.llm.loop import LoopThread
from ddgen.model.claim import Origin
from ddgen.model.dictionary import Generation
from ddgen.model.problem import Problem, Severity
from ddgen.settings import AiSettings

NAMED = 8
"""Letters of a batch's id that people are shown."""

FINE = frozenset({"completed"})


class BatchSession:
    """Takes the place of a session in a build. Fields whose batch is not done have texts by rule meanwhile.

    Raises UsageError where there is no model or no cache file, which batches cannot do without, and for an address
    that may not be asked.
    """

    def __init__(self, settings: AiSettings, *, receipt: Path | None = None) -> None:
        if not settings.model:
            raise UsageError("a batch needs the name of a model", where="OPENAI_MODEL")
        if not settings.cache_enabled:
            raise UsageError("batches are collected into the cache", hint="Set OPENAI_CACHE_ENABLED=true")
        self.settings = settings
        self.interrupted = False
        self.batches: list[Batch] = []
        self._receipt = Receipt(receipt) if receipt is not None else None
        self._firewall = connection.firewall_of(settings)
        self._budget: Budget = connection.budget_of(settings)
        self._disk = DiskCache(cache_file(settings))
        self._thread = LoopThread()
        self._texts: list[FieldText] = []
        try:
            self._lane = Lane(settings, self._disk, self._budget)
        except CallFailed as failed:
            raise UsageError(failed.failure.detail, where="OPENAI_BASE_URL") from failed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._thread.run_sync(self._lane.aclose)
        self._thread.close()
        self._disk.close()

    @property
    def server(self) -> str:
        """Scheme, host and port of the server."""
        parts = urlsplit(self.settings.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def describe(
        self,
        asks: Sequence[Ask],
        on_progress: Callable[[int, int], None] | None = None,  # noqa: ARG002 - the contract's; nobody waits here
    ) -> list[list[FieldText]]:
        """The texts that are done; for the others, texts by rule, and why."""
        try:
            texts = self._thread.run_sync(lambda: self._describe(asks))
        except KeyboardInterrupt:
            self.interrupted = True
            stopped = Failure(Cause.STOPPED, STOPPED)
            texts = [[rule_text(field, stopped) for field in ask.fields] for ask in asks]
        self._texts += [text for table in texts for text in table]
        return texts

    def generation(self) -> Generation:
        """What was asked for so far; `cost` is that of what was collected, unknown once something was handed over."""
        kept = sum(text.origin is Origin.AI for text in self._texts)
        waiting = sum(text.failure is not None and text.failure.cause is Cause.WAITING for text in self._texts)
        collected = [batch for batch in self.batches if batch.collected]
        costs = [batch.cost for batch in collected]
        return Generation(
            model=self.settings.model,
            fields=len(self._texts),
            cached=kept,
            waiting=waiting,
            by_rule=len(self._texts) - kept - waiting,
            requests=self._budget.requests,
            cost=None
            if self._budget.requests or None in costs
            else round(math.fsum(cost for cost in costs if cost is not None), 6),
        )

    def problems(self) -> list[Problem]:
        """What became of batches that did not go well."""
        return [
            Problem(
                code="ai_batch",
                source=self.server,
                severity=Severity.WARNING,
                message=said_of(batch),
                hint="Its other fields are asked for again",
            )
            for batch in self.batches
            if batch.over and (batch.state not in FINE or batch.reason)
        ]

    async def _describe(self, asks: Sequence[Ask]) -> list[list[FieldText]]:
        asking = asking_of(
            self.settings.base_url, self.settings.model, connection.options_of(self.settings), self._firewall
        )
        if asking is None:
            raise UsageError("a batch needs the name of a model", where="OPENAI_MODEL")
        trouble = await self._collect()
        before = self._lane.waiting()
        open_asks = [
            Ask(ask.table, [field for field in ask.fields if not _batch_of(before, asking, ask, field)]) for ask in asks
        ]
        planned = await self._plan(open_asks)
        trouble = trouble or await self._submit(planned, asking)
        waiting = self._lane.waiting()
        texts = [iter(table) for table in planned.texts]
        return [
            [
                _waits(field, batch)
                if (batch := _batch_of(before, asking, ask, field))
                else _settled(next(rest), field, _batch_of(waiting, asking, ask, field), trouble)
                for field in ask.fields
            ]
            for ask, rest in zip(asks, texts, strict=True)
        ]

    async def _collect(self) -> Failure | None:
        try:
            self.batches = await self._lane.collect()
        except CallFailed as failed:
            return failed.failure
        return None

    async def _plan(self, asks: Sequence[Ask]) -> Plan:
        settings = self.settings
        memory = MemoryCache(settings.cache_ttl, settings.cache_max_size, SystemClock())
        shelf = Shelf(memory, self._lane.stores, futile=Futile(self._disk.journal))
        return await plan(asks, settings, shelf, told_by(settings))

    async def _submit(self, planned: Plan, asking: Asking) -> Failure | None:
        """Hand over what the limits allow; why not all."""
        if is_openai(self.settings.base_url) and self.settings.key_for() is None:
            return Failure(Cause.SETTINGS, "no key is set: set OPENAI_API_KEY") if planned.prompts else None
        allowed, refusal = self._allowed(planned.prompts, asking.model)
        if not allowed:
            return refusal
        try:
            self._write_receipt(allowed)
        except OutputError as error:
            return Failure(Cause.STOPPED, str(error))
        run = self._disk.journal.start_run()
        try:
            await self._lane.submit(run, allowed, asking)
        except CallFailed as failed:
            return failed.failure
        self._disk.journal.end_run(run)
        return refusal

    def _allowed(self, prompts: Sequence[Prompt], model: str) -> tuple[list[Prompt], Failure | None]:
        """The first of these whose worst cases are inside the limits together, and what stops the next."""
        price, trial = self._lane.price(model), connection.budget_of(self.settings)
        allowed: list[Prompt] = []
        for one in prompts:
            try:
                trial.reserve(price.worst(one.tokens, one.most) if price else None)
            except CallFailed as failed:
                return allowed, failed.failure
            allowed.append(one)
        return allowed, None

    def _write_receipt(self, prompts: Sequence[Prompt]) -> None:
        if self._receipt is None:
            return
        for sent in (one.sent for one in prompts):
            self._receipt.add(
                sent.question,
                sent.table,
                sent.fields,
                level=self._firewall.level,
                server=self.server,
                failure=Cause.WAITING.value,
            )


def said_of(batch: Batch) -> str:
    """One line on a batch: how far it is, what was collected of it, and why not all."""
    name, fields = batch.id[:NAMED], f"{batch.fields:,} fields" if batch.fields != 1 else "1 field"
    if not batch.over:
        return f"batch {name}: {batch.state}, {batch.done:,} of {batch.requests:,} requests done, {fields}"
    why = f" ({batch.reason})" if batch.reason else ""
    if not batch.collected:
        return f"batch {name}: {batch.state}, {fields} to collect{why}"
    return f"batch {name}: {batch.state}, texts of {batch.kept:,} of {fields} collected{why}"


def _batch_of(waiting: Mapping[str, str], asking: Asking, ask: Ask, field: FieldFacts) -> str | None:
    """The batch that a field waits in."""
    if not waiting:
        return None
    return next((waiting[key] for key in asking.keys(ask.table, field) if key in waiting), None)


def _settled(text: FieldText, field: FieldFacts, batch: str | None, trouble: Failure | None) -> FieldText:
    if text.origin is Origin.AI:
        return text
    return _waits(field, batch) if batch else rule_text(field, trouble or text.failure)


def _waits(field: FieldFacts, batch: str) -> FieldText:
    return rule_text(field, Failure(Cause.WAITING, f"the answer of batch {batch[:NAMED]} is not there yet"))
