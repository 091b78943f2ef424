from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.llm.classify import CODES, MEANINGS, classify_exception, classify_response
from ddgen.llm.failure import CallFailed, Cause, Failure
from ddgen.llm.redaction import safe_code

NOW = 1_800_000_000.0
GOOD = {"id": "1", "choices": [{"message": {"content": "{}"}, "finish_reason": "stop"}]}
PERSON = "Erika-Mustermann-4711"


def classified(
    status: int, body: Any, *, headers: Mapping[str, str] | None = None, local: bool = False
) -> Failure | None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return classify_response(status, headers or {}, raw, NOW, local=local)


def cause(status: int, body: Any, **how: Any) -> Cause | None:
    failure = classified(status, body, **how)
    return failure.cause if failure else None


def error(message: str = "", **more: Any) -> dict[str, Any]:
    return {"error": {"message": message, **more}}


@pytest.mark.parametrize(
    "body", [GOOD, {"data": []}, GOOD | {"error": None}, GOOD | {"error": {}}, GOOD | {"error": ""}]
)
def test_an_object_without_an_error_is_usable(body: Any) -> None:
    assert classified(200, body) is None


@pytest.mark.parametrize(
    ("status", "code", "expected"),
    [
        (401, "invalid_api_key", Cause.AUTH),
        (403, "unsupported_country_region_territory", Cause.AUTH),
        (429, "insufficient_quota", Cause.QUOTA),
        (429, "credit_balance_exhausted", Cause.QUOTA),
        (400, "billing_hard_limit_reached", Cause.QUOTA),
        (429, "rate_limit_exceeded", Cause.RATE),
        (503, "slow_down", Cause.RATE),
        (429, "slow_down", Cause.RATE),
        (200, "rate_limit_exceeded", Cause.RATE),
        (529, "overloaded_error", Cause.OVERLOAD),
        (200, "server_error", Cause.OVERLOAD),
        (400, "context_length_exceeded", Cause.TOO_LARGE),
        (500, "exceed_context_size_error", Cause.TOO_LARGE),
        (404, "model_not_found", Cause.AUTH),
        (400, "unsupported_parameter", Cause.UNSUPPORTED),
        (400, "something_else", Cause.BAD_REQUEST),
        (200, "something_else", Cause.BAD_OUTPUT),
    ],
)
@pytest.mark.parametrize("place", ["code", "type"])
def test_codes_decide(status: int, code: str, expected: Cause, place: str) -> None:
    assert cause(status, error("no", **{place: code})) is expected


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (401, Cause.AUTH),
        (403, Cause.AUTH),
        (402, Cause.QUOTA),
        (404, Cause.SETTINGS),
        (405, Cause.SETTINGS),
        (408, Cause.OVERLOAD),
        (409, Cause.OVERLOAD),
        (413, Cause.TOO_LARGE),
        (429, Cause.RATE),
        (400, Cause.BAD_REQUEST),
        (418, Cause.BAD_REQUEST),
        (422, Cause.BAD_REQUEST),
        (500, Cause.OVERLOAD),
        (502, Cause.OVERLOAD),
        (503, Cause.OVERLOAD),
        (504, Cause.OVERLOAD),
        (529, Cause.OVERLOAD),
        (301, Cause.BLOCKED),
        (307, Cause.BLOCKED),
        (308, Cause.BLOCKED),
        (204, Cause.BAD_OUTPUT),
    ],
)
@pytest.mark.parametrize(
    "body", [b"", b"<html><body>temperature grammar</body></html>", b"{}", b"\xff\xfe\x00", b"null"]
)
def test_without_words_the_status_decides(status: int, expected: Cause, body: bytes) -> None:
    if status == 204 and body == b"{}":
        body = b""
    assert cause(status, body) is expected


@pytest.mark.parametrize(
    ("status", "message", "expected"),
    [
        (404, "No models loaded. Please load a model in the developer page.", Cause.WARMING),
        (400, "Model is unloaded.", Cause.WARMING),
        (400, "Model unloaded", Cause.WARMING),
        (400, "Operation canceled.", Cause.WARMING),
        (503, "Loading model", Cause.WARMING),
        (503, "Model some/name is currently loading", Cause.WARMING),
        (400, "Failed to load model", Cause.BAD_REQUEST),
        (400, "request (5000 tokens) exceeds the available context size (4096 tokens)", Cause.TOO_LARGE),
        (
            400,
            "Trying to keep the first 5000 tokens when context the overflows. However, the model is loaded with less",
            Cause.TOO_LARGE,
        ),
        (
            400,
            "The number of tokens to keep from the prompt is greater than the context (n_keep: 5000>= n_ctx: 4096).",
            Cause.TOO_LARGE,
        ),
        (
            200,
            "The number of tokens to keep from the initial prompt is greater than the context length",
            Cause.TOO_LARGE,
        ),
        (
            400,
            "This model's maximum context length is 4096 tokens. Please reduce the length of the messages.",
            Cause.TOO_LARGE,
        ),
        (429, "Request too large for gpt-4o on tokens per min (TPM): Limit 30000, Requested 40000.", Cause.TOO_LARGE),
        (400, "'response_format.type' must be 'json_schema' or 'text'", Cause.UNSUPPORTED),
        (400, "failed to parse grammar", Cause.UNSUPPORTED),
        (500, "failed to parse grammar", Cause.UNSUPPORTED),
        (400, "Unsupported value: 'temperature' does not support 0.2 with this model.", Cause.UNSUPPORTED),
        (500, "temperature of the GPU is too high", Cause.OVERLOAD),
        (400, "Unrecognized request argument supplied: reasoning_effort", Cause.UNSUPPORTED),
        (404, "The model `gpt-9` does not exist or you do not have access to it.", Cause.AUTH),
        (400, "API key not valid. Please pass a valid API key.", Cause.AUTH),
        (400, "Your credit balance is too low", Cause.QUOTA),
        (429, "You exceeded your current quota, please check your plan and billing details.", Cause.QUOTA),
        (429, "You exceeded your current quota. Please retry in 33.5s.", Cause.RATE),
        (400, "Invalid 'messages'", Cause.BAD_REQUEST),
        (401, "the schema of your key is wrong", Cause.AUTH),
        (503, "Service temporarily overloaded", Cause.OVERLOAD),
    ],
)
@pytest.mark.parametrize("form", ["object", "string", "bare", "detail", "list", "text"])
def test_words_decide_in_every_form(status: int, message: str, expected: Cause, form: str) -> None:
    body: Any = {
        "object": error(message),
        "string": {"error": message},
        "bare": {"object": "error", "message": message},
        "detail": {"object": "error", "detail": message},
        "list": [error(message)],
        "text": {"error": message} if status == 200 else message.encode(),
    }[form]
    assert cause(status, body) is expected


def test_a_missing_model_of_a_local_server_is_a_matter_of_settings() -> None:
    body = error("model 'x' not found, try pulling it first", type="not_found_error")
    assert cause(404, body, local=True) is Cause.SETTINGS
    assert cause(404, error("", code="model_not_found"), local=True) is Cause.SETTINGS


def test_a_rate_limit_code_of_a_request_beyond_the_limit_is_too_large() -> None:
    body = error("Request too large for gpt-4o", code="rate_limit_exceeded", type="tokens")
    assert cause(429, body) is Cause.TOO_LARGE


@pytest.mark.parametrize("status", [429, 503, 500, 400])
@pytest.mark.parametrize("kind", [int, str])
def test_an_error_inside_a_200_has_its_own_status(status: int, kind: type) -> None:
    inside = cause(200, error("no", code=kind(status)))
    assert inside is cause(status, error("no"))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b'{"choices": [',
        b"[]",
        b"null",
        b"1",
        b'"text"',
        b"\xff\xff",
        b"[" * 100_000,
        b"[1]",
        b'[{"a":1}]',
        b'[{"error":null}]',
    ],
)
def test_a_200_that_is_no_object_is_bad_output(body: bytes) -> None:
    assert cause(200, body) is Cause.BAD_OUTPUT


def test_a_parameter_is_named_first() -> None:
    failure = classified(400, error("Unsupported value", param="response_format.json_schema", code="unsupported_value"))
    assert failure is not None
    assert failure.detail.endswith("(HTTP 400): response_format.json_schema Unsupported value")


def test_complaints_of_a_validator_lose_the_input_they_repeat() -> None:
    complaint = {"loc": ["body", "temperature"], "msg": "Input should be less than 1", "input": PERSON}
    failure = classified(422, {"detail": [complaint, "odd"]})
    assert failure is not None
    assert failure.cause is Cause.UNSUPPORTED
    assert "temperature" in failure.detail
    assert "4711" not in failure.detail


def test_hints_and_ids_come_along() -> None:
    headers = {"Retry-After": "600", "X-Request-Id": "req_1-2"}
    failure = classified(429, error("slow", code="rate_limit_exceeded"), headers=headers)
    assert failure is not None
    assert (failure.retry_after, failure.request_id, failure.code, failure.status) == (
        600,
        "req_1-2",
        "rate_limit_exceeded",
        429,
    )


def test_a_hint_in_words_comes_along() -> None:
    failure = classified(429, error("Rate limit reached. Please try again in 20s."))
    assert failure is not None
    assert failure.retry_after == 20


@pytest.mark.parametrize("request_id", ["a b", "x" * 200, "", "<script>"])
def test_an_odd_request_id_does_not(request_id: str) -> None:
    failure = classified(500, b"", headers={"x-request-id": request_id})
    assert failure is not None
    assert failure.request_id is None


@pytest.mark.parametrize("status", [200, 307, 400, 401, 404, 422, 429, 500, 503])
@pytest.mark.parametrize("local", [True, False])
def test_nothing_that_was_sent_comes_back_in_a_failure(status: int, local: bool) -> None:
    echoes: list[Any] = [
        error(f"bad prompt: {PERSON}", code=PERSON, type=PERSON, param=PERSON),
        {"error": PERSON},
        {"detail": [{"loc": [PERSON], "msg": PERSON}]},
        {"object": "error", "message": f"limit {PERSON} tokens"},
        f"cannot read {PERSON}".encode(),
        [error(PERSON)],
    ]
    headers = {"location": f"https://x/?{PERSON}", "retry-after": PERSON, "x-request-id": f"{PERSON} "}
    for body in echoes:
        failure = classified(status, body, headers=headers, local=local)
        for word in PERSON.split("-"):
            assert word not in repr(failure)


@given(
    st.integers(100, 599),
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    ["error", "message", "code", "type", "param", "detail", "object", "loc", "msg", "status"]
                ),
                inner,
                max_size=5,
            )
        ),
        max_leaves=12,
    ),
    st.booleans(),
)
def test_whatever_a_server_sends_is_one_failure_or_an_object(status: int, body: Any, local: bool) -> None:
    failure = classified(status, body, local=local)
    if failure is None:
        assert 200 <= status < 300
        assert isinstance(body, dict)
    else:
        assert len(failure.detail) <= 200
        assert failure.detail.startswith(MEANINGS[failure.cause])


@given(st.integers(100, 599), st.binary(max_size=60))
def test_whatever_bytes_come(status: int, body: bytes) -> None:
    failure = classified(status, body)
    assert failure is not None or 200 <= status < 300


def test_every_code_of_ours_may_be_shown() -> None:
    assert [code for code in CODES if safe_code(code) is None] == []


def raised_from(outer: BaseException, inner: BaseException | None) -> BaseException:
    outer.__cause__ = inner
    return outer


def sdk(name: str, inner: BaseException | None) -> BaseException:
    import httpx2
    import openai

    request = httpx2.Request("POST", "http://127.0.0.1/v1/chat/completions")
    kinds = {"connection": openai.APIConnectionError, "timeout": openai.APITimeoutError}
    return raised_from(kinds[name](request=request), inner)


def test_exceptions_of_the_client_are_known() -> None:
    import httpx2

    table: list[tuple[BaseException, Cause, str]] = [
        (TimeoutError(), Cause.TIMEOUT, "no answer in time"),
        (sdk("timeout", httpx2.ReadTimeout("slow")), Cause.TIMEOUT, "no answer in time"),
        (sdk("timeout", None), Cause.TIMEOUT, "no answer in time"),
        (sdk("timeout", httpx2.ConnectTimeout("slow")), Cause.TIMEOUT, "no connection in time"),
        (sdk("connection", None), Cause.NETWORK, "no connection"),
        (sdk("connection", httpx2.UnsupportedProtocol(PERSON)), Cause.SETTINGS, MEANINGS[Cause.SETTINGS]),
        (sdk("connection", httpx2.DecodingError(PERSON)), Cause.BAD_OUTPUT, MEANINGS[Cause.BAD_OUTPUT]),
        (ConnectionResetError(104, "reset"), Cause.NETWORK, "connection reset by peer"),
        (json.JSONDecodeError(PERSON, PERSON, 0), Cause.BAD_OUTPUT, MEANINGS[Cause.BAD_OUTPUT]),
        (KeyError(PERSON), Cause.BAD_REQUEST, "the request could not be made"),
    ]  # fmt: skip
    for raised, expected, detail in table:
        failure = classify_exception(raised)
        assert (failure.cause, failure.detail) == (expected, detail)
        assert PERSON not in repr(failure)


def test_a_failure_of_ours_below_the_client_is_kept() -> None:
    ours = Failure(Cause.BLOCKED, "not this address")
    assert classify_exception(sdk("connection", CallFailed(ours))) is ours


def test_what_was_being_handled_meanwhile_is_another_story() -> None:
    late = sdk("connection", None)
    late.__context__ = CallFailed(Failure(Cause.BLOCKED))
    assert classify_exception(late).cause is Cause.NETWORK


def test_an_endless_chain_ends() -> None:
    first, second = KeyError(), IndexError()
    first.__cause__, second.__cause__ = second, first
    assert classify_exception(first).cause is Cause.BAD_REQUEST


def test_neither_module_imports_the_client() -> None:
    modules = "classify hints retry breaker rates concurrency deadline redaction".split()
    imports = "; ".join(f"import ddgen.llm.{module}" for module in modules)
    code = f"import sys; {imports}; sys.exit(bool({{'openai', 'httpx2', 'pydantic'}} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
