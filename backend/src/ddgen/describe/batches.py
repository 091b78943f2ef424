"""Asks for many fields in few prompts: cuts what waits into batches, keeps what is good, and asks again for the rest.

Of an answer the good items are kept. What is missing or wrong is asked for once more; where nothing was good the batch
is halved, down to one field, and only then a field is given up. A prompt too large, or too slow, is halved too.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from ddgen.describe import prompt
from ddgen.describe.answer import Items, Text, read_items
from ddgen.describe.facts import TableFacts
from ddgen.describe.firewall import FieldView, Firewall, TableView
from ddgen.describe.fitness import UNFIT, Fitness
from ddgen.describe.futile import ITEM, is_futile
from ddgen.describe.planner import Planner, even
from ddgen.describe.receipt import prompt_hash
from ddgen.describe.texts import FieldText
from ddgen.describe.units import Batch, Recorder, Sent, Unit, Wording
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Answer, Question
from ddgen.model.claim import Origin

MOST_ASKED = 8
"""How often one field is asked for at most."""

MEASURED_FIELDS = 6
"""How many fields of a table tell how long its prompts are."""


@dataclass(slots=True)
class _Group:
    """The fields of one table that wait, and how long its prompts are."""

    table: TableFacts
    view: TableView
    waiting: deque[Unit] = field(default_factory=deque)
    measured: tuple[float, float] | None = None


Keep = Callable[[Sequence[tuple[Unit, FieldText]]], Awaitable[None]]


class Batches:
    """Fields go in one by one, prompts go out by the dozen. Lives in one event loop.

    `keep` is given good texts before anybody else is; `on_sent` hears of every question that went out, `on_unfit` when
    the model is asked no more, since its answers are no use.
    """

    def __init__(  # noqa: PLR0913 - what a writer hands down, each by its name
        self,
        client: Client,
        firewall: Firewall,
        planner: Planner,
        wording: Wording,
        keep: Keep,
        *,
        on_sent: Callable[[Sent], None] | None = None,
        recorder: Recorder | None = None,
        on_unfit: Callable[[], Awaitable[None]] | None = None,
    ) -> None:
        self._client = client
        self._firewall = firewall
        self._planner = planner
        self._wording = wording
        self._keep = keep
        self._on_sent = on_sent
        self._recorder = recorder
        self._on_unfit = on_unfit
        self._fitness = Fitness()
        self._groups: dict[int, _Group] = {}
        self._again: deque[Batch] = deque()
        self._running: set[asyncio.Task[None]] = set()
        self._pumping = False
        client.on_rest = self._pump_soon

    async def text(self, unit: Unit) -> FieldText:
        """A field's text, by the model or by rule; cancelled, it is asked for no longer."""
        group = self._groups.get(id(unit.table))
        if group is None:
            group = self._groups[id(unit.table)] = _Group(unit.table, self._firewall.table(unit.table))
        group.waiting.append(unit)
        self._pump_soon()
        return await unit.done

    async def aclose(self) -> None:
        """End all questions under way, and ask none any more: what has no text yet gets the one by rule."""
        waiting = [*self._again, *(Batch(group.view, tuple(group.waiting)) for group in self._groups.values())]
        self._again.clear()
        self._groups.clear()
        for batch in waiting:
            self._leave(batch)
        if self._running:
            for task in self._running:
                task.cancel()
            await asyncio.wait(self._running)

    def _leave(self, batch: Batch) -> None:
        for unit in batch.units:
            if unit.ended_by is None:
                unit.give_up(Failure(Cause.STOPPED, "nobody waits any longer"))
            unit.settle()

    def _pump_soon(self) -> None:
        """Start batches after everything that is about to be asked for in this turn of the loop is there."""
        if not self._pumping:
            self._pumping = True
            asyncio.get_running_loop().call_soon(self._pump)

    def _pump(self) -> None:
        self._pumping = False
        while len(self._running) - self._client.resting < self._client.concurrency.ceiling:
            batch = self._next()
            if batch is None:
                return
            self._start(batch)

    def _next(self) -> Batch | None:
        while self._again:
            batch = self._again.popleft()
            units = tuple(unit for unit in batch.units if not unit.done.done())
            if units:
                return replace(batch, units=units)
        for group in list(self._groups.values()):
            units = self._cut(group)
            if not group.waiting:
                del self._groups[id(group.table)]
            if units:
                return Batch(group.view, units)
        return None

    def _cut(self, group: _Group) -> tuple[Unit, ...]:
        group.waiting = deque(unit for unit in group.waiting if not unit.done.done())
        if not group.waiting:
            return ()
        fixed, each = group.measured = group.measured or self._measure(group)
        size = even(len(group.waiting), self._planner.size(fixed, each))
        return tuple(group.waiting.popleft() for _ in range(size))

    def _measure(self, group: _Group) -> tuple[float, float]:
        """Tokens of a prompt besides its fields, and tokens of a field."""
        units = [group.waiting[index] for index in range(min(MEASURED_FIELDS, len(group.waiting)))]
        parts = (Batch(group.view, tuple(part)) for part in (units[:1], units))
        one, some = (self._question(part)[0].prompt_tokens for part in parts)
        each = (some - one) / (len(units) - 1) if len(units) > 1 else one / 4
        return max(0.0, one - each), max(1.0, each)

    def _question(self, batch: Batch, nonce: str | None = None) -> tuple[Question, tuple[FieldView, ...]]:
        views = tuple(self._view(unit) for unit in batch.units)
        if batch.lean:
            views = tuple(replace(view, comment=None, values=(), samples=(), shapes=()) for view in views)
        question = prompt.batch_question(
            replace(batch.table, siblings=(), comment=None) if batch.lean else batch.table,
            views,
            language=self._wording.language,
            form=self._wording.form,
            temperature=self._wording.temperature,
            nonce=nonce,
        )
        return question, views

    def _view(self, unit: Unit) -> FieldView:
        if unit.view is None:
            unit.view = self._firewall.view(unit.table, unit.facts)
        return unit.view

    def _start(self, batch: Batch) -> None:
        task = asyncio.get_running_loop().create_task(self._serve(batch))
        self._running.add(task)
        task.add_done_callback(lambda done: self._ended(done, batch))

        def abandon(_: asyncio.Future[FieldText]) -> None:
            if all(unit.done.cancelled() for unit in batch.units):
                task.cancel()

        for unit in batch.units:
            unit.done.add_done_callback(abandon)

    def _ended(self, task: asyncio.Task[None], batch: Batch) -> None:
        self._running.discard(task)
        error = None if task.cancelled() else task.exception()
        if task.cancelled():
            self._leave(batch)
        for unit in batch.units:
            if error is not None and not unit.done.done():
                unit.done.set_exception(error)
        self._pump_soon()

    async def _serve(self, batch: Batch) -> None:
        nonce = secrets.token_hex(4)
        question, views = self._question(batch, nonce)
        sent = Sent(batch.table, views, question, prompt_hash(question), nonce)
        for unit in batch.units:
            unit.asked += 1
        if self._recorder is not None:
            await self._recorder.began([unit.key for unit in batch.units])
        left: list[bool] = []
        try:
            answer = await self._client.ask(question, on_wire=lambda: left.append(True))
        except CallFailed as error:
            self._tell(replace(sent, failure=error.failure, attempts=error.attempts))
            await self._judge(batch, error.failure)
            self._failed(batch, error)
        except asyncio.CancelledError:
            self._tell(replace(sent, failure=Failure(Cause.STOPPED), attempts=len(left)))
            raise
        else:
            self._tell(replace(sent, answer=answer, attempts=answer.attempts))
            self._planner.answered(len(batch.units), answer.usage.completion_tokens, answer.seconds)
            await self._take(batch, sent, answer)
        await self._record_losses(batch)
        for unit in batch.units:
            unit.settle()

    def _tell(self, sent: Sent) -> None:
        if self._on_sent is not None and sent.attempts:
            self._on_sent(sent)

    async def _record_losses(self, batch: Batch) -> None:
        """Write down what was given up, before anybody hears of it and the run may end."""
        if self._recorder is None:
            return
        lost = [unit for unit in batch.units if unit.ended_by is not None and not unit.kept]
        for failure in dict.fromkeys(unit.ended_by for unit in lost if unit.ended_by is not None):
            await self._recorder.gave_up([unit.key for unit in lost if unit.ended_by == failure], failure)

    async def _judge(self, batch: Batch, outcome: Failure | Items) -> None:
        """Ask no more of a model whose answers are hardly ever of use."""
        if isinstance(outcome, Failure) and outcome.cause is not Cause.BAD_OUTPUT:
            return
        reasons = outcome.bad.values() if isinstance(outcome, Items) else [outcome.detail]
        by_model = isinstance(outcome, Items) or is_futile(outcome)
        verdict = self._fitness.answered(batch.units, reasons, by_model=by_model)
        if verdict is not None:
            self._client.refuse(verdict)
            if self._on_unfit is not None and verdict.code == UNFIT:
                await self._on_unfit()

    async def _take(self, batch: Batch, sent: Sent, answer: Answer) -> None:
        ids = prompt.ids_of(len(batch.units))
        items = read_items(
            answer.text,
            ids,
            forbidden_values=[sent.nonce, *_values(batch.units, sent.fields)],
            marker=prompt.MARKER,
            echo_of=sent.question.system,
            shown=sent.question.user,
            paths={name: view.path for name, view in zip(ids, sent.fields, strict=True)},
            refused={name: unit.same for name, unit in zip(ids, batch.units, strict=True)},
        )
        by_id = dict(zip(ids, batch.units, strict=True))
        good: list[tuple[Unit, FieldText]] = []
        for unit in batch.units:
            unit.attempts += answer.attempts
        for name, text in items.good.items():
            good.append((by_id[name], _by_model(text, sent, answer, by_id[name].attempts)))
        if good:
            await self._keep(good)
        if self._recorder is not None:
            await self._recorder.answered([unit.key for unit, _ in good], answer)
        for unit, made in good:
            unit.kept = True
            if not unit.done.done():
                unit.done.set_result(made)
        for name, said in items.same.items():
            by_id[name].same.add(said)
        for name, reason in items.bad.items():
            self._client.metrics.rejected(reason)
            by_id[name].failure = Failure(Cause.BAD_OUTPUT, f"the model's item was not usable: {reason}", code=ITEM)
        await self._judge(batch, items)
        self._ask_again(batch, tuple(by_id[name] for name in items.bad))

    def _failed(self, batch: Batch, error: CallFailed) -> None:
        for unit in batch.units:
            unit.attempts += error.attempts
        cause, several = error.failure.cause, len(batch.units) > 1
        if cause is Cause.TOO_LARGE and several:
            self._planner.too_large(len(batch.units))
            self._halve(batch, error.failure)
        elif cause is Cause.TIMEOUT and several:
            self._planner.too_slow(len(batch.units))
            self._halve(batch, error.failure)
        elif cause is Cause.TOO_LARGE and not batch.lean:
            self._again.append(replace(batch, lean=True))
        elif cause is Cause.BAD_OUTPUT:
            for unit in batch.units:
                unit.failure = error.failure
            self._ask_again(batch, batch.units)
        else:
            for unit in batch.units:
                unit.give_up(error.failure)

    def _halve(self, batch: Batch, failure: Failure) -> None:
        self._client.metrics.bisected()
        for unit in batch.units:
            unit.failure = failure
        self._again.extend(batch.halves())

    def _ask_again(self, batch: Batch, bad: tuple[Unit, ...]) -> None:
        """Those that have no good item yet: all together once more, or in halves where none was good."""
        left = tuple(unit for unit in bad if unit.asked < MOST_ASKED)
        alone = len(batch.units) == 1
        if alone and left and left[0].asked > 1:
            left = ()
        for unit in bad:
            if unit not in left:
                unit.give_up(unit.failure or Failure(Cause.BAD_OUTPUT))
        if left and len(bad) == len(batch.units) and not alone:
            self._client.metrics.bisected()
            self._again.extend(replace(batch, units=left).halves() if len(left) > 1 else [replace(batch, units=left)])
        elif left:
            self._again.append(replace(batch, units=left))


def _values(units: Sequence[Unit], views: Sequence[FieldView]) -> list[str]:
    """The values of the data that no text may repeat: all that are known, bar codes that the model was shown."""
    found: list[str] = []
    for unit, view in zip(units, views, strict=True):
        facts = unit.facts
        shown = {*view.values, facts.name, facts.path}
        known = (*facts.samples, *(value.value for value in facts.values), facts.low or "", facts.high or "")
        found += [value for value in known if value not in shown]
    return found


def _by_model(text: Text, sent: Sent, answer: Answer, attempts: int) -> FieldText:
    return FieldText(
        description=text.description,
        business_name=text.business_name,
        origin=Origin.AI,
        model=answer.model,
        prompt_hash=sent.prompt_hash,
        attempts=attempts,
        at=datetime.now(UTC).replace(microsecond=0),
    )
