"""A comparison as a comment on a pull request."""

from __future__ import annotations

import re

from ddgen.diff.compare import compare
from ddgen.diff.markdown import LONGEST

from .hostile import diff, rendered
from .parts import dictionary, field, table


def test_it_has_counts_first_and_folds_what_is_safe() -> None:
    shown = rendered("markdown", diff(gated=True))
    lines = shown.splitlines()
    assert lines[0] == "### Data dictionary: 2 breaking, 1 risky, 2 safe, 1 prose"
    assert "**The gate fails: 2 breaking changes; 25 % of the fields are described, not 90 %.**" in shown
    assert shown.index("| **breaking** | `t` | `a` |") < shown.index("<details><summary>2 safe</summary>")
    assert shown.count("<details>") == shown.count("</details>") == 2


def test_it_shows_texts_and_never_their_mark_up() -> None:
    shown = rendered("markdown")
    without = re.sub(r"</?(details|summary|code|br)>", "", shown)
    assert "<" not in without
    assert "\x07" not in shown
    rows = [line for line in shown.splitlines() if line.startswith("| **")]
    assert {row.count(" | ") for row in rows} == {4}


def test_it_of_many_changes_fits_a_comment_and_counts_the_rest() -> None:
    many = [field(f"a_field_with_a_rather_long_name_{number}") for number in range(3000)]
    shown = rendered("markdown", compare(dictionary(table("t", field("x"), *many)), dictionary(table("t", field("x")))))
    assert len(shown.encode()) <= LONGEST < 65_536
    rows = sum(line.startswith("| **") for line in shown.splitlines())
    assert f"{3000 - rows:,} more changes left out for length" in shown
    assert "3,000 breaking" in shown.splitlines()[0]
