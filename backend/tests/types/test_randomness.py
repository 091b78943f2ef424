"""Keys and numbers of unknown kind are found by how they look; words and names of columns are not taken for them."""

from __future__ import annotations

import random
import string

import pytest

from ddgen.types import randomness

ALPHABETS = {
    "hexadecimal": "0123456789abcdef",
    "base 36": string.ascii_uppercase + string.digits,
    "base 62": string.ascii_letters + string.digits,
    "letters": string.ascii_letters,
    "capitals": string.ascii_uppercase,
    "small letters": string.ascii_lowercase,
    "digits": string.digits,
}


@pytest.mark.parametrize("lenient", [False, True], ids=["texts", "names"])
@pytest.mark.parametrize("alphabet", ALPHABETS.values(), ids=ALPHABETS)
def test_random_keys(alphabet: str, *, lenient: bool) -> None:
    rng = random.Random(7)  # noqa: S311 - a test's data
    keys = ["".join(rng.choice(alphabet) for _ in range(16)) for _ in range(500)]
    missed = [key for key in keys if not randomness.is_key(key, lenient=lenient)]
    assert len(missed) <= 5, missed


@pytest.mark.parametrize(
    "text",
    [
        "8812-AX-3341",
        "AB123456C",
        "Tr0ub4dor&3",
        "hunter22",
        "Sommer2024!",
        "dGVzdGtleQ==",
        "FGqKEeDTp/jCqTXewVLyFuf+",
        "123456789",
        "12 345 678 901",
        "p4ssword",
    ],
)
def test_keys(text: str) -> None:
    assert randomness.find(text)


@pytest.mark.parametrize(
    "text",
    [
        "active",
        "ISO-8601",
        "RFC5322",
        "sha256",
        "UTF-8",
        "10,000 rows",
        "1,234,567.89",
        "2019-2024",
        "100000",
        "Q3 2024",
        "B2B",
        "x86_64",
        "e-mail",
        "cust_addr_id",
        "SALES_ORDER_HDR",
        "internationalization",
        "1=active, 2=closed",
        "Geschwindigkeitsbegrenzung",
        "profit+loss",
    ],
)
def test_no_keys(text: str) -> None:
    assert randomness.find(text) == []


@pytest.mark.parametrize(
    "name",
    [
        "iso_3166_1_alpha_2",
        "ISO3166-1-Alpha-3",
        "amt_2024",
        "rev_2023_q4",
        "SepalWidthCm",
        "addr2",
        "col_0017",
        "V0042",
    ],
)
def test_names_of_columns(name: str) -> None:
    assert randomness.find(name, lenient=True) == []


def test_rhythm_tells_words_from_noise() -> None:
    assert randomness.rhythm("transportation") > randomness.rhythm("xqzkvwjpfgbd") + 2
