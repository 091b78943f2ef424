"""What a workbook knows of itself, so that it can come home."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.exporters.excel_form import FORM, PLACE, STAMP, base_lines, base_of, locked, row_id
from ddgen.exporters.spreadsheet import CELL_LENGTH, risky
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary

from . import dictionaries


def with_text(said: str) -> Dictionary:
    shop = dictionaries.shop()
    shop.tables[0].claims = [Claim(kind=Kind.DESCRIPTION, value=said, origin=Origin.HUMAN)]
    shop.settle()
    return shop


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1), st.sampled_from([1, 40_000]))
def test_every_text_is_known_again_whatever_it_is(said: str, times: int) -> None:
    said = (said * times)[:100_000]
    shop = with_text(said)
    lines = list(base_lines(shop))
    random.Random(1).shuffle(lines)  # noqa: S311 - no secret
    assert base_of(lines)[row_id(shop.tables[0], None)]["description"] == said
    assert all(len(piece) < CELL_LENGTH and not risky(piece) and "_x" not in piece for *_, piece in lines)


def test_the_base_has_a_stamp_and_every_place() -> None:
    shop = dictionaries.shop()
    base = base_of(base_lines(shop))
    assert set(base[FORM]) == {STAMP}
    rows = {row_id(table, field) for table in shop.tables for field in (None, *table.fields)}
    assert {row for row, cells in base.items() if PLACE in cells} == rows


def test_a_missing_piece_is_found() -> None:
    lines = [line for line in base_lines(with_text("x" * 50_000)) if line[2] != 1]
    with pytest.raises(ValueError, match="are missing"):
        base_of(lines)


def test_only_texts_longer_than_a_cell_are_locked() -> None:
    assert not locked("x" * CELL_LENGTH)
    assert locked("x" * (CELL_LENGTH + 1))
