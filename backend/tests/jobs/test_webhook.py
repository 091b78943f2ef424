"""Webhooks: where they go, how they are signed, and what they do not follow."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
from datetime import UTC, datetime

import pytest

from ddgen.errors import ExternalServiceError, UsageError
from ddgen.jobs import webhook
from ddgen.jobs.webhook import Sender, allowed

from .conftest import Listener

AT = datetime(2026, 3, 1, 6, tzinfo=UTC)
SAID = {"event": "run.failed", "run_id": "1", "message": "café"}


def send(url: str, allow: str = "127.0.0.1", secret: str | None = "s") -> None:  # noqa: S107 - of a test
    Sender(secret, allowed(allow)).send(url, SAID, key="1-0", at=AT)


def test_a_notice_is_signed_over_its_time_and_body(listener: Listener) -> None:
    send(listener.url + "?channel=7")
    [came] = listener.came
    stamp = str(int(AT.timestamp()))
    expected = hmac.new(b"s", f"{stamp}.".encode() + came.body, hashlib.sha256).hexdigest()
    assert came.headers["X-Ddgen-Signature"] == f"v1={expected}"
    assert (came.headers["X-Ddgen-Timestamp"], came.headers["X-Ddgen-Delivery"]) == (stamp, "1-0")
    assert (came.path, json.loads(came.body)) == ("/hook?channel=7", SAID)


def test_this_machine_is_told_only_where_an_operator_allows_it(listener: Listener) -> None:
    for allow in ("", "10.0.0.0/8", "example.com"):
        with pytest.raises(UsageError, match="not public"):
            send(listener.url, allow)
    send(listener.url.replace("127.0.0.1", "localhost"), "localhost")
    assert len(listener.came) == 1


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "10.1.2.3", "169.254.169.254", "192.168.1.1", "0.0.0.0", "100.64.0.1", "224.0.0.1"),  # noqa: S104 - nothing is bound to it
        *("::1", "fe80::1", "fc00::1", "::ffff:10.0.0.1", "2002:0a00:0001::", "::"),
    ],
)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not webhook.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_addresses_that_are_public(address: str) -> None:
    assert webhook.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(("status", "kind"), [(500, ExternalServiceError), (429, ExternalServiceError)])
def test_what_may_work_later_may_be_tried_again(listener: Listener, status: int, kind: type[Exception]) -> None:
    listener.answers = [status]
    with pytest.raises(kind, match=f"it answered {status}"):
        send(listener.url)


@pytest.mark.parametrize(("status", "said"), [(302, "not followed"), (404, "refused, with 404")])
def test_what_will_not_work_is_not_tried_again(listener: Listener, status: int, said: str) -> None:
    listener.answers = [status]
    with pytest.raises(UsageError, match=said):
        send(listener.url)
    assert len(listener.came) == 1


def test_nobody_there_is_worth_another_try() -> None:
    with pytest.raises(ExternalServiceError, match="no answer: ConnectionRefusedError"):
        send("http://127.0.0.1:1/hook")
    with pytest.raises(ExternalServiceError, match="not known"):
        send("https://nowhere.invalid/hook")


def test_without_a_secret_nothing_is_sent(listener: Listener) -> None:
    with pytest.raises(UsageError, match="DDGEN_WEBHOOK_SECRET"):
        send(listener.url, secret=None)
    assert listener.came == []


@pytest.mark.parametrize(
    "url", ["ftp://example.com", "https://", "https://a:b@example.com", "https://example.com:0", "https://x.org/a b"]
)
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(UsageError, match="address"):
        webhook.check(url)


def test_a_secret_is_not_shown() -> None:
    assert "planted" not in repr(Sender("planted"))
