from __future__ import annotations

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from pydantic import BaseModel

from ddgen import registry
from ddgen.errors import OutputError, UsageError
from ddgen.exporters.base import Exporter
from ddgen.exporters.write import Output, choose, write_file, write_output, write_outputs
from ddgen.model.dictionary import Dictionary, load

from . import dictionaries


@pytest.mark.parametrize(
    ("name", "format_name"), [("a.json", "json"), ("a.YML", "yaml"), ("a.b.csv", "csv"), ("a.XLSX", "excel")]
)
def test_the_suffix_tells_the_format_in_any_letter_case(name: str, format_name: str) -> None:
    assert choose(Output(Path(name))).name == format_name


def test_a_named_format_comes_before_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "dictionary.txt"
    write_output(dictionaries.shop(), Output(path, format="json"))
    assert load(path.read_bytes()) == dictionaries.shop()


def test_a_name_that_tells_no_format_is_answered_with_those_there_are() -> None:
    with pytest.raises(UsageError, match=r"out\.doc: .*\.json.*excel") as caught:
        choose(Output(Path("out.doc")))
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("options", [{"nope": 1}, {"bom": "maybe"}])
def test_options_are_checked(options: dict[str, object]) -> None:
    with pytest.raises(UsageError, match=r"csv: option (nope|bom): "):
        write_output(dictionaries.empty(), Output(Path("never.csv"), options=options))
    assert not Path("never.csv").exists()


def test_options_reach_the_exporter(tmp_path: Path) -> None:
    (written,) = write_output(dictionaries.empty(), Output(tmp_path / "a.csv", options={"bom": False}))
    assert written.read_bytes().startswith(b"table,")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "dictionary.json"
    assert write_output(dictionaries.empty(), Output(path)) == (path,)
    assert path.is_file()


def test_nothing_but_the_file_is_left_behind(tmp_path: Path) -> None:
    write_file(tmp_path / "a.json", b"{}")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_replaced_file_keeps_its_mode_and_a_link_stays_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "target.json", tmp_path / "link.json"
    target.write_bytes(b"old")
    target.chmod(0o640)
    link.symlink_to(target)
    write_file(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert target.stat().st_mode & 0o777 == 0o640


def test_a_full_disk_is_said_in_one_line() -> None:
    with pytest.raises(OutputError) as caught:
        write_file(Path("/dev/full"), b"x")
    assert str(caught.value) == "/dev/full: the disk is full. Free some space or write elsewhere"
    assert caught.value.exit_code == 4


def test_what_cannot_be_written_whole_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with _largest_file(1_000), pytest.raises(OutputError, match="larger than allowed"):
        write_file(path, b"x" * 2_000)
    assert path.read_bytes() == b"old"
    assert [left.name for left in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with pytest.raises(OutputError, match=r"a\.json: a folder of that name is in the way"):
        write_file(tmp_path / "a.json", b"x")


def test_a_file_in_the_way_of_a_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"")
    with pytest.raises(OutputError, match=r"a/b\.json: .*file"):
        write_file(tmp_path / "a" / "b.json", b"x")


def test_a_name_too_long_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="the name is too long"):
        write_file(tmp_path / ("n" * 300 + ".json"), b"x")


def test_a_folder_one_may_not_write_to_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "closed"
    folder.mkdir()
    folder.chmod(0o500)
    with _without_privileges(), pytest.raises(OutputError, match="no permission to write here"):
        write_file(folder / "a.json", b"x")
    assert list(folder.iterdir()) == []


def test_one_that_fails_does_not_lose_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    outputs = [Output(tmp_path / name) for name in ("a.json", "b.nope", "c.csv")]
    folder, unknown, good = write_outputs(dictionaries.shop(), outputs)
    assert isinstance(folder.error, OutputError)
    assert isinstance(unknown.error, UsageError)
    assert good.error is None
    assert good.files == (tmp_path / "c.csv",)
    assert (tmp_path / "c.csv").stat().st_size > 0


class FolderExporter(Exporter):
    name = "folder"
    suffixes = (".folder",)
    media_type = "text/plain"

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes | dict[str, bytes]:
        assert options == self.Options()
        return {dictionary.name: b"one", "sub/two.txt": b"two"}


def test_several_files_go_into_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.EXPORTERS, "folder", f"{__name__}:FolderExporter")
    files = write_output(dictionaries.empty(), Output(tmp_path / "out.folder"))
    assert {file.relative_to(tmp_path).as_posix() for file in files} == {"out.folder/empty", "out.folder/sub/two.txt"}
    assert (tmp_path / "out.folder" / "sub" / "two.txt").read_bytes() == b"two"


@pytest.mark.parametrize("name", ["../out.txt", "/out.txt", "sub/../../out.txt", ""])
def test_no_file_leaves_the_folder(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(registry.EXPORTERS, "folder", f"{__name__}:FolderExporter")
    escaping = dictionaries.empty().model_copy(update={"name": name})
    with pytest.raises(OutputError, match="leads out of the folder"):
        write_output(escaping, Output(tmp_path / "out.folder"))
    assert not (tmp_path / "out.txt").exists()


@contextmanager
def _largest_file(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def _without_privileges() -> Iterator[None]:
    user = os.geteuid()
    if user == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(user)
