from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from behaviours import completion
from hypothesis import given
from hypothesis import strategies as st
from loopback import Response

from ddgen.llm.envelope import read, unwrap, usage_of
from ddgen.llm.failure import CallFailed, Cause
from ddgen.llm.messages import Question
from ddgen.llm.wire import Reply

SCHEMA = {"type": "object", "properties": {"c0": {"type": "string"}}, "required": ["c0"]}
QUESTION = Question("system", "user", SCHEMA)
JSON = '{"c0": "text"}'


def reply(response: Response) -> Reply:
    return Reply(response.status, {}, response.content(), 0.5, "req-1")


def text_of(response: Response) -> str:
    return read(reply(response), QUESTION).text


def cause_of(response: Response) -> tuple[Cause, str | None]:
    with pytest.raises(CallFailed) as failed:
        read(reply(response), QUESTION)
    return failed.value.failure.cause, failed.value.failure.code


def test_a_plain_answer_is_read() -> None:
    answer = read(reply(completion(JSON, tokens=(50, 7))), QUESTION)
    assert (answer.text, answer.finish_reason, answer.model) == (JSON, "stop", "test-model")
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens, answer.usage.estimated) == (50, 7, False)
    assert (answer.seconds, answer.request_id) == (0.5, "req-1")


@pytest.mark.parametrize(
    "content",
    [
        f"<think>hm, {{}} or not</think>{JSON}",
        f"hm, no opener</think>\n{JSON}",
        f"<think>a</think><think>b</think>{JSON}",
        f"[THINK]a[/THINK]{JSON}",
        f"```json\n{JSON}\n```",
        f"```\n{JSON}\n```",
        f"Here it is:\n```json\n{JSON}\n```\nDone.",
        f"<think>```x```</think>```json\n{JSON}\n```",
        f"  \n{JSON}\n",
    ],
)
def test_what_is_around_an_answer_is_taken_off(content: str) -> None:
    assert text_of(completion(content)) == JSON


def test_json_that_speaks_of_thinking_is_left_alone() -> None:
    text = json.dumps({"c0": "a </think> b ```c```"})
    assert text_of(completion(text)) == text


@pytest.mark.parametrize("key", ["reasoning_content", "reasoning"])
def test_an_answer_in_the_reasoning_is_found_if_it_is_one(key: str) -> None:
    def aside(text: str) -> Response:
        response = completion("")
        response.json["choices"][0]["message"][key] = text
        return response

    assert text_of(aside(JSON)) == JSON
    assert cause_of(aside("I think...")) == (Cause.BAD_OUTPUT, "reasoning")
    assert cause_of(aside('{"other": 1}')) == (Cause.BAD_OUTPUT, "reasoning")


def test_content_in_parts_is_joined() -> None:
    response = completion(JSON)
    response.json["choices"][0]["message"]["content"] = [{"type": "text", "text": '{"c0": '}, {"text": '"text"}'}]
    assert text_of(response) == JSON


def test_a_cut_answer_is_returned_as_cut() -> None:
    answer = read(reply(completion('{"c0": "te', finish_reason="length")), QUESTION)
    assert answer.finish_reason == "length"
    fence = read(reply(completion('```json\n{"c0": "te', finish_reason="length")), QUESTION)
    assert fence.text == '{"c0": "te'


def test_an_answer_that_used_all_its_tokens_was_cut_whatever_it_says() -> None:
    question = Question("s", "u", SCHEMA, max_output_tokens=20)
    assert read(reply(completion('{"c0": "te', tokens=(10, 20))), question).finish_reason == "length"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b"null",
        b"{}",
        b'{"choices": []}',
        b'{"choices": [null]}',
        b'{"choices": [{}]}',
        b"[" * 9999,
    ],
)
def test_no_answer_at_all_is_bad_output(body: bytes) -> None:
    assert cause_of(Response(body=body))[0] is Cause.BAD_OUTPUT


def test_refusals_and_filters_are_told_apart() -> None:
    assert cause_of(completion(None, refusal="I cannot")) == (Cause.BAD_OUTPUT, "refusal")
    assert cause_of(completion("partly", finish_reason="content_filter")) == (Cause.BAD_OUTPUT, "content_filter")


def test_silence_means_too_large() -> None:
    assert cause_of(completion("", tokens=(0, 0))) == (Cause.TOO_LARGE, "empty")


def test_only_thinking_is_bad_output() -> None:
    assert cause_of(completion("<think>so much", finish_reason="length")) == (Cause.BAD_OUTPUT, "reasoning")


@pytest.mark.parametrize("tokens", [None, (0, 0)])
def test_missing_counts_are_estimated_and_flagged(tokens: tuple[int, int] | None) -> None:
    usage = read(reply(completion(JSON, tokens=tokens)), QUESTION).usage
    assert usage.estimated
    assert usage.prompt_tokens > 0
    assert usage.completion_tokens > 0


def test_details_of_tokens_are_read() -> None:
    response = completion(JSON, tokens=(50, 30))
    response.json["usage"]["prompt_tokens_details"] = {"cached_tokens": 20, "cache_write_tokens": 5}
    response.json["usage"]["completion_tokens_details"] = {"reasoning_tokens": 12}
    usage = read(reply(response), QUESTION).usage
    assert (usage.cached_tokens, usage.cache_write_tokens, usage.reasoning_tokens) == (20, 5, 12)


@pytest.mark.parametrize(
    "counts", ["many", [], {"prompt_tokens": "x", "completion_tokens": True}, {"prompt_tokens": -1}]
)
def test_nonsense_counts_do_no_harm(counts: Any) -> None:
    response = completion(JSON)
    response.json["usage"] = counts
    assert read(reply(response), QUESTION).usage.estimated


def test_what_a_reply_took_is_known_without_an_answer() -> None:
    assert usage_of(reply(completion(None, refusal="no", tokens=(9, 3))), QUESTION).completion_tokens == 3
    assert usage_of(reply(Response(body=b"<html>")), QUESTION).estimated


@given(st.text())
def test_unwrapping_never_fails(text: str) -> None:
    assert len(unwrap(text)) <= len(text)


@given(st.integers(0, 400))
def test_an_envelope_cut_anywhere_is_never_an_answer(at: int) -> None:
    body = completion(JSON).content()
    cut = body[: min(at, len(body) - 1)]
    with pytest.raises(CallFailed):
        read(Reply(200, {}, cut, 0.1), QUESTION)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda kids: (
            st.lists(kids)
            | st.dictionaries(
                st.sampled_from(["choices", "message", "content", "usage", "refusal", "finish_reason", "reasoning"]),
                kids,
            )
        ),
    )
)
def test_any_json_is_an_answer_or_a_failure(value: Any) -> None:
    text = ""
    with suppress(CallFailed):
        text = read(Reply(200, {}, json.dumps(value).encode(), 0.1), QUESTION).text or "nothing"
    assert text != "nothing"
