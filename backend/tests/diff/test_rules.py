"""How changes are judged, and rules that people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.diff.change import Verdict
from ddgen.diff.rules import KINDS, STANDARD, Rule, Rules
from ddgen.diff.rules_file import load
from ddgen.errors import UsageError


def test_every_kind_is_judged_in_one_sentence() -> None:
    for rule in KINDS.values():
        assert isinstance(rule.verdict, Verdict)
        assert rule.why.endswith(".")
        assert ". " not in rule.why


def test_patterns_take_brackets_as_they_stand() -> None:
    rules = Rules(ignore=("orders.items[].*", "tmp_?", "kind:*_added"))
    assert rules.ignores("type_changed", "orders", "items[].sku")
    assert rules.ignores("type_changed", "tmp_1", "x")
    assert rules.ignores("field_added", "other", "x")
    assert not rules.ignores("type_changed", "orders", "items")
    assert not rules.ignores("type_changed", "tmp_12", None)
    assert not STANDARD.ignores("type_changed", "a", "b")


YAML = """
rules:
  field_added: risky
  type_widened: {verdict: safe, why: Our readers take decimals.}
ignore: ["tmp_*", "orders.internal_*"]
thresholds: {missing_share: 0.2}
"""
TOML = """
ignore = ["tmp_*", "orders.internal_*"]
[rules]
field_added = "risky"
type_widened = {verdict = "safe", why = "Our readers take decimals."}
[thresholds]
missing_share = 0.2
"""


@pytest.mark.parametrize(("name", "text"), [("rules.yaml", YAML), ("rules.toml", TOML)])
def test_files_of_rules(name: str, text: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    rules = load(path)
    assert rules.rule("field_added") == Rule(Verdict.RISKY, KINDS["field_added"].why)
    assert rules.rule("type_widened") == Rule(Verdict.SAFE, "Our readers take decimals.")
    assert rules.rule("type_mixed") == KINDS["type_mixed"]
    assert rules.ignore == ("tmp_*", "orders.internal_*")
    assert (rules.thresholds.missing_share, rules.thresholds.fewest) == (0.2, 30)


def test_an_empty_file_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert load(path) == STANDARD


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("rules: {field_add: safe}", "rules.field_add: no such key. Did you mean field_added?"),
        ("rule: {}", "rule: no such key. Did you mean rules?"),
        ("rules: {field_added: fine}", "rules.field_added: no such verdict: fine. Known: breaking, risky, safe, prose"),
        ("rules: {field_added: {verdikt: safe}}", "rules.field_added.verdikt: no such key. Did you mean verdict?"),
        ("rules: {field_added: {why: 3}}", "rules.field_added.why: this is no text"),
        ("rules: [a]", "rules: this is no mapping of names and values"),
        ("ignore: tmp", "ignore: this is no list of patterns. Say it as in ignore: ['tmp_*', 'orders.internal_*']"),
        ("thresholds: {missing_share: 5}", "thresholds.missing_share: this is not a share between 0 and 1: 5"),
        ("thresholds: {fewest: many}", "thresholds.fewest: this is not a number above 0: many"),
        ("- a", "this is no mapping. Its keys are rules, ignore, thresholds"),
        ("a: [", "line 2: cannot be read as YAML: "),
    ],
)
def test_what_is_wrong_is_named(text: str, said: str, tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load(path)
    assert str(caught.value).startswith(str(path))
    assert said in str(caught.value)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    broken, bytes_ = tmp_path / "a.toml", tmp_path / "b.yaml"
    broken.write_text("[", encoding="utf-8")
    bytes_.write_bytes(b"\xff\xfe\x00")
    for path, said in ((broken, "cannot be read as TOML"), (bytes_, "as UTF-8"), (tmp_path / "c.yaml", "no such file")):
        with pytest.raises(UsageError, match=said):
            load(path)
    with pytest.raises(UsageError, match="cannot be read"):
        load(tmp_path)
