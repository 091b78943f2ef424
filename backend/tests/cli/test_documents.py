"""Dictionaries in files that people name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.cli.documents import load_content, read_content, read_dictionary
from ddgen.errors import DocumentError, InputError, UsageError
from ddgen.model.dictionary import Dictionary


def test_a_dictionary_is_read_masked_unless_wanted_otherwise(shop: Dictionary, tmp_path: Path) -> None:
    path = tmp_path / "d.json"
    path.write_text(shop.to_json(), encoding="utf-8")
    assert (read_dictionary(path).masked, read_dictionary(path, unmasked=True).masked) == (True, False)


def test_what_is_not_there_or_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        read_content(tmp_path / "none.json")
    with pytest.raises(InputError, match="cannot be read"):
        read_content(tmp_path)


def test_forms_that_come_home_are_named(shop: Dictionary) -> None:
    with pytest.raises(DocumentError, match=r"ddgen import d\.yaml"):
        load_content(b"format: ddgen-yaml/1", Path("d.yaml"))
    assert load_content(shop.to_json().encode(), Path("d.yaml")).name == "shop"
    with pytest.raises(DocumentError, match="not a dictionary"):
        load_content(b"nothing", Path("d.json"))
