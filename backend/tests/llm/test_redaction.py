from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.llm.redaction import safe_code, safe_words


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        (
            "'response_format.type' must be 'json_schema' or 'text'",
            "response_format.type must be json_schema or text",
        ),
        (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens'.",
            "Unsupported parameter max_tokens is not supported with this model Use max_completion_tokens",
        ),
        ("The model `gpt-9` does not exist", "The model … does not exist"),
        ("maximum context length is 4096 tokens", "maximum context length is 4096 tokens"),
        ("n_keep: 5000 >= n_ctx: 4096", "n_keep 5000 n_ctx 4096"),
        ("Incorrect API key provided: sk-proj-abc123.", "Incorrect API key provided …"),
        ("Incorrect API key provided: sk-user-key", "Incorrect API key provided …"),
        ("retry after 26 seconds", "retry after 26 seconds"),
        ("customer 4711 is late", "… is …"),
        ("name=Alice", ""),
        ("", ""),
        ("Alice Smith", ""),
    ],
)
def test_only_words_of_errors_are_shown(message: str, shown: str) -> None:
    assert safe_words(message) == shown


@pytest.mark.parametrize(
    "secret",
    [
        "sk-proj-0123456789abcdef",
        "alice@example.com",
        "4111 1111 1111 1111",
        "DE89370400440532013000",
        "+49 170 1234567",
        "1987-04-23",
        "hunter2",
        "Müller-Lüdenscheid",
        "AKIAIOSFODNN7EXAMPLE",
        "192.168.1.148",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig",
    ],
)
@pytest.mark.parametrize(
    "frame", ["Invalid value: '{}'", "prompt {} is too long", '{{"content":"{}"}}', "{}", "x.{}.model", "limit {}"]
)
def test_no_secret_passes_in_any_frame(secret: str, frame: str) -> None:
    shown = safe_words(frame.format(secret))
    pieces = [piece for piece in secret.replace("@", " ").split() if len(piece) > 3]
    assert not [piece for piece in pieces if piece in shown]


@given(st.text())
def test_it_is_short_and_of_known_words(message: str) -> None:
    assert len(safe_words(message)) <= 200


@given(st.integers(10**8, 10**20))
def test_long_numbers_are_no_counts(number: int) -> None:
    assert str(number) not in safe_words(f"limit {number} tokens")


@pytest.mark.parametrize(
    "code",
    ["insufficient_quota", "context_length_exceeded", "exceed_context_size_error", "slow_down", "RateLimitError"],
)
def test_codes_pass(code: str) -> None:
    assert safe_code(code) == code


@pytest.mark.parametrize("code", ["alice_smith", "sk-abc", "", 429, None, "a" * 100, "key_4711", "tokens; drop", "_"])
def test_what_is_no_code_does_not(code: object) -> None:
    assert safe_code(code) is None
