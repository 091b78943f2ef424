"""`--ai batch`: handed over in one run, collected in a later one, and nothing of it is lost without a word."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch_api import BatchApi
from behaviours import describe_all, error
from loopback import Loopback

from ddgen.describe.batch_session import BatchSession, said_of
from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.lane import Batch
from ddgen.describe.session import Session
from ddgen.describe.texts import Ask, FieldText
from ddgen.errors import UsageError
from ddgen.llm.failure import Cause
from ddgen.model.claim import Origin
from ddgen.model.dictionary import Generation
from ddgen.model.problem import Problem
from ddgen.settings import AiSettings, load_ai

NAMES = tuple(f"part_{letter}" for letter in "abcdefgh")


@pytest.fixture
def api() -> BatchApi:
    return BatchApi(describe_all())


@pytest.fixture
def batches(api: BatchApi) -> Iterator[Loopback]:
    with Loopback() as running:
        running.everything = api
        yield running


def settings(server: Loopback, folder: Path, **more: Any) -> AiSettings:
    given = {"model": "test-model", "rate_limit_rpm": 0, "retry_min_wait": 0.01, "retry_max_wait": 0.02, **more}
    return load_ai(
        environ={}, cwd=folder, base_url=server.url, api_key="sk-secret", cache_path=folder / "ai.sqlite", **given
    )


def ask(*names: str) -> Ask:
    fields = [FieldFacts(name, name, "string", rule_description="By rule.", rule_name=name) for name in names]
    return Ask(TableFacts("orders", siblings=names), fields)


class Ran:
    """What a run came to."""

    def __init__(self, chosen: AiSettings, *names: str, receipt: Path | None = None) -> None:
        with BatchSession(chosen, receipt=receipt) as session:
            [self.texts] = session.describe([ask(*names)])
            self.generation: Generation = session.generation()
            self.problems: list[Problem] = session.problems()

    @property
    def causes(self) -> list[Cause | None]:
        return [text.failure.cause if text.failure else None for text in self.texts]

    @property
    def by_model(self) -> int:
        return sum(text.origin is Origin.AI for text in self.texts)


def chats(server: Loopback) -> int:
    return sum(request.path.endswith("/chat/completions") for request in server.requests)


def test_the_first_run_hands_over_and_the_next_collects(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path)
    first = Ran(chosen, *NAMES)
    assert first.causes == [Cause.WAITING] * len(NAMES)
    assert {text.description for text in first.texts} == {"By rule."}
    assert (first.generation.waiting, first.generation.by_rule, first.generation.cost) == (len(NAMES), 0, None)
    assert len(api.requests("batch_0")) == first.generation.requests == 2
    api.end("batch_0")
    second = Ran(chosen, *NAMES)
    assert second.by_model == len(NAMES)
    assert (second.generation.cached, second.generation.requests, second.generation.cost) == (len(NAMES), 0, 0)
    assert (second.problems, len(api.batches), api.files, chats(batches)) == ([], 1, {}, 0)


def test_what_waits_is_not_handed_over_again(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path)
    Ran(chosen, *NAMES[:4])
    again = Ran(chosen, *NAMES[:4], "one_more")
    assert again.causes == [Cause.WAITING] * 5
    assert [len(api.requests(name)) for name in api.batches] == [1, 1]
    assert "one_more" in str(api.requests("batch_1"))
    assert again.generation.requests == 1


def test_a_run_that_asks_at_once_finds_what_was_collected(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path)
    Ran(chosen, *NAMES)
    api.end("batch_0")
    Ran(chosen)
    with Session(chosen) as session:
        [texts] = session.describe([ask(*NAMES)])
    assert all(text.cached for text in texts)
    assert chats(batches) == 0


def test_of_an_expired_batch_the_finished_part_is_used_and_the_rest_handed_over_again(
    batches: Loopback, api: BatchApi, tmp_path: Path
) -> None:
    chosen = settings(batches, tmp_path)
    Ran(chosen, *NAMES)
    api.end("batch_0", "expired", finished=1)
    again = Ran(chosen, *NAMES)
    assert 0 < again.by_model < len(NAMES)
    assert again.causes.count(Cause.WAITING) == len(NAMES) - again.by_model
    [problem] = again.problems
    assert "expired, texts of 4 of 8 fields collected (deadline: the batch was expired" in problem.message
    assert len(api.requests("batch_1")) == 1


def test_a_failed_batch_is_told(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path)
    Ran(chosen, *NAMES)
    api.batches["batch_0"] |= {
        "status": "failed",
        "errors": {"data": [{"code": "token_limit_exceeded", "message": "Enqueued token limit reached"}]},
    }
    again = Ran(chosen, *NAMES)
    assert "failed, texts of 0 of 8 fields collected" in again.problems[0].message
    assert len(api.batches) == 2


def test_a_lost_batch_is_told_and_its_fields_are_handed_over_again(
    batches: Loopback, api: BatchApi, tmp_path: Path
) -> None:
    chosen = settings(batches, tmp_path)
    Ran(chosen, *NAMES)
    api.batches.clear()
    again = Ran(chosen, *NAMES)
    assert "lost, texts of 0 of 8 fields collected" in again.problems[0].message
    assert again.causes == [Cause.WAITING] * len(NAMES)


def test_items_that_are_no_use_are_not_kept(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path)
    api.answer = describe_all(change=lambda _, value: {**value, "c0": {"description": "", "business_name": ""}})
    Ran(chosen, *NAMES)
    api.end("batch_0")
    again = Ran(chosen, *NAMES)
    assert again.by_model == len(NAMES) - 2
    assert "not usable" in again.problems[0].message


def test_what_two_batches_had_no_use_for_is_not_handed_over_a_third_time(
    batches: Loopback, api: BatchApi, tmp_path: Path
) -> None:
    chosen = settings(batches, tmp_path)
    api.answer = describe_all(change=lambda _, value: {**value, "c0": {"description": "", "business_name": ""}})
    for name in ("batch_0", "batch_1"):
        Ran(chosen, "one_field")
        api.end(name)
    third = Ran(chosen, "one_field")
    assert third.causes == [Cause.BAD_OUTPUT]
    assert "ddgen ai cache clear --unanswered" in (third.texts[0].reason or "")
    assert len(api.batches) == 2


def test_a_limit_on_money_or_requests_holds_for_what_is_handed_over(
    batches: Loopback, api: BatchApi, tmp_path: Path
) -> None:
    some = Ran(settings(batches, tmp_path, max_requests=1), *NAMES)
    assert some.causes.count(Cause.WAITING) == 4
    assert some.causes.count(Cause.BUDGET) == 4
    none = Ran(settings(batches, tmp_path, max_cost=0.000001, price_input=5, price_output=5), "other")
    assert none.causes == [Cause.BUDGET]
    assert len(api.batches) == 1


def test_a_server_without_batches_leaves_texts_by_rule_and_says_why(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: error(404, "no such path")
    ran = Ran(settings(server, tmp_path), *NAMES)
    assert set(ran.causes) == {Cause.SETTINGS}
    assert "no Batch API" in (ran.texts[0].reason or "")
    assert (ran.generation.by_rule, ran.generation.waiting) == (len(NAMES), 0)


def test_a_server_that_cannot_be_reached_keeps_what_waits(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path)
    Ran(chosen, *NAMES)
    api.trouble = lambda _: error(500)
    ran = Ran(chosen, *NAMES, "one_more")
    assert ran.causes == [Cause.WAITING] * len(NAMES) + [Cause.OVERLOAD]
    api.trouble = lambda _: None
    api.end("batch_0")
    assert Ran(chosen, *NAMES).by_model == len(NAMES)


def test_without_model_or_cache_there_are_no_batches(batches: Loopback, tmp_path: Path) -> None:
    for wrong in ({"model": None}, {"cache_enabled": False}):
        with pytest.raises(UsageError):
            BatchSession(settings(batches, tmp_path, **wrong))


def test_openai_without_a_key_is_not_asked(tmp_path: Path) -> None:
    chosen = load_ai(environ={}, cwd=tmp_path, model="gpt-5-mini", cache_path=tmp_path / "ai.sqlite")
    assert Ran(chosen, *NAMES).causes == [Cause.SETTINGS] * len(NAMES)


def test_the_receipt_says_what_was_handed_over(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.jsonl"
    Ran(settings(batches, tmp_path), *NAMES, receipt=receipt)
    lines = [json.loads(line) for line in receipt.read_text("utf-8").splitlines()]
    assert [field["path"] for line in lines for field in line["fields"]] == list(NAMES)
    assert {line["failure"] for line in lines} == {"waiting"}
    assert len(lines) == len(api.requests("batch_0"))


def test_without_a_receipt_nothing_is_handed_over(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = Ran(settings(batches, tmp_path), *NAMES, receipt=tmp_path / "file" / "receipt.jsonl")
    assert set(ran.causes) == {Cause.STOPPED}
    assert (api.batches, api.files) == ({}, {})


def test_neither_key_nor_prompt_is_kept_while_a_batch_waits(batches: Loopback, tmp_path: Path) -> None:
    Ran(settings(batches, tmp_path), *NAMES)
    content = b"".join(path.read_bytes() for path in tmp_path.glob("ai.sqlite*"))
    assert b"orders" not in content
    assert b"sk-secret" not in content
    assert b"data dictionary of a business" not in content


def test_a_text_may_not_repeat_a_sample_that_was_shown(batches: Loopback, api: BatchApi, tmp_path: Path) -> None:
    chosen = settings(batches, tmp_path, privacy="raw")
    field = FieldFacts("note", "note", "string", samples=("Hyacinth Bouquet",), rule_name="n", rule_description="d")

    def texts() -> list[FieldText]:
        with BatchSession(chosen) as session:
            return session.describe([Ask(TableFacts("orders"), [field])])[0]

    api.answer = describe_all(
        change=lambda _, __: {"c0": {"description": "What Hyacinth Bouquet wrote.", "business_name": "Note"}}
    )
    texts()
    assert "Hyacinth" in str(api.requests("batch_0"))
    api.end("batch_0")
    assert texts()[0].origin is Origin.RULE


def test_one_line_says_how_far_a_batch_is() -> None:
    batch = Batch("0123456789abcdef", "m", "in_progress", 0.0, requests=20, done=5, fields=1)
    assert said_of(batch) == "batch 01234567: in_progress, 5 of 20 requests done, 1 field"
