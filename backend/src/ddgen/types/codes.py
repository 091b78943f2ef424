"""Checks of codes of things: books, goods, papers, devices, places of the net, and texts that hold other formats."""

from __future__ import annotations

import base64
import binascii
import hashlib
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


def date_14(text: str) -> bool:
    """A date and a time of day in fourteen digits, year first."""
    return _DATE_8.fullmatch(text[:8]) is not None and _TIME_6.fullmatch(text[8:]) is not None


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
    """A payment card's number: Luhn, and an issuer's first digits with as many as its cards have (ISO/IEC 7812)."""
    return _ISSUERS.fullmatch(text) is not None and luhn(text)


def iban(text: str) -> bool:
    """An IBAN by its country's length and its check digits; those inside an account's number are not looked at."""
    from stdnum import iban as standard

    return bool(standard.is_valid(text, check_country=False))


def bitcoin(text: str) -> bool:
    """An address of Bitcoin by its check sum: Base58Check, or Bech32 and Bech32m (BIP 173 and 350)."""
    if text.lower().startswith("bc1"):
        return _bech32(text.lower())
    number = 0
    for character in text:
        if character not in _BASE58:
            return False
        number = number * 58 + _BASE58.index(character)
    if number >= 1 << 200:
        return False
    raw = number.to_bytes(25, "big")
    return hashlib.sha256(hashlib.sha256(raw[:21]).digest()).digest()[:4] == raw[21:]


def _bech32(text: str) -> bool:
    values = [3, 3, 0, 2, 3]  # the letters b and c, spread out
    for character in text[3:]:
        if character not in _BECH32:
            return False
        values.append(_BECH32.index(character))
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, mask in enumerate(_BECH32_MASKS):
            check ^= mask if top >> place & 1 else 0
    return check in {1, 0x2BC830A3}


def vat_number(text: str) -> bool:
    """A VAT number by the check digits of the member state of the EU whose letters it begins with; others pass."""
    bare = re.sub(r"[ .\-]", "", text).upper()
    if bare[:2] not in _VAT_STATES:
        return True
    from stdnum.eu import vat

    return bool(vat.is_valid(bare))


def vat_in_eu(text: str) -> bool:
    """A VAT number of a member state of the EU, by its letters and check digits."""
    return re.sub(r"[ .\-]", "", text).upper()[:2] in _VAT_STATES and vat_number(text)


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


_ISSUERS = re.compile(
    r"3[47]\d{13}|(2131|1800)\d{11}|3[0689]\d{12}(\d{2})?|35\d{14,17}|4\d{12}(\d{3}){0,2}|5[0-8]\d{10,17}|6\d{11,18}"
    r"|2[2-7]\d{14,17}|(9\d|8[12])\d{14,17}"
)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_BECH32_MASKS = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_TIME_6 = re.compile(r"([01]\d|2[0-3])[0-5]\d[0-5]\d")
_VAT_STATES = frozenset("AT BE BG CY CZ DE DK EE EL ES FI FR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split())

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
    "iban": iban,
    "bitcoin": bitcoin,
    "vat_number": vat_number,
    "vat_in_eu": vat_in_eu,
    "date_14": date_14,
    "payment_card": payment_card,
}
"""The checks by the names that declarations call them."""
