"""What runs read that were asked for through the API."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.api.config import ServerSettings
from ddgen.api.inputs import ServerInputs
from ddgen.api.uploads import Uploads
from ddgen.errors import NotFound
from ddgen.store.store import Store


def test_names_become_places_and_uploads_go(tmp_path: Path) -> None:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "orders.csv").write_text("id\n1\n", encoding="utf-8")
    settings = ServerSettings(
        source_roots=(tmp_path / "shop",),
        connections={"db": "postgresql://me:${SHOP_PASSWORD}@db/shop"},
        uploads=tmp_path / "uploads",
    )
    uploads = Uploads(settings)
    identity, path = uploads.place()
    path.write_text("id\n1\n", encoding="utf-8")
    uploads.keep(identity, name="mine.csv", size=5, sha256="", by="ann")
    asked = [
        {"kind": "file", "name": "shop/orders.csv"},
        {"kind": "connection", "name": "db"},
        {"kind": "upload", "id": identity},
    ]
    with Store.open(tmp_path / "store.sqlite") as store:
        inputs = ServerInputs(settings, store)
        run = store.runs.create("shop", {"sources": asked, "sample": 5}, actor="ann")
        wanted = inputs.spec_of(run)
        inputs.over(run)
        other = store.runs.create("x", {"sources": [{"kind": "file", "name": "shop/../a"}]}, actor="ann")
        with pytest.raises(NotFound):
            inputs.spec_of(other)
        plain = store.runs.create("y", {"sources": ["/data/a.csv"]}, actor="ann")
        assert inputs.spec_of(plain).sources == ("/data/a.csv",)
    assert wanted.sources == (
        str(tmp_path / "shop" / "orders.csv"),
        "postgresql://me:${SHOP_PASSWORD}@db/shop",
        str(path),
    )
    assert (wanted.name, wanted.sample, wanted.names) == ("shop", 5, {str(path): "mine.csv"})
    assert not path.exists()
