"""`ddgen build --ai batch` and `ddgen ai batches`, run for real."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from batch_api import BatchApi
from behaviours import describe_all, error
from loopback import Loopback

ROWS = "order_id,status\n" + "".join(f"{n},{'open' if n % 2 else 'shipped'}\n" for n in range(40))
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def api() -> BatchApi:
    return BatchApi(describe_all())


@pytest.fixture
def run(tmp_path: Path, api: BatchApi) -> Iterator[Run]:
    """Run the command with a home of its own, and the Batch API in the environment."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "orders.csv").write_text(ROWS, encoding="utf-8")
    home = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "CACHE", "STATE")}
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "DDGEN_"))}
    quick = {"OPENAI_RETRY_MIN_WAIT": "0.01", "OPENAI_RETRY_MAX_WAIT": "0.02"}
    with Loopback() as server:
        server.everything = api
        of = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-mine", "OPENAI_MODEL": "test-model", **quick}

        def one(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
            command = [sys.executable, "-m", "ddgen", *map(str, arguments)]
            environment = {**plain, **home, **of, **variables}
            return subprocess.run(
                command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
            )

        yield one


def origins(path: Path) -> set[str]:
    document = json.loads(path.read_text(encoding="utf-8"))
    return {claim["origin"] for field in document["tables"][0]["fields"] for claim in field["claims"]}


def test_handed_over_listed_collected_and_found(run: Run, api: BatchApi, tmp_path: Path) -> None:
    out = tmp_path / "d.json"
    first = run("build", "data", "--ai", "batch", "-q", "-o", out)
    assert first.returncode == 0, first.stderr
    assert "waiting: the answer of batch" in first.stderr
    assert "ai" not in origins(out)
    listed = run("ai", "batches").stdout
    assert "in_progress, 0 of 1 requests done, 2 fields" in listed
    assert run("ai", "batches", "--collect").returncode == 0
    api.end("batch_0")
    assert "Collect: ddgen ai batches --collect" in run("ai", "batches").stdout
    collected = run("ai", "batches", "--collect")
    assert (collected.returncode, collected.stderr) == (0, "")
    assert "texts of 2 of 2 fields collected" in collected.stdout
    assert run("ai", "batches").stdout == "No batch waits at this server\n"
    second = run("build", "data", "--ai", "-q", "-o", out)
    assert (second.returncode, second.stderr) == (0, "")
    assert "ai" in origins(out)


def test_the_next_build_collects_and_tells_of_what_expired(run: Run, api: BatchApi, tmp_path: Path) -> None:
    out = tmp_path / "d.json"
    run("build", "data", "--ai", "batch", "-q", "-o", out)
    api.end("batch_0", "expired", finished=0)
    again = run("build", "data", "--ai", "batch", "-q", "-o", out)
    assert again.returncode == 0
    assert "expired, texts of 0 of 2 fields collected" in again.stderr
    api.end("batch_1")
    done = run("build", "data", "--ai=batch", "-q", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ai" in origins(out)


def test_a_batch_as_json(run: Run) -> None:
    assert json.loads(run("ai", "batches", "--json").stdout) == []
    run("build", "data", "--ai", "batch", "-q")
    [batch] = json.loads(run("ai", "batches", "--json").stdout)
    assert (batch["state"], batch["fields"], batch["model"]) == ("in_progress", 2, "test-model")


def test_a_batch_is_cancelled_and_its_fields_are_asked_for_anew(run: Run, api: BatchApi, tmp_path: Path) -> None:
    out = tmp_path / "d.json"
    assert run("ai", "batches", "--cancel", "1f").returncode == 2
    run("build", "data", "--ai", "batch", "-q", "-o", out)
    [batch] = json.loads(run("ai", "batches", "--json").stdout)
    wrong = run("ai", "batches", "--cancel", "zz")
    assert (wrong.returncode, api.batches["batch_0"]["status"]) == (2, "in_progress")
    done = run("ai", "batches", "--cancel", batch["id"][:8])
    assert (done.returncode, done.stderr) == (0, "")
    assert f"Batch {batch['id'][:8]}: cancelling" in done.stdout
    assert "the next build asks for the rest" in done.stdout
    api.end("batch_0", "cancelled", finished=0)
    again = run("build", "data", "--ai", "batch", "-q", "-o", out)
    assert "cancelled, texts of 0 of 2 fields collected" in again.stderr
    assert [len(api.requests(name)) for name in api.batches] == [1, 1]
    assert run("ai", "batches", "--cancel", "1f", "--collect").returncode == 2


def test_what_cannot_be_asked_is_5_and_wrong_settings_are_2(run: Run, api: BatchApi) -> None:
    assert run("ai", "batches", OPENAI_BASE_URL="ftp://x").returncode == 2
    run("build", "data", "--ai", "batch", "-q")
    api.trouble = lambda _: error(401, "Incorrect API key: sk-mine")
    refused = run("ai", "batches", "--collect")
    assert (refused.returncode, refused.stdout) == (5, "")
    assert "sk-mine" not in refused.stderr
    elsewhere = run("ai", "batches", OPENAI_BASE_URL="http://127.0.0.1:9/v1")
    assert "1 batch of other servers" in elsewhere.stdout


def test_a_build_without_a_model_is_wrong_usage(run: Run) -> None:
    assert run("build", "data", "--ai", "batch", OPENAI_MODEL="").returncode == 2


def test_a_server_without_batches_is_5_and_the_dictionary_is_there(run: Run, api: BatchApi, tmp_path: Path) -> None:
    api.trouble = lambda _: error(404)
    out = tmp_path / "d.json"
    done = run("build", "data", "--ai", "batch", "-q", "-o", out)
    assert done.returncode == 5
    assert "no Batch API" in done.stderr
    assert out.exists()
