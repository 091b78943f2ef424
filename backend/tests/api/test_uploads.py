from __future__ import annotations

import gzip
import os
import stat
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ddgen.api.config import ServerSettings
from ddgen.api.uploads import KEPT_SECONDS, Upload, Uploads, safe_name
from ddgen.errors import InputError, NotFound


@pytest.fixture
def uploads(tmp_path: Path) -> Uploads:
    return Uploads(ServerSettings(uploads=tmp_path / "uploads"))


def kept(uploads: Uploads, content: bytes, name: str = "data.csv") -> Upload:
    identity, path = uploads.place()
    path.write_bytes(content)
    return uploads.keep(identity, name=name, size=len(content), sha256="0", by="mara")


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders.csv", "orders.csv"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\orders.csv", "orders.csv"),
        ("..", "data"),
        ("", "data"),
        ("a\nb<c>.csv", "a_b_c_.csv"),
        ("données.csv", "données.csv"),
        ("x" * 300, "x" * 100),
    ],
)
def test_a_name_is_for_people_and_never_a_path(name: str, shown: str) -> None:
    assert safe_name(name) == shown


def parquet(folder: Path) -> bytes:
    path = folder / "x.parquet"
    pq.write_table(pa.table({"a": [1, 2]}), path)
    return path.read_bytes()


def test_the_kind_is_told_by_the_content_whatever_the_name_says(uploads: Uploads, tmp_path: Path) -> None:
    contents = {
        "csv": b"a,b\n1,2\n",
        "json": b'[{"a": 1}]',
        "parquet": parquet(tmp_path),
        "gzip": gzip.compress(b"a,b\n1,2\n"),
    }
    assert {kind: kept(uploads, content, "picture.png").kind for kind, content in contents.items()} == {
        kind: kind for kind in contents
    }


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(200), b"\x7fELF" + bytes(500)])
def test_what_nobody_can_read_is_refused_and_gone(uploads: Uploads, tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError):
        kept(uploads, content)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_an_upload_is_found_again_and_removed(uploads: Uploads, tmp_path: Path) -> None:
    held = kept(uploads, b"a,b\n1,2\n")
    assert uploads.get(held.id) == held
    assert stat.S_IMODE((tmp_path / "uploads").stat().st_mode) == 0o700
    uploads.remove(held.id)
    for identity in (held.id, "../secret", "x" * 36):
        with pytest.raises(NotFound):
            uploads.get(identity)
    assert list((tmp_path / "uploads").iterdir()) == []


def test_the_uploads_of_a_run_go_with_it_and_no_others(uploads: Uploads) -> None:
    mine, other = kept(uploads, b"a\n1\n"), kept(uploads, b"a\n1\n")
    sources = [{"kind": "upload", "id": mine.id}, {"kind": "file", "name": "x"}, {"kind": "upload", "id": "../x"}]
    uploads.remove_of({"sources": sources})
    assert not mine.path.exists()
    assert uploads.get(other.id) == other


def test_what_nobody_used_for_a_day_goes(uploads: Uploads, tmp_path: Path) -> None:
    old, new = kept(uploads, b"a\n1\n"), kept(uploads, b"a\n1\n")
    day_ago = time.time() - KEPT_SECONDS - 60
    for path in (tmp_path / "uploads").glob(f"{old.id}*"):
        os.utime(path, (day_ago, day_ago))
    uploads.clear_old()
    assert {path.name for path in (tmp_path / "uploads").iterdir()} == {new.id, f"{new.id}.json"}
