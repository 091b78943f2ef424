"""A comparison for code scanning."""

from __future__ import annotations

import json
import re
from typing import Any

from ddgen.diff.rules import KINDS

from .hostile import diff, rendered


def test_it_has_what_the_standard_and_code_scanning_ask_for() -> None:
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
