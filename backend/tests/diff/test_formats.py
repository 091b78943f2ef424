"""Comparisons as JSON, Markdown, SARIF and JUnit."""

from __future__ import annotations

import json
from xml.etree import ElementTree as ET

import pytest

from ddgen.diff import formats
from ddgen.diff.change import Diff
from ddgen.diff.compare import compare
from ddgen.errors import UsageError

from .hostile import diff, rendered
from .parts import dictionary, field, table


def test_suffixes_and_names() -> None:
    paths = ["a.md", "a.JSON", "a.sarif", "a.sarif.json", "a.xml", "a.txt", "a.pdf"]
    told = ["markdown", "json", "sarif", "sarif", "junit", "text", None]
    assert [formats.of_path(path) for path in paths] == told
    assert formats.of_name("junit") == "junit"
    with pytest.raises(UsageError, match="no such format: pdf"):
        formats.of_name("pdf")


def test_json_is_the_document() -> None:
    assert Diff.model_validate_json(rendered("json")) == diff()


def test_nothing_changed() -> None:
    same = compare(dictionary(table("t", field("x"))), dictionary(table("t", field("x"))))
    assert rendered("markdown", same).startswith("### Data dictionary: nothing changed\n")
    assert json.loads(rendered("sarif", same))["runs"][0]["results"] == []
    root = ET.fromstring(rendered("junit", same))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures")) == ("1", "0")
