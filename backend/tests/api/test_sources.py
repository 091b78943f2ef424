from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.api.config import ServerSettings
from ddgen.api.sources import Sources
from ddgen.errors import NotFound, UsageError
from ddgen.store.store import Store


@pytest.fixture
def sources(store: Store, settings: ServerSettings, folder: Path) -> Sources:
    (folder / "more").mkdir()
    (folder / "more" / "deep.csv").write_text("a\n1\n", encoding="utf-8")
    (folder / ".hidden.csv").write_text("a\n1\n", encoding="utf-8")
    outside = folder.parent / "outside.csv"
    outside.write_text("secret\n1\n", encoding="utf-8")
    (folder / "way-out.csv").symlink_to(outside)
    (folder / "way-out").symlink_to(folder.parent)
    return Sources(settings, store)


def test_what_may_be_read_is_listed_by_name(sources: Sources) -> None:
    assert [(one.kind, one.name) for one in sources.listed()] == [
        ("folder", "shop"),
        ("file", "shop/orders.csv"),
        ("file", "shop/more/deep.csv"),
    ]


@pytest.mark.parametrize("name", ["shop", "shop/orders.csv", "shop/more", "shop/more/deep.csv"])
def test_what_is_listed_is_found(sources: Sources, folder: Path, name: str) -> None:
    assert sources.file(name) == (folder.parent / name).resolve()


@pytest.mark.parametrize(
    "name",
    [
        "",
        "/etc/passwd",
        "etc",
        "shop/../outside.csv",
        "shop/..",
        "shop/.",
        "shop//orders.csv",
        "shop/./orders.csv",
        "shop/.hidden.csv",
        "shop/way-out.csv",
        "shop/way-out/outside.csv",
        "shop/orders.csv/x",
        "shop/*.csv",
        "..",
        "~",
        "-",
        "http://169.254.169.254/latest/meta-data",
        "file:///etc/passwd",
        "sqlite:///etc/passwd",
        "postgresql://127.0.0.1/test",
    ],
)
def test_nothing_else_is(sources: Sources, name: str) -> None:
    with pytest.raises(NotFound):
        sources.file(name)


def test_a_database_is_known_by_name_and_its_password_comes_from_the_environment(
    store: Store, settings: ServerSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.options.connect("shop", "postgresql://me:${SHOP_PASSWORD}@db/shop", actor="op")
    sources = Sources(settings, store)
    assert next((one.kind, one.name) for one in sources.listed()) == ("connection", "shop")
    with pytest.raises(UsageError, match="SHOP_PASSWORD is not set"):
        sources.connection("shop")
    monkeypatch.setenv("SHOP_PASSWORD", "hunter2")
    assert sources.connection("shop") == "postgresql://me:hunter2@db/shop"
    assert "hunter2" not in str(sources.listed())
    with pytest.raises(NotFound):
        sources.connection("postgresql://me@db/shop")
