"""How texts are made harmless: cleaned, shaped, redacted, or masked word by word."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

from ddgen.types import personal, randomness, words
from ddgen.types.personal import Span

SECRET_AT_EVERY_LEVEL = re.compile(r"cred\.|fin\.credit_card|fin\.card_code")
MARK = "\u00a4"
"""Stands for a blank in prompts, so that texts of the data are seen to be such."""

LONGEST_VALUE = 40
LONGEST_COMMENT = 300
_LONGEST_SHAPE = 32
_LONG_RUN = 4
_RUN = re.compile(r"(.)\1{4,}")
_PIECE = re.compile(r"[^\W\d_]+|\d+|[\W_]")
_CODE_PIECE = re.compile(r"[^\W\d_]+|\d+")
_WORDS = re.compile(r"(\[[\w\u2026]+\]|[^\W\d_]+)")
_YEAR = re.compile(r"(19|20)\d\d")
_BRACKETS = str.maketrans({"<": "\u2039", ">": "\u203a", "`": "'"})


def clean(text: str, limit: int) -> str:
    """One line without control, format or private characters and without angle brackets, cut to `limit`."""
    kept = (" " if unicodedata.category(one) in _BLANK else one for one in text[: 8 * limit] if not _hidden(one))
    line = " ".join("".join(kept).translate(_BRACKETS).split())
    return line if len(line) <= limit else f"{line[: limit - 1]}\u2026"


_BLANK = frozenset({"Cc", "Zs", "Zl", "Zp"})


def _hidden(character: str) -> bool:
    """Characters that show nothing: formats, bidi controls, surrogates, private use, unassigned; and our mark."""
    return unicodedata.category(character) in {"Cf", "Cs", "Co", "Cn"} or character == MARK


def shape(text: str) -> str:
    """The shape of a text: letters are A, a or x, digits 9, the rest itself; runs of more than four as `9{16}`."""
    line = clean(text, 8 * _LONGEST_SHAPE)
    plain = "".join(map(_shape_of, line))
    short = _RUN.sub(lambda run: f"{run[1]}{{{len(run[0])}}}", plain)
    return short if len(short) <= _LONGEST_SHAPE else f"{short[: _LONGEST_SHAPE - 1]}\u2026"


def _shape_of(character: str) -> str:
    if character.isdigit() or character.isnumeric():
        return "9"
    if character.isalpha():
        return "A" if character.isupper() else "a" if character.islower() else "x"
    return character if character.isascii() else "?"


def redact(text: str, limit: int = LONGEST_COMMENT) -> tuple[str, list[str]]:
    """A text of a person, such as a comment, with what seems personal or secret replaced; and what that was."""
    line = clean(text, 4 * limit)
    spans = personal.scan_text(line)
    redacted = _replaced(line, spans, lambda span: f"[{span.id.partition('.')[2]}]")
    return clean(redacted, limit), sorted({span.title for span in spans})


def redact_secrets(text: str, limit: int) -> tuple[str, list[str]]:
    """A value with nothing but passwords, keys and card numbers replaced; and what those were."""
    line = clean(text, 4 * limit)
    spans = [span for span in personal.scan_text(line) if SECRET_AT_EVERY_LEVEL.match(span.id)]
    redacted = _replaced(line, spans, lambda span: f"[{span.id.partition('.')[2]}]")
    return clean(redacted, limit), sorted({span.title for span in spans})


def redact_name(name: str, limit: int = 120) -> tuple[str, list[str]]:
    """The name of a column, a table or a path, with values in it replaced; and what those were."""
    line = clean(name, 2 * limit)
    spans = personal.scan_name(line)
    redacted = _replaced(line, spans, lambda span: _hidden_name(line[span.start : span.end], span))
    return clean(redacted, limit), sorted({span.title for span in spans})


def _hidden_name(text: str, span: Span) -> str:
    if span.id != personal.UNKNOWN:
        return f"[{span.id.partition('.')[2]}]"
    known = (piece if _letters_of_a_word(piece) else shape(piece) for piece in _PIECE.findall(text))
    return _RUN.sub(lambda run: f"{run[1]}{{{len(run[0])}}}", "".join(known))


def _letters_of_a_word(piece: str) -> bool:
    return piece.isalpha() and words.is_ordinary(piece)


def _replaced(text: str, spans: Sequence[Span], with_what: Callable[[Span], str]) -> str:
    for span in reversed(spans):
        text = text[: span.start] + with_what(span) + text[span.end :]
    return text


def mask(text: str, limit: int) -> str:
    """A text in which only ordinary words are left; numbers and all else are shown by their shape."""
    line = clean(text, 2 * limit)
    redacted = _replaced(line, personal.scan_text(line), _kind_or_shape)
    return clean("".join(_masked_piece(piece) for piece in _WORDS.split(redacted)), limit)


def _kind_or_shape(span: Span) -> str:
    return f"[{span.id.partition('.')[2]}]" if span.id != personal.UNKNOWN else "[…]"


def _masked_piece(piece: str) -> str:
    if piece.startswith("[") or (words.is_ordinary(piece) and not _name_only(piece)):
        return piece
    return "".join(map(_shape_of, piece))


def _name_only(word: str) -> bool:
    return words.is_given_name(word, only=True)


def shows_code(value: str, *, strict: bool) -> bool:
    """Whether a value that many records share may be shown: a word or a short code that says nothing of a person.

    `strict` asks that words are known; otherwise words that sound like a language's pass as well.
    """
    line = clean(value, LONGEST_VALUE + 1)
    if not line or len(line) > LONGEST_VALUE or line != value.strip() or personal.scan_text(line):
        return False
    pieces = _CODE_PIECE.findall(line)
    digits = "".join(piece for piece in pieces if piece.isdigit() and not _YEAR.fullmatch(piece))
    if len(digits) > 3:
        return False
    letters = [piece for piece in pieces if not piece.isdigit()]
    if len(letters) > 1 and not any(map(words.is_ordinary, letters)) and all(one[0].isupper() for one in letters):
        short = max(map(len, letters)) <= 4 if not strict else sum(map(len, letters)) <= 4
        return all(map(str.isupper, letters)) and short
    exact = strict or len(letters) < len(pieces)
    return all(_shows_word(piece, strict=exact, alone=len(letters) == 1) for piece in letters)


def _shows_word(piece: str, *, strict: bool, alone: bool) -> bool:
    if words.is_ordinary(piece) and not (alone and words.is_given_name(piece, only=True)):
        return True
    if words.is_given_name(piece) or words.is_family_name(piece):
        return False
    if len(piece) <= (3 if piece[0].isupper() and not piece.isupper() else 4):
        return True
    return not strict and len(piece) <= 20 and not randomness.is_key(piece)
