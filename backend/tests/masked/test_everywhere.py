"""Nothing that is written of a dictionary built masked holds a personal value, in whatever format or command."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from rich.console import Console

from ddgen import registry
from ddgen.cli import field_view
from ddgen.cli.documents import read_dictionary

from .planted import PEOPLE, SECRETS, plant

FORMATS = {"json": "json", "yaml": "yaml", "markdown": "md", "csv": "csv", "excel": "xlsx", "html": "html"}


def ddgen(*arguments: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "ddgen", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, check=False)


def seen(content: bytes) -> list[str]:
    """The secrets that stand in some bytes, packed or not."""
    texts = [content]
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            texts = [book.read(name) for name in book.namelist()]
    joined = b"\n".join(texts).decode("utf-8", "replace").casefold()
    return [secret for secret in SECRETS if secret.casefold() in joined]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("planted")


@pytest.fixture(scope="module")
def files(folder: Path) -> list[Path]:
    return plant(folder)


@pytest.fixture(scope="module")
def built(folder: Path, files: list[Path]) -> subprocess.CompletedProcess[bytes]:
    outputs = [word for suffix in FORMATS.values() for word in ("-o", folder / f"d.{suffix}")]
    return ddgen("build", *files, *outputs, "--json-events")


def test_there_are_a_hundred_different_secrets_of_many_kinds() -> None:
    assert len(set(SECRETS)) == len(SECRETS) >= 100
    assert len(PEOPLE[0].values) >= 15


def test_every_format_is_looked_at() -> None:
    assert set(FORMATS) == set(registry.EXPORTERS)


@pytest.mark.parametrize("suffix", FORMATS.values())
def test_files_hold_none(folder: Path, built: subprocess.CompletedProcess[bytes], suffix: str) -> None:
    assert built.returncode == 0, built.stderr
    assert seen((folder / f"d.{suffix}").read_bytes()) == []


def test_standard_output_and_error_hold_none(files: list[Path], built: subprocess.CompletedProcess[bytes]) -> None:
    assert seen(built.stderr) == []
    person = ddgen("build", *files)
    quiet = ddgen("build", *files, "--quiet", "-f", "markdown")
    assert b"people" in person.stdout
    assert b"people" in quiet.stdout
    assert seen(person.stdout + person.stderr + quiet.stdout + quiet.stderr) == []


def test_show_holds_none(folder: Path, built: subprocess.CompletedProcess[bytes]) -> None:
    assert built.returncode == 0
    document = folder / "d.json"
    told = ddgen("show", document).stdout
    for table in read_dictionary(document).tables:
        told += ddgen("show", document, table.name).stdout
    assert seen(told) == []
    screen = io.StringIO()
    console = Console(file=screen, width=160, force_terminal=True)
    for table, field in read_dictionary(document).fields():
        field_view.draw(console, table, field)
    assert "contact, medium sensitivity" in screen.getvalue()
    assert seen(screen.getvalue().encode()) == []


def test_who_may_see_values_sees_them_and_is_told_so(folder: Path, files: list[Path]) -> None:
    document = folder / "clear.json"
    done = ddgen("build", *files, "--unmasked", "-o", document, "-o", folder / "clear.html", "--json-events")
    assert b'"masked": false' in done.stderr
    assert len(seen(document.read_bytes())) >= 100
    assert b"NOT masked" in (folder / "clear.html").read_bytes()
    assert seen(ddgen("show", document).stdout) == []
    shown = ddgen("show", document, "people", "--field", "email")
    clear = ddgen("show", document, "people", "--field", "email", "--unmasked")
    assert seen(shown.stdout) == []
    assert len(seen(clear.stdout)) >= 5
    assert b"NOT masked" in ddgen("show", document, "--unmasked").stdout


def test_a_later_run_over_an_unmasked_dictionary_masks_again(folder: Path, files: list[Path]) -> None:
    document = folder / "again.json"
    ddgen("build", *files, "--unmasked", "-o", document, "-q")
    assert seen(document.read_bytes()) != []
    assert ddgen("build", *files, "-o", document, "-q").returncode == 0
    assert seen(document.read_bytes()) == []


def test_a_verdict_on_the_command_line_is_obeyed_and_kept(folder: Path, files: list[Path]) -> None:
    document = folder / "verdicts.json"
    said = ("--pii", "people:row=identity:3", "--pii", "people:street=none")
    assert ddgen("build", files[0], *said, "-o", document, "-q").returncode == 0
    assert ddgen("build", files[0], "-o", document, "-q").returncode == 0
    table = read_dictionary(document).table("people")
    assert table is not None
    row, street = table.field("row"), table.field("street")
    assert row is not None
    assert street is not None
    assert (row.masked, street.masked) == ("counts", None)
    assert "Quittenweg 61b" in document.read_text(encoding="utf-8")
    wrong = ddgen("build", files[0], "--pii", "people:strete=none")
    assert wrong.returncode == 2
    assert b"people:street" in wrong.stderr
