"""Declarations: their form, their examples, and that every expression is one for RE2 and for Python."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from ddgen.types.declaration import Declaration, compiled, personal, read, whole_words
from ddgen.types.table import standard

TEMPLATE = """
- id: acme.policy
  title: Policy number
  group: custom
  values: {regex: "POL-\\\\d{4}"}
  names: {strong: ["policy_(no|number)"], veto: ["date"]}
  decide: {need: values, chance: 0.00001}
  pii: {category: identifier, sensitivity: 2}
"""


def expressions() -> Iterator[tuple[str, str]]:
    for one in personal():
        parts = [one.values.regex, one.scan and one.scan.regex, one.scan and one.scan.cue]
        yield from ((one.id, regex) for regex in parts if regex)
        yield from ((one.id, regex) for regex in (*one.names.strong, *one.names.weak, *one.names.veto))


def written(folder: Path, text: str) -> Path:
    path = folder / "types.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_re2_takes_every_expression() -> None:
    with duckdb.connect() as connection:
        for name, regex in expressions():
            found = connection.execute("SELECT regexp_full_match('x', ?)", [regex]).fetchone()
            assert found is not None, name


def test_no_bounded_repeat_of_a_unicode_class() -> None:
    assert [name for name, regex in expressions() if "p{L}{" in regex or "p{N}{" in regex or "p{Lu}{" in regex] == []


@pytest.mark.parametrize("one", personal(), ids=lambda one: one.id)
def test_examples(one: Declaration) -> None:
    if one.tests_values:
        assert [value for value in one.examples if not one.accepts(value)] == []
        assert [value for value in one.counter_examples if one.accepts(value)] == []


def test_each_is_complete() -> None:
    assert len({one.id for one in personal()}) == len(personal())
    for one in personal():
        assert one.pii is not None
        assert one.names.strong or one.values.regex
        assert one.llm.send == "none" or one.pii.sensitivity < 3, f"{one.id} is restricted, and its values may leave"


def test_a_file_of_ones_own(tmp_path: Path) -> None:
    (one,) = read(written(tmp_path, TEMPLATE))
    assert one.accepts("POL-1234")
    assert not one.accepts("POL-12345")
    assert one.named("insurance_policy_number") == "strong"
    assert one.named("policy_number_date") == "veto"
    assert one.named("policyx_number") is None


def test_later_ones_replace_and_extend(tmp_path: Path) -> None:
    extended = (
        "- {id: acme.other, extends: acme.policy, title: Other}\n- {id: acme.policy, extends: acme.policy, title: New}"
    )
    found = {one.id: one for one in read(written(tmp_path, extended), read(written(tmp_path / "..", TEMPLATE)))}
    assert found["acme.other"].accepts("POL-1234")
    assert found["acme.policy"].title == "New"
    assert found["acme.other"].refines == ("acme.policy",)
    assert found["acme.policy"].refines == ()


def test_what_a_type_does_not_take_over(tmp_path: Path) -> None:
    first = "{values: {regex: a}, examples: [a], parent: acme.policy, decide: {need: values, chance: 0}"
    base = TEMPLATE + f"- {first[:1]}id: acme.form, title: F, group: g, {first[1:]}}}\n"
    text = "- {id: acme.own, extends: acme.form, title: O, values: {regex: b}}\n- {id: acme.same, extends: acme.form}"
    found = {one.id: one for one in read(written(tmp_path, base + text))}
    assert (found["acme.own"].parent, found["acme.own"].examples) == (None, ())
    assert found["acme.same"].examples == ("a",)


def test_unicode_classes_for_python() -> None:
    assert compiled("\\p{Lu}\\p{L}+").fullmatch("Ærø")
    assert compiled("[\\p{L}\\p{N}.]+@x").fullmatch("jürgen.7@x")
    assert not compiled("\\p{L}+").fullmatch("a1")
    assert compiled("a\\[\\p{L}]", "").fullmatch("a[b]")
    assert compiled("ABC", "i").fullmatch("abc")


def test_names_match_at_the_bounds_of_words() -> None:
    assert whole_words("ip").search("_zip_code_") is None
    assert whole_words("ip").search("_client_ip_")


@pytest.mark.parametrize("user", [False, True])
def test_which_words_of_a_name_tell(tmp_path: Path, *, user: bool) -> None:
    (one,) = read(written(tmp_path, TEMPLATE))
    one = one.model_copy(update={"user": user})
    assert one.telling("insurance_policy_number_date") == {"strong": ("policy_number",), "veto": ("date",)}
    assert one.telling("policyx_number") == {}
    assert [one.says_whole(name) for name in ("policy_no", "my_policy_no", "policy_no_text")] == [True, True, False]


def test_a_huge_value_takes_no_time(tmp_path: Path) -> None:
    huge = "P" * 100_000_000
    start = time.perf_counter()
    assert [one.id for one in (*read(written(tmp_path, TEMPLATE)), *personal(), *standard()) if one.accepts(huge)] == []
    assert time.perf_counter() - start < 1


def test_values_and_names_that_were_foreseen_match_as_ever(tmp_path: Path) -> None:
    (one,) = read(written(tmp_path, TEMPLATE))
    own = one.model_copy(update={"user": True})
    values, names = ["POL-1234", " POL-1 ", "x" * 9000], ["policy_no", "policy_date", "other"]
    own.foresee(values=values, names=names)
    assert [own.fits(value) for value in values] == [one.fits(value) for value in values]
    assert [own.named(name) for name in names] == [one.named(name) for name in names]
