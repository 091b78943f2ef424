"""Where the store is."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import UsageError
from ddgen.store.address import address_of


def test_places_in_their_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    environ = {"XDG_DATA_HOME": str(tmp_path / "data"), "HOME": str(tmp_path)}
    assert address_of(environ=environ).file == tmp_path / "data/ddgen/store.sqlite"
    del environ["XDG_DATA_HOME"]
    assert address_of(environ=environ).file == tmp_path / ".local/share/ddgen/store.sqlite"
    (tmp_path / ".env").write_text("DDGEN_STORE_URL=team.sqlite\n", encoding="utf-8")
    assert address_of(environ=environ).file == tmp_path / "team.sqlite"
    environ["DDGEN_STORE_URL"] = "sqlite:////srv/all.sqlite"
    assert address_of(environ=environ).file == Path("/srv/all.sqlite")
    assert address_of("mine.sqlite", environ=environ).file == tmp_path / "mine.sqlite"


def test_passwords_are_not_shown() -> None:
    address = address_of("postgresql://me:hunter2@host:5433/ddgen?options=-cx")
    assert address.shown == "postgresql://me@host:5433/ddgen"
    assert address.url == "postgresql+psycopg://me:hunter2@host:5433/ddgen?options=-cx"
    assert address.file is None
    assert address_of("postgres://host/ddgen").shown == "postgresql://host/ddgen"


def test_other_databases_are_refused() -> None:
    with pytest.raises(UsageError, match="cannot be kept in mysql"):
        address_of("mysql://host/db")
