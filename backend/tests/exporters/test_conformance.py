"""What every registered exporter keeps.

The golden files are written anew, to be read and committed, by `DDGEN_WRITE_GOLDEN=1 pytest` with this file.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import BaseModel, ValidationError

from ddgen import registry
from ddgen.exporters.base import Exporter
from ddgen.model.dictionary import Dictionary, Table

from . import dictionaries
from .workbooks import open_workbook

GOLDEN = Path(__file__).parent / "golden"
NAMES = registry.names("exporters")
BINARY = {"excel"}
MISLEADING = "\x00\x1b\u202e\u200b"


def small() -> Dictionary:
    """One table of a few fields, one problem."""
    shop = dictionaries.shop()
    return shop.model_copy(
        update={"name": "Small", "tables": shop.tables[:1], "relationships": [], "problems": shop.problems[:1]}
    )


def without_fields() -> Dictionary:
    """A table that has none."""
    bare = Table(id="t", name="bare", uri="bare.csv", format="csv", row_count=0)
    return dictionaries.empty().model_copy(update={"tables": [bare]})


MAKERS = [small, without_fields, dictionaries.shop, dictionaries.hostile, dictionaries.empty]


@pytest.mark.parametrize("name", NAMES)
def test_the_class_says_its_registered_name_and_keeps_the_contract(name: str) -> None:
    exporter = registry.get("exporters", name)
    assert issubclass(exporter, Exporter)
    assert exporter.name == name
    assert exporter.__doc__
    assert "/" in exporter.media_type
    assert exporter.suffixes
    assert all(suffix.startswith(".") and suffix == suffix.lower() for suffix in exporter.suffixes)


def test_no_two_exporters_share_a_suffix() -> None:
    suffixes = [suffix for _, exporter in registry.each("exporters") for suffix in exporter.suffixes]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize("name", NAMES)
def test_options_have_defaults_and_descriptions_and_refuse_others(name: str) -> None:
    options = registry.get("exporters", name).Options
    assert issubclass(options, BaseModel)
    assert options() == options.model_validate({})
    assert all(member.description for member in options.model_fields.values())
    assert options.model_json_schema()["type"] == "object"
    with pytest.raises(ValidationError):
        options.model_validate({"surely no option": 1})


@pytest.mark.parametrize("make", MAKERS)
@pytest.mark.parametrize("name", NAMES)
def test_every_dictionary_gives_content_and_is_left_as_it_was(name: str, make: Callable[[], Dictionary]) -> None:
    dictionary = make()
    parts = _render(name, dictionary)
    assert parts
    assert all(parts.values())
    assert dictionary == make()


@pytest.mark.parametrize("name", [name for name in NAMES if name not in BINARY])
def test_text_is_utf8_and_hides_nothing(name: str) -> None:
    for content in _render(name, dictionaries.hostile()).values():
        text = content.decode("utf-8-sig")
        if name != "json":
            assert not set(MISLEADING) & set(text)
        if name == "html":
            assert "<script>alert(1)</script>" not in text
            assert "<img src=x" not in text


@pytest.mark.parametrize("name", NAMES)
def test_files_of_a_folder_have_safe_names(name: str) -> None:
    parts = _render(name, dictionaries.hostile())
    assert len({part.casefold() for part in parts}) == len(parts)
    for part in parts:
        path = Path(part)
        assert not path.is_absolute()
        assert ".." not in path.parts
        assert part.isprintable()


def test_the_same_dictionary_gives_the_same_bytes_in_any_process() -> None:
    digests = [_digests_in_a_process(seed) for seed in ("1", "2")]
    assert digests[0] == digests[1]
    assert set(digests[0]) == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_small_dictionary_looks_as_it_did(name: str) -> None:
    golden = dict(_comparable(name, part, content) for part, content in _render(name, small()).items())
    if os.environ.get("DDGEN_WRITE_GOLDEN"):
        for part, content in golden.items():
            (GOLDEN / part).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / part).write_bytes(content)
    for part, content in golden.items():
        assert content == (GOLDEN / part).read_bytes(), f"{part} differs: see the top of this file"


def digest(name: str) -> str:
    """A hash of all that an exporter makes of the dictionaries."""
    every = [sorted(_render(name, make()).items()) for make in MAKERS]
    return hashlib.sha256(repr(every).encode()).hexdigest()


def _digests_in_a_process(seed: str) -> dict[str, str]:
    code = f"from {__name__} import NAMES, digest\nfor name in NAMES: print(name, digest(name))"
    here = [str(path) for path in sys.path if path]
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(here)}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return dict(line.split() for line in done.stdout.splitlines())


def _render(name: str, dictionary: Dictionary) -> dict[str, bytes]:
    exporter = registry.get("exporters", name)
    content = exporter().render(dictionary, exporter.Options())
    return content if isinstance(content, dict) else {f"dictionary{exporter.suffixes[0]}": content}


def _comparable(name: str, part: str, content: bytes) -> tuple[str, bytes]:
    """A golden file's name and content; of a workbook its cells, whatever the libraries that pack it."""
    if name not in BINARY:
        return f"{name}/{part}", content
    lines = []
    for sheet in open_workbook(content):
        lines.append(f"[{sheet.title}]")
        for row in sheet:
            lines += [
                f"{cell.coordinate} {cell.value!r} {cell.number_format}" for cell in row if cell.value is not None
            ]
    return f"{name}/{part}.txt", "\n".join([*lines, ""]).encode()
