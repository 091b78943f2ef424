"""Names of persons inside texts."""

from __future__ import annotations

import pytest

from ddgen.types.names_in_text import find


def found(text: str, *, strict: bool = False) -> list[str]:
    return [text[start:end] for start, end in find(text, strict=strict)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Call Maria Kowalska about it", ["Maria Kowalska"]),
        ("Xiomara Quispe called about the parcel", ["Xiomara Quispe"]),
        ("The order of Thandiwe Nkosi was late", ["Thandiwe Nkosi"]),
        ("Signed: Dr. Weber", ["Weber"]),
        ("please ask Feuerstein", ["Feuerstein"]),
        ("Smith, John", ["Smith, John"]),
        ("JOHN SMITH", ["JOHN SMITH"]),
        ("maria kowalska wrote again", ["maria kowalska"]),
        ("Ludwig van Beethoven", ["Ludwig van Beethoven"]),
        ("it was J. R. Tolkien", ["Tolkien"]),
        ("Номер клиента Иван Петров", ["Иван Петров"]),
        ("Grant Miller signed", ["Grant Miller"]),
        ("Contact Mark Young for questions", ["Mark Young"]),
        ("Owner: Rose Black", ["Rose Black"]),
        ("Approved by Will", ["Will"]),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert [any(name in one for one in found(text)) for name in names] == [True] * len(names)


@pytest.mark.parametrize(
    "text",
    [
        "Date when the order was placed",
        "The status of the sales order",
        "Grant application number",
        "Opened in April or May",
        "Letzte Änderung durch den Kunden",
        "Interne Kundennummer",
        "Customer Service, New York",
        "Total Amount",
        "Valid from May to June",
        "Paid by the customer within the Grace Period",
    ],
)
def test_no_names(text: str) -> None:
    assert found(text) == []


@pytest.mark.parametrize("name", ["Kreditor Nummer", "Numero Cliente", "Jordan", "mark up", "Art Dale", "First Name"])
def test_names_of_columns_in_any_language(name: str) -> None:
    assert found(name, strict=True) == []


@pytest.mark.parametrize("name", ["john smith sales", "Maria Kowalska", "Anna Weber 2024"])
def test_persons_in_names_of_columns(name: str) -> None:
    assert found(name, strict=True)
