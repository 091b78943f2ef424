"""The summary shows what matters in any width, and nothing raw."""

from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from ddgen.cli import summary
from ddgen.masked.document import masked
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field, Sampling, Table


def drawn(dictionary: Dictionary, width: int = 160, document: str | None = None) -> str:
    output = io.StringIO()
    screen = Console(file=output, width=width, highlight=False, markup=False, emoji=False)
    summary.draw(screen, dictionary, document=document)
    return output.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 100, 140, 200])
def test_it_fits_every_width(shop: Dictionary, width: int) -> None:
    lines = drawn(shop, width).splitlines()
    assert all(cell_len(line) <= width for line in lines)
    assert any(line.startswith("points ") for line in lines)


def test_it_says_what_is_noteworthy(shop: Dictionary) -> None:
    said = drawn(shop)
    for fact in ("1 with personal data", "not read whole", "1 of mixed type", "“N/A” is null", "~1,190"):
        assert fact in said
    assert "orders.points → customers.points" in said


def test_control_characters_are_shown_not_sent(shop: Dictionary) -> None:
    shop.tables[0].fields[0].path = "\x1b[31mred\x1b[0m\u202e"
    shop.tables[0].description = "bell \x07"
    said = drawn(shop)
    assert not {"\x07", "\x1b", "\u202e"} & set(said)
    assert "orders\\x07" in said


def test_piped_output_has_no_colours(shop: Dictionary) -> None:
    assert "\x1b" not in drawn(shop)


def test_wide_tables_are_abbreviated_with_the_way_to_all(shop: Dictionary) -> None:
    fields = [Field(path=f"f{number}", name="f", position=number, data_type="integer") for number in range(2000)]
    shop.tables = [Table(id="w", name="wide", uri="w.csv", format="csv", row_count=5, fields=fields)]
    said = drawn(shop, document="out/d.json")
    assert "… and 1,984 more fields: ddgen show out/d.json wide" in said
    assert len(said.splitlines()) < 40


def test_many_tables_are_abbreviated(shop: Dictionary) -> None:
    shop.tables = [Table(id=str(number), name=f"t{number}", uri="", format="csv") for number in range(300)]
    said = drawn(shop)
    assert "… and 260 more tables: write it with -o FILE.json" in said
    assert len(said.splitlines()) < 120


def test_a_sample_is_said(shop: Dictionary) -> None:
    shop.sample = Sampling(rows=100)
    assert "at most 100 records" in drawn(shop)


def test_an_empty_dictionary_is_drawn(shop: Dictionary) -> None:
    shop.tables, shop.relationships = [], []
    assert drawn(shop).strip() == "shop · 0 tables · 0 fields"


def test_it_says_whether_personal_values_are_masked_and_what_is_left_to_ask(shop: Dictionary) -> None:
    assert "Personal values are NOT masked" in drawn(shop)
    codes = {"codes": [{"value": f"X{number}", "count": 40} for number in range(3)]}
    for number, field in enumerate(field for _, field in shop.fields()):
        field.name = f"kind{number}"
        field.claims.append(Claim(kind=Kind.CODES, value=codes, origin=Origin.RULE))
    for number in range(4):
        copy = shop.tables[1].fields[0].model_copy(update={"name": f"sort{number}", "path": f"sort{number}"}, deep=True)
        shop.tables[1].fields.append(copy)
    shop.settle()
    shown = drawn(masked(shop))
    assert "Personal values are masked in 1 field: shapes only in 1." in shown
    assert "Open questions" in shown
    assert "What do X0, X1, X2 stand for in" in shown
    assert "more question" in shown
