"""Type files of people: read as they are meant, and every mistake in them named."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import UsageError
from ddgen.types import declaration, table, type_files

GOOD = """\
- id: acme.policy
  title: Policy number
  group: custom
  values: {regex: "POL-[0-9]{4}"}
  names: {strong: ["policy_(no|number)"]}
  decide: {need: values, chance: 0.00001}
  examples: [POL-1234]
  counter_examples: [POL-1]
"""
BAD = """\
- id: acme.policy
  title: Policy number
  group: custom
  values:
    regex: "(?=a)b"
    valdator: luhn
  names: {strong: ["policy", "(a)\\\\1"]}
  decide: {need: values, chance: 2}
- id: acme.mail
  extends: contact.emial
- text
- id: acme.two
  title: Two
  group: custom
  base: [strng]
  values: {regex: "x", list: "file:none.txt", validator: lun}
  decide: {need: values, chance: 0.1}
  parent: acme.policey
"""


def written(folder: Path, text: str, name: str = "types.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def mistakes(path: Path) -> list[UsageError]:
    with pytest.raises(UsageError) as caught:
        type_files.read([path], table.standard())
    return [caught.value, *caught.value.others]


def test_a_file_in_order_is_read_with_its_places(tmp_path: Path) -> None:
    path = written(tmp_path, "# ours\n" + GOOD)
    (one,) = type_files.read([path])
    assert (one.declaration.id, one.line, one.lines["examples"], one.declaration.user) == ("acme.policy", 2, 8, True)
    assert type_files.tested([one]) == []
    assert type_files.read([written(tmp_path, "# nothing yet\n")]) == []


def test_every_mistake_is_named_with_file_line_type_and_key(tmp_path: Path) -> None:
    path = written(tmp_path, BAD)
    assert [str(one).removeprefix(f"{path}, ").split(". ")[0] for one in mistakes(path)] == [
        "line 5: acme.policy: values.regex: RE2 refuses it: invalid perl operator: (?=",
        "line 6: acme.policy: values.valdator: there is no such key; validator was meant?",
        "line 7: acme.policy: names.strong[1]: RE2 refuses it: invalid escape sequence: \\1",
        "line 8: acme.policy: decide.chance: should be less than or equal to 1",
        "line 10: acme.mail: extends: there is no type contact.emial; contact.email was meant?",
        "line 11: 'text' is no type",
        "line 15: acme.two: base[0]: there is no data type strng; string was meant?",
        "line 16: acme.two: values.validator: there is no check lun; luhn was meant?",
        f"line 16: acme.two: values.list: there is no list file:{tmp_path}/none.txt: No such file or directory",
    ]


def test_the_mistakes_of_all_files_are_named(tmp_path: Path) -> None:
    paths = [written(tmp_path, "- text", "a.yaml"), written(tmp_path, "- text", "b.yaml")]
    with pytest.raises(UsageError) as caught:
        type_files.read(paths)
    assert [one.where for one in (caught.value, *caught.value.others)] == [f"{path}, line 1" for path in paths]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (GOOD.replace("POL-[0-9]{4}", "(a"), "values.regex: RE2 refuses it: missing )"),
        (GOOD.replace("POL-[0-9]{4}", "[\\\\p{L}]{0,60}"), "repeats a class of Unicode"),
        (GOOD.replace("need: values", "need: luck"), "decide.need: should be 'values', 'names' or 'both'"),
        (GOOD.replace("  group: custom\n", ""), "acme.policy: group: is missing"),
        (GOOD.replace("acme.policy", "Policy"), "Policy: id: should be two words in lower case"),
        (GOOD + "  colour: red\n", "colour: there is no such key"),
        (GOOD + "  user: true\n", "user: there is no such key"),
        (GOOD + "  scan: {regex: a}\n", "scan: there is no such key"),
        (GOOD + "  refines: [contact.emial]\n", "refines: there is no type contact.emial; contact.email was meant?"),
        (GOOD + GOOD, "acme.policy: is in this file twice, first in line 1"),
        (GOOD.replace('regex: "POL-[0-9]{4}"', "validator: stdnum.no.such"), "there is no check stdnum.no.such"),
        (GOOD.replace('regex: "POL-[0-9]{4}"', "validator: stdnum"), "there is no check stdnum"),
        (GOOD.replace('regex: "POL-[0-9]{4}"', "validator: stdnum.us"), "there is no check stdnum.us"),
        (GOOD.replace('regex: "POL-[0-9]{4}"', "list: no_such"), "there is no list no_such"),
        (GOOD.replace('{regex: "POL-[0-9]{4}"}', "{}"), "decide.need: is values, but nothing is said of values"),
        (GOOD.replace("values, chance", "names, chance").replace("  names:", "  #"), "but no names are given"),
        ("- {id: a.b, title: x}", "decide: is missing"),
        ("- id: [a.b]", "id: should be a text"),
        ("a: [", "cannot be read as YAML"),
        ("a: b", "is no list of types"),
        ("- {id: a.b, id: c.d}", "cannot be read as YAML"),
        ("- id: a.b\n  values: text", "values: should be"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, said: str) -> None:
    found = mistakes(written(tmp_path, text))
    assert [one for one in found if said in str(one)], [str(one) for one in found]
    assert {one.where.partition(",")[0] for one in found if one.where} == {str(tmp_path / "types.yaml")}


def test_a_file_that_is_no_text_is_told(tmp_path: Path) -> None:
    path = tmp_path / "types.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    assert [one.message for one in mistakes(path)] == ["cannot be read as YAML: UnicodeDecodeError"]


def test_what_is_declared_in_error_is_not_taken_for_unknown(tmp_path: Path) -> None:
    text = GOOD.replace("chance: 0.00001", "chance: 5") + "- {id: acme.other, extends: acme.policy}\n"
    text += GOOD.replace("acme.policy", "acme.third") + "  refines: [acme.policy, acme.other]\n"
    assert len(mistakes(written(tmp_path, text))) == 1


@pytest.mark.parametrize(
    ("codes", "named", "member"),
    [
        ("A1\nB2\n", "codes.txt", "b2"),
        ("A1,first\nB2,second\n", "codes.csv", "B2"),
        ("place,code\nhere,A1\nthere,B2\n", "codes.csv#code", "B2"),
    ],
)
def test_a_list_stands_beside_the_file(tmp_path: Path, codes: str, named: str, member: str) -> None:
    folder = tmp_path / "types"
    folder.mkdir()
    written(folder, codes, named.partition("#")[0])
    text = GOOD.replace('regex: "POL-[0-9]{4}"', f'list: "file:{named}"')
    (one,) = type_files.read([written(folder, text)])
    assert one.declaration.accepts(member)
    assert not one.declaration.accepts("second")


def test_a_column_that_is_not_there_is_told(tmp_path: Path) -> None:
    written(tmp_path, "place,code\nhere,A1\n", "codes.csv")
    (mistake,) = mistakes(written(tmp_path, GOOD.replace('regex: "POL-[0-9]{4}"', 'list: "file:codes.csv#kode"')))
    assert "no column kode; there is place, code" in mistake.message


def test_examples_that_do_not_hold_are_told(tmp_path: Path) -> None:
    text = GOOD.replace("[POL-1234]", "[POL-1]").replace("[POL-1]\n  counter_examples: [POL-1]", "[POL-1, POL-2222]")
    text += "  counter_examples: [POL-9999]\n"
    text += GOOD.replace("acme.policy", "acme.card").replace('"POL-[0-9]{4}"', '"[0-9]{16}", validator: luhn')
    text = text.replace("examples: [POL-1234]", "examples: ['4111111111111112']")
    found = type_files.tested(type_files.read([written(tmp_path, text)]))
    assert [one.message for one in found] == [
        "acme.policy: examples: 'POL-1' does not match: it has another form",
        "acme.policy: counter_examples: 'POL-9999' matches",
        "acme.card: examples: '4111111111111112' does not match: it does not pass the check",
    ]


@pytest.mark.parametrize("one", [*table.standard(), *declaration.personal()], ids=lambda one: one.id)
def test_nothing_is_wrong_with_what_comes_with_ddgen(one: declaration.Declaration) -> None:
    assert [*type_files.complaints(one), *type_files.refused(one.model_dump(mode="json"))] == []
