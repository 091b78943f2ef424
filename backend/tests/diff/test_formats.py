"""Comparisons as JSON, Markdown, SARIF and JUnit."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from ddgen.diff import formats, gate
from ddgen.diff.change import Diff
from ddgen.diff.compare import compare
from ddgen.diff.markdown import LONGEST
from ddgen.diff.rules import KINDS
from ddgen.errors import UsageError
from ddgen.model.claim import Kind

from .parts import dictionary, field, table, text

HOSTILE = "<img src=x onerror=alert(1)>|`*_[x](http://y)\x07\n"


def diff(*, gated: bool = False) -> Diff:
    old = dictionary(table("t", field("a"), field("b")), table(f"t{HOSTILE}", field("x"), field("y")))
    mine = field("b", "decimal", claims=[text(Kind.DESCRIPTION, HOSTILE)])
    mine.settle()
    new = dictionary(
        table("t", mine, field("c", "date")), table(f"t{HOSTILE}", field(f"`{HOSTILE}`", "date"), field("y"))
    )
    found = compare(old, new)
    return gate.passed(found, new, gate.read(["breaking"], ["any:90%"])) if gated else found


def rendered(name: str, found: Diff | None = None) -> str:
    return formats.render(found or diff(), name, version="1.2.3", place="docs/my dictionary.json")


def test_suffixes_and_names() -> None:
    paths = ["a.md", "a.JSON", "a.sarif", "a.sarif.json", "a.xml", "a.txt", "a.pdf"]
    told = ["markdown", "json", "sarif", "sarif", "junit", "text", None]
    assert [formats.of_path(path) for path in paths] == told
    assert formats.of_name("junit") == "junit"
    with pytest.raises(UsageError, match="no such format: pdf"):
        formats.of_name("pdf")


def test_json_is_the_document() -> None:
    assert Diff.model_validate_json(rendered("json")) == diff()


def test_markdown_has_counts_first_and_folds_what_is_safe() -> None:
    shown = rendered("markdown", diff(gated=True))
    lines = shown.splitlines()
    assert lines[0] == "### Data dictionary: 2 breaking, 1 risky, 2 safe, 1 prose"
    assert "**The gate fails: 2 breaking changes; 25 % of the fields are described, not 90 %.**" in shown
    assert shown.index("| **breaking** | `t` | `a` |") < shown.index("<details><summary>2 safe</summary>")
    assert shown.count("<details>") == shown.count("</details>") == 2


def test_markdown_shows_texts_and_never_their_mark_up() -> None:
    shown = rendered("markdown")
    without = re.sub(r"</?(details|summary|code|br)>", "", shown)
    assert "<" not in without
    assert "\x07" not in shown
    rows = [line for line in shown.splitlines() if line.startswith("| **")]
    assert {row.count(" | ") for row in rows} == {4}


def test_markdown_of_many_changes_fits_a_comment_and_counts_the_rest() -> None:
    many = [field(f"a_field_with_a_rather_long_name_{number}") for number in range(3000)]
    shown = rendered("markdown", compare(dictionary(table("t", field("x"), *many)), dictionary(table("t", field("x")))))
    assert len(shown.encode()) <= LONGEST < 65_536
    rows = sum(line.startswith("| **") for line in shown.splitlines())
    assert f"{3000 - rows:,} more changes left out for length" in shown
    assert "3,000 breaking" in shown.splitlines()[0]


def test_nothing_changed() -> None:
    same = compare(dictionary(table("t", field("x"))), dictionary(table("t", field("x"))))
    assert rendered("markdown", same).startswith("### Data dictionary: nothing changed\n")
    assert json.loads(rendered("sarif", same))["runs"][0]["results"] == []
    root = ET.fromstring(rendered("junit", same))  # noqa: S314 - our own
    assert (root.get("tests"), root.get("failures")) == ("1", "0")


def test_sarif_has_what_the_standard_and_code_scanning_ask_for() -> None:
    log = json.loads(rendered("sarif"))
    assert (log["version"], len(log["runs"])) == ("2.1.0", 1)
    run = log["runs"][0]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("ddgen", "1.2.3")
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert rule["id"] in KINDS
        assert re.fullmatch(r"[A-Z][A-Za-z]+", rule["name"])
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"].endswith(".")
        assert rule["defaultConfiguration"]["level"] in {"error", "warning", "note"}
    assert len(run["results"]) == len(diff().changes)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in {"error", "warning", "note"}
        assert result["message"]["text"]
        [place] = result["locations"]
        physical: dict[str, Any] = place["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == "docs/my%20dictionary.json"
        assert physical["region"]["startLine"] >= 1
        assert place["logicalLocations"][0]["fullyQualifiedName"].startswith("t")
        assert re.fullmatch(r"[0-9a-f]{32}", result["partialFingerprints"]["change/v1"])
    prints = [result["partialFingerprints"]["change/v1"] for result in run["results"]]
    assert len(prints) == len(set(prints))


def test_junit_fails_what_the_gate_fails() -> None:
    for found, failures in ((diff(), 2), (diff(gated=True), 3)):
        root = ET.fromstring(rendered("junit", found))  # noqa: S314 - our own
        assert root.tag == "testsuites"
        assert root.get("failures") == str(failures) == str(len(root.findall("testsuite/testcase/failure")))
        assert root.get("tests") == str(len(root.findall("testsuite/testcase")))
        for suite in root:
            assert suite.get("tests") == str(len(suite.findall("testcase")))
    [whole] = root.findall("testsuite[@name='dictionary']/testcase/failure")
    assert "25 % of the fields are described" in whole.get("message", "")
