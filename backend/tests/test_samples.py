"""The sample shop is what its script writes."""

from __future__ import annotations

import gzip
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

SAMPLES = Path(__file__).parents[2] / "samples"
MOST_BYTES = 2_000_000


def content(path: Path) -> object:
    """What a file says; how libraries of other versions pack it may differ."""
    if path.suffix == ".gz":
        return gzip.decompress(path.read_bytes())
    if path.suffix == ".sqlite":
        with closing(sqlite3.connect(path)) as database:
            return list(database.iterdump())
    return path.read_bytes()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("shop")
    subprocess.run([sys.executable, SAMPLES / "generate.py", folder], check=True)
    return folder


def test_the_script_writes_what_is_committed(written: Path) -> None:
    committed = sorted(path.name for path in (SAMPLES / "shop").iterdir())
    assert sorted(path.name for path in written.iterdir()) == committed
    assert [name for name in committed if content(written / name) != content(SAMPLES / "shop" / name)] == []


def test_the_shop_is_small(written: Path) -> None:
    assert sum(path.stat().st_size for path in written.iterdir()) < MOST_BYTES


def test_people_are_invented(written: Path) -> None:
    customers = (written / "customers.csv").read_text(encoding="utf-8")
    assert customers.count("@example.") == customers.count("@")
    assert "55501" in customers
