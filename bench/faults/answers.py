"""Faults 19 to 27: answers that are none, are cut, are about the wrong fields, or come in another form."""

from __future__ import annotations

import re
from collections.abc import Callable

from behaviours import always, completion, error, html, loading, sequence
from loopback import Answer, Loopback, Reaction, Request, Response

from faults.clerk import Item, as_completion, clerk, say_of, words_of, written
from faults.ring import (
    Ring,
    all_by_model,
    all_by_rule,
    check,
    equal,
    fields,
    none_wrong,
    prompt_of,
    scenario,
    word,
)

Spoil = Callable[[list[Item]], list[Item]]


@scenario(19, "200 with HTML, `{error}`, no choices, an error that is a string", "a cause that fits, no crash")
async def _no_answers(ring: Ring) -> None:
    asked = fields(2)
    empty = completion("").json | {"choices": []}
    said = {"error": {"message": "The model crashed", "type": "server_error"}}
    cases: list[tuple[Response, set[str]]] = [
        (html(), {"bad_output", "settings"}),
        (Response(json=said), {"overload", "bad_output"}),
        (Response(json=empty), {"bad_output", "too_large"}),
        (Response(json={"error": "the model is gone"}), {"overload", "bad_output", "bad_request"}),
        (Response(400, json={"error": "something is wrong"}), {"bad_request"}),
    ]
    for response, causes in cases:
        with Loopback() as server:
            server.answer = always(response)
            async with ring.enter(server, batch=2) as contender:
                all_by_rule(await contender.describe(asked), asked, *causes)


@scenario(20, "JSON cut at every byte", "never a wrong text; whole items are kept, only the others asked for again")
async def _cut(ring: Ring) -> None:
    asked = fields(3)
    whole = ""

    def cut_at(end: int) -> Answer:
        def answer(request: Request) -> Reaction:
            nonlocal whole
            whole = written(request, list(words_of(request).items()))
            return as_completion(request, whole.encode()[:end].decode(errors="ignore"))

        return sequence(answer, then=clerk())

    end = 0
    while not whole or end < len(whole.encode()):
        with Loopback() as server:
            server.answer = cut_at(end)
            async with ring.enter(server, batch=3) as contender:
                texts = await contender.describe(asked)
            none_wrong(texts, asked)
            ends = [found.end() for found in re.finditer(r"\{[^{}]*\}", whole)]
            kept = sum(at <= end for at in ends)
            again = {found for post in server.posts[1:] for found in words_of(post).values()}
            check(len(again) <= len(asked) - kept, f"cut at {end}: whole items were asked for again")
            all_by_model(texts, asked)
        end += 1


@scenario(21, "`finish_reason` length, and a valid array that is short", "what is missing is asked for again")
async def _short(ring: Ring) -> None:
    asked = fields(40)

    def answer(request: Request) -> Reaction:
        items = list(words_of(request).items())
        if len(items) <= 5:
            return say_of(request)
        return say_of(request, items[: len(items) // 2], finish_reason="length")

    with Loopback() as server:
        server.answer = answer
        async with ring.enter(server) as contender:
            all_by_model(await contender.describe(asked), asked)
        answered = [found for post in server.posts for found in list(words_of(post).values())[:5]]
        equal(len(set(answered)), len(answered), "fields answered once")


@scenario(22, "Wrong, double, additional and reordered ids", "only what is exact is accepted, the rest asked for again")
async def _ids(ring: Ring) -> None:
    asked = fields(10)
    away = word(5000)

    def wrong(items: list[Item]) -> list[Item]:
        return [("c77" if number == 3 else name, of) for number, (name, of) in enumerate(items)]

    def double(items: list[Item]) -> list[Item]:
        return [*items, (items[2][0], items[5][1])]

    def additional(items: list[Item]) -> list[Item]:
        return [("c88", away), *items]

    def spelled(items: list[Item]) -> list[Item]:
        return [(name.upper() if number == 4 else name, of) for number, (name, of) in enumerate(items)]

    def reordered(items: list[Item]) -> list[Item]:
        return items[::-1]

    for spoil in (wrong, double, additional, spelled, reordered):
        first = True

        def change(_: Request, items: list[Item], spoil: Spoil = spoil) -> list[Item]:
            nonlocal first
            was, first = first, False
            return spoil(items) if was else items

        with Loopback() as server:
            server.answer = clerk(change=change)
            async with ring.enter(server) as contender:
                texts = await contender.describe(asked)
            none_wrong(texts, asked)
            all_by_model(texts, asked)


@scenario(
    23, "One column for which the answer always is garbage", "39 texts of the model, 1 by rule, at most 11 prompts"
)
async def _poison(ring: Ring) -> None:
    asked = fields(40)
    poison = word(13)

    def answer(request: Request) -> Reaction:
        if poison in words_of(request).values():
            return as_completion(request, "As a language model I would rather talk about the weather.")
        return say_of(request)

    with Loopback() as server:
        server.answer = answer
        async with ring.enter(server) as contender:
            texts = await contender.describe(asked)
        none_wrong(texts, asked)
        equal(sum(text.by_model for text in texts), 39, "texts of the model")
        check(not texts[13].by_model and texts[13].description, "the poisoned column has no text by rule")
        batch = {word(number) for number in range(10, 20)}
        prompts = sum(bool(batch & set(words_of(post).values())) for post in server.posts)
        check(prompts <= 11, f"{prompts} prompts for its batch")


@scenario(24, "Context overflow as 400, as 500, and as 200 with nothing", "smaller prompts until they fit, none twice")
async def _overflow(ring: Ring) -> None:
    asked = fields(40)
    message = "This model's maximum context length is 4096 tokens. However, your messages resulted in 5000 tokens."
    llama = "the request exceeds the available context size, try increasing it"
    overflows = [
        error(400, message, code="context_length_exceeded", type="invalid_request_error"),
        error(500, llama, code=500, type="exceed_context_size_error"),
        completion("", tokens=(0, 0)),
    ]
    for overflow in overflows:
        with Loopback() as server:
            server.answer = _with_room_for(3, overflow)
            async with ring.enter(server) as contender:
                all_by_model(await contender.describe(asked), asked)
            large = [prompt_of(post) for post in server.posts if len(words_of(post)) > 3]
            equal(len(set(large)), len(large), "prompts that were too large, each once")


def _with_room_for(most: int, overflow: Response) -> Answer:
    return lambda request: overflow if len(words_of(request)) > most else say_of(request)


@scenario(25, "Refuses json_object, json_schema, temperature, max_tokens", "does without, remembers it, 1 request more")
async def _unsupported(ring: Ring) -> None:
    asked = fields(40)
    refusals: dict[str, str] = {
        "json_object": "'response_format.type' must be 'json_schema' or 'text'",
        "json_schema": "response_format of type json_schema is not supported by this model",
        "temperature": "Unsupported value: 'temperature' does not support 0.2 with this model.",
        "max_tokens": "Unsupported parameter: 'max_tokens' is not supported, use 'max_completion_tokens' instead.",
    }
    for name, message in refusals.items():

        def answer(request: Request, name: str = name, message: str = message) -> Reaction:
            body = request.json
            form = (body.get("response_format") or {}).get("type")
            return error(400, message) if name in {*body, form} else say_of(request)

        with Loopback() as server:
            server.answer = answer
            async with ring.enter(server, scale=1.0) as contender:
                all_by_model(await contender.describe(asked), asked)
                more = fields(10, 40)
                all_by_model(await contender.describe(more), more)
            check(len(server.posts) <= 6, f"{len(server.posts)} prompts instead of 5 + 1 without {name}")


@scenario(26, "`<think>` with and without opener, code fences, an answer in `reasoning_content`", "understood")
async def _thinking(ring: Ring) -> None:
    asked = fields(20)

    def wrapped(before: str, after: str) -> Answer:
        return lambda request: as_completion(request, f"{before}{_answer(request)}{after}")

    def reasoned(request: Request) -> Reaction:
        return as_completion(request, "", reasoning_content=_answer(request))

    forms: list[Answer] = [
        wrapped('<think>The user wants {"c0": "x"}. Let me see.</think>\n', ""),
        wrapped("First the ids {c0}, then the names.\n</think>\n\n", ""),
        wrapped("```json\n", "\n```"),
        reasoned,
    ]
    for form in forms:
        with Loopback() as server:
            server.answer = form
            async with ring.enter(server) as contender:
                all_by_model(await contender.describe(asked), asked)
            equal(len(server.posts), 2, "prompts")


def _answer(request: Request) -> str:
    return written(request, list(words_of(request).items()))


@scenario(27, '"No models loaded" three times, "Loading model" three times', "waits, breaker closed, every text")
async def _loading(ring: Ring) -> None:
    asked = fields(40)
    lmstudio = error(404, "No models loaded. Please load a model in the developer page.", type="invalid_request_error")
    good = clerk()
    ready = loading(3, Response())
    servers: list[Answer] = [
        sequence(lmstudio, lmstudio, lmstudio, then=good),
        lambda request: busy if (busy := _status(ready(request))) else good(request),
    ]
    for answer in servers:
        with Loopback() as server:
            server.answer = answer
            async with ring.enter(server) as contender:
                all_by_model(await contender.describe(asked), asked)
                check(not contender.breaker_open(), "the breaker opened")


def _status(reaction: Reaction) -> Response | None:
    """The reaction, if it is one of a server that is busy."""
    return reaction if isinstance(reaction, Response) and reaction.status != 200 else None
