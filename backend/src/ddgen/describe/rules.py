"""Business names and descriptions by rule: the name in words, and what the profile shows in a sentence."""

from __future__ import annotations

from ddgen.describe import sentences
from ddgen.describe.names import business_name, claim_names, words
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Table
from ddgen.types.glossary import Glossary
from ddgen.types.table import TypeTable

__all__ = ["business_name", "describe", "describe_by_profile", "description", "words"]


def describe(table: Table, glossary: Glossary | None = None, types: TypeTable | None = None) -> None:
    """Add rule claims for names, descriptions and the grain to a table, whose claims are settled, and its fields."""
    claim_names(table, glossary)
    describe_by_profile(table, types)


def describe_by_profile(table: Table, types: TypeTable | None = None) -> None:
    """Add the claims that rest on what was measured; names are there."""
    table.claims.append(_claim(Kind.DESCRIPTION, sentences.of_table(table), 0.4, ["profile"]))
    grain = sentences.grain(table)
    if grain is not None:
        table.claims.append(_claim(Kind.GRAIN, *grain))
    row = sentences.Row.of(table)
    for field in table.fields:
        said = sentences.of_field(field, table, row, types)
        field.claims.append(_claim(Kind.DESCRIPTION, said, 0.4, ["profile"]))


def description(field: Field, table: Table | None = None, types: TypeTable | None = None) -> str:
    """What a field tells and what the profile shows of it, in a sentence; `types` are those beyond ddgen's own."""
    return sentences.of_field(field, table, sentences.Row(None) if table is None else sentences.Row.of(table), types)


def _claim(kind: Kind, value: str, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=kind, value=value, origin=Origin.RULE, confidence=confidence, evidence=evidence)
