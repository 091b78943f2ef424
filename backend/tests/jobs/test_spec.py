"""What runs can be asked for, and what cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import UsageError
from ddgen.jobs import spec


def test_a_spec_comes_back_from_what_the_store_keeps() -> None:
    wanted = spec.RunSpec(sources=("a.csv",), sample=5, maps={"a.b": True}, emails=("ann@example.com",))
    assert spec.read(wanted.request()) == wanted
    assert spec.read({"sources": ["a.csv"]}).request() == {"sources": ["a.csv"]}


def test_a_dictionary_is_called_after_its_first_source() -> None:
    assert spec.RunSpec(sources=("/data/orders.2024.csv", "b.csv")).dictionary == "orders"
    assert spec.RunSpec(sources=("postgresql://me@db/shop",)).dictionary == "shop"
    assert spec.RunSpec(sources=("a.csv",), name="mine").dictionary == "mine"


@pytest.mark.parametrize(
    ("request_", "said"),
    [
        ({}, "sources"),
        ({"sources": []}, "sources"),
        ({"sources": ["a.csv"], "colour": "red"}, "colour"),
        ({"sources": ["a.csv"], "sample": 0}, "sample"),
        ({"sources": ["-"]}, "standard input"),
        ({"sources": ["a.csv"], "webhooks": ["ftp://example.com"]}, "https://"),
        ({"sources": ["a.csv"], "webhooks": ["https://me:pw@example.com"]}, "no user"),
        ({"sources": ["a.csv"], "emails": ["ann"]}, "no e-mail address"),
        ({"sources": ["a.csv"], "emails": ["a@b.c\nBcc: x@y.z"]}, "no e-mail address"),
    ],
)
def test_what_cannot_be_is_one_line_with_its_place(request_: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said) as raised:
        spec.read(request_)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("source", ["postgresql://me:planted@db/shop", "mysql://db/shop?user=me&password=planted"])
def test_a_password_is_refused_and_not_repeated(source: str) -> None:
    with pytest.raises(UsageError, match="holds a password") as raised:
        spec.read({"sources": [source]})
    assert "planted" not in str(raised.value)


def test_a_password_by_name_is_read_where_the_work_is_done(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "postgresql://me:${SHOP_PASSWORD}@db/shop"
    assert spec.read({"sources": [source]}).sources == (source,)
    with pytest.raises(UsageError, match="SHOP_PASSWORD is not set"):
        spec.opened(source)
    monkeypatch.setenv("SHOP_PASSWORD", "p@ss/word")
    assert spec.opened(source) == "postgresql://me:p%40ss%2Fword@db/shop"
    assert spec.opened("${SHOP_PASSWORD}.csv") == "${SHOP_PASSWORD}.csv"


def test_places_mean_the_same_in_every_folder() -> None:
    assert spec.anchored("data/a.csv") == str(Path.cwd() / "data/a.csv")
    assert spec.anchored("postgresql://me@db/shop") == "postgresql://me@db/shop"
