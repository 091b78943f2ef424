"""`ddgen build --ai` as a user runs it: the shop's tables, a `.env`, and a model behind it."""

from __future__ import annotations

import json
import os
import shutil
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
REFUSED = 3
"""Exit code where parts of the input had problems: those of the shop are on purpose."""


@pytest.fixture
def env(server: LlamaServer, tmp_path: Path) -> dict[str, str]:
    lines = [f"OPENAI_BASE_URL={server.url}", "OPENAI_API_KEY=lm-studio", f"OPENAI_MODEL={NAME}"]
    (tmp_path / ".env").write_text("\n".join([*lines, "OPENAI_RATE_LIMIT_RPM=0", ""]), encoding="utf-8")
    shutil.copy(SHOP / "customers.csv", tmp_path)
    return dict(os.environ)


def build(*words: str, env: dict[str, str]) -> dict[str, Any]:
    """The dictionary that a build wrote."""
    command = [*DDGEN, "build", *words, "-o", "dictionary.json"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=900, check=False)
    assert done.returncode in {0, REFUSED}, done.stderr
    made: dict[str, Any] = json.loads(Path("dictionary.json").read_text(encoding="utf-8"))
    return made


def fields_of(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [field for table in made["tables"] for field in table["fields"]]


def origin_of(field: dict[str, Any], kind: str) -> str | None:
    found = [claim["origin"] for claim in field["claims"] if claim["kind"] == kind]
    return "ai" if "ai" in found else found[0] if found else None


def work_of(server: LlamaServer) -> int:
    """Grows with every prompt: the number of the last task of each slot."""
    return sum(int(slot.get("id_task", -1)) for slot in server.get("/slots"))


def test_every_field_has_texts_and_the_second_run_asks_nothing(server: LlamaServer, env: dict[str, str]) -> None:
    first = build("--ai", "customers.csv", env=env)
    fields = fields_of(first)
    by_model = [field for field in fields if origin_of(field, "description") == "ai"]
    assert len(by_model) >= len(fields) / 2
    for field in fields:
        assert {claim["kind"] for claim in field["claims"]} >= TEXTS
        assert all(claim["value"].strip() for claim in field["claims"] if claim["kind"] in TEXTS)
    for field in by_model:
        written = [claim for claim in field["claims"] if claim["origin"] == "ai"]
        assert {claim["model"] for claim in written} == {NAME}
        assert all(len(claim["prompt_hash"]) == 64 for claim in written)
    lost = len(fields) - len(by_model)
    before = work_of(server)
    second = build("--ai", "customers.csv", env=env)
    assert sum(origin_of(field, "description") == "ai" for field in fields_of(second)) >= len(by_model)
    if not lost:
        assert work_of(server) == before


def test_killed_in_the_middle_the_next_run_goes_on(server: LlamaServer, env: dict[str, str]) -> None:
    command = [*DDGEN, "build", "--ai", "customers.csv", "-o", "dictionary.json"]
    running = subprocess.Popen(
        command, env={**env, "DDGEN_AI_FIELDS_PER_REQUEST": "1"}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert server.wait_for_busy(2, 30)
    time.sleep(2)
    assert running.poll() is None
    running.send_signal(signal.SIGKILL)
    running.wait()
    assert server.wait_for_busy(0, 10)
    made = build("--ai", "customers.csv", env=env)
    assert all({claim["kind"] for claim in field["claims"]} >= TEXTS for field in fields_of(made))


def test_the_whole_shop(env: dict[str, str]) -> None:
    made = build("--ai", str(SHOP), env=env)
    fields = fields_of(made)
    assert len(fields) > 80
    assert all({claim["kind"] for claim in field["claims"]} >= TEXTS for field in fields)
    assert sum(origin_of(field, "description") == "ai" for field in fields) >= len(fields) / 2


def test_a_server_that_is_not_there_costs_no_field(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(
        "OPENAI_BASE_URL=http://127.0.0.1:9/v1\nOPENAI_API_KEY=x\nOPENAI_RETRY_MIN_WAIT=0.1\nOPENAI_RETRY_MAX_WAIT=0.2\n",
        encoding="utf-8",
    )
    made = build("--ai", "customers.csv", env=env)
    assert all({claim["kind"] for claim in field["claims"]} >= TEXTS for field in fields_of(made))
    assert {origin_of(field, "description") for field in fields_of(made)} == {"rule"}
