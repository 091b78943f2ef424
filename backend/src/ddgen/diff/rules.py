"""The kinds of changes, how each is judged, and why: one table, which a person may override."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from ddgen.diff.change import Verdict

BREAKING, RISKY, SAFE, PROSE = Verdict.BREAKING, Verdict.RISKY, Verdict.SAFE, Verdict.PROSE


class Rule(NamedTuple):
    """How a kind of change is judged, and why, in one sentence."""

    verdict: Verdict
    why: str


KINDS: dict[str, Rule] = {
    "table_added": Rule(SAFE, "Nobody reads it yet."),
    "table_removed": Rule(BREAKING, "Whoever reads it finds nothing."),
    "table_renamed": Rule(BREAKING, "Whoever reads it by its old name finds nothing."),
    "table_continued": Rule(SAFE, "It is the next of a series of files."),
    "table_emptied": Rule(BREAKING, "There are no rows any more."),
    "row_count_collapsed": Rule(RISKY, "Rows may have been lost on the way."),
    "row_count_exploded": Rule(RISKY, "Rows may have been loaded more than once."),
    "field_added": Rule(SAFE, "Readers that name their fields do not see it."),
    "field_removed": Rule(BREAKING, "Whoever reads it finds nothing."),
    "field_renamed": Rule(BREAKING, "Whoever reads it by its old name finds nothing."),
    "field_emptied": Rule(BREAKING, "It is there, but holds no value any more."),
    "field_filled": Rule(SAFE, "It held no value before, so nothing rests on it."),
    "type_widened": Rule(RISKY, "Readers of the narrower type may not hold every value."),
    "type_mixed": Rule(BREAKING, "Readers of the old type fail at values of the other."),
    "type_narrowed": Rule(SAFE, "Every value is still one that readers expect."),
    "type_changed": Rule(BREAKING, "Readers of the old type fail or misread."),
    "physical_type_changed": Rule(RISKY, "The source declares it otherwise; readers that copy the declaration differ."),
    "became_nullable": Rule(BREAKING, "It was never missing; readers need not be ready for that."),
    "first_missing": Rule(RISKY, "It was never missing, but in too few rows to rely on that."),
    "constraint_dropped": Rule(RISKY, "The source no longer promises a value, though all rows have one so far."),
    "became_required": Rule(SAFE, "Readers that are ready for missing values are still right."),
    "primary_key_lost": Rule(BREAKING, "Nothing identifies a row any more: joins may multiply rows."),
    "primary_key_won": Rule(SAFE, "Rows can be told apart now."),
    "primary_key_changed": Rule(
        RISKY, "Rows are identified by something else: joins on the old key may multiply rows."
    ),
    "uniqueness_lost": Rule(BREAKING, "Values repeat now: joins on it multiply rows."),
    "uniqueness_won": Rule(SAFE, "Values no longer repeat."),
    "reference_lost": Rule(RISKY, "Joins over it may find nothing."),
    "reference_won": Rule(SAFE, "It can be joined now."),
    "reference_retargeted": Rule(BREAKING, "Joins over it lead to another table."),
    "orphans_appeared": Rule(RISKY, "Some values refer to rows that are not there: joins lose them."),
    "codes_widened": Rule(RISKY, "Readers may not know the new values."),
    "codes_tightened": Rule(SAFE, "Readers meet only values that they know."),
    "code_meaning_changed": Rule(BREAKING, "The same value stands for something else."),
    "unit_changed": Rule(BREAKING, "The same number means another amount."),
    "unit_won": Rule(SAFE, "The unit is known now."),
    "unit_lost": Rule(RISKY, "It is no longer known what the numbers count."),
    "semantic_type_changed": Rule(RISKY, "The values are of another kind than before."),
    "semantic_type_won": Rule(SAFE, "It is known now what the values are."),
    "semantic_type_lost": Rule(RISKY, "The values no longer look like what they were."),
    "format_changed": Rule(RISKY, "Values are written in another way; readers that parse them may fail."),
    "pii_appeared": Rule(BREAKING, "Whoever may read it may not be allowed to read personal data."),
    "pii_more_sensitive": Rule(BREAKING, "Whoever may read it may not be allowed to read more sensitive data."),
    "pii_category_changed": Rule(RISKY, "Other rules may hold for this kind of personal data."),
    "pii_less_sensitive": Rule(SAFE, "What was allowed is still allowed."),
    "pii_vanished": Rule(SAFE, "What was allowed is still allowed."),
    "missing_share_drifted": Rule(RISKY, "Many more or fewer values are missing."),
    "distinct_drifted": Rule(RISKY, "Values repeat much more or much less than before."),
    "range_drifted": Rule(RISKY, "There are values far outside of what there was."),
    "negative_values_appeared": Rule(RISKY, "There were no values below zero."),
    "length_drifted": Rule(RISKY, "There are much longer texts than there were; readers may cut them."),
    "distribution_drifted": Rule(RISKY, "The values are spread otherwise than before."),
    "business_name_changed": Rule(PROSE, "Only what it is called has changed."),
    "description_changed": Rule(PROSE, "Only what is said of it has changed."),
    "grain_changed": Rule(PROSE, "Only what is said of a row has changed."),
    "text_stale": Rule(PROSE, "What is said of it may no longer be true: its facts moved since."),
    "undocumented": Rule(PROSE, "Nobody has said yet what it is; its description is made by rule."),
}
"""Every kind of change. What a verdict means stands with `Verdict`."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How far facts have to move until it counts; shares are between 0 and 1, factors above 1."""

    rows_lost: float = 0.5
    """Share of the rows that is gone."""

    rows_factor: float = 10.0
    """How many times as many rows there are."""

    missing_share: float = 0.05
    """How far the share of missing values moves."""

    distinct_factor: float = 2.0
    """How many times as often, or as rarely, values repeat."""

    range_share: float = 0.5
    """How far values lie outside the old range, as a share of it."""

    length_factor: float = 1.5
    """How many times as long the longest text is."""

    stability: float = 0.25
    """Population stability index from which a distribution has moved; 0.25 is the customary limit."""

    fewest: int = 30
    """Values that both sides need, at least, for their statistics to be compared."""


@dataclass(frozen=True, slots=True)
class Rules:
    """How changes are judged: `KINDS` with what a person has set over it, and what is ignored."""

    over: Mapping[str, Rule] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    """Patterns of `table` (with all its fields), `table.path`, or `kind:` and a kind."""

    thresholds: Thresholds = field(default_factory=Thresholds)

    def rule(self, kind: str) -> Rule:
        """How a kind is judged."""
        return self.over.get(kind) or KINDS[kind]

    def ignores(self, kind: str, table: str, path: str | None) -> bool:
        """Whether a person does not want to hear of it."""
        if not self.ignore:
            return False
        names = [f"kind:{kind}", table] + ([f"{table}.{path}"] if path is not None else [])
        return any(fnmatchcase(name, _literal(pattern)) for pattern in self.ignore for name in names)


def _literal(pattern: str) -> str:
    """The pattern with the brackets of paths (`items[]`) taken as they stand: only `*` and `?` are wild."""
    return pattern.replace("[", "[[]")


STANDARD = Rules()
