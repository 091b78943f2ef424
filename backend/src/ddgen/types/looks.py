"""Checks by how values look and by lists of words: names of people, places and companies, addresses, sentences."""

from __future__ import annotations

import re
from collections.abc import Callable

from ddgen.types import lists, words


def names_given(text: str) -> bool:
    """One common given name that is no ordinary word, or several."""
    found = [word for word in re.split(r"[\s\-.]+", lists.folded(text)) if len(word) > 1]
    given = lists.members("given_names")
    if not found or any(word not in given for word in found):
        return False
    return words.is_given_name(found[0], only=True) or not words.is_ordinary(found[0])


def names_family(text: str) -> bool:
    """One common family name, or two of them, with particles; or a word that ends as family names do.

    Short ones in capitals only, or without any, are rather codes.
    """
    if text.isascii() and len(text) <= 4 and (text.isupper() or text.islower()):
        return False
    bare = lists.folded(text)
    found = [word for word in re.split(r"[\s\-]+", bare) if word and word not in _PARTICLES]
    if not found or len(found) > 2:
        return False
    family = lists.members("family_names")
    if len(found) == 2 and (found[0] not in family or found[0] in lists.members("given_names")):
        return False
    last = found[-1]
    if last in family:
        return words.is_family_name(last) or not words.is_ordinary(last)
    return last.endswith(lists.endings("family_endings")) and not words.is_ordinary(last)


def names_full(text: str) -> bool:
    """Two to five words, a common given name first; or a family name first and a given one behind it."""
    found = [word.strip(".,") for word in re.split(r"[\s,\u3000]+", lists.folded(text))]
    found = [word for word in found if word and word not in lists.members("honorifics")]
    given, family = lists.members("given_names"), lists.members("family_names")
    if _HAN.fullmatch(text):
        return text not in family and (text[0] in family or text[:2] in family)
    if not 2 <= len(found) <= 6:
        return False
    if re.split("-", found[0])[0] in given:
        return True
    if found[0] in family:
        return any(one in given for one in found[1:])
    known = found[-1] in family or found[-1].endswith(lists.endings("family_endings"))
    return known and not any(map(words.is_ordinary, found))


def occupation(text: str) -> bool:
    """One of its words is one for an occupation."""
    return not lists.members("job_words").isdisjoint(re.split(r"[^\w]+", lists.folded(text)))


def place(text: str) -> bool:
    """A city, or a name that ends or begins as places do, and is none of a building or an institution."""
    bare = lists.folded(text)
    if not lists.members("facilities").isdisjoint(bare.split()):
        return False
    known = bare in lists.members("cities") or _EAST_PLACE.search(text) is not None or _BETWEEN.search(bare) is not None
    return known or (_named_as_place(bare) and not words.is_ordinary(bare))


def _named_as_place(bare: str) -> bool:
    first, _, rest = bare.partition(" ")
    return bare.endswith(lists.endings("place_endings")) or (bool(rest) and first in lists.members("place_beginnings"))


def company(text: str) -> bool:
    """Ends with a legal form, holds one in Japanese or Russian, or joins partners: `Miller, Lee and Sons`."""
    found = [word.replace(".", "").strip(",()") for word in lists.folded(text).split()]
    ends = ("".join(found[-length:]) for length in range(1, min(4, len(found) - 1) + 1))
    return any(one in lists.members("legal_forms") for one in ends) or _COMPANY.search(text) is not None


def password_like(text: str) -> bool:
    """Upper and lower case with signs mixed in, or signs of three kinds and letters, and no usual format."""
    signs = [one for one in text if not one.isalnum()]
    mixed = any(map(str.isupper, text)) and any(map(str.islower, text)) and 0 < len(signs) <= len(text) // 2
    wild = len(set(signs)) >= 3 and any(map(str.isalpha, text)) and " " not in text
    return (mixed or wild) and _FORMAT.search(text) is None


def phone_written(text: str) -> bool:
    """Written as telephone numbers are: with + or 00, a digit in brackets, or a zero before groups of digits."""
    bare = text.strip()
    return not _NO_PHONE.fullmatch(bare) and bool(_PHONE.search(bare)) and 7 <= sum(map(str.isdigit, bare)) <= 15


def street(text: str) -> bool:
    """A word for a street, in one of some twenty languages, beside a number."""
    if not any(map(str.isdigit, text)):
        return False
    bare = lists.folded(text)
    found = _LETTERS.findall(bare)
    if not lists.members("street_words").isdisjoint(found) or _EAST_STREET.search(text) or _BOX.search(bare):
        return True
    ends = lists.endings("street_endings")
    numbered = bare[0].isdigit() and not lists.members("street_words_numbered").isdisjoint(found[1:])
    return numbered or any(word.endswith(ends) and word not in ends for word in found)


def slug_like(text: str) -> bool:
    """Three words and more joined by hyphens, the first of letters."""
    return text.count("-") >= 2 and text.partition("-")[0].isalpha()


def honorific(text: str) -> bool:
    """A form of address, or several and academic degrees together: `Prof. Dr. med.`."""
    known = lists.members("honorifics")
    bare = lists.folded(text)
    parts = [word for word in re.split(r"[\s.]+", bare) if word]
    return bare in known or (bool(parts) and all(word in known or word in _DEGREES for word in parts))


def with_host(text: str) -> bool:
    """Three labels and more, the first of a single machine: `db01.example.org`."""
    return _HOST.match(text) is not None


def sentence_like(text: str) -> bool:
    """Five words and more, or signs that end sentences in scripts without blanks."""
    return text.count(" ") >= 4 or sum(text.count(sign) for sign in "。、।") > 0


def currency_word(text: str) -> bool:
    """A currency's name, or a name with one of the words for currencies in it; no metal."""
    bare = lists.folded(text)
    if bare in _METALS:
        return False
    found = re.split(r"[^\w']+", bare)
    return bare in lists.members("currency_names") or not lists.members("currency_words").isdisjoint(found)


def color_word(text: str) -> bool:
    """A colour's name, or one of the words for colours in it: `Deep sky blue`, `SeaGreen`, `Tomatenrot`; no metal."""
    if lists.folded(text) in _METALS:
        return False
    if _COLOR_END.search(text):
        return True
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
_WHOLE = re.compile(
    r"(?:\d[^,]*,?|,|[^\W\d_]) .*?(?:(?<![\w])\d{5}(?:-\d{3,4})?(?![\w])|\b\d{4} [^\W\d_]{2}|\d{2}-\d{3}\b"
    r"|\b\d{3} \d{2}\b|[ \-]\d{6}\b|[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b|[A-Z]\d[A-Z] ?\d[A-Z]\d\b|, [^,]+, [^,]+$)"
    r"|^.{1,3}[都道府県省].{1,7}[市区町村郡县].*\d"
)

_PARTICLES = frozenset(
    "van von der den de del della di da dos du la le el al bin ibn ben ter zu af av mac mc do das e y dela ten te aan"
    " op vom zum d st het 't ap o".split()
)
_DEGREES = frozenset(
    "rer nat med phil jur pol oec habil h c dipl ing fh mag univ drs ir bac bsc msc ba ma mba phd dent vet".split()
)
_HAN = re.compile("[\u4e00-\u9fff]{2,4}")
_EAST_STREET = re.compile(
    "[\u8def\u8857\u9053\u6761\u5df7\u5f04]\\d+\u53f7|[\ub85c\uae38] ?\\d+"
    "|\\d+(\u53f7|\u756a\u5730|\u4e01\u76ee|\u756a)"
)
_EAST_PLACE = re.compile(
    "[\u5e02\u533a\u5340\u753a\u6751\u53bf\u7e23\u9547]$|(\u5e02|\u90e1).{1,5}[\u533a\u5340\u753a\u6751]$|[\uad6c\uc2dc\uad70]$"
)
_BETWEEN = re.compile(r"\b(nad|pod|sur|sous|upon|am|an der|aan|bij|am see|lez|les) ")
_BOX = re.compile(r"\bp\.? ?o\.? box")
_LETTERS = re.compile(r"[^\W\d_]+")
_METALS = frozenset("gold silver bronze platinum platin none diamond copper basic".split())
_COLOR_END = re.compile(r"[a-zäöüß](rot|grün|gruen|blau|weiß|weiss|gelb|grau|schwarz|braun|rosa|violett)$")
_PHONE = re.compile(
    r"^(\+|00)[ ]?[1-9]|^[(]?\+|[(]\d{1,5}[)]|^0\d{1,4}[ /.\-]\d|^0\d ?\d\d |^(\d{2,4}[ .]){2,4}\d{2,4}$"
    r"|^\d{3}[.\-]\d{3}[.\-]\d{4}"
    r"|\d ?(x|ext\.?) ?\d{1,6}$|^\d{2,3}/\d{3} ?\d{3,4}|^\d{2,4}[\-/]\d{3}[ \-]?\d{3,4}$",
    re.IGNORECASE,
)
_NO_PHONE = re.compile(r"\d+(\.\d+){3}|\d{3}-\d\d-\d{4}")
_HOST = re.compile(r"[a-z][a-z\-]*\d+[\w\-]*\.[\w\-]+\.[\w.\-]+$|[\w\-]+\.(\w[\w\-]*\.){2,}\w+$", re.IGNORECASE)

NAMED: dict[str, Callable[[str], bool]] = {
    "names_given": names_given,
    "names_family": names_family,
    "names_full": names_full,
    "occupation": occupation,
    "place": place,
    "company": company,
    "password_like": password_like,
    "phone_written": phone_written,
    "street": street,
    "slug_like": slug_like,
    "honorific": honorific,
    "with_host": with_host,
    "sentence_like": sentence_like,
    "currency_word": currency_word,
    "color_word": color_word,
    "whole_address": whole_address,
    "date_parts": date_parts,
}
"""The checks by the names that declarations call them."""
