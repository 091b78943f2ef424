"""`ddgen ai`, run for real against a server on loopback."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import redis
from behaviours import completion, describe_all, error
from loopback import Loopback, Response

ROWS = "order_id,status,email\n" + "".join(
    f"{n},{'open' if n % 2 else 'shipped'},ada.lovelace{n}@secret-domain.org\n" for n in range(40)
)
Run = Callable[..., subprocess.CompletedProcess[str]]


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


@pytest.fixture
def ddgen_at(tmp_path: Path, server: Loopback) -> Run:
    """Run the command with a home of its own, and the server in the environment."""
    home = {f"XDG_{kind}_HOME": str(tmp_path / kind) for kind in ("CONFIG", "CACHE", "STATE")}
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("OPENAI_", "DDGEN_"))}
    of = {"OPENAI_BASE_URL": server.url, "OPENAI_API_KEY": "sk-a-key-of-mine", "OPENAI_MODEL": "test-model"}

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ddgen", *map(str, arguments)]
        environment = {**plain, **home, **of, "OPENAI_RATE_LIMIT_RPM": "0", **variables}
        return subprocess.run(
            command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False
        )

    return run


def document(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_check_says_what_is_well_line_by_line(ddgen_at: Run, server: Loopback) -> None:
    server.tell_slots(4)
    done = ddgen_at("ai", "check")
    assert done.returncode == 0, done.stdout
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("ok")]
    assert [line[1] for line in lines] == [
        *("address", "reachable", "key", "model", "context", "slots", "answer", "speed", "cache")
    ]
    assert "sk-a-key" not in done.stdout + done.stderr
    assert "\x1b" not in done.stdout


def test_check_of_a_server_that_refuses_the_key_is_5_and_says_what_to_change(ddgen_at: Run, server: Loopback) -> None:
    server.gets["/v1/models"] = error(401, "Incorrect API key provided: sk-a-key-of-mine")
    done = ddgen_at("ai", "check")
    assert done.returncode == 5
    assert "failed  key" in done.stdout
    assert "OPENAI_API_KEY=" in done.stdout
    assert "sk-a-key" not in done.stdout + done.stderr


@pytest.mark.parametrize(
    "variables", [{"OPENAI_BASE_URL": "http://169.254.169.254/v1"}, {"OPENAI_BASE_URL": "ftp://x"}]
)
def test_check_of_wrong_settings_is_2(ddgen_at: Run, variables: dict[str, str]) -> None:
    assert ddgen_at("ai", "check", **variables).returncode == 2


def test_check_as_json(ddgen_at: Run, server: Loopback) -> None:
    server.gets["/v1/models"] = Response(json={"data": [{"id": "a"}, {"id": "b"}]})
    done = ddgen_at("ai", "check", "--json", "--model", "b")
    found = document(done)
    assert (found["ok"], found["model"], found["models"]) == (True, "b", ["a", "b"])
    assert found["tokens_per_second"] > 0
    assert {check["name"] for check in found["checks"]} >= {"address", "key", "answer"}


def test_preview_prints_the_prompts_and_sends_nothing(ddgen_at: Run, server: Loopback, orders: Path) -> None:
    done = ddgen_at("ai", "preview", orders)
    assert done.returncode == 0, done.stderr
    assert server.requests == []
    assert re.search(r"c1 status string.* | one of", done.stdout)
    assert "email: " in done.stdout
    assert "E-mail address" in done.stdout
    assert done.stdout.endswith("Nothing was sent.\n")
    assert "secret-domain" not in done.stdout


def test_preview_as_json_holds_the_very_requests_that_a_build_sends(
    ddgen_at: Run, server: Loopback, orders: Path
) -> None:
    found = document(ddgen_at("ai", "preview", orders, "--json"))
    assert server.requests == []
    ddgen_at("build", orders, "--ai", "-q")
    [request], [prompt] = server.posts, found["prompts"]
    sent, shown = request.json, prompt["request"]
    assert {name: value for name, value in sent.items() if name != "messages"} == {
        name: value for name, value in shown.items() if name != "messages"
    }
    lines = [body["messages"][1]["content"].splitlines()[2:-1] for body in (sent, shown)]
    assert lines[0] == lines[1]
    assert [field["path"] for field in prompt["fields"]] == ["order_id", "status", "email"]


def test_preview_looks_into_texts_as_a_build_does(ddgen_at: Run, tmp_path: Path) -> None:
    place = tmp_path / "requests.csv"
    place.write_text("id,body\n" + "".join(f'{n},"{{""shelf"": {n}, ""lamp"": true}}"\n' for n in range(20)))
    inner, outer = (
        [
            text["path"]
            for prompt in document(ddgen_at("ai", "preview", place, "--json", *more))["prompts"]
            for text in prompt["fields"]
        ]
        for more in ((), ("--no-inside",))
    )
    assert inner == ["id", "body", "body.shelf", "body.lamp"]
    assert outer == ["id", "body"]


def test_preview_follows_the_options_of_a_build(ddgen_at: Run, orders: Path) -> None:
    found = document(ddgen_at("ai", "preview", orders, "--json", "--privacy", "none", "--model", "other"))
    assert (found["level"], found["model"]) == ("none", "other")
    assert "open" not in found["prompts"][0]["request"]["messages"][1]["content"]
    done = ddgen_at("ai", "preview", orders, "--tables", "nothing*")
    assert done.returncode == 2


def test_the_server_is_asked_for_its_model_only_where_that_is_wanted(
    ddgen_at: Run, server: Loopback, orders: Path
) -> None:
    server.tell_slots(2)
    without = document(ddgen_at("ai", "estimate", orders, "--json", OPENAI_MODEL=""))
    assert (without["model"], without["kept"], server.requests) == (None, None, [])
    assert without["notes"]
    told = document(ddgen_at("ai", "estimate", orders, "--json", "--ask-server", OPENAI_MODEL=""))
    assert (told["model"], server.posts) == ("test-model", [])
    assert {request.method for request in server.requests} == {"GET"}


def test_a_server_that_does_not_tell_is_5(ddgen_at: Run, server: Loopback, orders: Path) -> None:
    server.gets["/v1/models"] = error(401)
    assert ddgen_at("ai", "estimate", orders, "--ask-server").returncode == 5


def test_estimate_knows_what_is_kept(ddgen_at: Run, server: Loopback, orders: Path) -> None:
    before = document(ddgen_at("ai", "estimate", orders, "--json"))
    assert (before["fields"], before["kept"], before["asked"], server.requests) == (3, 0, 3, [])
    ddgen_at("build", orders, "--ai", "-q")
    after = document(ddgen_at("ai", "estimate", orders, "--json"))
    assert (after["fields"], after["kept"], after["asked"], after["requests"]["high"]) == (3, 3, 0, 0)
    assert after["seconds"] == 0


def test_estimate_says_how_far_money_goes_and_of_when_prices_are(ddgen_at: Run, orders: Path) -> None:
    variables = {"OPENAI_BASE_URL": "https://api.openai.com/v1", "OPENAI_MODEL": "gpt-5-mini"}
    done = ddgen_at("ai", "estimate", orders, "--max-cost", "5", **variables)
    assert "prices: genai-prices" in " ".join(done.stdout.split())
    assert "all 3 fields" in done.stdout
    unknown = ddgen_at("ai", "estimate", orders, "--max-cost", "5", **variables | {"OPENAI_MODEL": "unheard-of"})
    assert "price not known" in unknown.stdout
    assert "without a price no limit can be kept" in unknown.stdout
    none = document(ddgen_at("ai", "estimate", orders, "--json", "--max-cost", "0", **variables))
    assert none["allowed"] == {"prompts": 0, "fields": 0}


def test_a_measured_speed_changes_the_time(ddgen_at: Run, orders: Path) -> None:
    times = [
        document(ddgen_at("ai", "estimate", orders, "--json", "--speed", speed))["seconds"] for speed in ("10", "100")
    ]
    assert times[0] > 5 * times[1]
    assert "as given by --speed" in " ".join(ddgen_at("ai", "estimate", orders, "--speed", "10").stdout.split())


def test_an_assumed_speed_is_told_with_the_option_that_sets_it(ddgen_at: Run, orders: Path) -> None:
    said = " ".join(ddgen_at("ai", "estimate", orders).stdout.split())
    assert "assumed; give yours with --speed" in said


def test_what_people_said_is_not_asked_for(ddgen_at: Run, orders: Path, tmp_path: Path) -> None:
    ddgen_at("build", orders, "-q", "-o", tmp_path / "d.json")
    path = tmp_path / "d.json"
    previous = json.loads(path.read_text(encoding="utf-8"))
    said = [{"kind": kind, "value": "Said.", "origin": "human"} for kind in ("business_name", "description")]
    previous["tables"][0]["fields"][0]["claims"] += said
    path.write_text(json.dumps(previous), encoding="utf-8")
    assert document(ddgen_at("ai", "estimate", orders, "--json", "--previous", path))["fields"] == 2


def test_models_that_are_turned_off_and_sources_that_are_not_there(ddgen_at: Run, orders: Path, tmp_path: Path) -> None:
    assert ddgen_at("ai", "preview", orders, OPENAI_ENABLED="false").returncode == 2
    missing = ddgen_at("ai", "estimate", tmp_path / "nobody.csv")
    assert missing.returncode in {2, 3}
    assert missing.stdout == ""


def test_the_cache_is_told_and_forgotten(ddgen_at: Run, orders: Path) -> None:
    assert document(ddgen_at("ai", "cache", "stats", "--json"))["texts"] == 0
    assert "Nothing is kept" in ddgen_at("ai", "cache", "clear").stdout
    ddgen_at("build", orders, "--ai", "-q")
    found = document(ddgen_at("ai", "cache", "stats", "--json"))
    assert (found["texts"], found["unanswered"], found["unfit_models"]) == (3, 0, 0)
    assert found["runs"][0]["fields"] == 3
    assert "texts of models in" in ddgen_at("ai", "cache", "stats").stdout
    assert ddgen_at("ai", "cache", "clear").stdout.startswith("Forgot 3 texts in ")
    assert document(ddgen_at("ai", "estimate", orders, "--json"))["kept"] == 0


def test_questions_without_a_useful_answer_are_told_and_forgotten_alone(
    ddgen_at: Run, server: Loopback, orders: Path
) -> None:
    server.answer = describe_all(change=lambda _, value: {**value, "c0": {"description": "?", "business_name": "?"}})
    first = ddgen_at("build", orders, "--ai", "-q", DDGEN_AI_FIELDS_PER_REQUEST="3")
    assert first.returncode == 0
    assert "1 field has its text by rule: bad_output" in first.stderr
    server.requests.clear()
    again = ddgen_at("build", orders, "--ai", "-q")
    assert "ddgen ai cache clear --unanswered" in again.stderr
    assert server.posts == []
    found = document(ddgen_at("ai", "cache", "stats", "--json"))
    assert (found["texts"], found["unanswered"]) == (2, 1)
    assert "Not asked for some days: 1 question without a useful answer" in ddgen_at("ai", "cache", "stats").stdout
    planned = ddgen_at("ai", "estimate", orders)
    assert re.search(r"Without useful answer +1, not asked", planned.stdout)
    assert document(ddgen_at("ai", "estimate", orders, "--json"))["unanswered"] == 1
    forgot = ddgen_at("ai", "cache", "clear", "--unanswered").stdout
    assert forgot.startswith("Forgot that 1 question got no useful answer in ")
    after = document(ddgen_at("ai", "estimate", orders, "--json"))
    assert (after["kept"], after["asked"], after["unanswered"]) == (2, 1, 0)


def test_an_unfit_model_is_one_line_and_exit_code_5(ddgen_at: Run, server: Loopback, tmp_path: Path) -> None:
    wide = tmp_path / "wide.csv"
    wide.write_text(",".join(f"amount_{n}" for n in range(90)) + "\n" + ",".join("1" * 90) + "\n", encoding="utf-8")
    server.answer = lambda _: completion("I do not know.")
    done = ddgen_at("build", wide, "--ai", "-q")
    assert done.returncode == 5
    [line] = [line for line in done.stderr.splitlines() if "by rule" in line]
    assert "90 fields have their texts by rule: unfit: of the latest 40 fields 0 got a text" in line
    assert "ddgen ai check" in line
    assert len(server.posts) < 30
    server.requests.clear()
    assert ddgen_at("build", wide, "--ai", "-q").returncode == 5
    assert server.requests == []
    assert document(ddgen_at("ai", "cache", "stats", "--json"))["unfit_models"] == 1


@pytest.fixture
def shared() -> Iterator[str]:
    """A database of the real Redis for this process of tests; without Redis skipped, but not on the build machine."""
    url = f"redis://127.0.0.1:6379/{2 + os.getpid() % 14}"
    client = redis.Redis.from_url(url)
    try:
        client.flushdb()
    except redis.ConnectionError:
        if os.environ.get("CI") == "true":
            raise
        pytest.skip("no Redis at 127.0.0.1:6379")
    yield url
    client.flushdb()
    client.close()


def test_texts_in_redis_are_told_and_forgotten_too(ddgen_at: Run, orders: Path, shared: str) -> None:
    url = shared
    ddgen_at("build", orders, "--ai", "-q", DDGEN_AI_REDIS_URL=url)
    found = document(ddgen_at("ai", "cache", "stats", "--json", DDGEN_AI_REDIS_URL=url))
    assert (found["texts"], found["redis_texts"]) == (3, 3)
    assert "3 texts in Redis" in ddgen_at("ai", "cache", "stats", DDGEN_AI_REDIS_URL=url).stdout
    assert "Forgot 3 texts in Redis" in ddgen_at("ai", "cache", "clear", DDGEN_AI_REDIS_URL=url).stdout
    assert document(ddgen_at("ai", "cache", "stats", "--json", DDGEN_AI_REDIS_URL=url))["redis_texts"] == 0


def test_a_redis_that_cannot_be_is_told_at_once(ddgen_at: Run, server: Loopback, orders: Path) -> None:
    wrong = ddgen_at("build", orders, "--ai", "-q", DDGEN_AI_REDIS_URL="http://127.0.0.1:1")
    assert (wrong.returncode, server.requests) == (2, [])
    assert "DDGEN_AI_REDIS_URL: this is no address of a Redis" in wrong.stderr
    gone = ddgen_at("ai", "cache", "stats", DDGEN_AI_REDIS_URL="redis://127.0.0.1:1/0")
    assert "Redis does not answer" in gone.stdout


def test_notices_of_a_failing_server_are_json_events_too(ddgen_at: Run, server: Loopback, orders: Path) -> None:
    server.answer = lambda _: error(500)
    quick = {"OPENAI_RETRY_MIN_WAIT": "0.01", "OPENAI_RETRY_MAX_WAIT": "0.02"}
    done = ddgen_at("build", orders, "--ai", "--json-events", **quick)
    events = [json.loads(line) for line in done.stderr.splitlines()]
    [notice] = [event for event in events if event["event"] == "notice"]
    assert notice["message"].startswith("Circuit breaker opened: ")
    told = ddgen_at("build", orders, "--ai", "-q", **quick).stderr
    assert "warning: Circuit breaker opened: " in told


def test_a_file_that_is_no_cache_is_left_alone(ddgen_at: Run, tmp_path: Path) -> None:
    import sqlite3

    path = tmp_path / "other.sqlite"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE mine (a)")
    other.close()
    done = ddgen_at("ai", "cache", "clear", DDGEN_AI_CACHE_PATH=str(path))
    assert done.returncode == 4
    assert done.stderr.splitlines()[-1].startswith("ddgen: ")
