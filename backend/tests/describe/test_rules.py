"""What the rules claim of tables and fields."""

from __future__ import annotations

from ddgen.describe.rules import describe, description
from ddgen.model.dictionary import Field, Table
from ddgen.model.profile import Profile


def test_tables_and_fields_get_both_texts_and_tables_their_grain() -> None:
    profile = Profile(total=100, values=100, min=1, max=2)
    one = Field(path="x", name="x", position=1, data_type="integer", profile=profile)
    table = Table(id="t", name="web_events", uri="u", format="csv", row_count=1_000, fields=[one])
    describe(table)
    table.settle()
    shown = (table.business_name, table.description, table.grain)
    assert shown == ("Web Events", "1,000 rows with 1 field; one row is one web event.", "One row is one web event.")
    assert (one.business_name, one.description) == ("X", "Whole number from 1 to 2.")
    assert description(one) == "Whole number from 1 to 2."
