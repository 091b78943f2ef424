"""The documented class in every kind of loop and thread. What servers do to it stands in unit/test_ai_generator.py."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from behaviours import describe_all
from loopback import Loopback

from ddgen.describe.generator import AIDescriptionGenerator
from ddgen.errors import UsageError
from ddgen.model.claim import Origin
from ddgen.settings import load_ai

from .asked import until

FIELD = {"field_path": "a.b", "field_name": "b", "data_type": "string"}


def make(server: Loopback) -> AIDescriptionGenerator:
    return AIDescriptionGenerator(
        settings=load_ai(
            environ={"HOME": "/nowhere"}, base_url=server.url, api_key="k", model="test-model", rate_limit_rpm=0
        )
    )


@pytest.fixture
def generator(server: Loopback) -> Iterator[AIDescriptionGenerator]:
    made = make(server)
    yield made
    made.close()


def numbered(number: int) -> dict[str, Any]:
    return FIELD | {"field_path": f"a.b{number}"}


def test_without_an_event_loop(generator: AIDescriptionGenerator) -> None:
    assert generator.generate_description_sync("a.b", "b", "string") == ("What item number 0 means.", "Business Term 0")
    assert len(generator.generate_batch_sync([numbered(1), numbered(2)])) == 2
    assert generator.describe_sync([numbered(3)])[0].origin is Origin.AI


async def test_the_synchronous_calls_work_inside_a_loop(generator: AIDescriptionGenerator) -> None:
    assert generator.describe_sync([FIELD])[0].origin is Origin.AI
    assert (await generator.describe([FIELD]))[0].cached


def test_one_loop_after_the_other(generator: AIDescriptionGenerator) -> None:
    texts = [asyncio.run(generator.describe([numbered(number)]))[0] for number in range(3)]
    assert {text.origin for text in texts} == {Origin.AI}


def test_several_loops_at_once_share_the_cache_and_the_limits(
    generator: AIDescriptionGenerator, server: Loopback
) -> None:
    server.answer = describe_all(latency=0.2)
    threads = [threading.Thread(target=lambda: asyncio.run(generator.describe([FIELD]))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(server.posts) == 1
    assert generator.get_metrics()["cache_hits"] == 3


async def test_leaving_the_context_closes_and_a_later_call_starts_anew(server: Loopback) -> None:
    async with make(server) as generator:
        await generator.describe([FIELD])
        assert server.open_connections > 0
    await until(lambda: server.open_connections == 0)
    assert (await generator.describe([numbered(1)]))[0].origin is Origin.AI
    await generator.aclose()


def own_threads() -> int:
    return sum(thread.name == "ddgen-llm" for thread in threading.enumerate())


def test_one_that_is_forgotten_ends_its_thread(server: Loopback) -> None:
    generator = make(server)
    before = own_threads()
    generator.describe_sync([FIELD])
    assert own_threads() == before + 1
    del generator
    gc.collect()
    assert own_threads() == before


def test_a_program_that_forgets_it_ends_quietly(server: Loopback) -> None:
    program = f"""
import asyncio
from ddgen.describe.generator import AIDescriptionGenerator
generator = AIDescriptionGenerator(base_url={server.url!r}, api_key="k", model="test-model")
asyncio.run(generator.describe([{FIELD!r}]))
"""
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_neither_import_nor_construction_loads_the_client() -> None:
    program = """
import sys
from ddgen.describe.generator import AIDescriptionGenerator
AIDescriptionGenerator(enabled=False).describe_sync([{"field_name": "x"}])
heavy = {"openai", "httpx2", "genai_prices", "redis"} & sys.modules.keys()
assert not heavy, heavy
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_settings_are_given_whole_or_one_by_one() -> None:
    with pytest.raises(UsageError, match="model"):
        AIDescriptionGenerator(settings=load_ai(environ={"HOME": "/nowhere"}), model="x")
    with pytest.raises(UsageError, match="modle"):
        AIDescriptionGenerator(modle="x")


def test_the_key_is_not_shown(generator: AIDescriptionGenerator) -> None:
    secret = AIDescriptionGenerator(base_url="http://127.0.0.1:1/v1", api_key="sk-very-secret")
    assert "secret" not in repr(secret)
    assert "test-model" in repr(generator)
