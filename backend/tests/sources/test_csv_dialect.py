from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ddgen.model.relation import TextBatch
from ddgen.sources.csv import CsvSource
from ddgen.sources.spec import SourceSpec


@dataclass(frozen=True)
class Case:
    """A text, and how it is to be read: delimiter, line of the header, number of records, names, some cells."""

    name: str
    data: str | bytes
    delimiter: str | None
    header: int | None
    rows: int
    names: list[str] | None = None
    cells: dict[tuple[int, int], str | None] = field(default_factory=dict)
    reading: dict[str, object] = field(default_factory=dict)


def lines(*texts: str, end: str = "\n") -> str:
    return end.join(texts) + end


PEOPLE = ["id,name,city", *(f"{n},Name {n},City {n % 7}" for n in range(1, 30))]

CASES = [
    Case("plain", lines(*PEOPLE), ",", 0, 29, ["id", "name", "city"]),
    Case("semicolon_decimal_comma", lines("a;b;c", *(f"{n},5;{n * 3},25;x{n}" for n in range(20))), ";", 0, 20),
    Case("only_decimal_commas", lines("x;y", "1,5;2,5", "3,5;4,5", "0,5;0,7"), ";", 0, 3, cells={(0, 0): "1,5"}),
    Case("pipe", lines(*PEOPLE).replace(",", "|"), "|", 0, 29),
    Case("tab_quotes", lines("a\tb", '"x\ty"\t1', "z\t2", '"q"\t3'), "\t", 0, 3, cells={(0, 0): "x\ty"}),
    Case("tab_with_commas", lines("t\tn", "Hello, you, there\t1", "Well, no\t2", "One\t3"), "\t", 0, 3),
    Case("caret", lines("a^b^c", "1^x^2", "2^y^3"), "^", 0, 2),
    Case("tilde", lines("a~b~c", "1~x~2", "2~y~3"), "~", 0, 2),
    Case("colon", lines("root:x:0:0", "bin:x:1:1", "daemon:x:2:2", "adm:x:3:4"), ":", None, 4),
    Case("unit_separator", lines("a\x1fb", "1\x1f2", "3\x1f4"), "\x1f", 0, 2),
    Case("odd_mark", lines("a§b§c", "1§x§2", "2§y§3"), "§", 0, 2),
    Case(
        "spaces_aligned",
        lines("id   name   score", "1    ann    2.5", "22   bob    3.5"),
        " ",
        0,
        2,
        cells={(1, 2): "3.5"},
    ),
    Case("quoted_newlines", lines("a,b", '1,"x\ny"', '2,"p\n\nq"', "3,z"), ",", 0, 3, cells={(1, 1): "p\n\nq"}),
    Case("stray_inch", lines("size,disk", '1,5" disk', '2,3.5" disk', "3,none"), ",", 0, 3, cells={(0, 1): '5" disk'}),
    Case(
        "stray_leading_quote",
        lines("who\tsaid", 'a\t"Yes" she said', 'b\t"No" he said', "c\tnothing"),
        "\t",
        0,
        3,
        cells={(0, 1): '"Yes" she said'},
    ),
    Case("doubled_quotes", lines("a,b", '1,"say ""hi"", ok"', "2,x"), ",", 0, 2, cells={(0, 1): 'say "hi", ok'}),
    Case(
        "backslash_quotes",
        lines("a,b", r'1,"say \"hi\", ok"', r'2,"C:\new"'),
        ",",
        0,
        2,
        cells={(0, 1): 'say "hi", ok', (1, 1): r"C:\new"},
    ),
    Case("backslash_delimiter", lines("a,b", r"1,x\, y", r"2,z", "3,w"), ",", 0, 3, cells={(0, 1): "x, y"}),
    Case("windows_paths", lines("a,b", r'1,"C:\dir\"', r'2,"D:\x\"', "3,e"), ",", 0, 3, cells={(0, 1): "C:\\dir\\"}),
    Case("single_quotes", lines("a,b,c", "1,'x, y',2", "2,'it',3", "3,z,4"), ",", 0, 3, cells={(0, 1): "x, y"}),
    Case("apostrophes", lines("a,b", "1,'tis so", "2,it's", "3,x"), ",", 0, 3, cells={(0, 1): "'tis so"}),
    Case(
        "space_after_comma", lines("a, b, c", '1, "x, y", 2', "2, z, 3"), ",", 0, 2, ["a", "b", "c"], {(0, 1): "x, y"}
    ),
    Case("leading_zeros", lines("zip,n", "00501,1", "01234,2"), ",", 0, 2, cells={(0, 0): "00501"}),
    Case(
        "latin1",
        lines("name;city", "Müller;Köln", "Jürgen;Düsseldorf", "José;Málaga").encode("latin-1"),
        ";",
        0,
        3,
        cells={(0, 0): "Müller"},
        reading={"encoding": "iso-8859-1"},
    ),
    Case(
        "cp1252",
        lines("item;price", "Caf\u00e9;5 \u20ac", "\u201cTee\u201d;3 \u20ac").encode("cp1252"),
        ";",
        0,
        2,
        cells={(0, 1): "5 €"},
        reading={"encoding": "cp1252"},
    ),
    Case("utf16", lines(*PEOPLE).encode("utf-16"), ",", 0, 29, reading={"encoding": "utf-16"}),
    Case("utf16_no_mark", lines(*PEOPLE).encode("utf-16-le"), ",", 0, 29, reading={"encoding": "utf-16-le"}),
    Case("utf32", lines(*PEOPLE).encode("utf-32"), ",", 0, 29, reading={"encoding": "utf-32"}),
    Case(
        "mark",
        lines(*PEOPLE).encode("utf-8-sig"),
        ",",
        0,
        29,
        ["id", "name", "city"],
        reading={"byte_order_mark": True},
    ),
    Case("carriage_returns", lines(*PEOPLE, end="\r"), ",", 0, 29),
    Case("crlf", lines(*PEOPLE, end="\r\n"), ",", 0, 29, ["id", "name", "city"]),
    Case("double_carriage_returns", lines(*PEOPLE, end="\r\r\n"), ",", 0, 29, ["id", "name", "city"]),
    Case("preamble", lines("Sales report", "made by: the office", "", *PEOPLE), ",", 3, 29, ["id", "name", "city"]),
    Case("preamble_padded", lines("Sales report,,", "2024,,", *PEOPLE), ",", 2, 29, ["id", "name", "city"]),
    Case("sep_line", lines("sep=;", "a;b", "1;2", "3;4"), ";", 1, 2, ["a", "b"]),
    Case(
        "comments",
        lines("# made by a tool", "# on a day, at night", *PEOPLE[:5], "# a note", *PEOPLE[5:]),
        ",",
        2,
        29,
        reading={"comment": "#"},
    ),
    Case(
        "comment_is_header",
        lines("#chrom\tstart\tend", "chr1\t1\t20", "chr2\t5\t30"),
        "\t",
        0,
        2,
        ["chrom", "start", "end"],
    ),
    Case("hash_is_data", lines("colour,n", "#fff,1", "#000,2", "#abc,3"), ",", 0, 3),
    Case(
        "two_headers",
        lines("Id,Name,Score", "Nr,Nombre,Puntos", "1,ann,2", "2,bob,3", "3,eve,4"),
        ",",
        1,
        3,
        ["Nr", "Nombre", "Puntos"],
    ),
    Case(
        "units",
        lines("time,speed,name", "s,m/s,-", "1,2.5,a", "2,3.5,b", "3,4.5,c"),
        ",",
        0,
        3,
        ["time", "speed", "name"],
        reading={"units_row": True},
    ),
    Case("trailing_delimiter", lines("a,b,", "1,2,", "3,4,", "5,6,"), ",", 0, 3, ["a", "b", "column_3"]),
    Case("ragged_short", lines("a,b,c", "1,2,3", "4,5", "6,7,8", "9,10"), ",", 0, 4, ["a", "b", "c"], {(1, 2): None}),
    Case(
        "ragged_long",
        lines("a,b,c", "1,2,3", "4,5,6,7", "6,7,8"),
        ",",
        0,
        3,
        ["a", "b", "c", "column_4"],
        {(1, 3): "7", (0, 3): None},
    ),
    Case(
        "row_names_as_r_writes",
        lines('"x","y"', '"one",1,2', '"two",3,4', '"three",5,6'),
        ",",
        0,
        3,
        ["column_1", "x", "y"],
    ),
    Case("blank_lines_one_field", lines("NAME", "Ann Lee", "", "Bob Ray", "", ""), None, 0, 5, ["NAME"], {(1, 0): ""}),
    Case("blank_lines_many_fields", lines("a,b", "1,2", "", "3,4", ""), ",", 0, 2),
    Case("no_header_numbers", lines("1,2,3", "4,5,6", "7,8,9"), ",", None, 3, ["column_1", "column_2", "column_3"]),
    Case("no_header_codes", lines("AB12,Smith,x", "CD34,Jones,y", "EF56,Brown,z", "GH78,Green,x"), ",", None, 4),
    Case("no_header_repeated", lines("yes,Ann,red", "no,Bob,blue", "yes,Eve,red", "no,Joe,red"), ",", None, 4),
    Case("header_only", "a,b,c\n", ",", 0, 0, ["a", "b", "c"]),
    Case("header_only_no_end", "a;b;c", ";", 0, 0, ["a", "b", "c"]),
    Case("one_line_of_data", "1,2,3\n", ",", None, 1),
    Case("timestamps", lines("ts", *(f"2024-01-{n:02} 12:{n}:00" for n in range(10, 28))), None, 0, 18, ["ts"]),
    Case("timestamps_no_header", lines(*(f"2024-01-{n:02} 12:{n}:00" for n in range(10, 28))), None, None, 18),
    Case("times", lines(*(f"{n}:30:15" for n in range(10, 23))), None, None, 13),
    Case("emails", lines("email", "ann@example.com", "bob@example.org", "eve@example.net"), None, 0, 3),
    Case(
        "urls",
        lines("https://a.example/x?y=1&z=2", "https://b.example/q?y=3&z=4", "http://c.example/?y=1&z=1"),
        None,
        None,
        3,
    ),
    Case("addresses", lines("10.0.0.1", "10.0.0.2", "192.168.1.5"), None, None, 3),
    Case("names_of_people", lines("Ann Lee", "Bob Ray", "Eve Orr", "Joe Day"), None, None, 4),
    Case(
        "prose",
        lines(
            "It was a dark night, and cold.",
            "Nobody spoke; the wind, though, did.",
            "We went on",
            "and on, and on, until: morning.",
        ),
        None,
        None,
        4,
    ),
    Case(
        "framed",
        lines("+----+------+", "| id | name |", "+----+------+", "| 1  | ann  |", "| 2  | bob  |", "+----+------+"),
        "|",
        1,
        2,
        ["id", "name"],
        {(1, 1): "bob"},
    ),
    Case(
        "markdown", lines("| id | name |", "|----|------|", "| 1  | ann  |", "| 2  | bob  |"), "|", 0, 2, ["id", "name"]
    ),
    Case("years_as_names", lines("country,1990,1991,1992", "Chad,5.5,6.5,7.5", "Peru,1.5,2.5,3.5"), ",", 0, 2),
    Case("counted_names", lines(",0,1,2", "0,5.5,x,7.5", "1,1.5,y,3.5"), ",", 0, 2, ["column_1", "0", "1", "2"]),
    Case("duplicate_names", lines("a,a,,a", "1,2,3,4", "5,6,7,8"), ",", 0, 2, ["a", "a#2", "column_3", "a#3"]),
    Case("nul_bytes", "a,b\n1,x\x00y\n2,z\n", ",", 0, 2, cells={(0, 1): "x\x00y"}),
    Case("lone_return_in_cell", "a,b\n1,x\ry\n2,z\n", ",", 0, 2, cells={(0, 1): "x\ry"}),
    Case(
        "money",
        lines("item,price", 'x,"$1,234.50"', 'y,"$2,000.00"', "z,$5.00"),
        ",",
        0,
        3,
        cells={(0, 1): "$1,234.50"},
    ),
    Case(
        "timestamps_and_numbers", lines(*(f"2024-01-{n:02} 12:30:{n},{n}.5,ok" for n in range(10, 28))), ",", None, 18
    ),
    Case(
        "json_in_cells",
        lines("id,doc", '1,"{""a"": [1, 2], ""b"": ""x""}"', '2,"{""a"": []}"'),
        ",",
        0,
        2,
        cells={(1, 1): '{"a": []}'},
    ),
    Case(
        "wide", lines(",".join(f"f{n}" for n in range(3000)), *[",".join(str(n) for n in range(3000))] * 3), ",", 0, 3
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_reads_as_meant(case: Case, tmp_path: Path) -> None:
    data = case.data if isinstance(case.data, bytes) else case.data.encode()
    path = tmp_path / "input.txt"
    path.write_bytes(data)
    (relation,) = CsvSource.relations(SourceSpec(path, str(path), data[:65536], ".txt", "input"))
    batches = [batch for batch in relation.batches() if isinstance(batch, TextBatch)]
    assert relation.reading["delimiter"] == case.delimiter
    assert relation.reading["header_row"] == case.header
    assert sum(batch.count for batch in batches) == case.rows
    names = batches[-1].names if batches else [str(field.path[0]) for field in relation.declared]
    assert case.names is None or names == case.names
    assert {place: batches[0].columns[place[1]][place[0]].as_py() for place in case.cells} == case.cells
    assert {key: relation.reading[key] for key in case.reading} == case.reading


def test_the_same_every_time(tmp_path: Path) -> None:
    path = tmp_path / "input.txt"
    path.write_text(lines(*PEOPLE * 400))
    spec = SourceSpec(path, str(path), b"", ".txt", "input")
    readings = [CsvSource.relations(spec)[0].reading for _ in range(3)]
    assert readings[0] == readings[1] == readings[2]
