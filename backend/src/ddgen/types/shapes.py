"""The shape of a value: which characters stand where, and not which ones."""

from __future__ import annotations

import string

LONGEST = 60

_ASCII_SHAPES = str.maketrans(
    {character: "A" if character.isupper() else "a" for character in string.ascii_letters}
    | dict.fromkeys(string.digits, "9")
)


def shape_of(text: str) -> str:
    """Upper-case letters become A, lower-case a, digits 9; the rest stays. Long shapes end in an ellipsis."""
    head = text[:LONGEST]
    if head.isascii():
        marked = head.translate(_ASCII_SHAPES)
    else:
        marked = "".join(_shape_character(character) for character in head)
    return marked + "\u2026" if len(text) > LONGEST else marked


def _shape_character(character: str) -> str:
    if character.isdigit():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a"
    return character
