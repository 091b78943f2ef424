"""What is not JSON is told, with its place; what is JSON is read without a word."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.sources.json import JsonSource

from .json_cases import spec_of

REJECTED = [
    *(b"[1 true]", b'["": 1]', b'[""],', b"[,1]", b"[1,,2]", b'["x"]]', b'["",]', b'["x"', b"[3[4]]", b"[,]", b"[-]"),
    *(b"[*]", b'[""', b"[1,", b"[{}", b"[nul]", b"[tru]", b"123\0", b"[++1]", b"[+1]", b"[-01]", b"[-2.]", b"[.2e-3]"),
    *(b"[0.1.2]", b"[0.3e+]", b"[0e]", b"[1.0e-]", b"[1eE2]", b"[2.e3]", b"[Inf]", b"[NaN]", b"[-NaN]", b"[0x1]"),
    *(b"[-Infinity]", b"[1+2]", b"[- 1]", b"[-012]", b"[012]", b"[1 000.0]", b"[\xef\xbc\x91]", b"[-1x]", b"[1.2a-3]"),
    *(b'{"x"::"b"}', b'{"a":"a" 123}', b"{key: 'v'}", b'{:"b"}', b'{"a" "b"}', b'{"a":', b'{"a"', b'{"a", null}'),
    *(b"{1:1}", b"{'a':0}", b'{"id":0,}', b'{"id":0,,,}', b'{"a":"b"}/**/', b'{"a":"b"}//', b'{"a":"b"}#{}', b"{a:1}"),
    *(b'{"a":"b",,"c":"d"}', b'{"\xb9":"0",}', b'{"a": true} "x"', b"{}}", b'{"":', b"{]", b"{,", b"{[", b'{"a', b"{"),
    *(b'["\\uD800\\"]', b'["\\uD800\\u1x"]', b"[\xc3\xa9]", b'["\\\0"]', b'["\\x00"]', b'["\\\t"]', b'["\\u00A"]'),
    *(b'["\\a"]', b'["\\uqqqq"]', b'["\\\xe5"]', b'[\\u0020"a"]', b"['x']", b"abc", b'["\\', b'["a\0a"]', b'["\\"]'),
    *(b'["new\nline"]', b'["\t"]', b'""x', b'"', b'"\\UA66D"', b'["\\\xf0\x9f\x8c\x80"]', b"[\xe2\x81\xa0]", b"<.>"),
    *(b"[<null>]", b"a\xc3\xa5", b"[True]", b"1]", b"]", b"\xef\xbb{}", b"\xe5", b"[", b"[\0]", b"2@", b"*", b"[\x0c]"),
    *(b'{"a":/*c*/"b"}', b"['", b"[,", b"[{", b'["a', b'["\\{["\\{', b'\\u000A""', b"[1}", b'{"a":1]', b"[1]x", b"1 2"),
    *(b'{"a":1},\n{"a":2},\n', b'{"data":[{"a":1}]', b'{"data":[{"a":1}]]', b'{"data":[{"a":1},]}'),
    *(b'{"data":[{"a":1}],}', b'{"data":[{"a":1}] "b":2}', b'{"data":[{"a":1}]}}', b'{"data":[{"a":1}],"b":tru}'),
    *(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR{{{[[", b"[1]\n[2", b'\xff\xfe[\0"\0', b"\xff\xfe[\0\0\xd8]\0", b"[a\xe5]"),
]

ACCEPTED = [
    *(b"[[]   ]", b" [1]", b"[2] \n", b"[0e1]", b"[-0]", b"[1E+2]", b"{}", b'{"":0}', b'{"a":"b","a":"c"}', b" [] "),
    *(b'{"foo\\u0000bar": 42}', b'["\\ud83d\\ude39"]', b'["\xf4\x8f\xbf\xbf"]', b'["\\uFFFF"]', b'["\x7f"]', b"null"),
    *(b'["\xe2\x80\xa8"]', b'"\\u0022"', b'["a/*b*/c"]', b'["\\\\u0000"]', b'["\\"\\\\\\/\\b\\f\\n\\r\\t"]', b"true"),
    *(b"\xef\xbb\xbf{}", b"[\r\n1\t]", b'{"data":[]}', b'{"n":1, "data" : [ {"a":1} ] , "m":[] }\n', b"-0.1", b'""'),
]


def lines_of_problems(folder: Path, content: bytes) -> list[list[int | None]]:
    spec = spec_of(folder, content)
    assert JsonSource.accepts(spec)
    relations = JsonSource.relations(spec)
    for relation in relations:
        for _ in relation.batches():
            pass
    return [[place.line for place in problem.places] for relation in relations for problem in relation.problems]


@pytest.mark.parametrize("content", REJECTED, ids=repr)
def test_what_is_not_json_is_told_with_its_place(tmp_path: Path, content: bytes) -> None:
    lines = lines_of_problems(tmp_path, content)
    assert lines
    assert all(first for first, *_ in lines)


@pytest.mark.parametrize("content", ACCEPTED, ids=repr)
def test_what_is_json_is_read_without_a_word(tmp_path: Path, content: bytes) -> None:
    assert lines_of_problems(tmp_path, content) == []


def test_binary_rubbish_is_one_problem_a_kind(tmp_path: Path) -> None:
    assert (
        0
        < len(lines_of_problems(tmp_path, b"\x80" + bytes(number * number % 251 + 3 for number in range(300_000))))
        <= 5
    )
