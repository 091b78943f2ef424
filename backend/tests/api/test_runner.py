"""Who does the runs of a server."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from ddgen.api.config import ServerSettings
from ddgen.api.runner import Elsewhere, runner
from ddgen.api.uploads import Uploads
from ddgen.errors import Conflict
from ddgen.jobs.worker import Worker
from ddgen.store.store import Store


def test_a_server_does_its_runs_itself_unless_it_may_do_none(store: Store, settings: ServerSettings) -> None:
    assert isinstance(runner(settings, store), Worker)
    assert isinstance(runner(replace(settings, run_limit=0), store), Elsewhere)


def test_a_run_that_waits_for_others_can_be_cancelled_once_and_its_upload_goes(
    store: Store, settings: ServerSettings, tmp_path: Path
) -> None:
    uploads = Uploads(settings)
    identity, path = uploads.place()
    path.write_text("id\n1\n", encoding="utf-8")
    uploads.keep(identity, name="mine.csv", size=5, sha256="", by="ann")
    run = store.runs.create("shop", {"sources": [{"kind": "upload", "id": identity}]}, actor="ann")
    others = Elsewhere(settings, store)
    others.cancel(run.id, actor="ann")
    assert store.runs.get(run.id).state == "cancelled"
    assert list((tmp_path / "uploads").iterdir()) == []
    with pytest.raises(Conflict):
        others.cancel(run.id, actor="ann")
