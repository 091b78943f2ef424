"""Fields that went, were renamed, or whose texts may be stale are marked in every format."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.exporters import changes
from ddgen.exporters.write import Output, render
from ddgen.model.dictionary import Dictionary, Engine, Table
from ddgen.model.stale import Moved, Stale

from .parts import WHEN, field

TYPE = Moved(fact="type", before="integer", after="string", since=3)


def changed() -> Dictionary:
    parts = [
        field("amount", "string", renamed_from="price", stale=Stale(moved=[TYPE])),
        field("gone", "string", removed=True, removed_in=2, stale=Stale(moved=[Moved(fact="unit", since=2)])),
    ]
    table = Table(id="t", name="t", uri="t.csv", format="csv", fields=parts)
    return Dictionary(name="d", generated_at=WHEN, engine=Engine(version="1"), tables=[table])


def test_words() -> None:
    amount, gone = changed().tables[0].fields
    assert changes.stale(amount) == "text may be stale: type integer -> string since version 3"
    assert (changes.renamed(amount), changes.removed(amount)) == ("price", "")
    assert (changes.stale(gone), changes.removed(gone)) == ("", "removed in version 2")
    long = field("x", "string", stale=Stale(moved=[Moved(fact="values", before="v\x07" + "x" * 99, since=3)]))
    assert changes.stale(long).startswith("text may be stale: values v\\x07xxx")
    assert "(104 characters) -> none since version 3" in changes.stale(long)


@pytest.mark.parametrize("format_", ["markdown", "html", "yaml", "csv", "json"])
def test_every_format_says_so(format_: str) -> None:
    content = render(changed(), Output(Path("x"), format_))
    assert isinstance(content, bytes)
    shown = content.decode()
    assert "stale" in shown
    assert "price" in shown
    assert "removed" in shown
