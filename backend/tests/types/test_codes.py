"""Checks of codes of things; each pair differs in what the check is about."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.types import codes


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("ean", "4006381333931", "4006381333932"),
        ("ean", "036000291452", "036000291453"),
        ("luhn", "79927398713", "79927398714"),
        ("npi", "1234567893", "1234567890"),
        ("json_text", '{"a": [1]}', "{a}"),
        ("xml_text", "<a>text</a>", "<a>text</b>"),
        ("base64_text", "SGVsbG8sIHdvcmxkIQ==", "SGVsbG8sIHdvcmxkIQ="),
        ("locale", "de_AT", "xx_AT"),
        ("locale", "en-US", "en"),
        ("domain", "example.org", "notes.txt"),
        ("file_name", "notes.txt", "example.org"),
        ("date_8", "20240229", "20241301"),
        ("date_14", "20240229235959", "20240229245959"),
        ("iban", "BE63249641973262", "BE63249641973263"),
        ("vat_number", "DE136695976", "DE136695977"),
        ("vat_number", "CHE-123.456.788", "ATU12345678"),
        ("vat_in_eu", "DE136695976", "CHE123456788"),
        ("bitcoin", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"),
        ("bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"),
        ("payment_card", "378282246310005", "490154203237518"),
        ("fips_county", "06075", "99075"),
        ("sedol", "0263494", "0263495"),
        ("container", "CSQU3054383", "CSQU3054384"),
        ("payment_card", "4111111111111111", "4111111111111112"),
        ("payment_card", "4111111111111111", "0000000000000000"),
        ("bic", "DEUTDEFF", "DEUTQQFF"),
        ("coordinates", "52.5,13.4", "52,13"),
        ("coordinates", "-33.86, 151.2", "133.86, 151.2"),
        ("epoch_like", "1700000000", "4700000000"),
        ("epoch_like", "109807508.42", "109807508"),
        ("epoch_named", "109807508", "9807508"),
        ("address_like", "192.168.1.1", "10.0.19.4"),
        ("has_letter", "12a", "123"),
        ("person_number", "111.444.777-35", "1111111"),
    ],
)
def test_one_passes_and_the_other_does_not(check: str, good: str, bad: str) -> None:
    assert codes.NAMED[check](good)
    assert not codes.NAMED[check](bad)


@given(st.text(alphabet="0123456789", min_size=7, max_size=18))
def test_one_digit_in_ten_completes_a_number_of_luhn(digits: str) -> None:
    passing = [last for last in "0123456789" if codes.luhn(digits + last)]
    assert len(passing) == 1 or len(set(digits)) == 1


@given(st.text(alphabet="0123456789", min_size=12, max_size=12), st.integers(0, 11), st.integers(1, 9))
def test_a_wrong_digit_in_an_article_number_shows(digits: str, place: int, shift: int) -> None:
    last = next(one for one in "0123456789" if codes.ean(digits + one) or len(set(digits + one)) == 1)
    wrong = digits[:place] + str((int(digits[place]) + shift) % 10) + digits[place + 1 :] + last
    assert not codes.ean(wrong) or not codes.ean(digits + last)
