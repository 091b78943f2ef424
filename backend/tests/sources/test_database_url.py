"""Addresses of databases: what they say, and that no password is ever shown."""

from __future__ import annotations

import getpass
import io
import sys
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import InputError, UsageError
from ddgen.sources.database_url import STANDARD_INPUT, DatabaseUrl, cleaned, hidden, is_database, name_of, parse


def test_all_parts_are_read() -> None:
    url = parse("postgres+psycopg://an%40n:p%2Fw@db.example:6543/my%20shop?schema=a,b&timeout=5&sslmode=require")
    assert url == DatabaseUrl(
        kind="postgresql", scheme="postgres", host="db.example", port=6543, user="an@n", database="my shop",
        schemas=("a", "b"), seconds=5.0, options=(("sslmode", "require"),), password="p/w",  # noqa: S106 - made up
    )  # fmt: skip
    assert url.display == "postgresql://db.example:6543/my shop"


@pytest.mark.parametrize(
    ("source", "kind", "display"),
    [
        ("mysql://host", "mysql", "mysql://host"),
        ("MariaDB+pymysql://u@host/db", "mysql", "mysql://host/db"),
        ("postgresql:///db", "postgresql", "postgresql:///db"),
        ("postgresql:///db?host=/run/postgresql", "postgresql", "postgresql:///run/postgresql/db"),
        ("postgresql://[::1]:5/db", "postgresql", "postgresql://[::1]:5/db"),
    ],
)
def test_other_forms(source: str, kind: str, display: str) -> None:
    assert is_database(source)
    assert (parse(source).kind, parse(source).display) == (kind, display)


@pytest.mark.parametrize("source", ["data.csv", "https://host/a", "s3://bucket/a", "C:\\data", "postgresql", "-", ""])
def test_what_is_no_address_of_a_database(source: str) -> None:
    assert not is_database(source)
    assert name_of(source) is None


@pytest.mark.parametrize(
    "source",
    [
        "mysql://ann:sec#ret@host/db", "mysql://ann:sec/ret@host/db", "mysql://ann:sec?ret@host/db",
        "mysql://ann:12#34sec@host/db", "mysql://ann:12/sec@host/db", "mysql://ann:sec@[host/db", "mysql://h:sec/db",
    ],
)  # fmt: skip
def test_a_password_that_breaks_an_address_is_not_shown(source: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(source)
    assert caught.value.code == "address"
    assert "sec" not in str(caught.value)
    assert hidden(source) == "mysql://..."
    assert name_of(source) == "database"


@given(st.text(min_size=4, alphabet=st.characters(exclude_characters="/", codec="utf-8")))
def test_no_form_of_a_password_is_shown(secret: str) -> None:
    secret = f"{secret}~sec~{secret}"
    for source in (
        f"mysql://ann:{secret}@host/db",
        f"mysql://host/db?password={secret}",
        f"ftp://ann:{secret}@host/db",
    ):
        assert "~sec~" not in hidden(source)
        assert "~sec~" not in (name_of(source) or "")


def test_an_address_shows_neither_password_nor_options() -> None:
    url = parse("mysql://ann:qqq1@host/db?ssl_key=qqq2")
    assert "qqq" not in repr(url)
    assert "qqq" not in url.display


@pytest.mark.parametrize("wrong", ["0", "-1", "soon", "inf", "nan", ""])
def test_a_timeout_is_a_number_of_seconds(wrong: str) -> None:
    with pytest.raises(UsageError, match="a number of seconds above 0"):
        parse(f"mysql://host/db?timeout={wrong}")


def test_where_passwords_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    url = parse("mysql://ann@host/db")
    assert url.secret({}) is None
    assert url.secret({"DDGEN_DB_PASSWORD": "e"}) == "e"
    assert replace(url, password="p").secret({"DDGEN_DB_PASSWORD": "e"}) == "p"  # noqa: S106 - made up
    monkeypatch.setattr(sys, "stdin", io.StringIO("one\ntwo\n"))
    from_input = replace(url, password=STANDARD_INPUT)
    assert [from_input.secret({}), from_input.secret({})] == ["one", "two"]
    with pytest.raises(InputError, match="no password came from standard input"):
        from_input.secret({})


def test_a_terminal_is_asked_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    asked: list[str] = []

    def typed(prompt: str) -> str:
        asked.append(prompt)
        return "typed"

    monkeypatch.setattr(sys, "stdin", Terminal())
    monkeypatch.setattr(getpass, "getpass", typed)
    assert parse("mysql://ann:-@host/db").secret({}) == "typed"
    assert asked == ["Password for mysql://host/db: "]


def test_messages_are_one_line_without_the_password() -> None:
    assert cleaned("wrong:\n  'sec'  given.\n", "sec") == "wrong: '***' given"
    assert cleaned("as it is", None) == "as it is"
