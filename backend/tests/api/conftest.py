"""A server's application over a store in each kind of database, and a client of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from ddgen.api.app import create_app
from ddgen.api.config import ServerSettings
from ddgen.api.runner import runner
from ddgen.store.records import Put
from ddgen.store.store import Store

from ..store import dictionaries
from ..store.conftest import clock, made_file, made_schema, ready, store  # noqa: F401 - fixtures

BASE = "http://localhost"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that the server may read."""
    made = tmp_path / "shop"
    made.mkdir()
    (made / "orders.csv").write_text("id,amount,email\n1,2.5,a@example.org\n2,3.5,b@example.org\n", encoding="utf-8")
    return made


@pytest.fixture
def settings(tmp_path: Path, folder: Path) -> ServerSettings:
    return ServerSettings(uploads=tmp_path / "uploads", source_roots=(folder,))


@pytest.fixture
def put(store: Store) -> Put:  # noqa: F811 - the fixture
    """A dictionary in the store."""
    return dictionaries.put(store, dictionaries.dictionary())


@pytest.fixture
def client(store: Store, settings: ServerSettings) -> Iterator[TestClient]:  # noqa: F811 - the fixture
    """Of a server whose worker has not begun: runs wait."""
    app = create_app(settings, store, runner(settings, store))
    with closing(TestClient(app, base_url=BASE, raise_server_exceptions=False)) as opened:
        yield opened


@pytest.fixture
def working(client: TestClient) -> Iterator[TestClient]:
    """The same with the worker at work."""
    with client:
        yield client
