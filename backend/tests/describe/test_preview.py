"""The questions of a run are known before it, and nothing is sent to know them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from behaviours import describe_all, error
from loopback import Loopback

from ddgen.describe.facts import FieldFacts, TableFacts
from ddgen.describe.preview import UNNAMED, Plan, Preview, ask_server, shelf_of, told_by
from ddgen.describe.session import Session
from ddgen.describe.texts import Ask
from ddgen.errors import ExternalServiceError, UsageError
from ddgen.model.claim import Origin
from ddgen.settings import AiSettings, load_ai

NONCE = re.compile(r"data-[0-9a-f]{8}")


def settings(server: Loopback, folder: Path, **more: Any) -> AiSettings:
    given = {"model": "test-model", "rate_limit_rpm": 0, "cache_path": folder / "ai.sqlite", **more}
    return load_ai(environ={}, cwd=folder, base_url=server.url, **given)


def ask(names: Sequence[str], table: str = "orders") -> Ask:
    return Ask(TableFacts(table, siblings=tuple(names)), [FieldFacts(name, name, "string") for name in names])


NAMES = [f"part_{letter}" for letter in "abcdefghij"]


def planned(chosen: AiSettings, *asks: Ask) -> Plan:
    preview = Preview(chosen)
    preview.describe(asks)
    return preview.plan


def test_what_is_planned_is_what_a_run_sends_to_the_word(server: Loopback, tmp_path: Path) -> None:
    chosen = settings(server, tmp_path)
    plan = planned(chosen, ask(NAMES), ask(["ref", "qty"], "lines"))
    assert server.requests == []
    with Session(chosen) as session:
        session.describe([ask(NAMES), ask(["ref", "qty"], "lines")])
    sent = sorted(NONCE.sub("", str(request.json)) for request in server.posts)
    assert sorted(NONCE.sub("", str(prompt.payload)) for prompt in plan.prompts) == sent


def test_each_field_is_in_one_prompt_under_its_key(server: Loopback, tmp_path: Path) -> None:
    chosen = settings(server, tmp_path)
    plan = planned(chosen, ask(NAMES))
    assert plan.asking is not None
    keys = [plan.asking.keys(TableFacts("orders"), FieldFacts(name, name, "string"))[0] for name in NAMES]
    assert [key for prompt in plan.prompts for key in prompt.keys] == keys
    assert [field.path for prompt in plan.prompts for field in prompt.sent.fields] == NAMES
    assert (plan.fields, plan.kept, plan.asked) == (10, 0, 10)


def test_what_earlier_runs_kept_is_not_asked_again(server: Loopback, tmp_path: Path) -> None:
    chosen = settings(server, tmp_path)
    with Session(chosen) as session:
        session.describe([ask(NAMES[:4])])
    server.requests.clear()
    plan = planned(chosen, ask(NAMES))
    assert (plan.kept, plan.asked, server.requests) == (4, 6, [])


def test_the_texts_are_those_of_rules_and_of_earlier_runs_and_blame_nobody(server: Loopback, tmp_path: Path) -> None:
    chosen = settings(server, tmp_path)
    with Session(chosen) as session:
        session.describe([ask(NAMES[:1])])
    preview = Preview(chosen)
    [[kept, made]] = preview.describe([ask(NAMES[:2])])
    assert (kept.origin, made.origin) == (Origin.AI, Origin.RULE)
    assert made.failure is None
    assert made.reason is None
    assert preview.generation().fields == 0


def test_nothing_is_written_to_plan(server: Loopback, tmp_path: Path) -> None:
    planned(settings(server, tmp_path), ask(NAMES))
    assert list(tmp_path.iterdir()) == []


def test_without_a_model_the_prompts_are_known_and_the_cache_is_not(server: Loopback, tmp_path: Path) -> None:
    plan = planned(settings(server, tmp_path, model=None), ask(NAMES))
    assert {prompt.payload["model"] for prompt in plan.prompts} == {UNNAMED}
    assert plan.asked == len(NAMES)


def test_without_a_key_openai_is_planned_for_all_the_same(tmp_path: Path) -> None:
    chosen = load_ai(environ={}, cwd=tmp_path, model="gpt-5-mini", cache_path=tmp_path / "ai.sqlite")
    [prompt] = planned(chosen, ask(NAMES)).prompts
    assert prompt.payload["reasoning_effort"] == "minimal"
    assert prompt.most == prompt.payload["max_completion_tokens"]
    assert prompt.tokens > 200


def test_slots_and_context_that_a_server_told_shape_the_prompts(server: Loopback, tmp_path: Path) -> None:
    server.tell_slots(2, context=700)
    chosen = settings(server, tmp_path)
    facts = asyncio.run(ask_server(chosen))
    preview = Preview(chosen, facts)
    preview.describe([ask(NAMES)])
    assert (facts.slots, server.posts) == (2, [])
    assert len(preview.plan.prompts) > len(planned(chosen, ask(NAMES)).prompts)


async def test_a_server_that_does_not_tell_is_an_error(server: Loopback, tmp_path: Path) -> None:
    server.gets["/v1/models"] = error(401)
    with pytest.raises(ExternalServiceError, match="auth"):
        await ask_server(settings(server, tmp_path))
    assert server.posts == []


def test_an_address_that_may_not_be_asked_is_wrong_usage(tmp_path: Path) -> None:
    chosen = load_ai(environ={}, cwd=tmp_path, base_url="http://169.254.169.254/v1")
    with pytest.raises(UsageError, match="OPENAI_BASE_URL: link-local"):
        Preview(chosen)


def test_no_shelf_without_a_cache_or_a_model(server: Loopback, tmp_path: Path) -> None:
    off = settings(server, tmp_path, cache_enabled=False)
    nameless = settings(server, tmp_path, model=None)
    for chosen in (off, nameless):
        with shelf_of(chosen, told_by(chosen)) as shelf:
            assert not shelf.enabled


def test_the_server_has_no_part_in_it(server: Loopback, tmp_path: Path) -> None:
    server.answer = describe_all()
    assert Preview(settings(server, tmp_path)).server == server.origin
    assert told_by(settings(server, tmp_path)).local
