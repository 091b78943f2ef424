"""What of a build goes into the store, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.cli import stored
from ddgen.errors import UsageError
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Problem
from ddgen.store.store import Store


def test_a_stopped_or_empty_run_is_not_saved(shop: Dictionary, tmp_path: Path) -> None:
    where = str(tmp_path / "store.sqlite")
    shop.problems.append(Problem(code="interrupted", message="stopped", source="shop"))
    with pytest.raises(UsageError, match="the run was stopped"):
        stored.save(where, shop, None)
    shop.problems, shop.tables = [], []
    with pytest.raises(UsageError, match="nothing could be read"):
        stored.save(where, shop, None)
    assert not Path(where).exists()


def test_saved_and_recalled(shop: Dictionary, tmp_path: Path) -> None:
    where = str(tmp_path / "store.sqlite")
    assert stored.recall(where, "shop", []) is None
    assert stored.save(where, shop, None).version == 1
    found = stored.recall(where, "shop", [])
    assert found is not None
    assert found.dictionary == shop
    with Store.open(where) as store:
        assert store.audit.page().items[0].actor == stored.actor()
