"""The exact questions of a run, without sending one: the code of a run, with a client that keeps them to itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

from ddgen.describe import connection
from ddgen.describe.futile import Futile
from ddgen.describe.session import cache_file
from ddgen.describe.shelf import Asking, Shelf, Store
from ddgen.describe.texts import Ask, FieldText
from ddgen.describe.units import Sent
from ddgen.describe.writer import Writer
from ddgen.errors import UsageError
from ddgen.llm.cache import MemoryCache
from ddgen.llm.client import Client
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.envelope import prompt_tokens
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.flights import Flights
from ddgen.llm.guard import check_base_url, is_local
from ddgen.llm.ladder import Ladder
from ddgen.llm.loop import LoopThread
from ddgen.llm.messages import Answer, Endpoint, Limits, Question
from ddgen.llm.server import ServerFacts, learn
from ddgen.llm.wire import Wire
from ddgen.model.claim import Origin
from ddgen.model.dictionary import Generation
from ddgen.model.problem import Problem
from ddgen.settings import AiSettings

UNNAMED = "(the server's model)"
"""Stands for a model that only the server can name."""


class Silent(Client):
    """A client that sends nothing: every question ends here. `facts` are what a server would have told."""

    def __init__(self, endpoint: Endpoint, limits: Limits, facts: ServerFacts) -> None:
        named = replace(endpoint, model=facts.model or endpoint.model or UNNAMED, api_key=endpoint.api_key or "none")
        super().__init__(named, limits)
        self._told = replace(facts, model=named.model)

    async def ready(self) -> ServerFacts:
        """What the server would have told."""
        return self._told

    async def ask(self, question: Question, *, on_wire: Callable[[], None] | None = None) -> Answer:  # noqa: ARG002 - the contract's
        """Raise CallFailed (STOPPED), as if one request had gone out: whoever plans wants to hear of it."""
        raise CallFailed(Failure(Cause.STOPPED, "nothing was sent"), attempts=1)


@dataclass(frozen=True, slots=True)
class Prompt:
    """One question that would go out.

    `keys` are those under which its fields' texts will be kept, in the order of their ids. `payload` is the body of
    the request; `tokens` are those of the prompt as estimated, `most` is how many an answer may have.
    """

    sent: Sent
    keys: tuple[str, ...]
    payload: dict[str, Any] = field(repr=False)
    tokens: int
    most: int


@dataclass(slots=True)
class _Notes:
    """Hears of every batch: first its keys, then, in the same breath, its question."""

    ladder: Ladder
    model: str
    prompts: list[Prompt] = field(default_factory=list)
    keys: tuple[str, ...] = ()

    async def began(self, keys: Sequence[str]) -> None:
        self.keys = tuple(keys)

    async def answered(self, keys: Sequence[str], answer: Answer) -> None:
        """Never happens."""

    async def gave_up(self, keys: Sequence[str], failure: Failure) -> None:
        """Happens to all."""

    def sent(self, sent: Sent) -> None:
        payload = self.ladder.payload(sent.question, self.model)
        most = payload.get("max_completion_tokens") or payload.get("max_tokens") or sent.question.max_output_tokens
        bare = replace(sent, failure=None)
        self.prompts.append(Prompt(bare, self.keys, payload, prompt_tokens(sent.question), int(most)))


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do: `texts` in the order asked, where a kept one is a model's, and the prompts for the rest."""

    prompts: Sequence[Prompt]
    texts: Sequence[Sequence[FieldText]]
    asking: Asking | None

    @property
    def fields(self) -> int:
        """How many fields need texts."""
        return sum(map(len, self.texts))

    @property
    def kept(self) -> int:
        """How many have one from an earlier run."""
        return sum(text.origin is Origin.AI for table in self.texts for text in table)

    @property
    def asked(self) -> int:
        """How many would be asked for."""
        return sum(len(prompt.keys) for prompt in self.prompts)

    @property
    def unanswered(self) -> int:
        """How many are not asked for, since the answers were no use before."""
        failures = (text.failure for table in self.texts for text in table)
        return sum(failure is not None and failure.cause in {Cause.BAD_OUTPUT, Cause.UNFIT} for failure in failures)


def told_by(settings: AiSettings) -> ServerFacts:
    """What is known of a server without asking it."""
    return ServerFacts(model=settings.model, local=is_local(settings.base_url))


async def ask_server(settings: AiSettings) -> ServerFacts:
    """What the server tells about itself: key, models, slots, context; by GETs alone.

    Raises ExternalServiceError or RateLimitError where it does not tell.
    """
    wire = None
    try:
        endpoint = connection.endpoint_of(settings)
        wire = Wire(endpoint, connection.limits_of(settings))
        return await learn(wire, endpoint, SystemClock())
    except CallFailed as failed:
        raise failed.for_people() from failed
    finally:
        if wire is not None:
            await wire.aclose()


async def plan(asks: Sequence[Ask], settings: AiSettings, shelf: Shelf, facts: ServerFacts) -> Plan:
    """The questions of a run over these fields, as far as nobody answers; sizes of later prompts follow the answers.

    Raises CallFailed (BLOCKED, SETTINGS) for an address that may not be asked.
    """
    client = Silent(connection.endpoint_of(settings), connection.limits_of(settings), facts)
    model = client.endpoint.model or UNNAMED
    notes = _Notes(Ladder(openai=client.wire.openai, model=model), model)
    firewall = connection.firewall_of(settings)
    options = connection.options_of(settings)
    writer = Writer(client, options, shelf, Flights(), firewall, on_sent=notes.sent, recorder=notes)
    texts = await writer.write(asks)
    return Plan(notes.prompts, texts, writer.asking)


@contextmanager
def shelf_of(settings: AiSettings, facts: ServerFacts) -> Iterator[Shelf]:
    """The texts that earlier runs have kept; none where nothing is kept, or the model is not known."""
    if not settings.cache_enabled or not facts.model:
        yield Shelf(None)
        return
    clock = SystemClock()
    stores: list[tuple[str, Store]] = []
    disk = DiskCache(cache_file(settings), clock=clock)
    if disk.path.is_file():
        stores.append(("disk", disk))
    with ExitStack() as stack:
        stack.callback(disk.close)
        if settings.redis_url is not None:
            stores.append(("redis", stack.enter_context(closing(connection.redis_of(settings)))))
        memory = MemoryCache(settings.cache_ttl, settings.cache_max_size, clock)
        futile = Futile(disk.journal, clock) if disk.path.is_file() else None
        yield Shelf(memory, stores, futile=futile)


class Preview:
    """Takes the place of a session in a build: plans what it would ask, and has texts by rule for all.

    `plan` is there once the build has come to its texts. Raises UsageError for an address that may not be asked.
    """

    interrupted = False

    def __init__(self, settings: AiSettings, facts: ServerFacts | None = None) -> None:
        try:
            check_base_url(settings.base_url, allow_http=settings.allow_http)
        except CallFailed as failed:
            hint = "`ddgen ai check` says what to change"
            raise UsageError(failed.failure.detail, where="OPENAI_BASE_URL", hint=hint) from failed
        self.settings = settings
        self.facts = facts or told_by(settings)
        self.plan = Plan((), (), None)

    @property
    def server(self) -> str:
        """Scheme, host and port of the server."""
        parts = urlsplit(self.settings.base_url)
        return f"{parts.scheme}://{parts.netloc}"

    def describe(
        self,
        asks: Sequence[Ask],
        on_progress: Callable[[int, int], None] | None = None,  # noqa: ARG002 - the contract's; this takes no time
    ) -> list[list[FieldText]]:
        """Plan, and give every field its text by rule, or the one that is kept."""
        thread = LoopThread()
        try:
            with shelf_of(self.settings, self.facts) as shelf:
                self.plan = thread.run_sync(lambda: plan(asks, self.settings, shelf, self.facts))
        finally:
            thread.close()
        return [[replace(text, failure=None, reason=None) for text in table] for table in self.plan.texts]

    def generation(self) -> Generation:
        """Nothing was asked for."""
        return Generation(model=self.facts.model)

    def problems(self) -> list[Problem]:
        """None."""
        return []
