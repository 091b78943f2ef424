"""The documented class, set up as documented, with a real model behind it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from local_model import NAME, LlamaServer

from ddgen.describe.generator import AIDescriptionGenerator
from ddgen.model.claim import Origin

BACKEND = Path(__file__).parents[1]
FIELDS = [
    {
        "field_path": f"user.{name}",
        "field_name": name,
        "data_type": kind,
        "semantic_type": semantic,
        "sample_values": samples,
    }
    for name, kind, semantic, samples in [
        ("email", "string", "email", ["maria.keller@example.org"]),
        ("age", "integer", None, [25, 41, 63]),
        ("signup_date", "date", "date", ["2024-01-05"]),
        ("country", "string", "country_code", ["DE", "FR"]),
        ("loyalty_points", "integer", None, [0, 120, 4500]),
        ("last_login", "timestamp", "timestamp", ["2024-01-05T10:11:12Z"]),
    ]
]


def say_so_in_env(server: LlamaServer) -> None:
    """What LM Studio's documentation puts into `.env`, with this server's address."""
    lines = [f"OPENAI_BASE_URL={server.url}", "OPENAI_API_KEY=lm-studio", f"OPENAI_MODEL={NAME}"]
    Path(".env").write_text("\n".join([*lines, "OPENAI_RATE_LIMIT_RPM=0", ""]), encoding="utf-8")


async def test_one_field_as_documented(server: LlamaServer) -> None:
    say_so_in_env(server)
    async with AIDescriptionGenerator() as generator:
        description, business_name = await generator.generate_description(
            field_path="user.email",
            field_name="email",
            data_type="string",
            semantic_type="email",
            sample_values=["maria.keller@example.org"],
        )
        metrics = generator.get_metrics()
    assert description
    assert business_name
    assert "maria" not in f"{description} {business_name}".lower()
    assert metrics["total_requests"] == 1
    assert metrics["total_tokens"] == metrics["prompt_tokens"] + metrics["completion_tokens"] > 0


async def test_a_batch_gives_one_text_each_in_order_and_the_second_time_costs_nothing(server: LlamaServer) -> None:
    say_so_in_env(server)
    async with AIDescriptionGenerator() as generator:
        first = await generator.describe(FIELDS)
        by_model = sum(text.origin is Origin.AI for text in first)
        tokens = generator.get_metrics()["total_tokens"]
        kept = [number for number, text in enumerate(first) if text.origin is Origin.AI]
        second = await generator.describe([FIELDS[number] for number in kept])
        metrics = generator.get_metrics()
    assert len(first) == len(FIELDS)
    assert all(text.description and text.business_name for text in first)
    assert [text.pair for text in second] == [first[number].pair for number in kept]
    assert metrics["total_tokens"] == tokens
    assert metrics["cache_hits"] == by_model
    assert metrics["total_requests"] == metrics["successful_requests"] + metrics["failed_requests"]
    assert metrics["failed_requests"] == metrics["api_errors"]
    assert metrics["rate_limit_errors"] == metrics["timeout_errors"] == 0


def test_without_an_event_loop_and_without_a_models_name(server: LlamaServer) -> None:
    generator = AIDescriptionGenerator(base_url=server.url, rate_limit_rpm=0)
    texts = generator.describe_sync(FIELDS[:2])
    generator.close()
    assert {text.model for text in texts if text.origin is Origin.AI} <= {NAME}
    assert len(texts) == 2


def test_from_the_folder_and_under_the_name_in_the_documentation(server: LlamaServer, tmp_path: Path) -> None:
    script = """
import asyncio
from src.processors.ai_generator import AIDescriptionGenerator

async def main():
    async with AIDescriptionGenerator() as generator:
        print(await generator.generate_description("user.age", "age", "integer", None, [25, 41]))

asyncio.run(main())
"""
    environment = {
        "OPENAI_BASE_URL": server.url,
        "OPENAI_API_KEY": "lm-studio",
        "OPENAI_MODEL": NAME,
        "OPENAI_RATE_LIMIT_RPM": "0",
        "HOME": str(tmp_path),
        "PATH": "",
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        cwd=BACKEND,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("('")
