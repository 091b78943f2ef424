"""Tests the configured server as a person would, and says for each thing that is wrong what to change."""

from __future__ import annotations

import math
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field, replace

from ddgen.describe import advice, connection, prompt
from ddgen.describe.answer import Items, read_items
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.firewall import Firewall
from ddgen.describe.futile import Futile
from ddgen.describe.planner import OUTPUT_PER_FIELD, START_CLOUD, START_LOCAL
from ddgen.describe.session import cache_file
from ddgen.describe.writer import asking_of
from ddgen.llm.client import Client
from ddgen.llm.clock import Clock, SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.guard import is_openai
from ddgen.llm.messages import Answer, Question
from ddgen.llm.server import ServerFacts, learn
from ddgen.settings import AiSettings, Privacy, variable_of

FIELDS = ("order_id", "ship_date", "qty")
"""Columns of a made-up table: nobody's data."""

SHORTEST_CONTEXT = 1024
"""Tokens; a prompt for one field and its answer take some 600."""

WARMING_SECONDS = 60.0
NAMED = 12

CLOUD_MODEL = "gpt-5-mini"
RUNGS = {
    "json_schema_strict": "answers follow a JSON Schema, strictly",
    "json_schema": "answers follow a JSON Schema",
    "json_object": "answers are JSON; the form is asked for in words",
    "text": "the server takes no JSON Schema; the form is asked for in words",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the check: `ok` is None where nothing could be told. `change` says what to do about it.

    `settings` failures are those that no server need be asked about.
    """

    name: str
    ok: bool | None
    said: str
    change: str | None = None
    settings: bool = False


@dataclass(slots=True)
class Checkup:
    """All findings, in order, and what was measured."""

    findings: list[Finding] = field(default_factory=list)
    facts: ServerFacts | None = None
    rung: str | None = None
    tokens_per_second: float | None = None
    requests: int = 0
    """Prompts that were sent."""

    cost: float | None = None

    @property
    def ok(self) -> bool:
        """Nothing failed."""
        return all(finding.ok is not False for finding in self.findings)

    @property
    def wrong_settings(self) -> bool:
        """The first failure is one of settings."""
        return next((finding.settings for finding in self.findings if finding.ok is False), False)


Told = Callable[[Finding], None]


async def checkup(settings: AiSettings, on_finding: Told | None = None, *, clock: Clock | None = None) -> Checkup:
    """Test address, key, model, an answer in the right form, speed and cache; `on_finding` hears each at once."""
    check = _Check(settings, on_finding, clock or SystemClock())
    await check.run()
    return check.result


class _Check:
    """One checkup under way."""

    def __init__(self, settings: AiSettings, on_finding: Told | None, clock: Clock) -> None:
        self.settings = settings
        self.result = Checkup()
        self._on_finding = on_finding
        self._clock = clock

    async def run(self) -> None:
        if not self.settings.enabled:
            self._tell("settings", ok=False, said="models are turned off", change="OPENAI_ENABLED=true", settings=True)
            return
        try:
            client = self._client()
        except CallFailed as failed:
            self._fail("address", failed)
            return
        self._tell("address", ok=True, said=self._address())
        if is_openai(self.settings.base_url) and self.settings.key_for() is None:
            self._fail("key", CallFailed(Failure(Cause.AUTH, "OpenAI needs a key, and none is set for it")))
            return
        try:
            facts = await self._ask_about(client)
            if facts is not None:
                await self._ask(client, facts)
        finally:
            await client.aclose()
        await self._look_at_cache()

    def _client(self) -> Client:
        limits = replace(connection.limits_of(self.settings), max_attempts=1, warming_seconds=WARMING_SECONDS)
        price = connection.price_of(self.settings)
        budget = connection.budget_of(self.settings)
        return Client(connection.endpoint_of(self.settings), limits, clock=self._clock, budget=budget, price=price)

    def _address(self) -> str:
        place = self.settings.place_of("base_url")
        return f"{self.settings.base_url} ({f'set by {place}' if place else 'the default'})"

    async def _ask_about(self, client: Client) -> ServerFacts | None:
        """What the server tells about itself, by GETs; None where it must not, or cannot, be asked more."""
        try:
            facts = await learn(client.wire, client.endpoint, self._clock, warming_seconds=WARMING_SECONDS)
        except CallFailed as failed:
            self._unlearned(failed)
            return None
        self.result.facts = facts
        said = f"answers in {max(1, round(1000 * facts.seconds))} ms"
        self._tell("reachable", ok=True, said=said if facts.software == "unknown" else f"{said} ({facts.software})")
        if facts.key_ok is None:
            self._tell("key", ok=None, said="the server lists no models, which would prove the key")
        else:
            self._tell("key", ok=True, said="accepted" if self.settings.key_for() else self._without_key())
        if not self._look_at_model(facts):
            return None
        self._look_at_room(facts)
        return facts

    def _without_key(self) -> str:
        if self.settings.api_key is None:
            return "none is needed"
        return "none is needed; the one that is set was not sent, since it belongs to another server"

    def _unlearned(self, failed: CallFailed) -> None:
        match failed.failure.cause:
            case Cause.AUTH | Cause.QUOTA:
                self._tell("reachable", ok=True, said="answers")
                self._fail("key", failed)
            case Cause.SETTINGS:
                self._tell("reachable", ok=True, said="answers")
                change = advice.model_to_set(failed.failure.detail, default=CLOUD_MODEL)
                self._tell("model", ok=False, said=failed.failure.detail, change=change, settings=True)
            case Cause.WARMING:
                self._tell("reachable", ok=True, said="answers")
                self._fail("model", failed)
            case _:
                self._fail("reachable", failed)

    def _look_at_model(self, facts: ServerFacts) -> bool:
        asked = self.settings.model
        listed = f"listed: {_some(facts.models)}" if facts.models else "the server lists none"
        if facts.substituted:
            said = f"{facts.substituted} is not there; {facts.model} is asked instead"
            self._tell("model", ok=True, said=said, change=f"OPENAI_MODEL={facts.model}")
        elif facts.models and asked and asked not in {*facts.models, *facts.loaded, *_short(facts.models)}:
            change = f"Load it in the server, or choose one that is there: OPENAI_MODEL={facts.models[0]}"
            self._tell("model", ok=False, said=f"{asked} is not there; {listed}", change=change)
            return False
        else:
            state = " (not loaded yet: the first request takes longer)" if facts.state == "not-loaded" else ""
            others = f"; {listed}" if len(facts.models) > 1 else ""
            self._tell("model", ok=True, said=f"{facts.model}{state}{others}")
        return True

    def _look_at_room(self, facts: ServerFacts) -> None:
        context, slots, callers = facts.context_tokens, facts.slots, self.settings.max_concurrent_requests
        if context is None:
            self._tell("context", ok=None, said="the server does not tell; prompts that are too long are halved")
        elif context < SHORTEST_CONTEXT:
            change = f"Load the model with a context of {4 * SHORTEST_CONTEXT:,} tokens or more"
            self._tell("context", ok=False, said=f"{context:,} tokens are too few", change=change)
        else:
            self._tell("context", ok=True, said=f"{context:,} tokens for prompt and answer")
        if slots is None:
            said = f"the server does not tell; at most {callers} requests at a time, fewer where that slows it"
            self._tell("slots", ok=None, said=said)
        else:
            used = f"; {min(slots, callers)} of {variable_of('max_concurrent_requests')}={callers} are used"
            self._tell("slots", ok=True, said=f"{slots} at a time{used}")

    async def _ask(self, client: Client, facts: ServerFacts) -> None:
        try:
            await client.ready()
            answer, items = await self._answer(client, facts, len(FIELDS))
            if items.good:
                self._judge_some(answer, items)
            else:
                self._judge_one(items, *await self._answer(client, facts, 1))
        except CallFailed as failed:
            self._fail("answer", failed, prompted=True)
            return
        self._time(answer, facts)

    async def _answer(self, client: Client, facts: ServerFacts, count: int) -> tuple[Answer, Items]:
        question = made_up(self.settings, local=facts.local, count=count)
        answer = await client.ask(question)
        self.result.rung = answer.rung
        self.result.cost = (self.result.cost or 0.0) + answer.cost if answer.cost is not None else None
        self.result.requests += answer.attempts
        ids = prompt.ids_of(count)
        return answer, read_items(
            answer.text,
            ids,
            marker=prompt.MARKER,
            echo_of=question.system,
            shown=question.user,
            paths=dict(zip(ids, FIELDS, strict=False)),
        )

    def _judge_some(self, answer: Answer, items: Items) -> None:
        said = RUNGS.get(answer.rung, answer.rung)
        if items.bad:
            said += f"; {len(items.bad)} of {len(FIELDS)} texts were not usable, which a run asks for again"
        self._tell("answer", ok=True, said=said)

    def _judge_one(self, before: Items, _: Answer, items: Items) -> None:
        """Of several fields at once no text was usable; whether of one alone it is."""
        said = f"none of {len(FIELDS)} texts was usable ({', '.join(sorted(set(before.bad.values())))})"
        if items.good:
            change = "DDGEN_AI_FIELDS_PER_REQUEST=1, or a larger model"
            self._tell("answer", ok=True, said=f"{said}; that of one field alone is", change=change)
        else:
            change = "Choose another model: small ones often cannot do this"
            self._tell("answer", ok=False, said=f"{said}, nor that of one alone", change=change)

    def _time(self, answer: Answer, facts: ServerFacts) -> None:
        speed = answer.usage.completion_tokens / max(answer.seconds, 0.001)
        self.result.tokens_per_second = round(speed, 1)
        limit = self.settings.request_timeout
        one = OUTPUT_PER_FIELD / speed if speed else math.inf
        if one > limit:
            change = f"OPENAI_REQUEST_TIMEOUT={_rounded_up(2 * one)}, or a faster model"
            said = f"{speed:.1f} tokens a second: one field takes longer than OPENAI_REQUEST_TIMEOUT={limit:g}"
            self._tell("speed", ok=False, said=said, change=change)
            return
        fields = START_LOCAL if facts.local else START_CLOUD
        about = "about " if answer.usage.estimated else ""
        said = f"{about}{speed:,.1f} tokens a second: {fields} fields in some {max(1, round(fields * one))} s"
        self._tell("speed", ok=True, said=f"{said}; a request may take {limit:g} s")

    async def _look_at_cache(self) -> None:
        if not self.settings.cache_enabled:
            said = "turned off: every run asks for every field again"
            self._tell("cache", ok=None, said=said, change="OPENAI_CACHE_ENABLED=true")
            return
        with closing(DiskCache(cache_file(self.settings), clock=self._clock)) as disk:
            stats = disk.stats()
            unfit = await self._unfit(Futile(disk.journal, self._clock)) if stats.usable else None
        if stats.usable:
            self._tell("cache", ok=True, said=f"{stats.entries:,} texts in {stats.path}")
        else:
            change = "Name a file that can be written: DDGEN_AI_CACHE_PATH=/path/to/ai.sqlite"
            self._tell("cache", ok=False, said=f"{stats.path} cannot be used", change=change, settings=True)
        if unfit is not None:
            change = "OPENAI_MODEL=..., another and larger one; or ddgen ai cache clear --unanswered, to ask it at once"
            self._tell("builds", ok=None, said=f"do not ask it: {unfit.detail}", change=change)

    async def _unfit(self, futile: Futile) -> Failure | None:
        """Why builds do not ask this model, where they found it unfit."""
        model = self.settings.model or (self.result.facts.model if self.result.facts is not None else None)
        options, firewall = connection.options_of(self.settings), connection.firewall_of(self.settings)
        asking = asking_of(self.settings.base_url, model, options, firewall)
        found = await futile.among(asking, {0: ()}) if asking is not None else {}
        return found.get(0)

    def _fail(self, name: str, failed: CallFailed, *, prompted: bool = False) -> None:
        wrong = failed.failure.cause in {Cause.SETTINGS, Cause.BLOCKED}
        change = advice.for_failure(failed.failure, self.settings, prompted=prompted)
        said = failed.failure.detail or failed.failure.cause.value
        self._tell(name, ok=False, said=said, change=change, settings=wrong)

    def _tell(
        self, name: str, *, ok: bool | None, said: str, change: str | None = None, settings: bool = False
    ) -> None:
        finding = Finding(name, ok, said, change, settings)
        self.result.findings.append(finding)
        if self._on_finding is not None:
            self._on_finding(finding)


def made_up(settings: AiSettings, *, local: bool, count: int = len(FIELDS)) -> Question:
    """A question about a table that nobody has, put as a run puts its own."""
    firewall = Firewall(Privacy.NONE)
    table = TableFacts("orders", siblings=FIELDS)
    types = ("integer", "date", "integer")
    kinds = list(zip(FIELDS, types, strict=True))[:count]
    views = [firewall.view(table, FieldFacts(name, name, kind)) for name, kind in kinds]
    return prompt.batch_question(
        firewall.table(table),
        views,
        language=settings.language,
        form=prompt.Form.KEYED if local else prompt.Form.LIST,
        temperature=settings.temperature,
    )


def _short(models: tuple[str, ...]) -> list[str]:
    return [name.removesuffix(":latest") for name in models]


def _some(names: tuple[str, ...]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _rounded_up(seconds: float) -> int:
    return 30 * math.ceil(seconds / 30)
