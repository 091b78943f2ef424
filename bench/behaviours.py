"""Ready-made answers for the loopback server: good ones, slow ones, and every wrong one we know of."""

from __future__ import annotations

import json
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from loopback import Answer, Close, Hang, Reaction, Request, Reset, Response, Send, Step, Wait

from ddgen.llm.messages import Limits

Tokens = tuple[int, int] | Callable[[Request], tuple[int, int]] | None
Seconds = float | Callable[[Request], float]


def completion(
    text: str | None,
    *,
    model: str = "test-model",
    tokens: tuple[int, int] | None = (100, 20),
    finish_reason: str | None = "stop",
    headers: dict[str, str] | None = None,
    **message: Any,
) -> Response:
    """A chat completion that says this; `message` adds to it, for example `reasoning_content`."""
    envelope: dict[str, Any] = {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": model,
        "choices": [
            {
                "index": 0,
                "finish_reason": finish_reason,
                "message": {"role": "assistant", "content": text, **message},
            }
        ],
    }
    if tokens is not None:
        sent, written = tokens
        envelope["usage"] = {"prompt_tokens": sent, "completion_tokens": written, "total_tokens": sent + written}
    return Response(json=envelope, headers=headers or {})


def error(status: int, message: str = "it failed", *, headers: dict[str, str] | None = None, **extra: Any) -> Response:
    """An error as OpenAI words it; `extra` are `code`, `type` and `param`."""
    return Response(status, json={"error": {"message": message, **extra}}, headers=headers or {})


def always(reaction: Reaction) -> Answer:
    """The same answer to everyone."""
    return lambda _: reaction


def sequence(*reactions: Reaction | Answer, then: Reaction | Answer | None = None) -> Answer:
    """One answer after the other, whoever asks; after the last, `then`, or the last again."""
    left = deque(reactions)
    last = then if then is not None else reactions[-1]

    def answer(request: Request) -> Reaction:
        reaction = left.popleft() if left else last
        return reaction(request) if callable(reaction) else reaction

    return answer


def after(seconds: Seconds, answer: Reaction | Answer) -> Answer:
    """The same, later."""

    def late(request: Request) -> Reaction:
        reaction = answer(request) if callable(answer) else answer
        wait = seconds(request) if callable(seconds) else seconds
        return [Wait(wait), *([reaction] if isinstance(reaction, Response) else reaction)]

    return late


def say(text: str, *, latency: Seconds = 0.0, tokens: tuple[int, int] | None = (100, 20), **message: Any) -> Answer:
    """This text to everyone."""
    response = completion(text, tokens=tokens, **message)
    return after(latency, response) if latency else always(response)


def _text(name: str, about: str) -> str:
    number = re.sub(r"\D", "", about) or "0"
    return f"Business Term {number}" if "name" in name or "title" in name else f"What item number {number} means."


def fill(schema: dict[str, Any], name: str = "", about: str = "") -> Any:
    """A value that follows a flat JSON Schema; an array of objects with an enum property gets one object per value."""
    if "enum" in schema:
        return about if about in schema["enum"] else schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            return {key: fill(part, key, key if part.get("type") == "object" else about) for key, part in parts.items()}
        case "array":
            inner = schema.get("items", {})
            ids = next((part["enum"] for part in inner.get("properties", {}).values() if "enum" in part), [about])
            return [fill(inner, name, one) for one in ids]
        case "integer" | "number":
            return 1
        case "boolean":
            return True
    return _text(name, about or name)


def _without_schema(request: Request, ids: str) -> Any:
    found = dict.fromkeys(re.findall(ids, request.json["messages"][-1]["content"]))
    return {one: {"description": _text("description", one), "business_name": _text("name", one)} for one in found}


def describe_all(
    *,
    latency: Seconds = 0.0,
    tokens: Tokens = None,
    model: str = "test-model",
    headers: dict[str, str] | None = None,
    ids: str = r"\bc\d+\b",
    change: Callable[[Request, Any], Any] | None = None,
) -> Answer:
    """Answers every prompt in the form its response schema asks for; without one, an object by the ids in the prompt.

    `tokens` are those of prompt and answer, by default a quarter of the letters. `change` may spoil the answer's value.
    """

    def answer(request: Request) -> Reaction:
        schema = request.schema
        value = _without_schema(request, ids) if schema is None else fill(schema)
        text = json.dumps(change(request, value) if change else value)
        counted = tokens(request) if callable(tokens) else tokens
        counted = counted or (max(1, len(request.prompt) // 4), max(1, len(text) // 4))
        return completion(text, model=model, tokens=counted, headers=headers)

    return after(latency, answer) if latency else answer


def drip(response: Response, *, every: float, size: int = 1) -> list[Step]:
    """A whole answer, a few bytes at a time."""
    data = response.content()
    steps: list[Step] = [Send(response.head())]
    for start in range(0, len(data), size):
        steps += [Wait(every), Send(data[start : start + size])]
    return steps


def hang() -> list[Step]:
    """Accepts, and never answers."""
    return [Hang()]


def reset() -> list[Step]:
    """A TCP reset instead of an answer."""
    return [Reset()]


def cut(response: Response, at: int, *, by: Step | None = None) -> list[Step]:
    """The head, so many bytes of the body, then the end of the connection."""
    return [Send(response.head() + response.content()[:at]), Wait(0), by or Close()]


def redirect(to: str) -> Response:
    """A 307 that asks for the same body elsewhere."""
    return Response(307, headers={"location": to})


def html(status: int = 200) -> Response:
    """What a proxy or a wrong path answers."""
    return Response(status, body=b"<html><body>Welcome</body></html>", headers={"content-type": "text/html"})


def enforce(
    answer: Answer,
    *,
    requests: int = 0,
    tokens: int = 0,
    window: float = 60.0,
    per_second: int = 0,
    hint: Callable[[float], dict[str, str]] = lambda seconds: {"retry-after-ms": f"{seconds * 1000:.0f}"},
) -> Answer:
    """The same within limits: in any `window` seconds so many requests and tokens, in a 60th of it `per_second`.

    What is too much is answered 429 and, as with OpenAI, counts too. Tokens are the prompt's letters / 4 + max tokens.
    """
    seen: deque[tuple[float, int]] = deque()

    def weight(request: Request) -> int:
        asked = request.json
        return len(request.prompt) // 4 + int(asked.get("max_completion_tokens") or asked.get("max_tokens") or 0)

    def limited(request: Request) -> Reaction:
        now = time.monotonic()
        while seen and seen[0][0] <= now - window:
            seen.popleft()
        seen.append((now, weight(request)))
        recent = sum(at > now - window / 60 for at, _ in seen)
        if (
            (requests and len(seen) > requests)
            or (tokens and sum(size for _, size in seen) > tokens)
            or (per_second and recent > per_second)
        ):
            return error(429, "rate limit reached", code="rate_limit_exceeded", headers=hint(window / 60))
        return answer(request)

    return limited


def failing(
    rate: float, answer: Answer, *, seed: int = 1, reaction: Reaction | None = None, at_once: bool = False
) -> Answer:
    """The same, but at random a share of the requests ends in `reaction` (a 500): after the same work, or `at_once`."""
    from random import Random

    dice = Random(seed)
    wrong = reaction if reaction is not None else error(500)
    instead: list[Step] = [wrong] if isinstance(wrong, Response) else list(wrong)

    def sometimes(request: Request) -> Reaction:
        right = answer(request)
        if dice.random() >= rate:
            return right
        work = [] if at_once or isinstance(right, Response) else [step for step in right if isinstance(step, Wait)]
        return [*work, *instead]

    return sometimes


def loading(times: int, ready: Response) -> Answer:
    """A server that loads its model: llama-server's 503, so many times, then `ready`."""
    busy = error(503, "Loading model", type="unavailable_error", code=503)
    waits: Sequence[Reaction] = [busy] * times
    return sequence(*waits, then=ready)


def scaled(by: float = 50, **changes: Any) -> Limits:
    """Limits with every time divided and every rate multiplied: a minute passes in little more than a second."""
    known = Limits()
    values = {name: getattr(known, name) for name in Limits.__slots__}
    quick = {name: value / by for name, value in values.items() if isinstance(value, float)}
    quick |= {name: value * by for name, value in values.items() if name.endswith("per_minute")}
    # A busy machine needs its time to connect, however short a minute is.
    return replace(known, **{**quick, "connection_timeout": 1.0, **changes})
