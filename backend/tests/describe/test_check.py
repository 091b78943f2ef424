"""The check of a server: what is well, what is not, and what to change."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from behaviours import after, completion, describe_all, error, hang, html
from loopback import Loopback, Reaction, Request, Response

from ddgen.describe.check import FIELDS, Checkup, Finding, checkup, made_up
from ddgen.describe.facts import TableFacts
from ddgen.describe.session import Session
from ddgen.describe.texts import Ask
from ddgen.settings import load_ai

from .asked import some


async def checked(server: Loopback | str, folder: Path, **more: Any) -> Checkup:
    url = server if isinstance(server, str) else server.url
    given = {"model": "test-model", "cache_path": folder / "ai.sqlite", "connection_timeout": 2, **more}
    return await checkup(load_ai(environ={}, cwd=folder, base_url=url, **given))


def failed(found: Checkup) -> Finding:
    """The one finding that failed."""
    [finding] = [finding for finding in found.findings if finding.ok is False]
    return finding


async def test_a_good_server_passes_everything(server: Loopback, tmp_path: Path) -> None:
    server.tell_slots(4, context=8192)
    server.answer = after(0.05, describe_all(tokens=(300, 60)))
    found = await checked(server, tmp_path, api_key="lm-studio")
    names = ["address", "reachable", "key", "model", "context", "slots", "answer", "speed", "cache"]
    assert [(finding.name, finding.ok) for finding in found.findings] == [(name, True) for name in names]
    assert found.ok
    assert found.rung == "json_schema_strict"
    assert found.tokens_per_second is not None
    assert 100 < found.tokens_per_second <= 1200
    assert found.facts is not None
    assert (found.facts.slots, found.facts.context_tokens) == (4, 8192)
    assert len(server.posts) == 1


async def test_no_data_are_in_the_question(server: Loopback, tmp_path: Path) -> None:
    await checked(server, tmp_path)
    [request] = server.posts
    assert all(name in request.prompt for name in FIELDS)
    assert made_up(load_ai(environ={}, cwd=tmp_path), local=True).schema == request.schema


async def test_who_listens_hears_every_line_at_once(server: Loopback, tmp_path: Path) -> None:
    heard: list[Finding] = []
    found = await checkup(load_ai(environ={}, cwd=tmp_path, base_url=server.url, model="test-model"), heard.append)
    assert heard == found.findings


async def test_nobody_listens(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        found = await checked(f"http://127.0.0.1:{taken.getsockname()[1]}/v1", tmp_path)
    finding = failed(found)
    assert finding.name == "reachable"
    assert "Start the server" in (finding.change or "")
    assert "OPENAI_BASE_URL=http://localhost:1234/v1" in (finding.change or "")
    assert not found.wrong_settings


async def test_a_refused_key(server: Loopback, tmp_path: Path) -> None:
    server.gets["/v1/models"] = error(401, "Incorrect API key provided")
    finding = failed(await checked(server, tmp_path))
    assert (finding.name, server.posts) == ("key", [])
    assert "OPENAI_API_KEY=" in (finding.change or "")


async def test_a_key_that_is_not_sent_since_it_belongs_elsewhere(server: Loopback, tmp_path: Path) -> None:
    server.gets["/v1/models"] = error(401)
    (tmp_path / ".env").write_text(f"OPENAI_BASE_URL={server.url}\nOPENAI_MODEL=m\n", encoding="utf-8")
    found = await checkup(load_ai(environ={"OPENAI_API_KEY": "sk-secret-of-mine"}, cwd=tmp_path))
    finding = failed(found)
    assert "Put OPENAI_API_KEY and OPENAI_BASE_URL together" in (finding.change or "")
    assert "sk-secret" not in str(found)


async def test_a_key_that_prompts_are_refused_with(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: error(401, "Incorrect API key provided")
    finding = failed(await checked(server, tmp_path))
    assert (finding.name, len(server.posts)) == ("answer", 1)
    assert "OPENAI_API_KEY" in (finding.change or "")


async def test_a_model_that_is_not_there(server: Loopback, tmp_path: Path) -> None:
    server.gets["/v1/models"] = Response(json={"data": [{"id": "qwen3-8b"}, {"id": "llama-3"}]})
    finding = failed(await checked(server, tmp_path, model="gpt-4"))
    assert (finding.name, server.posts) == ("model", [])
    assert "listed: qwen3-8b, llama-3" in finding.said
    assert "OPENAI_MODEL=qwen3-8b" in (finding.change or "")


async def test_the_only_model_stands_in(server: Loopback, tmp_path: Path) -> None:
    found = await checked(server, tmp_path, model="gpt-4")
    [model] = [finding for finding in found.findings if finding.name == "model"]
    assert found.ok
    assert "test-model is asked instead" in model.said


async def test_no_model_is_set_and_several_are_there(server: Loopback, tmp_path: Path) -> None:
    server.gets["/v1/models"] = Response(json={"data": [{"id": "qwen3-8b"}, {"id": "llama-3"}]})
    found = await checked(server, tmp_path, model=None)
    assert failed(found).change == "OPENAI_MODEL=qwen3-8b"
    assert found.wrong_settings


async def test_a_context_that_is_too_short(server: Loopback, tmp_path: Path) -> None:
    server.tell_slots(1, context=512)
    finding = failed(await checked(server, tmp_path))
    assert finding.name == "context"


@pytest.mark.parametrize(("refuses", "rung"), [("strict", "json_schema"), ("json_schema", "json_object")])
async def test_the_form_that_the_server_understands(server: Loopback, tmp_path: Path, refuses: str, rung: str) -> None:
    def picky(request: Request) -> Reaction:
        if refuses in json.dumps(request.json["response_format"]):
            return error(400, f"{refuses} is not supported in response_format")
        return describe_all()(request)

    server.answer = picky
    found = await checked(server, tmp_path)
    assert (found.ok, found.rung) == (True, rung)


async def test_a_model_that_cannot_do_it(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: completion("I would rather talk about the weather.")
    finding = failed(await checked(server, tmp_path))
    assert finding.name == "answer"
    assert finding.said == "none of 3 texts was usable (missing), nor that of one alone"
    assert len(server.posts) == 2


async def test_a_model_that_can_do_one_field_at_a_time(server: Loopback, tmp_path: Path) -> None:
    server.answer = describe_all(change=lambda request, value: {} if "\nc1 " in request.prompt else value)
    found = await checked(server, tmp_path)
    [finding] = [finding for finding in found.findings if finding.name == "answer"]
    assert (found.ok, found.requests) == (True, 2)
    assert "DDGEN_AI_FIELDS_PER_REQUEST=1" in (finding.change or "")


async def test_a_server_too_slow_for_one_field(server: Loopback, tmp_path: Path) -> None:
    server.answer = after(0.3, describe_all(tokens=(300, 1)))
    finding = failed(await checked(server, tmp_path, request_timeout=5))
    assert finding.name == "speed"
    assert finding.change == "OPENAI_REQUEST_TIMEOUT=60, or a faster model"


async def test_a_server_that_never_answers_a_prompt(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: hang()
    finding = failed(await checked(server, tmp_path, request_timeout=0.5))
    assert finding.name == "answer"
    assert "OPENAI_REQUEST_TIMEOUT=1" in (finding.change or "")
    assert len(server.posts) == 1


async def test_a_rate_limit(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: error(429, "rate limit reached", code="rate_limit_exceeded")
    finding = failed(await checked(server, tmp_path))
    assert "OPENAI_RATE_LIMIT_RPM=30" in (finding.change or "")


async def test_an_address_without_v1(server: Loopback, tmp_path: Path) -> None:
    server.everything = lambda _: html()
    finding = failed(await checked(f"{server.origin}/api", tmp_path))
    assert f"OPENAI_BASE_URL={server.origin}/api/v1" in (finding.change or "")


async def test_an_address_that_is_never_asked(tmp_path: Path) -> None:
    found = await checked("http://169.254.169.254/v1", tmp_path)
    assert failed(found).name == "address"
    assert found.wrong_settings


async def test_models_that_are_turned_off(server: Loopback, tmp_path: Path) -> None:
    found = await checked(server, tmp_path, enabled=False)
    assert failed(found).change == "OPENAI_ENABLED=true"
    assert server.requests == []


async def test_a_cache_that_cannot_be_used(server: Loopback, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    found = await checked(server, tmp_path, cache_path=tmp_path / "file" / "ai.sqlite")
    assert failed(found).name == "cache"
    off = await checked(server, tmp_path, cache_enabled=False)
    assert off.findings[-1].change == "OPENAI_CACHE_ENABLED=true"


async def test_one_bad_text_is_no_failure_and_is_told(server: Loopback, tmp_path: Path) -> None:
    server.answer = describe_all(change=lambda _, value: {**value, "c1": {"description": "", "business_name": ""}})
    found = await checked(server, tmp_path)
    [finding] = [finding for finding in found.findings if finding.name == "answer"]
    assert found.ok
    assert "1 of 3 texts were not usable, which a run asks for again" in finding.said


async def test_openai_without_a_key_is_not_even_asked(tmp_path: Path) -> None:
    found = await checkup(load_ai(environ={}, cwd=tmp_path, config_dir=tmp_path))
    assert [(one.name, one.ok) for one in found.findings] == [("address", True), ("key", False)]
    assert "OPENAI_API_KEY" in (found.findings[-1].change or "")
    assert found.requests == 0


async def test_a_model_that_builds_found_unfit_is_told_of(server: Loopback, tmp_path: Path) -> None:
    server.answer = lambda _: completion("I do not know.")
    given: dict[str, Any] = {"model": "test-model", "cache_path": tmp_path / "ai.sqlite", "rate_limit_rpm": 0}
    with Session(load_ai(environ={}, cwd=tmp_path, base_url=server.url, **given)) as session:
        session.describe([Ask(TableFacts("orders"), some(60))])
    server.answer = describe_all()
    found = await checked(server, tmp_path)
    told = found.findings[-1]
    assert (told.name, told.ok, found.ok) == ("builds", None, True)
    assert "the answers of test-model were no use" in told.said
    assert "ddgen ai cache clear --unanswered" in (told.change or "")
    assert (await checked(server, tmp_path, model="another")).findings[-1].name == "cache"
