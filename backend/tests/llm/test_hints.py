from __future__ import annotations

import math
from email.utils import formatdate

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ddgen.llm.hints import duration, retry_after

NOW = 1_800_000_000.0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "2"}, 2.0),
        ({"Retry-After": "1.5"}, 1.5),
        ({"retry-after": " 7 "}, 7.0),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
        ({"retry-after-ms": "nonsense", "retry-after": "9"}, 9.0),
        ({"retry-after-ms": "0", "retry-after": "9"}, 9.0),
        ({"x-ms-retry-after-ms": "250"}, 0.25),
        ({"retry-after": "600"}, 600.0),
        ({"retry-after": ".5"}, 0.5),
    ],
)
def test_spans_are_read_from_headers(headers: dict[str, str], seconds: float) -> None:
    assert retry_after(headers, NOW) == pytest.approx(seconds)


@pytest.mark.parametrize(
    "value",
    ["0", "-1", "-5", "nan", "NaN", "inf", "-inf", "1e400", "1_0", "", " ", "soon", "Infinity", "٣", "0x10", "9" * 400],
)
@pytest.mark.parametrize("name", ["retry-after", "retry-after-ms", "x-ratelimit-reset-requests"])
def test_what_is_no_span_above_zero_is_passed_over(name: str, value: str) -> None:
    assert retry_after({name: value}, NOW) is None


def test_a_date_counts_from_the_servers_clock() -> None:
    server_now = NOW - 3600
    headers = {"retry-after": formatdate(server_now + 30, usegmt=True), "date": formatdate(server_now, usegmt=True)}
    assert retry_after(headers, NOW) == 30


@pytest.mark.parametrize("date", [None, "yesterday", "Wed, 99 Foo 2026"])
def test_without_a_usable_date_of_the_server_ours_counts(date: str | None) -> None:
    headers = {"retry-after": formatdate(NOW + 30, usegmt=True)} | ({"date": date} if date else {})
    assert retry_after(headers, NOW) == 30


@pytest.mark.parametrize("date", ["Friday, 15-Jan-27 08:00:45 GMT", "Fri Jan 15 08:00:45 2027"])
def test_the_two_old_forms_of_dates_are_read(date: str) -> None:
    assert retry_after({"retry-after": date, "date": "Fri, 15 Jan 2027 08:00:00 GMT"}, NOW) == 45


def test_a_date_that_has_passed_says_nothing() -> None:
    assert retry_after({"retry-after": formatdate(NOW - 30, usegmt=True)}, NOW) is None


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("Rate limit reached. Please try again in 20s. Visit the site.", 20.0),
        ("Please try again in 6m0s.", 360.0),
        ("Please try again in 1h2m3s.", 3723.0),
        ("try again in 120ms", 0.12),
        ("Please retry after 26 seconds.", 26.0),
        ("Please retry in 33.5s.", 33.5),
        ("Try again in about 2 minutes", 120.0),
        ("wait 1 minute 30 seconds", 90.0),
        ("try again in 500 milliseconds", 0.5),
        ("try again in 0s", None),
        ("try again in 5 mice", None),
        ("try again in 3 seasons", None),
        ("try again later", None),
        ("the limit is 20s", None),
        ("", None),
        ("x" * 5000 + " try again in 20s", None),
    ],
)
def test_words_are_read(text: str, seconds: float | None) -> None:
    assert retry_after({}, NOW, text=text) == (None if seconds is None else pytest.approx(seconds))


def test_headers_come_before_words_and_words_before_resets() -> None:
    resets = {"x-ratelimit-reset-tokens": "6m0s", "x-ratelimit-remaining-tokens": "0"}
    assert retry_after({"retry-after": "3"} | resets, NOW, text="try again in 20s") == 3
    assert retry_after(resets, NOW, text="try again in 20s") == 20


def reset(**pairs: str) -> dict[str, str]:
    return {f"x-ratelimit-{name.replace('_', '-')}": value for name, value in pairs.items()}


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        (reset(reset_tokens="6m0s"), 360.0),
        (reset(reset_tokens="6m0s", remaining_tokens="0"), 360.0),
        (reset(reset_tokens="6m0s", remaining_tokens="0", reset_requests="1s", remaining_requests="59"), 360.0),
        (reset(reset_tokens="2s", remaining_tokens="0", reset_requests="120ms", remaining_requests="0"), 2.0),
        (reset(reset_tokens="6m0s", remaining_tokens="40"), None),
        (reset(reset_tokens="6m0s", remaining_tokens="-1"), None),
        (reset(reset_requests="0s", remaining_requests="0"), None),
        (reset(reset_requests="-1", remaining_requests="-1"), None),
        (reset(reset_requests="0"), None),
        (reset(reset="1800000012"), 12.0),
        (reset(reset="1800000012500"), 12.5),
        (reset(reset="1800000000"), None),
        ({"RateLimit-Reset": "17", "RateLimit-Remaining": "0"}, 17.0),
    ],
)
def test_resets_of_exhausted_limits_are_read(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOW) == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("1s", 1.0),
        ("6m0s", 360.0),
        ("120ms", 0.12),
        ("1m30.951s", 90.951),
        ("2d1h", 176_400.0),
        ("59.7", 59.7),
        ("500µs", 0.0005),
        ("1s ", None),
        ("s", None),
        ("1x", None),
        ("", None),
        ("1s2", None),
    ],
)
def test_durations(text: str, seconds: float | None) -> None:
    assert duration(text, NOW) == (None if seconds is None else pytest.approx(seconds))


NAMES = st.sampled_from(
    ["retry-after", "Retry-After-Ms", "date", "x-ratelimit-reset-tokens", "x-ratelimit-remaining-tokens"]
)


@given(st.dictionaries(NAMES, st.text(max_size=40)), st.floats(0, 4e9), st.text(max_size=80))
@example({"retry-after": "Mon, 01 Jan 0001 00:00:00 +2359"}, NOW, "")
@example({"retry-after": "Mon, 01 Jan 99999 00:00:00 GMT"}, NOW, "")
@example({"retry-after": "Mon, 01 Jan 2026 00:00:00 +999999999999"}, NOW, "")
@example({"retry-after": "A"}, NOW, "")
def test_whatever_a_server_sends_a_hint_is_finite_and_above_zero(
    headers: dict[str, str], now: float, text: str
) -> None:
    hint = retry_after(headers, now, text=text)
    assert hint is None or (math.isfinite(hint) and hint > 0)


@given(st.integers(1, 10**6))
def test_every_millisecond_survives(milliseconds: int) -> None:
    assert retry_after({"retry-after-ms": str(milliseconds)}, NOW) == pytest.approx(milliseconds / 1000)
