from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.model.problem import Severity
from ddgen.sources.encoding import UTF8, Decoder, Encoding, detect, looks_binary

GERMAN = "Straße,Größe\nMüller,Köln \u2013 „schön“\n" * 20
FRENCH = "nom;prénom\nLefèvre;André\nCôté;Zoé\n" * 20
RUSSIAN = "имя;город\nИван;Москва\nАнна;Санкт-Петербург\nОльга;Новосибирск\n" * 30  # noqa: RUF001 - Russian is written in Cyrillic letters
JAPANESE = "名前,都市\n山田太郎,東京\n鈴木花子,大阪\n佐藤次郎,名古屋\n" * 30
POLISH = "imię;miasto\nŁukasz;Łódź\nGrażyna;Kraków\nJózef;Wrocław\nMałgorzata;Częstochowa\n" * 30


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"a,b\n1,2\n", "utf-8"),
        (GERMAN.encode(), "utf-8"),
        (GERMAN.encode("utf-8-sig"), "utf-8"),
        (GERMAN.encode("utf-16"), "utf-16"),
        (GERMAN.encode("utf-16-le"), "utf-16-le"),
        (GERMAN.encode("utf-16-be"), "utf-16-be"),
        (GERMAN.encode("utf-32"), "utf-32"),
        (GERMAN.encode("utf-32-le"), "utf-32-le"),
        (GERMAN.encode("cp1252"), "cp1252"),
        (FRENCH.encode("latin-1"), "iso-8859-1"),
    ],
)
def test_finds_the_encoding(data: bytes, name: str) -> None:
    assert detect([data]).name == name


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc_jp"),
        (POLISH, "cp1250"),
        (GERMAN, "cp1252"),
        (GERMAN, "utf-16"),
        (GERMAN, "utf-32-be"),
        (JAPANESE, "utf-8"),
    ],
)
def test_the_text_comes_back(text: str, codec: str) -> None:
    data = text.encode(codec)
    decoder = Decoder(detect([data]))
    assert decoder.decode(data, final=True) == text
    assert decoder.problem("x") is None


@pytest.mark.parametrize("wide", [2, 4])
def test_programs_and_tables_of_small_numbers_are_no_text(wide: int) -> None:
    numbers = b"".join((place % 3).to_bytes(wide, "little") for place in range(1000))
    program = b"\x7fELF\x02\x01\x01" + bytes(40) + numbers
    assert looks_binary(program)


def test_a_few_nul_characters_do_not_hide_a_wide_text() -> None:
    data = (GERMAN + "\0").encode("utf-32-le")
    assert not looks_binary(data)
    assert detect([data]).name == "utf-32-le"


def test_a_character_cut_at_the_edges_of_samples_is_no_fault() -> None:
    data = JAPANESE.encode()
    assert detect([data[:100], data[101:200], data[302:400]]) == UTF8


def test_a_wrong_byte_late_in_utf8_is_read_as_windows_1252_and_told() -> None:
    decoder = Decoder(UTF8)
    good = "naïve ".encode() * 1000
    text = "".join([decoder.decode(good), decoder.decode(b"caf\xe9 \x81\n"), decoder.decode(b"", final=True)])
    assert text == "naïve " * 1000 + "café \x81\n"
    problem = decoder.problem("x.csv")
    assert problem is not None
    assert problem.severity is Severity.WARNING
    assert problem.count == 2
    assert [place.byte for place in problem.places] == [len(good) + 3, len(good) + 5]


def test_only_the_first_places_are_kept() -> None:
    decoder = Decoder(UTF8)
    decoder.decode(b"\xff" * 500 + b"x", final=True)
    problem = decoder.problem("x.csv")
    assert problem is not None
    assert (problem.count, len(problem.places)) == (500, 10)


def test_wrong_units_of_utf16_are_replaced_and_counted() -> None:
    decoder = Decoder(Encoding("utf-16-le", "utf-16-le"))
    assert decoder.decode("a".encode("utf-16-le") + b"\x00\xd8" + "b".encode("utf-16-le"), final=True) == "a\ufffdb"
    assert decoder.bad == 1


@given(st.text(), st.sampled_from(["utf-8", "utf-16-le", "utf-32-be"]), st.integers(1, 7))
def test_pieces_of_any_size_give_the_same_text(text: str, codec: str, step: int) -> None:
    data = text.encode(codec, "ignore")
    decoder = Decoder(Encoding(codec, codec))
    pieces = [decoder.decode(data[start : start + step]) for start in range(0, len(data), step)]
    assert "".join([*pieces, decoder.decode(b"", final=True)]) == data.decode(codec)


@given(st.binary())
def test_no_bytes_are_too_wrong_to_read(data: bytes) -> None:
    decoder = Decoder(UTF8)
    text = decoder.decode(data, final=True)
    assert decoder.bad <= len(data)
    assert decoder.bad or text.encode() == data


@pytest.mark.parametrize(
    "head", [bytes(range(256)) * 20, b"\x89PNG\r\n\x1a\n" + bytes(100), b"SQLite format 3\0" + bytes(90)]
)
def test_binary_is_no_text(head: bytes) -> None:
    assert looks_binary(head)


@pytest.mark.parametrize(
    "head",
    [b"a,b\n1,x\0y\n" + b"2,nothing special\n" * 9, GERMAN.encode("utf-16"), JAPANESE.encode("euc_jp"), b"a\tb\f\n"],
)
def test_text_is_not_binary(head: bytes) -> None:
    assert not looks_binary(head)
