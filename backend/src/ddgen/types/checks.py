"""Checks of single values by check digits, ranges and parsers. Each is `str -> bool` and never raises."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import cast

from ddgen.types import words

_PHONE_DIGITS = range(7, 16)
_DATE = re.compile(r"(19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](19|20)?\d\d")
_TITLES = frozenset(
    "mr mrs ms miss dr prof sir madam herr frau mme m sr sra srta sig don dona lord lady rev fr".split()
)
_PARTICLES = frozenset("van von der den de del della di da dos du la le el al bin ibn ben ter zu af av mac mc".split())
_NAME_WORD = re.compile(r"[^\W\d_][^\W\d_'\u2019.\-]*(?:['\u2019\-][^\W\d_]+)*\.?")
_IBAN_LENGTHS = range(15, 35)

NATIONAL = (
    *("br.cpf", "it.codicefiscale", "es.dni", "es.nie", "pl.pesel", "nl.bsn", "fr.nir", "se.personnummer", "dk.cpr"),
    *("fi.hetu", "no.fodselsnummer", "be.nn", "ch.ssn", "tr.tckimlik", "in_.aadhaar", "cl.rut", "za.idnr", "cn.ric"),
    *("kr.rrn", "ro.cnp", "bg.egn", "cz.rc", "ee.ik", "lt.asmens", "lv.pvn", "si.emso", "hr.oib", "de.idnr", "mx.curp"),
    *("ar.cuit", "gb.nhs", "my.nric", "jp.cn", "tw.ubn", "il.idnr", "is_.kennitala", "ua.rntrc", "ca.sin", "au.tfn"),
)
"""Modules of python-stdnum for numbers of persons."""


@cache
def standard(name: str) -> Callable[[str], bool]:
    """The check of a module of python-stdnum: `stdnum.iban`, `stdnum.us.ssn`."""
    module = import_module(name)
    return cast("Callable[[str], bool]", module.is_valid)


def card(text: str) -> bool:
    """A payment card: 12 to 19 digits with the check digit of Luhn, not all alike."""
    from stdnum import luhn

    return text.isdigit() and 12 <= len(text) <= 19 and text[0] in "23456" and len(set(text)) > 1 and _valid(luhn, text)


def _valid(module: object, text: str) -> bool:
    return bool(cast("Callable[[str], bool]", getattr(module, "is_valid"))(text))  # noqa: B009 - modules are untyped here


def phone_digits(text: str) -> bool:
    """As many digits as telephone numbers have, and no date."""
    digits = sum(character.isdigit() for character in text)
    return digits in _PHONE_DIGITS and not _DATE.fullmatch(text.strip())


def ip(text: str) -> bool:
    """An address of the Internet, with or without a network's length or a port."""
    bare = text.strip("[]").partition("/")[0].partition("%")[0]
    if bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True


def iban_start(text: str) -> bool:
    """An IBAN by its check digits, at the beginning of a run of letters and digits that may go on."""
    check = standard("stdnum.iban")
    return any(check(text[:length]) for length in _IBAN_LENGTHS if length <= len(text))


def vin(text: str) -> bool:
    """A vehicle's number by its check digit, as used in North America and China."""
    digits = dict(zip("ABCDEFGHJKLMNPRSTUVWXYZ", map(int, "12345678123457923456789"), strict=True))
    weights = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
    if len(text) != 17 or text.isalpha() or text.isdigit():
        return False
    if any(character not in digits and not character.isdigit() for character in text.upper()):
        return False
    values = [int(character) if character.isdigit() else digits[character] for character in text.upper()]
    return "0123456789X"[sum(map(int.__mul__, values, weights)) % 11] == text[8].upper()


def national_id(text: str) -> bool:
    """A number of a person by the check digits of some country; many pass by chance, so it takes many values."""
    return any(standard(f"stdnum.{name}")(text) for name in NATIONAL)


def person_name(text: str) -> bool:
    """The name of a person: two to four words, one of them a common given name, or a family name with a capital."""
    found = [word.rstrip(".") for word in _NAME_WORD.findall(text)]
    titled = bool(found) and words.plain(found[0]) in _TITLES
    rest = found[titled:]
    if not rest or len(rest) > 5 or any(not word[0].isupper() for word in rest if words.plain(word) not in _PARTICLES):
        return False
    given = [word for word in rest if words.is_given_name(word, only=len(rest) == 1)]
    family = [word for word in rest if words.is_family_name(word)]
    listed = {*given, *family}
    others = [word for word in rest if word not in listed and len(word) > 1 and words.plain(word) not in _PARTICLES]
    if any(words.is_ordinary(word) for word in others):
        return False
    return titled or bool(given) or bool(family)


NAMED: dict[str, Callable[[str], bool]] = {
    "card": card,
    "phone_digits": phone_digits,
    "ip": ip,
    "iban_start": iban_start,
    "vin": vin,
    "national_id": national_id,
    "person_name": person_name,
}
