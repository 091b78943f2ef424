"""Keys and numbers that no declaration knows, by how they look: many digits, letters among digits, no rhythm."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from ddgen.types import words

_TOKEN = re.compile(r"[^\s,;\"'`<>()\[\]{}|]+")
_DIGITS = re.compile(r"(?<![\w])[A-Za-z]{0,3}[ \-]?\d(?:[ .\-/]?\d){4,}(?![\d])")
_THOUSANDS = re.compile(r"[+\-]?\d{1,3}([,.']\d{3})+([.,]\d{1,2})?")
_AMOUNTS = re.compile(rf"(?<![\w.,]){_THOUSANDS.pattern}(?![\w])")
_YEARS = re.compile(r"(19|20)\d\d([ \-/](19|20)?\d\d)?")
_A_YEAR = re.compile(r"(?<!\d)(19|20)\d\d(?!\d)")
_ROUND = re.compile(r"\d{1,2}0{3,}")
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-]{6,}={1,2}")
_PIECES = re.compile(r"[^\W\d_]+|\d+")
_INSIDE = re.compile(r"[^\W\d_][\d@$!#%*^&+=~]+[^\W\d_]")
_STANDARD = re.compile(
    r"(x86[_\-]64|(amd|arm|win)\d\d|(iso|sha|utf|icd|fips|ieee|rfc)[ _\-]?\d{1,5}([_\-. ]?(\d{1,4}|[a-z]{1,10}))*"
    r"|(nuts|cp|windows|ipv|md|base|oauth|tls|cve|din|en|ansi|fy|cy|covid|usd|eur|int|float)"
    r"[ _\-]?\d{1,4}([_\-.]\d{1,4})*)",
    re.IGNORECASE,
)
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_RHYTHM = -3.35
"""Mean log-likelihood of pairs of letters below which a text is no word of any of our languages."""


def find(text: str, *, lenient: bool = False) -> list[tuple[int, int]]:
    """Where such keys stand in a text; `lenient` lets more digits pass, as names of columns have them."""
    tokens = [(one.start(), one.group().rstrip(".:?")) for one in _TOKEN.finditer(text)]
    standards = [range(start, start + len(token)) for start, token in tokens if _STANDARD.fullmatch(token)]
    standards += [range(*one.span()) for one in _AMOUNTS.finditer(text)]
    numbers = (one for one in _DIGITS.finditer(text) if not harmless_number(one.group()))
    places = [one.span() for one in numbers if not any(one.end() - 1 in known for known in standards)]
    others = ((start, token) for start, token in tokens if not any(start in known for known in standards))
    keys = ((start, token) for start, token in others if is_key(token, lenient=lenient))
    return places + [(start, start + len(token)) for start, token in keys]


def harmless_number(text: str) -> bool:
    """Few digits, a round number, a number with thousands marks, a year or two."""
    text = text.strip()
    digits = sum(character.isdigit() for character in _A_YEAR.sub("", text))
    return digits < 5 or any(one.fullmatch(text) is not None for one in (_THOUSANDS, _YEARS, _ROUND))


def is_key(token: str, *, lenient: bool = False) -> bool:
    """Whether a token looks like a key, a password or a number of unknown kind."""
    core = [character for character in token if character.isalnum()]
    letters = sum(character.isalpha() for character in core)
    digits = len(core) - letters
    if len(core) < 5 or _STANDARD.fullmatch(token):
        return False
    if _BASE64.fullmatch(token):
        return True
    if digits and letters:
        return _mixed(token, digits, len(core), lenient=lenient)
    if digits:
        return not harmless_number(token)
    signed = _symbols(token) and _INSIDE.search(token) is not None and not _spelled(token)
    return signed or _strange(token)


def _symbols(token: str) -> bool:
    return any(character in "@$!#%*^+=~" for character in token)


def _spelled(token: str) -> bool:
    """Ordinary words with a sign between: `profit+loss`, `key=value`."""
    return all(words.is_ordinary(part) for part in _PIECES.findall(token))


def _mixed(token: str, digits: int, length: int, *, lenient: bool) -> bool:
    pieces = _PIECES.findall(token)
    numbers = "".join(piece for piece in pieces if piece.isdigit())
    if digits > (4 if lenient else 3) and not _YEARS.fullmatch(numbers) and not _of_words(pieces, digits, lenient):
        return True
    if _switches(token) >= 3 and length >= (8 if lenient else 6) and not _of_words(pieces, digits, lenient):
        return True
    if any(_strange(piece) for piece in pieces if piece.isalpha()) or _strange_together(pieces):
        return True
    signed = _password_like(token, pieces) and (not lenient or _symbols(token))
    return length >= 6 and (signed or (not lenient and _mangled(token, pieces)))


def _switches(token: str) -> int:
    """How often letters and digits change without a sign between."""
    kinds = itertools.pairwise(token)
    return sum(one.isdigit() != two.isdigit() for one, two in kinds if one.isalnum() and two.isalnum())


def _strange_together(pieces: list[str]) -> bool:
    letters = [piece for piece in pieces if piece.isalpha()]
    return len(letters) > 1 and not any(map(_is_word, letters)) and _strange_part("".join(letters))


def _of_words(pieces: list[str], digits: int, lenient: bool) -> bool:
    """Names of columns such as `amount_2023_q4`: known words and few digits at a time."""
    letters = [piece for piece in pieces if piece.isalpha()]
    short = max((len(piece) for piece in pieces if piece.isdigit()), default=0) <= 4
    known = sum(len(piece) for piece in letters if len(piece) > 2 and _is_word(piece))
    return lenient and short and digits <= 8 and known >= 0.7 * sum(map(len, letters))


def _mangled(token: str, pieces: list[str]) -> bool:
    """Digits or signs inside a word: `p4ssword`, `Tr0ub`."""
    known = all(piece.isdigit() or len(piece) <= 2 or _is_word(piece) for piece in pieces)
    return _INSIDE.search(token) is not None and not known


def _is_word(piece: str) -> bool:
    return words.is_ordinary(piece) or words.plain(piece) in words.abbreviations()


def _password_like(token: str, pieces: list[str]) -> bool:
    """A word that is none of business, with digits or signs at its end: `Sommer2024!`, `hunter22`."""
    ends = re.fullmatch(r"[^\W\d_]{4,}[\d!@#$%^&*.?]{2,}", token) is not None
    return ends and not _is_word(pieces[0])


def _strange(token: str) -> bool:
    """Letters without the rhythm of a language: long enough to tell, and no string of known words."""
    return any(_strange_part(part) for part in token.split("_"))


def _strange_part(token: str) -> bool:
    parts = [part for part in _CAMEL.split(token) if part]
    letters = "".join(character for character in words.plain(token) if "a" <= character <= "z")
    if len(letters) < 8 or len(letters) < 0.6 * len(token):
        return False
    if len(parts) >= 4 and len(token) / len(parts) < 2.7:
        return True
    known = sum(len(part) for part in words.words_of(token) if len(part) > 2 and _is_word(part))
    return known < 0.5 * len(letters) and rhythm(*map(words.plain, parts)) < _NO_RHYTHM


def rhythm(*texts: str) -> float:
    """How well pairs of letters fit those of ordinary words: the mean of their logarithmic likelihoods."""
    pairs = [pair for text in texts for pair in itertools.pairwise(text)]
    likely = _pairs()
    return sum(likely.get(pair, -7.0) for pair in pairs) / max(1, len(pairs))


@cache
def _pairs() -> dict[tuple[str, str], float]:
    counts: Counter[tuple[str, str]] = Counter()
    for word in _training():
        counts.update(itertools.pairwise(word))
    starts: Counter[str] = Counter()
    for (first, _), count in counts.items():
        starts[first] += count
    return {pair: math.log(count / starts[pair[0]]) for pair, count in counts.items()}


def _training() -> Iterator[str]:
    for word in words.ordinary_words():
        if word.isalpha() and word.isascii():
            yield word
