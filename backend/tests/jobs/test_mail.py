"""Mail: its server, its form, and what it does not let through."""

from __future__ import annotations

import pytest

from ddgen.errors import ExternalServiceError, UsageError
from ddgen.jobs import mail

FAILED = {"event": "run.failed", "run_id": "r1", "dictionary": "shop", "message": "orders.csv: no such file"}
BREAKING = {"event": "run.breaking", "run_id": "r2", "dictionary": "shop", "count": 3, "changes": ["orders.city: gone"]}


def test_servers_are_as_their_address_says() -> None:
    assert mail.post(None, None) is None
    assert mail.post("smtp://mail.example.com", None) == mail.Post(
        "smtp", "mail.example.com", 25, "ddgen@mail.example.com"
    )
    found = mail.post("smtp+starttls://ann:p%40ss@mail.example.com:2525", "d@example.com")
    assert found == mail.Post("smtp+starttls", "mail.example.com", 2525, "d@example.com", "ann", "p@ss")


@pytest.mark.parametrize("url", ["https://planted.example.com", "smtp://", "smtp://host:planted"])
def test_what_is_no_address_is_refused_without_showing_it(url: str) -> None:
    with pytest.raises(UsageError, match="no address of a mail server") as raised:
        mail.post(url, None)
    assert "planted" not in str(raised.value)


def test_a_password_is_not_sent_in_clear() -> None:
    with pytest.raises(UsageError, match="without encryption"):
        mail.post("smtp://ann:pw@mail.example.com", None)


def test_letters_say_what_happened() -> None:
    failed, breaking = (mail.letter("d@example.com", "ann@example.com", said) for said in (FAILED, BREAKING))
    assert failed["Subject"] == "ddgen: shop: the run failed"
    assert "orders.csv: no such file" in failed.get_content()
    assert breaking["Subject"] == "ddgen: shop: 3 breaking changes"
    assert "- orders.city: gone\n- and 2 more\n" in breaking.get_content()


def test_a_name_adds_no_header() -> None:
    letter = mail.letter("d@example.com", "ann@example.com", FAILED | {"dictionary": "shop\r\nBcc: eve@example.com"})
    assert letter["Bcc"] is None


def test_a_server_that_is_away_is_worth_another_try() -> None:
    post = mail.post("smtp://127.0.0.1:1", None)
    assert post is not None
    with pytest.raises(ExternalServiceError, match="took nothing"):
        post.send("ann@example.com", FAILED)


@pytest.mark.parametrize(
    ("text", "fits"),
    [("ann@example.com", True), ("ann", False), ("a@b@", False), ("a b@c.d", False), ("a@b.c,d@e.f", False)],
)
def test_addresses(text: str, fits: bool) -> None:
    assert mail.is_address(text) is fits
