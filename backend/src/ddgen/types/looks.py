"""Checks by how values look and by lists of words: names of people, places and companies, addresses, sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

from ddgen.types import lists, words


def names_given(text: str) -> bool:
    """The first word is a common given name, and no ordinary word."""
    first = re.split(r"[\s\-]+", lists.folded(text))[0]
    return first in lists.members("given_names") and (
        words.is_given_name(first, only=True) or not words.is_ordinary(first)
    )


def names_family(text: str) -> bool:
    """The whole, or the last word, is a common family name, and no ordinary word."""
    last = re.split(r"[\s\-]+", lists.folded(text))[-1]
    return last in lists.members("family_names") and (words.is_family_name(last) or not words.is_ordinary(last))


def names_full(text: str) -> bool:
    """Two to five words, a common given name first; or a family name first and a given one behind it."""
    found = [word.strip(".,") for word in re.split(r"[\s,\u3000]+", lists.folded(text))]
    found = [word for word in found if word and word not in lists.members("honorifics")]
    given, family = lists.members("given_names"), lists.members("family_names")
    if not 2 <= len(found) <= 6:
        return False
    return re.split("-", found[0])[0] in given or (found[0] in family and any(one in given for one in found[1:]))


def occupation(text: str) -> bool:
    """One of its words is one for an occupation."""
    return not lists.members("job_words").isdisjoint(re.split(r"[^\w]+", lists.folded(text)))


def place(text: str) -> bool:
    """A city, or a name that ends or begins as places do."""
    bare = lists.folded(text)
    return bare in lists.members("cities") or (_PLACE.search(bare) is not None and not words.is_ordinary(bare))


def company(text: str) -> bool:
    """Ends with a legal form, holds one in Japanese or Russian, or joins partners: `Miller, Lee and Sons`."""
    found = [word.replace(".", "").strip(",()") for word in lists.folded(text).split()]
    ends = ("".join(found[-length:]) for length in range(1, min(4, len(found) - 1) + 1))
    return any(one in lists.members("legal_forms") for one in ends) or _COMPANY.search(text) is not None


def password_like(text: str) -> bool:
    """Upper and lower case with signs mixed in, mostly with digits, and no usual format."""
    signs = sum(not one.isalnum() for one in text)
    mixed = any(map(str.isupper, text)) and any(map(str.islower, text)) and 0 < signs <= len(text) // 2
    return mixed and _FORMAT.search(text) is None


def sentence_like(text: str) -> bool:
    """Five words and more, or signs that end sentences in scripts without blanks."""
    return text.count(" ") >= 4 or sum(text.count(sign) for sign in "。、।") > 0


def currency_word(text: str) -> bool:
    """A currency's name, or a name with one of the words for currencies in it."""
    bare = lists.folded(text)
    found = re.split(r"[^\w']+", bare)
    return bare in lists.members("currency_names") or not lists.members("currency_words").isdisjoint(found)


def color_word(text: str) -> bool:
    """A colour's name, or a name with one of the words for colours in it: `Deep sky blue`, `SeaGreen`."""
    known = lists.members("colors")
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return lists.folded(text) in known or not known.isdisjoint(re.split(r"[^\w]+", lists.folded(apart)))


def whole_address(text: str) -> bool:
    """A postal code behind the first number or comma, or a Japanese prefecture, and a number besides."""
    return _WHOLE.search(text) is not None


def date_parts(text: str) -> bool:
    """The numbers of a date can be a day, a month and a year; a month in letters is a month's name."""
    letters = [word for word in re.findall(r"[^\W\d_]{3,}", lists.folded(text)) if word not in {"nd", "rd", "th"}]
    if letters:
        return any(word in lists.members("months") for word in letters)
    numbers = [int(one) for one in re.findall(r"\d+", text)]
    short = sorted(one for one in numbers if one <= 31)
    return len(numbers) == 3 and len(short) >= 2 and 1 <= short[0] <= 12 and all(numbers[1:2])


_FORMAT = re.compile(r"://|\.\w{2,4}$|^[\w.]+@|^[\d:.\-T ]+$|^[\w]+([\-_./,'&+][\w]+)*[.!?]?$")
_COMPANY = re.compile(
    "\u682a\u5f0f\u4f1a\u793e|\u6709\u9650\u4f1a\u793e|\u5408\u540c\u4f1a\u793e|\u6709\u9650\u516c\u53f8|\uc8fc\uc2dd\ud68c\uc0ac"
    "|^(\u041e\u041e\u041e|\u041e\u0410\u041e|\u0417\u0410\u041e|\u041f\u0410\u041e|\u0410\u041e) "
    r"|^[\w'\-]+, [\w'\-]+ (and|und|et|y|e|och) [\w'\-]+$"
)
_PLACE = re.compile(
    r"(ville|ton|burgh?|borough|bury|ford|ham|field|port|stadt|dorf|heim|hausen|hofen|kirchen|feld|shire|mouth|wick|haven"
    r"|by|grad|gorod|pur|abad|stad|polis|minster|chester|land|furt|berg|ingen|bruck|wald|ow|owo|ice|owice)$"
    r"|^(new|north|south|east|west|port|lake|saint|st\.?|san|santa|los|las|el|la|le|bad|sankt|fort|mount|ciudad|villa) "
    r"|[市区區町村县縣郡]$|(市|郡).{1,5}[区區町村]$"
)
_WHOLE = re.compile(
    r"(?:\d[^,]*,?|,|[^\W\d_]) .*?(?:(?<![\w])\d{5}(?:-\d{3,4})?(?![\w])|\b\d{4} [^\W\d_]{2}|\d{2}-\d{3}\b"
    r"|\b\d{3} \d{2}\b|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|[A-Z]\d[A-Z] ?\d[A-Z]\d\b|, [^,]+, [^,]+$)"
    r"|^.{1,3}[都道府県省].{1,7}[市区町村郡县].*\d"
)

NAMED: dict[str, Callable[[str], bool]] = {
    "names_given": names_given,
    "names_family": names_family,
    "names_full": names_full,
    "occupation": occupation,
    "place": place,
    "company": company,
    "password_like": password_like,
    "sentence_like": sentence_like,
    "currency_word": currency_word,
    "color_word": color_word,
    "whole_address": whole_address,
    "date_parts": date_parts,
}
"""The checks by the names that declarations call them."""
