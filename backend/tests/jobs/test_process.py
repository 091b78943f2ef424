"""The child process of a run, as its parent sees it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import Interrupted
from ddgen.jobs.process import Child
from ddgen.jobs.spec import read
from ddgen.store.store import Store

from .conftest import endless, submit


@pytest.mark.parametrize("where", ["sqlite"], indirect=True)
def test_a_child_that_is_stopped_ends(store: Store, where: str, tmp_path: Path) -> None:
    run = submit(store, endless(tmp_path))
    child = Child(run.id, where, read(run.request))
    told: list[tuple[str, dict[str, object]]] = []
    while not told:
        told += child.hear(0.1)
    assert told[0][0] == "progress"
    child.stop()
    assert child.close() == Interrupted.exit_code
    assert not Path(f"/proc/{child.pid}").exists()
