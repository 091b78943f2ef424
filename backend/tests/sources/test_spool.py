from __future__ import annotations

import io
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ddgen.errors import InputError, OutputError
from ddgen.sources.spool import PIECE, Spool


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which temporary folders are made."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_nothing_is_made_before_the_first_copy(folder: Path) -> None:
    with Spool():
        assert list(folder.iterdir()) == []


def test_a_copy_holds_every_byte_and_ends_with_its_name(folder: Path) -> None:
    content = os.urandom(PIECE * 2 + 17)
    with Spool() as spool:
        path = spool.keep(io.BytesIO(content).read, "orders.csv.gz")
        assert path.read_bytes() == content
        assert path.name.endswith("orders.csv.gz")
        assert path.is_relative_to(folder)


def test_an_empty_input_is_an_empty_copy(folder: Path) -> None:
    with Spool() as spool:
        assert spool.keep(io.BytesIO().read, "stdin").stat().st_size == 0
    assert list(folder.iterdir()) == []


def test_copies_of_one_name_stay_apart_and_go_together(folder: Path) -> None:
    with Spool() as spool:
        copies = [spool.keep(io.BytesIO(text).read, "a.csv") for text in (b"1", b"2", b"3")]
        assert [path.read_bytes() for path in copies] == [b"1", b"2", b"3"]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("error", [InputError("x"), KeyboardInterrupt(), ZeroDivisionError()])
def test_copies_go_whatever_ends_the_run(folder: Path, error: BaseException) -> None:
    def run() -> None:
        with Spool() as spool:
            spool.keep(io.BytesIO(b"a,b").read, "a.csv")
            raise error

    with pytest.raises(type(error)):
        run()
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt(), InputError("the pipe broke")])
def test_half_a_copy_goes_as_well(folder: Path, error: BaseException) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"half"
        raise error

    given = pieces()
    with pytest.raises(type(error)), Spool() as spool:
        spool.keep(lambda _: next(given), "a.csv")
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "..", "", "a/b\n'c\".csv", "-rf", "x" * 250 + ".csv", "ß" * 200]
)
def test_no_name_leads_out_of_the_folder_or_is_too_long(folder: Path, name: str) -> None:
    with Spool() as spool:
        path = spool.keep(io.BytesIO(b"1").read, name)
        assert path.read_bytes() == b"1"
        assert path.parent.parent == folder
        assert path.name.endswith(Path(name).suffix)


def test_no_place_for_temporary_files_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with pytest.raises(OutputError) as caught, Spool() as spool:
        spool.keep(io.BytesIO(b"1").read, "a.csv")
    assert str(tmp_path / "gone") in str(caught.value)
    assert "TMPDIR" in (caught.value.hint or "")


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KB."""
    mount = shutil.which("mount")
    if os.geteuid() != 0 or mount is None:
        pytest.skip("only root may mount a disk")
    place = tmp_path / "tiny"
    place.mkdir()
    done = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], check=False, capture_output=True
    )
    if done.returncode:
        pytest.skip("no disk can be mounted here")
    yield place
    subprocess.run([shutil.which("umount") or "umount", str(place)], check=True)


@pytest.mark.parametrize("size", [65_000, 66_000, PIECE, PIECE + 10])
def test_a_full_disk_is_told_and_left_empty(tiny: Path, monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tiny))
    both = iter([bytes(size), bytes(size), b""])
    with pytest.raises(OutputError) as caught, Spool() as spool:
        spool.keep(lambda _: next(both), "a.csv")
    assert "No space left" in caught.value.message
    assert list(tiny.iterdir()) == []
