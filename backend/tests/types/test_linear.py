"""Expressions matched by RE2."""

from __future__ import annotations

import time

import pytest
import re2

from ddgen.types.declaration import Declaration, compiled, personal
from ddgen.types.linear import Linear, complaint
from ddgen.types.table import standard


@pytest.mark.parametrize(
    ("regex", "flags", "text", "matches"),
    [
        ("a|b", "", "b", True),
        ("a|b", "", "ab", False),
        ("a", "i", "A", True),
        ("a", "", "a\n", False),
        ("\\p{L}+", "", "Größe", True),
    ],
)
def test_the_whole_text_must_match(regex: str, flags: str, text: str, *, matches: bool) -> None:
    assert Linear(regex, flags).fullmatch(text) is matches


@pytest.mark.parametrize("regex", ["(?=a)", "(a)\\1", "("])
def test_what_re2_does_not_know_is_refused(regex: str) -> None:
    with pytest.raises(ValueError, match=r"(?i)invalid|missing|bad"):
        Linear(regex)


@pytest.mark.parametrize(
    ("regex", "said", "hint"),
    [
        ("(?!a)b", "invalid perl operator", "neither lookaround nor backreferences"),
        ("(a)\\1", "invalid escape sequence", "neither lookaround nor backreferences"),
        ("(", "missing ): (", None),
        ("a{2000}", "invalid repetition size", "max_len"),
        ("[\\p{L} ]{0,60}", "[\\p{L} ]{0,60} repeats", "max_len"),
        ("x(\\p{L}+ ?){1,9}", "(\\p{L}+ ?){1,9} repeats", "max_len"),
        ("\\PN{5}", "\\PN{5} repeats", "max_len"),
        ("(a(\\p{Lu}b)){8}", "(a(\\p{Lu}b)){8} repeats", "max_len"),
    ],
)
def test_why_an_expression_is_refused(regex: str, said: str, hint: str | None) -> None:
    refused = complaint(regex)
    assert refused is not None
    assert said in refused[0]
    assert (hint is None) is (refused[1] is None)
    assert (hint or "") in (refused[1] or "")


@pytest.mark.parametrize(
    "regex",
    ["\\p{L}{3}", "\\p{L}*a{0,60}", "[{]\\p{L}", "a\\{99}", "[\\p{L}]+(a|b){2,70}", "([)]{7}\\p{L})", "\\p{L}{99\\}"],
)
def test_what_is_not_refused(regex: str) -> None:
    assert complaint(regex) is None


TEXTS = ["", "a", "ab", "aaaa", "Größe", "POL-1234", "1,234.5", "a.b@example.org", "x" * 300, "東京", "a\nb", "1" * 40]


@pytest.mark.parametrize("one", [*standard(), *personal()], ids=lambda one: one.id)
def test_ours_mean_the_same_to_re2_as_to_python(one: Declaration) -> None:
    """`google-re2` is the engine itself: our expressions are of its syntax, so they can run in linear time anywhere."""
    regex = one.values.regex
    if regex is None:
        return
    options = re2.Options()
    options.case_sensitive = "i" not in one.values.flags
    engine, ours = re2.compile(regex, options), compiled(regex, one.values.flags)
    texts = [*TEXTS, *one.examples, *one.counter_examples]
    assert [text for text in texts if bool(engine.fullmatch(text)) is not bool(ours.fullmatch(text))] == []


@pytest.mark.parametrize("regex", ["(a+)+b", "(a|aa)+$", "(.*)*x", "([a-z]+)*!"])
def test_no_text_makes_a_users_expression_slow(regex: str) -> None:
    found = Linear(regex)
    start = time.perf_counter()
    for length in (1_000, 100_000):
        found.fullmatch("a" * length)
    assert time.perf_counter() - start < 1


def test_what_was_foreseen_is_matched_as_ever() -> None:
    one, other = Linear("[a-c]+"), Linear("[a-c]+")
    texts = ["abc", "abd", "", "c"]
    one.foresee(texts)
    assert [one.fullmatch(text) for text in [*texts, "ab", "x"]] == [
        other.fullmatch(text) for text in [*texts, "ab", "x"]
    ]
    one.foresee([])
    assert one.fullmatch("abc")
