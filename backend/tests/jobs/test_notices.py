"""Who is told of what: runs that fail, and versions that break readers."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from ddgen.errors import UsageError
from ddgen.jobs.mail import Post
from ddgen.jobs.notices import Channels, shown
from ddgen.jobs.webhook import Sender, allowed, signature
from ddgen.jobs.worker import Worker
from ddgen.store.store import Store

from .conftest import Listener, kinds, over, submit, until

SECRET = "a secret of ours"  # noqa: S105 - of a test


class Letters(Message):
    """Mail that came in."""

    def __init__(self) -> None:
        super().__init__()
        self.came: list[str] = []
        self.port = free_port()

    def handle_message(self, message: object) -> None:
        self.came.append(str(message))


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


@pytest.fixture
def letters() -> Iterator[Letters]:
    handler = Letters()
    controller = Controller(handler, hostname="127.0.0.1", port=handler.port)
    controller.start()
    yield handler
    controller.stop()


def channels(port: int = 1) -> Channels:
    return Channels(Sender(SECRET, allowed("127.0.0.1")), Post("smtp", "127.0.0.1", port, "ddgen@example.com"))


def test_a_run_that_fails_is_told(store: Store, tmp_path: Path, listener: Listener, letters: Letters) -> None:
    with Worker(store, channels=channels(letters.port)):
        run = submit(store, tmp_path / "absent.csv", webhooks=[listener.url], emails=["ann@example.com"])
        over(store, run.id)
        until(lambda: kinds(store, run).count("told") == 2, "both notices")
    [came] = listener.came
    said = json.loads(came.body)
    assert (said["event"], said["run_id"], said["state"]) == ("run.failed", run.id, "failed")
    assert "absent.csv" in said["message"]
    assert came.headers["X-Ddgen-Signature"] == signature(SECRET, came.headers["X-Ddgen-Timestamp"], came.body)
    [letter] = letters.came
    assert "the run failed" in letter
    assert run.id in letter


def test_what_breaks_readers_is_told_and_what_does_not_is_not(store: Store, orders: Path, listener: Listener) -> None:
    with Worker(store, channels=channels()):
        first = submit(store, orders, name="shop", webhooks=[listener.url])
        over(store, first.id)
        orders.write_text("id\n" + "".join(f"{n}\n" for n in range(50)), encoding="utf-8")
        second = submit(store, orders, name="shop", webhooks=[listener.url])
        assert over(store, second.id).state == "succeeded"
        until(lambda: "told" in kinds(store, second), "the notice")
    assert "told" not in kinds(store, first)
    [came] = listener.came
    said = json.loads(came.body)
    assert (said["event"], said["version"]) == ("run.breaking", 2)
    assert any("city" in change for change in said["changes"])


def test_a_listener_that_is_away_is_told_later(store: Store, tmp_path: Path, listener: Listener) -> None:
    listener.answers = [503, 200]
    with Quick(store, channels=channels()):
        run = submit(store, tmp_path / "absent.csv", webhooks=[listener.url])
        until(lambda: "told" in kinds(store, run), "the notice")
    first, second = listener.came
    assert first.headers["X-Ddgen-Delivery"] == second.headers["X-Ddgen-Delivery"]


class Quick(Worker):
    """A worker that tries again at once."""

    def pause(self, number: int) -> float:
        return 0.05 * number


def test_a_listener_that_refuses_is_an_event_of_the_run(store: Store, tmp_path: Path, listener: Listener) -> None:
    listener.answers = [302]
    with Worker(store, channels=channels()):
        run = submit(store, tmp_path / "absent.csv", webhooks=[listener.url + "?token=planted"])
        until(lambda: "untold" in kinds(store, run), "the event")
    said = next(event for event in store.runs.events(run.id) if event.kind == "untold").data
    assert "not followed" in said["message"]
    assert "planted" not in json.dumps(said)
    assert len(listener.came) == 1


def test_channels_are_as_variables_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DDGEN_WEBHOOK_SECRET", SECRET)
    monkeypatch.setenv("DDGEN_WEBHOOK_ALLOW", "hooks.lan, 10.0.0.0/8")
    monkeypatch.setenv("DDGEN_SMTP_URL", "smtps://ann:pass%40word@mail.example.com")
    monkeypatch.setenv("DDGEN_SMTP_FROM", "data@example.com")
    found = Channels.load()
    assert found.webhooks.allowed.hosts == {"hooks.lan"}
    assert found.mails == Post("smtps", "mail.example.com", 465, "data@example.com", "ann", "pass@word")
    assert "pass@word" not in repr(found)
    monkeypatch.setenv("DDGEN_SMTP_URL", "https://planted")
    with pytest.raises(UsageError, match="no address of a mail server") as raised:
        Channels.load()
    assert "planted" not in str(raised.value)


def test_what_follows_a_host_is_not_shown() -> None:
    assert shown("https://hooks.example.com/services/SECRET") == "https://hooks.example.com"
    assert shown("ann@example.com") == "ann@example.com"
