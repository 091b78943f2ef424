"""A comparison in the terminal."""

from __future__ import annotations

import io

from rich.console import Console

from ddgen.cli import diff_view
from ddgen.diff.compare import compare
from ddgen.diff.rules import Rules
from ddgen.model.dictionary import Dictionary


def drawn(old: Dictionary, new: Dictionary, rules: Rules | None = None) -> str:
    screen = Console(file=io.StringIO(), width=80, markup=False, highlight=False)
    diff_view.draw(screen, compare(old, new, rules or Rules()))
    assert isinstance(screen.file, io.StringIO)
    return screen.file.getvalue()


def test_verdicts_are_words_and_tables_are_headings(shop: Dictionary) -> None:
    new = shop.model_copy(deep=True)
    new.tables[0].fields.pop()
    new.tables[0].name = "customers\x07"
    lines = [line.rstrip() for line in drawn(shop, new).splitlines()]
    assert lines[:3] == ["shop version 1 (2 tables, 4 fields) -> shop version 1 (2 tables, 3 fields)", "2 breaking", ""]
    assert lines[3] == "customers\\x07"
    assert lines[4].split() == ["breaking", "(the", "table)", "was", "customers,", "known", "by", "its", "uri"]
    assert lines[6].split()[:3] == ["breaking", "contact.email", "gone"]
    assert any(line.startswith("Note: Not read whole") for line in lines)


def test_what_is_ignored_is_counted(shop: Dictionary) -> None:
    new = shop.model_copy(deep=True)
    new.tables[0].fields.pop()
    assert "nothing changed; 1 change ignored" in drawn(shop, new, Rules(ignore=("customers",)))
