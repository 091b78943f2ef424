"""Whether a command asks a model, and what comes of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from behaviours import describe_all, error
from loopback import Loopback

from ddgen.cli.models import Wish, session, settings_of, state_folder

ROWS = "order_id,status,total\n" + "".join(f"{n},{'open' if n % 2 else 'shipped'},{n}.5\n" for n in range(40))


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        running.answer = describe_all()
        yield running


@pytest.fixture
def orders(tmp_path: Path) -> Path:
    path = tmp_path / "data" / "orders.csv"
    path.parent.mkdir()
    path.write_text(ROWS, encoding="utf-8")
    return path


def run(folder: Path, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    home = {f"XDG_{kind}_HOME": str(folder / kind) for kind in ("CONFIG", "CACHE", "STATE")}
    command = [sys.executable, "-m", "ddgen", "build", *map(str, arguments)]
    environment = {**os.environ, **home, "OPENAI_RATE_LIMIT_RPM": "0", **variables}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def built(folder: Path, *arguments: object, **variables: str) -> dict[str, Any]:
    done = run(folder, *arguments, "-q", "--format", "json", **variables)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def of(server: Loopback) -> dict[str, str]:
    return {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "k", "OPENAI_MODEL": "test-model"}


def posts(server: Loopback) -> int:
    return sum(request.method == "POST" for request in server.requests)


def test_with_ai_fields_get_the_words_of_the_model(server: Loopback, orders: Path, tmp_path: Path) -> None:
    document = built(tmp_path, orders, "--ai", **of(server))
    [table] = document["tables"]
    claims = [claim for field in table["fields"] for claim in field["claims"] if claim["origin"] == "ai"]
    assert len(claims) == 6
    assert {claim["model"] for claim in claims} == {"test-model"}
    assert document["generation"]["written"] == 3
    assert list((tmp_path / "STATE" / "ddgen" / "receipts").glob("*.jsonl"))


def test_a_server_that_is_merely_in_the_shell_is_not_asked(server: Loopback, orders: Path, tmp_path: Path) -> None:
    document = built(tmp_path, orders, **of(server))
    assert server.requests == []
    assert "generation" not in document


def test_a_key_in_the_shell_is_announced_and_not_used(orders: Path, tmp_path: Path) -> None:
    done = run(tmp_path, orders, OPENAI_API_KEY="sk-something-secret")
    assert done.returncode == 0
    assert "add --ai" in done.stderr
    assert "sk-something" not in done.stdout + done.stderr


def test_models_that_are_turned_off_are_not_asked_and_that_is_told(
    server: Loopback, orders: Path, tmp_path: Path
) -> None:
    done = run(tmp_path, orders, "--ai", "-q", OPENAI_ENABLED="false", **of(server))
    assert (done.returncode, server.requests) == (0, [])
    assert done.stderr == "warning: --ai asks nobody: models are turned off by OPENAI_ENABLED=false\n"
    assert run(tmp_path, orders, "-q", OPENAI_ENABLED="false", **of(server)).stderr == ""


def test_an_env_file_of_the_working_directory_that_names_a_server_asks_it(
    server: Loopback, orders: Path, tmp_path: Path
) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in of(server).items())
    (tmp_path / ".env").write_text(lines, encoding="utf-8")
    assert built(tmp_path, orders)["generation"]["written"] == 3
    assert "generation" not in built(tmp_path, orders, "--no-ai")


def test_an_env_file_beside_the_data_is_not_read(server: Loopback, orders: Path, tmp_path: Path) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in of(server).items())
    (orders.parent / ".env").write_text(lines, encoding="utf-8")
    built(tmp_path, orders)
    assert server.requests == []


def test_a_second_run_makes_no_request(server: Loopback, orders: Path, tmp_path: Path) -> None:
    first = built(tmp_path, orders, "--ai", **of(server))
    server.requests.clear()
    again = built(tmp_path, orders, "--ai", **of(server))
    assert server.requests == []
    assert again["generation"]["cached"] == 3
    shown = [[field["description"] for field in document["tables"][0]["fields"]] for document in (first, again)]
    assert shown[0] == shown[1]


def test_a_model_that_writes_nothing_leaves_the_dictionary_by_rule_and_exit_code_5(
    server: Loopback, orders: Path, tmp_path: Path
) -> None:
    server.answer = lambda _: error(401, "Incorrect API key provided", code="invalid_api_key")
    done = run(tmp_path, orders, "--ai", "-q", "--format", "json", **of(server))
    assert done.returncode == 5
    document = json.loads(done.stdout)
    assert all(field["description"] for field in document["tables"][0]["fields"])
    [problem] = document["problems"]
    assert problem["code"] == "ai_auth"
    assert "3 fields have their texts by rule" in problem["message"]
    assert "OPENAI_API_KEY" in done.stderr


def test_a_persons_words_are_not_paid_for(server: Loopback, orders: Path, tmp_path: Path) -> None:
    output = tmp_path / "d.json"
    run(tmp_path, orders, "-q", "-o", output)
    document = json.loads(output.read_text("utf-8"))
    document["tables"][0]["fields"][1] |= {"description": "How far the order is.", "business_name": "Progress"}
    output.write_text(json.dumps(document), encoding="utf-8")
    run(tmp_path, orders, "--ai", "-q", "-o", output, **of(server))
    after = json.loads(output.read_text("utf-8"))
    assert after["generation"]["fields"] == 2
    assert after["tables"][0]["fields"][1]["description"] == "How far the order is."


def test_a_cap_on_requests_is_kept(server: Loopback, orders: Path, tmp_path: Path) -> None:
    run(tmp_path, orders, "--ai", "-q", "--max-requests", "1", DDGEN_AI_FIELDS_PER_REQUEST="1", **of(server))
    assert posts(server) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [(["--privacy", "everything"], "privacy"), (["--max-time", "-1"], "max_time")],
)
def test_settings_that_cannot_be_are_wrong_usage(arguments: list[str], said: str, orders: Path, tmp_path: Path) -> None:
    done = run(tmp_path, orders, "--ai", *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_no_session_without_a_wish() -> None:
    with session(Wish(), quiet=True) as opened:
        assert opened is None
    assert settings_of(Wish(ask=False)) is None


def test_state_stands_in_the_systems_folder_for_it(tmp_path: Path) -> None:
    assert state_folder({"XDG_STATE_HOME": str(tmp_path)}) == tmp_path / "ddgen"
    assert state_folder({}).parts[-3:] == (".local", "state", "ddgen")
