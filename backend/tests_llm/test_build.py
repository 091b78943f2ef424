"""`ddgen build --ai` as a user runs it: the shop's tables, a `.env`, and a model behind it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from local_model import NAME, LlamaServer

SHOP = Path(__file__).parents[2] / "samples/shop"
DDGEN = (sys.executable, "-m", "ddgen")
TEXTS = {"description", "business_name"}
EXPECTED = {0, 3, 5}
"""Exit codes: all well; parts of the input had problems, as the shop's on purpose; the model wrote not one text."""

ORDERS = "order_id,status,placed_at,total\n" + "".join(
    f"{number},{('open', 'paid', 'sent')[number % 3]},2024-01-{number % 28 + 1:02},{number * 1.5}\n"
    for number in range(1, 60)
)


@pytest.fixture
def env(server: LlamaServer, tmp_path: Path) -> dict[str, str]:
    lines = [f"OPENAI_BASE_URL={server.url}", "OPENAI_API_KEY=lm-studio", f"OPENAI_MODEL={NAME}"]
    (tmp_path / ".env").write_text("\n".join([*lines, "OPENAI_RATE_LIMIT_RPM=0", ""]), encoding="utf-8")
    (tmp_path / "orders.csv").write_text(ORDERS, encoding="utf-8")
    return dict(os.environ)


def build(*words: str, env: dict[str, str]) -> dict[str, Any]:
    """The dictionary that a build wrote."""
    command = [*DDGEN, "build", *words, "-o", "dictionary.json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode in EXPECTED, done.stderr
    made: dict[str, Any] = json.loads(Path("dictionary.json").read_text(encoding="utf-8"))
    return made


def fields_of(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [field for table in made["tables"] for field in table["fields"]]


def origin_of(field: dict[str, Any], kind: str) -> str | None:
    found = [claim["origin"] for claim in field["claims"] if claim["kind"] == kind]
    return "ai" if "ai" in found else found[0] if found else None


def prompts_of(server: LlamaServer) -> int:
    """How many prompts the server has been given."""
    return server.log.count("launch_slot_")


def test_every_field_has_texts_and_the_second_run_asks_for_nothing(server: LlamaServer, env: dict[str, str]) -> None:
    begin = prompts_of(server)
    fields = fields_of(build("--ai", "orders.csv", env=env))
    middle = prompts_of(server)
    again = fields_of(build("--ai", "orders.csv", env=env))
    by_model = [field for field in fields if origin_of(field, "description") == "ai"]
    for field in fields:
        assert {claim["kind"] for claim in field["claims"]} >= TEXTS
        assert all(claim["value"].strip() for claim in field["claims"] if claim["kind"] in TEXTS)
    for field in by_model:
        written = [claim for claim in field["claims"] if claim["origin"] == "ai"]
        assert {claim["model"] for claim in written} == {NAME}
        assert all(len(claim["prompt_hash"]) == 64 for claim in written)
    assert middle - begin >= 1
    assert [field["path"] for field in by_model] == [
        field["path"]
        for field in again
        if origin_of(field, "description") == "ai" and field["path"] in {kept["path"] for kept in by_model}
    ]
    assert prompts_of(server) == middle, "what it wrote is kept, and what was no use is not asked for again"


def test_killed_in_the_middle_the_next_run_goes_on(server: LlamaServer, env: dict[str, str]) -> None:
    command = [*DDGEN, "build", "--ai", "orders.csv", "-o", "dictionary.json"]
    before = prompts_of(server)
    running = subprocess.Popen(
        command, env={**env, "DDGEN_AI_FIELDS_PER_REQUEST": "1"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    end = time.monotonic() + 60
    while prompts_of(server) < before + 2 and time.monotonic() < end:
        time.sleep(0.05)
    assert running.poll() is None, running.stdout and running.stdout.read()
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert server.wait_until_idle()
    made = build("--ai", "orders.csv", env=env)
    assert all({claim["kind"] for claim in field["claims"]} >= TEXTS for field in fields_of(made))


def test_the_whole_shop_with_a_limit_on_requests(server: LlamaServer, env: dict[str, str]) -> None:
    before = prompts_of(server)
    made = build("--ai", "--max-requests", "4", str(SHOP), env=env)
    assert prompts_of(server) - before <= 4
    fields = fields_of(made)
    assert len(fields) > 80
    assert all({claim["kind"] for claim in field["claims"]} >= TEXTS for field in fields)


def test_a_server_that_is_not_there_costs_no_field(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "OPENAI_BASE_URL=http://127.0.0.1:9/v1\nOPENAI_API_KEY=x\nOPENAI_RETRY_MIN_WAIT=0.1\nOPENAI_RETRY_MAX_WAIT=0.2\n",
        encoding="utf-8",
    )
    made = build("--ai", "orders.csv", env=env)
    assert all({claim["kind"] for claim in field["claims"]} >= TEXTS for field in fields_of(made))
    assert {origin_of(field, "description") for field in fields_of(made)} == {"rule"}
