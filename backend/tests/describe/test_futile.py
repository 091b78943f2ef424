"""What was answered with nothing of use is not paid for again on every run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from behaviours import completion, error, html
from loopback import Loopback, Reaction, Request

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.fitness import ANSWERS
from ddgen.describe.futile import DAY, ITEM, Futile, is_futile
from ddgen.describe.session import Session, cache_file
from ddgen.describe.texts import Ask, FieldText
from ddgen.llm.clock import SystemClock
from ddgen.llm.disk import DiskCache
from ddgen.llm.failure import Cause, Failure
from ddgen.model.claim import Origin
from ddgen.settings import AiSettings, load_ai

from .asked import naming, numbers, some


class Calendar(SystemClock):
    """Time that a test may let pass."""

    days = 0.0

    def time(self) -> float:
        return super().time() + self.days * DAY


@pytest.fixture
def clock() -> Calendar:
    return Calendar()


Run = Callable[..., list[FieldText]]


def settings(server: Loopback, folder: Path, **more: Any) -> AiSettings:
    given = {"model": "test-model", "rate_limit_rpm": 0, "retry_min_wait": 0.01, "retry_max_wait": 0.02, **more}
    cache = folder / "cache" / "ai.sqlite"
    return load_ai(environ={}, cwd=folder, base_url=server.url, api_key="k", cache_path=cache, **given)


@pytest.fixture
def run(server: Loopback, tmp_path: Path, clock: Calendar) -> Run:
    """One run over so many fields."""

    def one(count: int = 4, **more: Any) -> list[FieldText]:
        server.requests.clear()
        with Session(settings(server, tmp_path, **more), clock=clock) as session:
            return session.describe([Ask(TableFacts("orders"), some(count))])[0]

    return one


def spoilt(*bad: int) -> Callable[[Request], Reaction]:
    return naming(lambda number: number in bad)


def test_a_field_without_useful_answer_is_not_asked_for_by_the_next_run(run: Run, server: Loopback) -> None:
    server.answer = spoilt(2)
    run()
    again = run()
    assert server.requests == []
    assert [text.origin is Origin.AI for text in again] == [True, True, False, True]
    failure = again[2].failure
    assert failure is not None
    assert failure.cause is Cause.BAD_OUTPUT
    assert "ddgen ai cache clear --unanswered" in failure.detail
    assert again[2].attempts == 0


def test_it_is_asked_for_again_after_a_week(run: Run, server: Loopback, clock: Calendar) -> None:
    server.answer = spoilt(2)
    run()
    clock.days = 6.9
    run()
    assert server.posts == []
    clock.days = 7.1
    server.answer = naming()
    assert run()[2].origin is Origin.AI
    assert [numbers(post) for post in server.posts] == [[2]]


def test_another_model_and_another_question_are_asked(run: Run, server: Loopback) -> None:
    server.answer = spoilt(2)
    run()
    server.answer = naming()
    assert run(model="another")[2].origin is Origin.AI
    assert run(language="Deutsch")[2].origin is Origin.AI


def test_forgetting_asks_again_and_keeps_the_texts(run: Run, server: Loopback, tmp_path: Path) -> None:
    server.answer = spoilt(2)
    run()
    disk = DiskCache(cache_file(settings(server, tmp_path)))
    assert disk.journal.forget_futile() == 1
    disk.close()
    server.answer = naming()
    assert run()[2].origin is Origin.AI
    assert [numbers(post) for post in server.posts] == [[2]]


def test_an_unfit_model_is_not_asked_at_all_for_a_day(run: Run, server: Loopback, clock: Calendar) -> None:
    server.answer = lambda _: completion("I do not know.")
    run(80)
    assert len(server.posts) >= ANSWERS
    tried = {number for post in server.posts for number in numbers(post)}
    texts = run(100)
    assert server.requests == []
    assert {text.failure.cause for text in texts if text.failure} == {Cause.UNFIT}
    assert "the answers of test-model were no use; it is asked again from " in (texts[0].reason or "")
    clock.days = 1.1
    server.answer = naming()
    texts = run(100)
    asked = {number for post in server.posts for number in numbers(post)}
    assert asked
    assert asked & tried == set(), "what it has answered once waits for its week"
    assert sum(text.origin is Origin.AI for text in texts) == len(asked) == 100 - len(tried)


def test_a_page_of_a_proxy_is_asked_no_more_in_this_run_and_condemns_no_model(run: Run, server: Loopback) -> None:
    server.answer = lambda _: html()
    texts = run(200)
    assert len(server.posts) < 40
    assert "not an answer" in (texts[-1].reason or "")
    server.answer = naming()
    assert {text.origin for text in run(200)} == {Origin.AI}


@pytest.mark.parametrize("answer", [html(), error(500), error(400), error(429, headers={"Retry-After": "600"})])
def test_failures_on_the_way_are_asked_again(run: Run, server: Loopback, answer: Reaction) -> None:
    server.answer = lambda _: answer
    run()
    server.answer = naming()
    assert {text.origin for text in run()} == {Origin.AI}


def test_what_was_not_asked_to_the_end_is_asked_again(run: Run, server: Loopback) -> None:
    server.answer = spoilt(2)
    cut_short = run(max_requests=1)
    assert cut_short[2].failure is not None
    assert cut_short[2].failure.cause is Cause.BAD_OUTPUT
    server.answer = naming()
    assert run()[2].origin is Origin.AI


def test_without_a_cache_nothing_is_remembered(run: Run, server: Loopback) -> None:
    server.answer = spoilt(2)
    run(cache_enabled=False)
    server.answer = naming()
    assert {text.origin for text in run(cache_enabled=False)} == {Origin.AI}


@pytest.mark.parametrize(
    ("failure", "futile"),
    [
        (Failure(Cause.BAD_OUTPUT, code=ITEM), True),
        (Failure(Cause.BAD_OUTPUT, code="refusal"), True),
        (Failure(Cause.BAD_OUTPUT, code="shape"), False),
        (Failure(Cause.BAD_OUTPUT), False),
        (Failure(Cause.TOO_LARGE), False),
        (Failure(Cause.NETWORK), False),
    ],
)
def test_what_is_futile(failure: Failure, futile: bool) -> None:
    assert is_futile(failure) is futile


async def test_many_questions_are_looked_up_at_once(tmp_path: Path) -> None:
    from ddgen.describe.shelf import Asking

    disk = DiskCache(tmp_path / "ai.sqlite")
    futile, asking = Futile(disk.journal), Asking("local", "m", "English", "masked")
    keys = [asking.keys(TableFacts("t"), FieldFacts(str(number), "a", "string"))[0] for number in range(1_300)]
    await futile.keep(keys[::2])
    found = await futile.among(asking, {number: [key] for number, key in enumerate(keys)})
    assert sorted(found) == list(range(0, 1_300, 2))
    assert await futile.among(asking, {}) == {}
    disk.close()
