"""What a server tells about itself before the first prompt: key, models, slots, context. Nothing but GETs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from ddgen.llm.classify import classify_exception, classify_response
from ddgen.llm.clock import Clock
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Endpoint
from ddgen.llm.wire import Reply, Wire

POLL_SECONDS = 2.0
NAMED = 10
SLOT_NAMES = ("parallel", "num_parallel", "n_parallel", "max_concurrent_predictions")
NO_PROMPTS = ("embed", "embedding", "embeddings", "rerank", "tts", "stt")

Software = Literal["openai", "lmstudio", "llama.cpp", "ollama", "vllm", "unknown"]
OWNERS: Mapping[str, Software] = {
    "llamacpp": "llama.cpp",
    "library": "ollama",
    "vllm": "vllm",
    "organization_owner": "lmstudio",
    "openai": "openai",
}


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """What is known of a server.

    `model` is what to ask with; `models` are all that it lists, `loaded` those that are in memory where it tells.
    `slots` is how many requests it serves at a time, `context_tokens` how long prompt and answer may be together, for
    one request; both None where it does not tell. `key_ok` is None where nothing proved the key. `state` is "loaded",
    "not-loaded" (the first prompt loads it), or "unknown". `substituted` is the model that was asked for, but is not
    there. `seconds` is how long the first answer took.
    """

    model: str | None = None
    models: tuple[str, ...] = ()
    loaded: tuple[str, ...] = ()
    slots: int | None = None
    context_tokens: int | None = None
    local: bool = False
    key_ok: bool | None = None
    state: Literal["loaded", "not-loaded", "unknown"] = "unknown"
    software: Software = "unknown"
    substituted: str | None = None
    seconds: float = 0.0


async def learn(wire: Wire, endpoint: Endpoint, clock: Clock, *, warming_seconds: float = 180.0) -> ServerFacts:
    """Ask the server about itself, polling while it loads a model.

    Raises CallFailed: AUTH for a refused key, WARMING when loading takes longer than `warming_seconds`, SETTINGS when
    no model is set and the server does not leave only one choice, and NETWORK, TIMEOUT or OVERLOAD when it does not
    answer. A server without a list of models is no failure: its `key_ok` stays unknown.
    """
    local = await wire.local()
    reply = await _patiently(wire, clock, warming_seconds, local=local)
    listed = _listed(reply)
    facts = ServerFacts(
        models=tuple(name for entry in listed if isinstance(name := entry.get("id"), str)),
        local=local,
        key_ok=True if reply.status == 200 and listed else None,
        software="openai" if wire.openai else _software(listed),
        seconds=reply.seconds,
    )
    facts = replace(facts, context_tokens=_told(listed, endpoint.model, "max_model_len", "context_length"))
    if local:
        facts = await _details(wire, facts, endpoint.model)
    return _choose(facts, endpoint.model)


async def until_loaded(wire: Wire, clock: Clock, seconds: float) -> bool:
    """Poll until a model is loaded; False when that takes longer than `seconds`."""
    end = clock.monotonic() + seconds
    while clock.monotonic() < end:
        await clock.sleep(_pause(seconds))
        try:
            await _patiently(wire, clock, end - clock.monotonic(), local=True)
        except CallFailed as failed:
            if failed.failure.cause in {Cause.AUTH, Cause.WARMING}:
                return False
            continue
        known = await _lmstudio(wire, ServerFacts(), None)
        if known is None or known.loaded:
            return True
    return False


def _pause(seconds: float) -> float:
    return min(POLL_SECONDS, seconds / 90)


async def _patiently(wire: Wire, clock: Clock, seconds: float, *, local: bool) -> Reply:
    """The list of models; waits while the server says that it is loading."""
    end = clock.monotonic() + seconds
    while True:
        reply = await _get(wire, "/models")
        if reply.status == 200:
            return reply
        failure = classify_response(reply.status, reply.headers, reply.body, clock.time(), local=local)
        if failure is None or failure.cause not in {Cause.AUTH, Cause.QUOTA, Cause.WARMING, Cause.OVERLOAD}:
            return reply
        if failure.cause is not Cause.WARMING or clock.monotonic() >= end:
            raise CallFailed(failure)
        await clock.sleep(_pause(seconds))


async def _get(wire: Wire, path: str) -> Reply:
    import openai

    try:
        return await wire.get(path)
    except (openai.OpenAIError, TimeoutError, OSError) as error:
        raise CallFailed(classify_exception(error)) from error


async def _json(wire: Wire, path: str) -> dict[str, Any]:
    """What a path of the origin says; nothing where it says nothing of use."""
    try:
        reply = await _get(wire, path)
    except CallFailed:
        return {}
    return _object(reply)


def _object(reply: Reply) -> dict[str, Any]:
    if reply.status != 200:
        return {}
    try:
        value = json.loads(reply.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _entries(value: Any) -> list[dict[str, Any]]:
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else []


def _listed(reply: Reply) -> list[dict[str, Any]]:
    return _entries(_object(reply).get("data"))


def _software(listed: Sequence[dict[str, Any]]) -> Software:
    owners = (entry.get("owned_by") for entry in listed)
    return next((OWNERS[owner] for owner in owners if isinstance(owner, str) and owner in OWNERS), "unknown")


def _number(entry: Mapping[str, Any], *names: str) -> int | None:
    for name in names:
        value = entry.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _told(entries: Sequence[dict[str, Any]], model: str | None, *names: str) -> int | None:
    of_model = [entry for entry in entries if model is None or entry.get("id") == model]
    told = [number for entry in of_model if (number := _number(entry, *names)) is not None]
    return min(told, default=None)


async def _details(wire: Wire, facts: ServerFacts, model: str | None) -> ServerFacts:
    """What only local servers tell, each in its own way."""
    asks = {"lmstudio": (_lmstudio,), "llama.cpp": (_llama,), "ollama": (_ollama,), "vllm": ()}
    for ask in asks.get(facts.software, (_lmstudio, _llama, _ollama)):
        found = await ask(wire, facts, model)
        if found is not None:
            return found
    return facts


async def _lmstudio(wire: Wire, facts: ServerFacts, model: str | None) -> ServerFacts | None:
    told = _entries((await _json(wire, "//api/v1/models")).get("models"))
    loaded = [
        {**instance.get("config", {}), "id": instance.get("id", entry.get("key")), "key": entry.get("key")}
        for entry in told
        if entry.get("type") in {"llm", "vlm"}
        for instance in _entries(entry.get("loaded_instances"))
    ]
    if not told:
        told = _entries((await _json(wire, "//api/v0/models")).get("data"))
        prompts = [entry for entry in told if entry.get("type") in {"llm", "vlm"}]
        loaded = [
            {"id": entry.get("id"), "context_length": _number(entry, "loaded_context_length", "max_context_length")}
            for entry in prompts
            if entry.get("state") == "loaded"
        ]
    if not told:
        return None
    return replace(
        facts,
        software="lmstudio",
        loaded=tuple(str(entry["id"]) for entry in loaded),
        state="loaded" if loaded else "not-loaded",
        slots=_told(loaded, model if model in {entry["id"] for entry in loaded} else None, *SLOT_NAMES),
        context_tokens=_told(loaded, model if model in {entry["id"] for entry in loaded} else None, "context_length"),
    )


async def _llama(wire: Wire, facts: ServerFacts, _: str | None) -> ServerFacts | None:
    told = await _json(wire, "//props")
    slots = _number(told, "total_slots")
    if slots is None:
        return None
    settings = told.get("default_generation_settings")
    context = _number(settings, "n_ctx") if isinstance(settings, dict) else None
    return replace(
        facts, software="llama.cpp", slots=slots, context_tokens=context, state="loaded", loaded=facts.models
    )


async def _ollama(wire: Wire, facts: ServerFacts, model: str | None) -> ServerFacts | None:
    told = await _json(wire, "//api/ps")
    if not isinstance(told.get("models"), list):
        return None
    loaded = [{**entry, "id": entry.get("name")} for entry in _entries(told["models"])]
    return replace(
        facts,
        software="ollama",
        loaded=tuple(str(entry["id"]) for entry in loaded),
        state="loaded" if loaded else "not-loaded",
        context_tokens=_told(loaded, model if model in {entry["id"] for entry in loaded} else None, "context_length"),
    )


def _choose(facts: ServerFacts, asked: str | None) -> ServerFacts:
    """Settle which model is asked; raises CallFailed (SETTINGS) where that is not clear."""
    able = [name for name in facts.models if not any(word in name.lower() for word in NO_PROMPTS)]
    only = facts.loaded or tuple(able)
    if asked:
        known = {*facts.models, *facts.loaded, *(name.removesuffix(":latest") for name in facts.models)}
        if facts.local and facts.models and asked not in known and len(only) == 1:
            return replace(facts, model=only[0], substituted=asked)
        return replace(facts, model=asked)
    if facts.local and len(only) == 1:
        return replace(facts, model=only[0])
    names = ", ".join(able[:NAMED]) or "none"
    more = f" and {len(able) - NAMED} more" if len(able) > NAMED else ""
    raise CallFailed(Failure(Cause.SETTINGS, f"no model is set: set OPENAI_MODEL; the server lists {names}{more}"))
