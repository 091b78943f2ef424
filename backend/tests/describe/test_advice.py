"""What to change, by what went wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.describe import advice
from ddgen.llm.failure import Cause, Failure
from ddgen.settings import AiSettings, load_ai

HERE = Path("/nowhere")


def settings(url: str = "http://localhost:1234/v1") -> AiSettings:
    return load_ai(environ={}, cwd=HERE, base_url=url)


@pytest.mark.parametrize("cause", list(Cause))
def test_there_is_advice_for_everything(cause: Cause) -> None:
    assert len(advice.for_failure(Failure(cause, "it failed"), settings())) > 20


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://localhost:1234/v1", "Start Server"),
        ("http://192.168.1.148:1234/v1", "Serve on Local Network"),
        ("https://203.0.113.9/v1", "proxy"),
    ],
)
def test_who_cannot_be_reached_decides(url: str, word: str) -> None:
    assert word in advice.for_failure(Failure(Cause.NETWORK), settings(url))


def test_a_timeout_of_a_prompt_is_another_than_one_of_connecting() -> None:
    slow = Failure(Cause.TIMEOUT)
    assert "OPENAI_REQUEST_TIMEOUT=120" in advice.for_failure(slow, settings(), prompted=True)
    assert "OPENAI_CONNECTION_TIMEOUT=20" in advice.for_failure(slow, settings())


def test_plain_http_to_a_public_host() -> None:
    refused = Failure(Cause.BLOCKED, "plain http leads to a public address; use https, or allow http on purpose")
    assert "DDGEN_AI_ALLOW_HTTP=true" in advice.for_failure(refused, settings("http://203.0.113.9/v1"))


def test_the_first_listed_model_is_the_example() -> None:
    assert advice.model_to_set("the server lists a-b, c", default="d") == "OPENAI_MODEL=a-b"
    assert advice.model_to_set("the server lists none", default="d") == "OPENAI_MODEL=d"
