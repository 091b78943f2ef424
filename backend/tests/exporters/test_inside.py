"""Every output shows which texts hold documents, and which fields stand inside them."""

from __future__ import annotations

import pytest

from ddgen import registry
from ddgen.exporters import text
from ddgen.model.dictionary import Dictionary, Field, Table

from .parts import field, settled
from .workbooks import open_workbook


def held() -> Dictionary:
    """A table with JSON in a text, and XML in a text of that."""
    fields = [
        field("id", "integer", 1),
        field("payload", "string", 2, holds="json", physical_type="JSON in VARCHAR(400)"),
        field("payload.user.id", "integer", 3, inside="payload"),
        field("payload.doc", "string", 4, inside="payload", holds="base64_xml"),
        field("payload.doc.o.@k", "integer", 5, inside="payload.doc"),
    ]
    return settled("shop", [Table(id="t", name="orders", uri="orders.csv", format="csv", fields=fields)])


def rendered(name: str) -> bytes:
    exporter = registry.get("exporters", name)()
    content = exporter.render(held(), exporter.Options())
    assert isinstance(content, bytes)
    return content


def test_in_words() -> None:
    fields = held().tables[0].fields
    assert [text.holding(one) for one in fields] == [
        "",
        "holds JSON",
        "inside payload",
        "inside payload · holds XML in Base64",
        "inside payload.doc",
    ]
    query = Field(path="q", name="q", position=1, data_type="string", holds="query")
    assert text.holding(query) == "holds a query string"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("json", ('"holds": "json"', '"inside": "payload"', '"physical_type": "JSON in VARCHAR(400)"')),
        ("yaml", ("        holds: json\n", "        inside: payload\n", "        inside: payload.doc\n")),
        ("markdown", ("<br>holds JSON", "<br>inside payload", "<br>inside payload · holds XML in Base64")),
        ("csv", (",JSON in VARCHAR(400),JSON,,", ",XML in Base64,payload,", ",payload.doc,")),
        ("html", ("<small>holds JSON</small>", "<small>inside payload · holds XML in Base64</small>")),
    ],
)
def test_outputs_of_text(name: str, said: tuple[str, ...]) -> None:
    shown = rendered(name).decode()
    assert [part for part in said if part not in shown] == []


def test_workbooks_have_columns_for_it_and_indent_inner_fields() -> None:
    book = open_workbook(rendered("excel"))
    (heads, *rows) = [[cell.value for cell in row] for row in book["Fields"]]
    shown = {row[heads.index("Field")]: row for row in rows}
    assert shown["payload"][heads.index("Texts hold")] == "JSON"
    assert shown["payload.user.id"][heads.index("Inside texts of")] == "payload"
    table = next(sheet for sheet in book if sheet["A3"].value and "field" in str(sheet["A3"].value))
    indents = {cell.value: cell.alignment.indent for row in table for cell in row if cell.value in shown}
    assert indents["payload.user.id"] - indents["payload"] == 2
