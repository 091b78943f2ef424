"""Reads the text out of a chat completion, wherever a server puts it, and counts its tokens."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.messages import Answer, Question, Usage
from ddgen.llm.tokens import MESSAGE_TOKENS, estimate
from ddgen.llm.wire import Reply

THOUGHT_ENDS = ("</think>", "</thinking>", "[/THINK]", "<|channel|>final<|message|>")
THOUGHT_STARTS = ("<think>", "<thinking>", "[THINK]", "<|channel|>analysis")
REASONING_KEYS = ("reasoning_content", "reasoning")
FENCE = re.compile(r"```[\w-]*[ \t]*\r?\n(?P<inside>.*?)(?:\r?\n```|\Z)", re.DOTALL)


def read(reply: Reply, question: Question) -> Answer:
    """The answer in a reply that has been found usable.

    A text cut by its length is returned with `finish_reason` "length". Raises CallFailed: TOO_LARGE where a server
    wrote nothing at all, which is how some answer a prompt beyond their context; BAD_OUTPUT for everything that holds
    no answer, with `code` refusal, content_filter, reasoning (all tokens went there) or shape.
    """
    envelope = _parse(reply)
    choice = _choice(envelope, reply)
    message = choice["message"]
    finish = choice.get("finish_reason")
    finish = finish if isinstance(finish, str) else "unknown"
    usage = _usage(envelope.get("usage"), message, question)
    text = _text(message, question)
    if finish == "content_filter":
        raise _bad(reply, "content_filter", "the server withheld the answer")
    if not text:
        raise _empty(reply, message, finish, usage)
    if _says_nothing_of_its_end(finish, usage, question):
        finish = "length"
    model = envelope.get("model")
    return Answer(
        text=text,
        model=model if isinstance(model, str) else "",
        finish_reason=finish,
        usage=usage,
        seconds=reply.seconds,
        request_id=reply.request_id,
    )


def _bad(reply: Reply, code: str, detail: str) -> CallFailed:
    return CallFailed(Failure(Cause.BAD_OUTPUT, detail, reply.status, code, request_id=reply.request_id))


def _parse(reply: Reply) -> dict[str, Any]:
    try:
        envelope = json.loads(reply.body)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict):
        raise _bad(reply, "shape", "the answer is not JSON")
    return envelope


def _choice(envelope: dict[str, Any], reply: Reply) -> dict[str, Any]:
    choices = envelope.get("choices")
    first = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(first, dict) or not isinstance(first.get("message"), dict):
        raise _bad(reply, "shape", "the answer has no message")
    return first


def _empty(reply: Reply, message: dict[str, Any], finish: str, usage: Usage) -> CallFailed:
    if message.get("refusal"):
        return _bad(reply, "refusal", "the model refused")
    if any(message.get(key) for key in REASONING_KEYS) or usage.reasoning_tokens:
        return _bad(reply, "reasoning", f"the model only reasoned, and wrote no answer ({finish})")
    if isinstance(message.get("content"), str) and message["content"].strip():
        return _bad(reply, "reasoning", f"the model only reasoned, and wrote no answer ({finish})")
    detail = "the model wrote nothing, as servers do for prompts beyond their context"
    return CallFailed(Failure(Cause.TOO_LARGE, detail, reply.status, "empty", request_id=reply.request_id))


def _says_nothing_of_its_end(finish: str, usage: Usage, question: Question) -> bool:
    """Some servers report "stop" for a text that used every token it was allowed."""
    if finish == "stop" and not usage.estimated and usage.reasoning_tokens == 0:
        return usage.completion_tokens >= question.max_output_tokens > 0
    return False


def _text(message: dict[str, Any], question: Question) -> str:
    if message.get("refusal"):
        return ""
    text = unwrap(_joined(message.get("content")))
    if text or question.schema is None:
        return text
    for key in REASONING_KEYS:
        aside = unwrap(_joined(message.get(key)))
        if aside and _follows(aside, question.schema):
            return aside
    return ""


def _joined(content: Any) -> str:
    """Content is a string, or a list of parts with a text each."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    texts = [part.get("text") for part in parts if isinstance(part, dict)]
    return "".join(text for text in texts if isinstance(text, str))


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def unwrap(text: str) -> str:
    """The text without reasoning before it and without a code fence around it; JSON is left alone, whatever it says."""
    text = text.strip()
    if not text or _is_json(text):
        return text
    end, mark = max((text.rfind(mark), mark) for mark in THOUGHT_ENDS)
    if end >= 0:
        text = text[end + len(mark) :].strip()
    elif text.startswith(THOUGHT_STARTS):
        return ""
    fenced = None if _is_json(text) else FENCE.search(text)
    return fenced["inside"].strip() if fenced else text


def _follows(text: str, schema: Mapping[str, Any]) -> bool:
    """Whether a text is JSON with the schema's required properties: reasoning is otherwise not an answer."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return False
    if schema.get("type") == "array":
        return isinstance(value, list)
    return isinstance(value, dict) and all(name in value for name in schema.get("required", ()))


def _count(counts: Any, *names: str) -> int:
    """The first of these that is a natural number."""
    if isinstance(counts, dict):
        for name in names:
            value = counts.get(name)
            if isinstance(value, int) and not isinstance(value, bool) and value > 0:
                return value
    return 0


def _usage(counts: Any, message: dict[str, Any], question: Question) -> Usage:
    sent = _count(counts, "prompt_tokens", "input_tokens")
    written = _count(counts, "completion_tokens", "output_tokens")
    details = counts if isinstance(counts, dict) else {}
    of_prompt = details.get("prompt_tokens_details") or details.get("input_tokens_details")
    of_completion = details.get("completion_tokens_details") or details.get("output_tokens_details")
    text = "".join(_joined(message.get(key)) for key in ("content", *REASONING_KEYS))
    return Usage(
        prompt_tokens=sent or prompt_tokens(question),
        completion_tokens=written or estimate(text),
        cached_tokens=min(_count(of_prompt, "cached_tokens"), sent),
        cache_write_tokens=_count(of_prompt, "cache_write_tokens", "cache_creation_tokens"),
        reasoning_tokens=min(_count(of_completion, "reasoning_tokens"), written),
        estimated=not (sent and (written or not text)),
    )


def usage_of(reply: Reply, question: Question) -> Usage:
    """What a reply took, whether it holds an answer or not."""
    try:
        envelope = _parse(reply)
        message = _choice(envelope, reply)["message"]
    except CallFailed:
        return Usage(prompt_tokens(question), estimated=True)
    return _usage(envelope.get("usage"), message, question)


def prompt_tokens(question: Question) -> int:
    """An estimate of a question's tokens, its schema included."""
    if question.prompt_tokens:
        return question.prompt_tokens
    schema = "" if question.schema is None else json.dumps(question.schema, separators=(",", ":"))
    return estimate(question.system) + estimate(question.user) + estimate(schema) + MESSAGE_TOKENS
