"""Writes names and descriptions: one text for every field, from the cache, from a model, or by rule."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from ddgen.describe.batches import Batches
from ddgen.describe.consistency import same_names
from ddgen.describe.facts import FieldFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.planner import Planner
from ddgen.describe.prompt import Form
from ddgen.describe.shelf import Asking, Shelf
from ddgen.describe.texts import Ask, FieldText, rule_text
from ddgen.describe.units import Recorder, Sent, Unit, Wording
from ddgen.llm.client import Client
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.flights import Flights
from ddgen.llm.guard import is_local, is_openai
from ddgen.llm.server import ServerFacts

Progress = Callable[[int, int], None]

_UNREACHED = frozenset({Cause.NETWORK, Cause.TIMEOUT, Cause.OVERLOAD, Cause.WARMING, Cause.BREAKER_OPEN})
"""Failures after which a server may be expected to come back with the model that it had."""


@dataclass(frozen=True, slots=True)
class Options:
    """How texts are written. `exact`: samples are given by the caller, and others make another question."""

    language: str = "English"
    temperature: float | None = None
    fields_per_request: int = 0
    exact: bool = False


class Writer:
    """Writes with one client, in its event loop. `flights` joins equal questions, unless the shelf keeps nothing.

    Every field asked for is counted in the client's metrics: once, with one cause where it got no text of the model.
    """

    def __init__(
        self,
        client: Client,
        options: Options,
        shelf: Shelf,
        flights: Flights,
        firewall: Firewall,
        *,
        on_sent: Callable[[Sent], None] | None = None,
        recorder: Recorder | None = None,
    ) -> None:
        self._client = client
        self._options = options
        self._shelf = shelf
        self._flights = flights
        self._firewall = firewall
        self._on_sent = on_sent
        self._recorder = recorder
        self._batches: Batches | None = None
        endpoint = client.endpoint
        self.asking = asking_of(endpoint.base_url, endpoint.model, options, firewall)
        """What besides a field's facts decides its text; None until the server's model is known."""

    async def write(self, asks: Sequence[Ask], on_progress: Progress | None = None) -> list[list[FieldText]]:
        """One text for every field, always, in the order asked."""
        places = [(ask.table, field) for ask in asks for field in ask.fields]
        counter = _Counter(len(places), on_progress)
        try:
            asking, trouble = await self._known()
        except CallFailed as error:
            texts = [self._lost(field, error, counter) for _, field in places]
            return _split(asks, texts)
        keys = [asking.keys(table, field) for table, field in places]
        found = await self._look_up(asking, keys)
        counter.add(len(found))
        missing = {number: own for number, own in enumerate(keys) if number not in found}
        refused = await self._refused(asking, missing, trouble)
        found |= {number: self._lost(places[number][1], why, counter) for number, why in refused.items()}
        units = {number: Unit(*places[number], own[0]) for number, own in missing.items() if number not in refused}
        if units:
            found |= dict(zip(units, await self._write_missing(list(units.values()), counter), strict=True))
        return _split(asks, same_names(places, [found[number] for number in range(len(places))]))

    async def aclose(self) -> None:
        """End what is under way. The client is the caller's to close."""
        if self._batches is not None:
            await self._batches.aclose()

    async def _known(self) -> tuple[Asking, CallFailed | None]:
        """What decides texts; without a model's name, after the server has told which it has.

        A server that is not reached is taken to have the model that it last had, whose texts are kept; new ones there
        are none, and the failure that comes along says why.
        """
        if self.asking is not None:
            return self.asking, None
        self._check_settings()
        base_url, trouble = self._client.endpoint.base_url, None
        try:
            model = (await self._client.ready()).model
        except CallFailed as failed:
            model = await self._shelf.model_at(base_url) if failed.failure.cause in _UNREACHED else None
            if model is None:
                raise
            trouble = failed
        asking = asking_of(base_url, model, self._options, self._firewall)
        if model is None or asking is None:
            raise CallFailed(Failure(Cause.SETTINGS, "no model is set: set OPENAI_MODEL"))
        if trouble is None:
            self.asking = asking
            await self._shelf.found_at(base_url, model)
        return asking, trouble

    def _check_settings(self) -> None:
        """Raise CallFailed (SETTINGS) for what no server need be asked about."""
        endpoint = self._client.endpoint
        if not is_openai(endpoint.base_url):
            return
        local = "or OPENAI_BASE_URL for a server of your own"
        if not endpoint.api_key:
            raise CallFailed(Failure(Cause.SETTINGS, f"no key is set: set OPENAI_API_KEY, {local}"))
        if not endpoint.model:
            raise CallFailed(Failure(Cause.SETTINGS, f"no model is set: set OPENAI_MODEL, {local}"))

    async def _look_up(self, asking: Asking, keys: Sequence[Sequence[str]]) -> dict[int, FieldText]:
        """By number, the texts that are kept already."""
        near = ((number, self._shelf.near(asking, own)) for number, own in enumerate(keys))
        found = {number: text for number, text in near if text is not None}
        left = {number: own for number, own in enumerate(keys) if number not in found}
        if left:
            found |= await self._shelf.far(asking, left)
        for _ in found:
            self._client.metrics.field(hit=True)
        return found

    async def _refused(
        self, asking: Asking, missing: Mapping[int, Sequence[str]], trouble: CallFailed | None
    ) -> dict[int, CallFailed]:
        """By number, why fields are not asked for: the answers were no use before, or there is nobody to ask."""
        known = {number: CallFailed(why) for number, why in (await self._shelf.futile(asking, missing)).items()}
        return known if trouble is None else dict.fromkeys(missing, trouble) | known

    async def _write_missing(self, units: Sequence[Unit], counter: _Counter) -> list[FieldText]:
        try:
            batches = await self._ready()
        except CallFailed as error:
            return [self._lost(unit.facts, error, counter) for unit in units]
        return list(await asyncio.gather(*(self._write_one(batches, unit, counter) for unit in units)))

    async def _ready(self) -> Batches:
        self._check_settings()
        facts = await self._client.ready()
        if self._batches is None:
            self._batches = self._make_batches(facts)
        return self._batches

    def _make_batches(self, facts: ServerFacts) -> Batches:
        limits = self._client.limits
        planner = Planner(
            local=facts.local,
            time_limit=limits.request_timeout,
            context_tokens=facts.context_tokens,
            tokens_per_minute=limits.tokens_per_minute,
            fixed=self._options.fields_per_request,
        )
        form = Form.KEYED if facts.local else Form.LIST
        wording = Wording(self._options.language, self._options.temperature, form)
        return Batches(
            self._client,
            self._firewall,
            planner,
            wording,
            self._keep,
            on_sent=self._on_sent,
            recorder=self._recorder,
            on_unfit=self._condemn,
        )

    async def _condemn(self) -> None:
        if self.asking is not None:
            await self._shelf.condemn(self.asking)

    async def _write_one(self, batches: Batches, unit: Unit, counter: _Counter) -> FieldText:
        text, hit = await self._joined(batches, unit) if self._shelf.enabled else (await batches.text(unit), False)
        self._client.metrics.field(hit=hit, cause=text.failure.cause if text.failure is not None else None)
        counter.add(1)
        return text

    async def _joined(self, batches: Batches, unit: Unit) -> tuple[FieldText, bool]:
        """The field's text, and whether somebody else had asked for it, just before or at the same time."""
        kept = self._shelf.near(self.asking, [unit.key]) if self.asking is not None else None
        if kept is not None:
            return kept, True
        joins = self._flights.flying(unit.key)
        text = await self._flights.run(unit.key, lambda: batches.text(unit))
        if not joins:
            return text, False
        self._client.metrics.coalesced()
        if text.failure is not None:
            return rule_text(unit.facts, text.failure), True
        return replace(text, cached=True), True

    def _lost(self, facts: FieldFacts, error: CallFailed, counter: _Counter) -> FieldText:
        self._client.metrics.field(hit=False, cause=error.failure.cause)
        counter.add(1)
        return rule_text(facts, error.failure, attempts=error.attempts)

    async def _keep(self, texts: Sequence[tuple[Unit, FieldText]]) -> None:
        if self.asking is None or not self._shelf.enabled:
            return
        for _, text in texts:
            self._shelf.answered(self.asking, text.model or "")
        await self._shelf.keep(self.asking, [(unit.key, text) for unit, text in texts])


class _Counter:
    """Tells how many fields are done."""

    def __init__(self, total: int, on_progress: Progress | None) -> None:
        self._total = total
        self._done = 0
        self._on_progress = on_progress

    def add(self, count: int) -> None:
        self._done += count
        if self._on_progress is not None and count:
            self._on_progress(self._done, self._total)


def asking_of(base_url: str, model: str | None, options: Options, firewall: Firewall) -> Asking | None:
    """What besides facts decides texts; None while the model is not known."""
    if not model:
        return None
    provider = "openai" if is_openai(base_url) else "local" if is_local(base_url) else base_url
    level = firewall.level.value
    return Asking(provider, model, options.language, level, options.temperature, options.exact)


def _split(asks: Sequence[Ask], texts: Sequence[FieldText]) -> list[list[FieldText]]:
    rest = iter(texts)
    return [[next(rest) for _ in ask.fields] for ask in asks]
