"""The slow lane at half the price: questions wait in OpenAI's Batch API, their texts are kept when they are done."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ddgen.describe import connection, prompt
from ddgen.describe.answer import read_items
from ddgen.describe.firewall import FieldView, TableView
from ddgen.describe.forecast import price_for
from ddgen.describe.futile import Futile, is_futile
from ddgen.describe.preview import Prompt, told_by
from ddgen.describe.shelf import Asking, Shelf, Store
from ddgen.describe.texts import FieldText
from ddgen.errors import UsageError
from ddgen.llm.batch_lane import BatchLane, BatchResult, BatchStatus, BatchUnit
from ddgen.llm.budget import Budget
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import CallFailed, Failure
from ddgen.llm.guard import check_base_url
from ddgen.llm.messages import Answer
from ddgen.llm.prices import Price
from ddgen.model.claim import Origin
from ddgen.settings import AiSettings

CHANCES = 1
"""A batch asks for each field once; so often one without a useful answer is handed over again."""


@dataclass(frozen=True, slots=True)
class Batch:
    """A batch as far as it is known: `state` is OpenAI's word, `lost` where the server knows it no longer.

    `done` of `requests` are finished. `kept` of `fields` have their texts, once it was collected; `reason` says why the
    others have none, `cost` (US dollars) and `tokens` what was billed. `submitted` is in Unix seconds.
    """

    id: str
    model: str
    state: str
    submitted: float
    requests: int
    done: int
    fields: int
    over: bool = False
    collected: bool = False
    kept: int = 0
    reason: str | None = None
    tokens: int = 0
    cost: float | None = None


class Lane:
    """The batches of one server, whatever the model. `disk` knows them, and is where their texts go.

    What the model was shown of a field's values (nothing, at the levels `none` and `shapes`) is kept with the batch,
    since no text may repeat it. Raises CallFailed (BLOCKED, SETTINGS) for an address that may not be asked.
    """

    def __init__(self, settings: AiSettings, disk: DiskCache, budget: Budget | None = None) -> None:
        self._settings = settings
        self._disk = disk
        self._budget = budget
        self._origin = str(check_base_url(settings.base_url, allow_http=settings.allow_http))
        self._redis = connection.redis_of(settings) if settings.redis_url is not None else None
        self._lanes: dict[str, BatchLane] = {}

    def waiting(self) -> dict[str, str]:
        """By the key of each field that waits, its batch."""
        return {
            key: batch
            for batch, document in self._documents().items()
            for unit in document["units"].values()
            for key in unit["context"]["keys"]
        }

    def elsewhere(self) -> int:
        """How many batches wait at other servers."""
        return sum(record.document.get("origin") != self._origin for record in self._disk.journal.batches())

    async def submit(self, run: str, prompts: Sequence[Prompt], asking: Asking) -> None:
        """Hand over these questions; `waiting` knows their fields from now on.

        Raises CallFailed; what was handed over until then waits all the same.
        """
        await self._lane(asking.model).submit(run, [_unit(one, asking) for one in prompts])

    async def look(self) -> list[Batch]:
        """How far all batches are, oldest first. Raises CallFailed."""
        return [self._batch(status) for status in await self._statuses()]

    async def collect(self) -> list[Batch]:
        """How far all batches are, oldest first; the texts of those that are over are kept, and these forgotten.

        What is finished of a batch that expired or was cancelled counts. Raises CallFailed.
        """
        found = []
        for status in await self._statuses():
            batch = self._batch(status)
            if batch.over:
                batch = await self._collected(batch)
            found.append(batch)
        return found

    async def cancel(self, names: Sequence[str]) -> list[Batch]:
        """End these batches before their time, each named by its id or the beginning of it; how far they are then.

        What is finished by then is billed, and can be collected. Raises UsageError for a name that fits none or
        several, before anything is cancelled, and CallFailed.
        """
        found = [self._named(name) for name in names]
        documents = self._documents()
        for batch in dict.fromkeys(found):
            await self._lane(documents[batch]["model"]).cancel(batch)
        return [batch for batch in await self.look() if batch.id in found]

    def _named(self, name: str) -> str:
        fitting = [batch for batch in self._documents() if name and batch.startswith(name.lower())]
        if len(fitting) != 1:
            several = "several batches begin" if fitting else "no batch of this server begins"
            raise UsageError(f"{several} with {name}", where="--cancel", hint="`ddgen ai batches` lists them")
        return fitting[0]

    async def aclose(self) -> None:
        """Close every connection."""
        for lane in self._lanes.values():
            await lane.aclose()
        if self._redis is not None:
            self._redis.close()

    @property
    def stores(self) -> list[tuple[str, Store]]:
        """Where texts are kept."""
        return [("disk", self._disk), *([("redis", self._redis)] if self._redis is not None else [])]

    def _documents(self) -> dict[str, dict[str, Any]]:
        records = self._disk.journal.batches()
        return {record.id: record.document for record in records if record.document.get("origin") == self._origin}

    def _lane(self, model: str) -> BatchLane:
        if model not in self._lanes:
            self._lanes[model] = BatchLane(
                dataclasses.replace(connection.endpoint_of(self._settings), model=model),
                connection.limits_of(self._settings),
                self._disk.journal,
                price=self.price(model),
                budget=self._budget,
            )
        return self._lanes[model]

    def price(self, model: str) -> Price | None:
        """What a model costs in this lane; None where nobody told."""
        facts = dataclasses.replace(told_by(self._settings), model=model)
        return price_for(self._settings, facts, batch=True)

    async def _statuses(self) -> list[BatchStatus]:
        documents = self._documents()
        if not documents:
            return []
        return await self._lane(next(iter(documents.values()))["model"]).status()

    def _batch(self, status: BatchStatus) -> Batch:
        document = self._documents()[status.id]
        fields = sum(len(unit["context"]["keys"]) for unit in document["units"].values())
        return Batch(
            id=status.id,
            model=document["model"],
            state=status.state,
            submitted=status.submitted,
            requests=status.total,
            done=status.completed,
            fields=fields,
            over=status.over,
        )

    async def _collected(self, batch: Batch) -> Batch:
        lane = self._lane(batch.model)
        try:
            results = await lane.collect(batch.id)
        except CallFailed as failed:
            return dataclasses.replace(batch, reason=str(failed))
        if results is None:
            return dataclasses.replace(batch, over=False)
        texts, futile, failure = _texts(results)
        if not await self._keep(texts):
            return dataclasses.replace(batch, reason="the cache file cannot be written; its texts stay at the server")
        await Futile(self._disk.journal).keep(futile, batch.id, chances=CHANCES)
        await lane.finish(batch.id)
        answers = [result.answer for result in results if result.answer is not None]
        costs = [answer.cost for answer in answers]
        return dataclasses.replace(
            batch,
            collected=True,
            kept=sum(map(len, texts.values())),
            reason=failure,
            tokens=sum(answer.usage.total_tokens for answer in answers),
            cost=None if None in costs else sum(cost for cost in costs if cost is not None),
        )

    async def _keep(self, texts: Mapping[Asking, Sequence[tuple[str, FieldText]]]) -> bool:
        """Whether all are in the file."""
        for asking, found in texts.items():
            shelf = Shelf(None, self.stores)
            for _, text in found:
                shelf.answered(asking, text.model or "")
            await shelf.keep(asking, found)
            keys = {key for key, _ in found}
            if len(self._disk.get_many(keys)) < len(keys):
                return False
        return True


def _unit(one: Prompt, asking: Asking) -> BatchUnit:
    """A question as it is handed over, with what is needed to read its answer another day."""
    context = {
        "asking": dataclasses.asdict(asking),
        "keys": list(one.keys),
        "prompt": one.sent.prompt_hash,
        "nonce": one.sent.nonce,
        "shown": [text for view in one.sent.fields for text in _shown(view)],
        "paths": [view.path for view in one.sent.fields],
    }
    name = hashlib.sha256("\n".join(one.keys).encode()).hexdigest()[:32]
    return BatchUnit(name, one.sent.question, context)


def _shown(view: FieldView) -> Iterator[str]:
    yield from (sample for sample in view.samples if sample not in view.values)


def _texts(
    results: Sequence[BatchResult],
) -> tuple[dict[Asking, list[tuple[str, FieldText]]], list[str], str | None]:
    """The good texts by key, with what they rest on; the keys of those that were no use; and one reason for these."""
    texts: dict[Asking, list[tuple[str, FieldText]]] = {}
    futile: list[str] = []
    reason: str | None = None
    for result in results:
        context = result.context
        if result.answer is None:
            reason = reason or _said(result.failure)
            futile += context["keys"] if result.failure is not None and is_futile(result.failure) else []
            continue
        good, bad = _items(result.answer, context)
        texts.setdefault(Asking(**context["asking"]), []).extend(good)
        futile += bad
        if bad:
            reason = reason or f"the model's item was not usable: {next(iter(bad.values()))}"
    return texts, futile, reason


def _said(failure: Failure | None) -> str:
    return str(CallFailed(failure)) if failure is not None else "no answer"


def _items(answer: Answer, context: Mapping[str, Any]) -> tuple[list[tuple[str, FieldText]], dict[str, str]]:
    """The good texts by key, and by the key of the others what is wrong with them."""
    ids = prompt.ids_of(len(context["keys"]))
    items = read_items(
        answer.text,
        ids,
        forbidden_values=[context["nonce"], *context["shown"]],
        marker=prompt.MARKER,
        echo_of=_our_words(),
        paths=dict(zip(ids, context.get("paths", ()), strict=False)),
    )
    at = datetime.now(UTC).replace(microsecond=0)
    good = [
        (
            key,
            FieldText(
                description=items.good[name].description,
                business_name=items.good[name].business_name,
                origin=Origin.AI,
                model=answer.model,
                prompt_hash=context["prompt"],
                attempts=1,
                at=at,
            ),
        )
        for name, key in zip(ids, context["keys"], strict=True)
        if name in items.good
    ]
    keys = dict(zip(ids, context["keys"], strict=True))
    return good, {keys[name]: reason for name, reason in items.bad.items()}


def _our_words() -> str:
    """What a prompt says beside the data: no text is a piece of it."""
    view = FieldView("x", "string")
    return "\n".join(prompt.batch_question(TableView(), [view], form=form).system for form in prompt.Form)
