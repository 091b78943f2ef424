"""Everything about one field."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from ddgen.cli import field_view
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Field, Table
from ddgen.model.profile import Histogram


def drawn(table: Table, field: Field, width: int = 120) -> str:
    output = io.StringIO()
    field_view.draw(Console(file=output, width=width, highlight=False, markup=False, emoji=False), table, field)
    return output.getvalue()


def test_facts_claims_and_evidence_are_shown(shop: Dictionary) -> None:
    said = drawn(shop.tables[0], shop.tables[0].fields[1])
    for part in (
        "E-mail address",
        "Where the customer reads mail.",
        "about 1,190",
        "aaa@aaa.aa (1,100)",
        "“ ada”",
        "line 7",
        "written by a person, approved",
        "1,188 of 1,200 values match",
        "99 % look like e-mail addresses",
    ):
        assert part in said
    assert "bell\\x07@example.com" in said


def test_numbers_have_quantiles_and_a_histogram(shop: Dictionary) -> None:
    said = drawn(shop.tables[0], shop.tables[0].fields[0])
    assert "Quantiles (exact)" in said
    assert "█" in said
    assert "token N/A" in said


def test_values_come_with_counts_and_shares(shop: Dictionary) -> None:
    said = drawn(shop.tables[1], shop.tables[1].fields[0])
    assert "All values" in said
    assert "66.7 %" in said


def test_dead_claims_are_shown_too(shop: Dictionary) -> None:
    field = shop.tables[0].fields[1]
    field.claims.append(Claim(kind=Kind.UNIT, value="m", origin=Origin.AI, model="m1", status=Status.REJECTED))
    assert "rejected" in drawn(shop.tables[0], field)


def test_an_empty_field_is_drawn(shop: Dictionary) -> None:
    assert "unknown" in drawn(shop.tables[1], shop.tables[1].fields[1], width=40)


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=50), st.integers(40, 200))
def test_histograms_fit_and_show_every_filled_bin(counts: list[int], width: int) -> None:
    edges: list[float | str] = [float(edge) for edge in range(len(counts) + 1)]
    lines = field_view.histogram(Histogram(of="number", edges=edges, counts=counts, exact=True), width).plain.split(
        "\n"
    )
    wide = max(1, min(3, width // len(counts)))
    lowest = lines[field_view.HEIGHT - 1].ljust(wide * len(counts))
    assert [lowest[index * wide] != " " for index in range(len(counts))] == [count > 0 for count in counts]


@pytest.mark.parametrize("edges", [["2024-01-01", "2024-06-01"], [0.0, 1e30]])
def test_the_axis_names_both_ends(edges: list[float | str]) -> None:
    said = field_view.histogram(Histogram(of="date", edges=edges, counts=[3], exact=False), 80).plain
    assert str(edges[0])[0] in said
    assert "highest: 3 values" in said
