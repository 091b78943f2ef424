"""Checks of codes of things: books, goods, papers, devices, places of the net, and texts that hold other formats."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable

from ddgen.types import lists

_LOCALE = re.compile(r"([A-Za-z]{2,3})(?:[_\-]([A-Za-z]{4}))?(?:[_\-]([A-Za-z]{2}|\d{3}))?(?:[.@].*)?")
_DATE_8 = re.compile(r"(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])")


def ean(text: str) -> bool:
    """A GTIN of 8, 12, 13 or 14 digits by its check digit (GS1)."""
    if len(text) not in {8, 12, 13, 14} or not text.isdigit() or len(set(text)) == 1:
        return False
    return (
        sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(reversed(text[:-1]))) % 10
        == -int(text[-1]) % 10
    )


def luhn(text: str) -> bool:
    """A number whose last digit is the check digit of Luhn."""
    if not text.isascii() or not text.isdigit() or len(set(text)) == 1:
        return False
    total = 0
    for place, character in enumerate(reversed(text)):
        digit = int(character) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def npi(text: str) -> bool:
    """A provider's number of the USA: Luhn with the prefix 80840."""
    return len(text) == 10 and luhn("80840" + text)


def json_text(text: str) -> bool:
    """A JSON object or array."""
    import orjson

    try:
        return isinstance(orjson.loads(text), dict | list)
    except orjson.JSONDecodeError:
        return False


def xml_text(text: str) -> bool:
    """Text that begins and ends as an XML element does; it is not parsed, since entities can be harmful."""
    found = re.match(r"\s*(?:<\?xml[^>]*\?>\s*)?<([A-Za-z_][\w.:\-]*)", text)
    end = text.rstrip()
    return found is not None and (end.endswith((f"</{found.group(1)}>", "/>")))


def base64_text(text: str) -> bool:
    """Base64 with both cases and a digit or a sign, as encoded bytes nearly always have."""
    if len(text) % 4 or not any(map(str.islower, text)) or not any(map(str.isupper, text)):
        return False
    if not any(character.isdigit() or character in "+/=" for character in text):
        return False
    try:
        base64.b64decode(text, validate=True)
    except binascii.Error:
        return False
    return True


def base64_json(text: str) -> bool:
    """A JSON object or array in Base64."""
    return json_text(_decoded(text))


def base64_xml(text: str) -> bool:
    """XML in Base64."""
    return xml_text(_decoded(text))


def _decoded(text: str) -> str:
    """The UTF-8 text that Base64 stands for, in either alphabet; nothing where it is none."""
    usual = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        return base64.b64decode(usual + "=" * (-len(usual) % 4), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return ""


def locale(text: str) -> bool:
    """A language's code with a country's, as in `de_AT`."""
    found = _LOCALE.fullmatch(text)
    if found is None or found.group(1).lower() not in lists.members("language_codes"):
        return False
    country = found.group(3)
    return country is not None and (country.isdigit() or country.lower() in lists.members("country_alpha2"))


def domain(text: str) -> bool:
    """A host's name under a known top-level domain, and no file's."""
    last = text.rsplit(".", 1)[-1].lower()
    return last in lists.members("top_domains") or (
        len(last) == 2 and last in lists.members("country_alpha2") | {"uk", "eu"}
    )


def file_name(text: str) -> bool:
    """A name with the ending of a usual kind of file."""
    return text.rsplit(".", 1)[-1].lower() in lists.members("file_endings")


def date_8(text: str) -> bool:
    """A date of eight digits, year first."""
    return _DATE_8.fullmatch(text) is not None


def fips_county(text: str) -> bool:
    """The first two digits are a state's (FIPS 5-2)."""
    return text.isdigit() and 1 <= int(text[:2]) <= 78


def sedol(text: str) -> bool:
    """A SEDOL by its check digit."""
    values = [int(character, 36) for character in text]
    return sum(value * weight for value, weight in zip(values, (1, 3, 1, 7, 3, 9, 1), strict=False)) % 10 == 0


def container(text: str) -> bool:
    """The number of a freight container by its check digit (ISO 6346)."""
    numbers = [number for number in range(10, 39) if number % 11]
    values = [numbers[ord(one) - 65] if one.isalpha() else int(one) for one in text.upper()[:10]]
    return sum(value * (1 << place) for place, value in enumerate(values)) % 11 % 10 == int(text[10])


def payment_card(text: str) -> bool:
    """A payment card's number: Luhn and a first digit of an issuer (ISO/IEC 7812)."""
    return 12 <= len(text) <= 19 and _ISSUERS.match(text) is not None and luhn(text)


def bic(text: str) -> bool:
    """A bank's code with a country's letters in its middle (ISO 9362)."""
    return text[4:6].lower() in lists.members("country_alpha2")


def coordinates(text: str) -> bool:
    """Two numbers that can be degrees, one of them with decimals."""
    found = re.findall(r"[+\-]?\d+(?:\.\d+)?", text)
    if len(found) != 2 or not any("." in one for one in found):
        return False
    first, second = map(float, found)
    return (abs(first) <= 90 and abs(second) <= 180) or (abs(second) <= 90 and abs(first) <= 180)


def epoch_like(text: str) -> bool:
    """Seconds since 1970 up to 2033: with decimals from 1973, else from 2000 on, as other numbers have nine digits."""
    return (100_000_000 if "." in text else 946_684_800) <= float(text) < 2_000_000_000


def epoch_named(text: str) -> bool:
    """Seconds since 1970 from 1973 to 2100."""
    return 100_000_000 <= float(text) < 4_102_444_800


def address_like(text: str) -> bool:
    """An IPv4 address that is no version: one of its four numbers is larger than versions have."""
    return max(int(one) for one in text.partition(":")[0].split(".")) > 40


def has_letter(text: str) -> bool:
    """Not digits only."""
    return not text.isdigit()


def person_number(text: str) -> bool:
    """A number of a person by the check digits of some country, of a length that tells."""
    from ddgen.types import checks

    bare = re.sub(r"[ .\-/+]", "", text)
    digits = sum(map(str.isdigit, bare))
    if not 9 <= len(bare) <= 18 or digits < 5 or len(set(bare)) < 3:
        return False
    return checks.national_id(text)


_ISSUERS = re.compile(r"4|5[0-8]|2[2-7]|6|3[04-9]|2131|1800|9[0-9]|8[12]|220")

NAMED: dict[str, Callable[[str], bool]] = {
    "ean": ean,
    "luhn": luhn,
    "npi": npi,
    "json_text": json_text,
    "xml_text": xml_text,
    "base64_text": base64_text,
    "base64_json": base64_json,
    "base64_xml": base64_xml,
    "locale": locale,
    "domain": domain,
    "file_name": file_name,
    "date_8": date_8,
    "fips_county": fips_county,
    "sedol": sedol,
    "container": container,
    "epoch_named": epoch_named,
    "has_letter": has_letter,
    "address_like": address_like,
    "person_number": person_number,
    "epoch_like": epoch_like,
    "coordinates": coordinates,
    "bic": bic,
    "payment_card": payment_card,
}
"""The checks by the names that declarations call them."""
