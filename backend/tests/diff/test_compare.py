"""What is compared with what, in which order it is told, and what is left out."""

from __future__ import annotations

import json

import jsonschema

from ddgen.diff.change import Diff, Verdict, json_schema
from ddgen.diff.compare import compare
from ddgen.diff.rules import Rule, Rules
from ddgen.model.dictionary import Dictionary, Relationship, Sampling

from .parts import dictionary, field, numbers, only, profile, table


def told(diff: Diff) -> list[tuple[str, str, str | None]]:
    return [(change.kind, change.table, change.path) for change in diff.changes]


def test_the_same_is_no_change_and_nothing_is_touched() -> None:
    one = dictionary(table("a", field("x"), field("y")), table("b", field("z")))
    before = one.to_json()
    diff = compare(one, one.model_copy(deep=True))
    assert (diff.changes, diff.worst, diff.notes) == ([], None, [])
    assert set(diff.counts.values()) == {0}
    assert one.to_json() == before


def test_tables_and_fields_that_came_and_went() -> None:
    old = dictionary(table("a", field("x"), field("y")), table("gone", field("z")))
    new = dictionary(table("new", field("w"), field("v")), table("a", field("x"), field("q", "string")))
    diff = compare(old, new)
    assert told(diff) == [
        ("table_added", "new", None),
        ("field_removed", "a", "y"),
        ("field_added", "a", "q"),
        ("table_removed", "gone", None),
    ]
    assert diff.counts == {Verdict.BREAKING: 2, Verdict.RISKY: 0, Verdict.SAFE: 2, Verdict.PROSE: 0}
    assert diff.worst is Verdict.BREAKING
    assert (diff.old.tables, diff.old.fields, diff.new.fields) == (2, 3, 4)


def test_parts_that_were_removed_before_are_not_there() -> None:
    old = dictionary(table("a", field("x"), field("y", removed=True)), table("b", field("z"), removed=True))
    new = dictionary(table("a", field("x")), table("b", field("z")))
    assert told(compare(old, new)) == [("table_added", "b", None)]
    assert told(compare(new, old)) == [("table_removed", "b", None)]
    assert compare(new, old).new.fields == 1


def test_a_table_of_another_name_is_known_by_its_fields() -> None:
    fields = [field(name) for name in "abcdef"]
    diff = compare(dictionary(table("orders", *fields)), dictionary(table("sales", *fields)))
    assert told(diff) == [("table_renamed", "sales", None)]
    assert only(diff).message == "was orders, known by its fields"
    series = compare(dictionary(table("log_2024_01", *fields)), dictionary(table("log_2024_02", *fields)))
    assert [(change.kind, change.verdict) for change in series.changes] == [("table_continued", Verdict.SAFE)]


def shop(orders: str, customers: str, key: str) -> Dictionary:
    """Orders that refer to customers."""
    target = f"{customers}.{key}"
    made = dictionary(
        table(orders, field("id"), field("customer", references=target)),
        table(customers, field(key, is_unique=True, profile=numbers(1, 900, mean=450.5, stddev=3.5)), field("n")),
    )
    made.relationships = [Relationship(from_=[f"{orders}.customer"], to=[target], kind="declared", orphans=0)]
    return made


def test_a_reference_to_what_was_renamed_is_the_same_reference() -> None:
    diff = compare(shop("orders", "customers", "id"), shop("orders", "customers", "number"))
    assert told(diff) == [("field_renamed", "customers", "number")]
    [change] = diff.changes
    assert (change.before, change.after) == ("id", "number")


def test_orphans_are_told_at_the_field_that_refers() -> None:
    old, new = shop("orders", "customers", "id"), shop("orders", "customers", "id")
    new.relationships[0].orphans, new.relationships[0].inclusion = 12, 0.988
    change = only(compare(old, new))
    assert (change.kind, change.table, change.path) == ("orphans_appeared", "orders", "customer")
    assert change.message == "12 rows (1.2 %) refer to no customers.id"


def test_what_limits_a_comparison_is_said() -> None:
    old, new = dictionary(table("a", field("x")), masked=True), dictionary(table("a", field("x"), complete=False))
    old.sample = Sampling(rows=5000)
    notes = compare(old, new).notes
    assert [note.split()[0:2] for note in notes] == [["The", "old"], ["Not", "read"], ["Personal", "values"]]


def test_a_table_without_rows_says_so_once() -> None:
    old = dictionary(table("a", field("x"), field("y")))
    new = dictionary(table("a", field("x", "unknown", profile=profile(0)), field("y", profile=profile(0)), rows=0))
    assert told(compare(old, new)) == [("table_emptied", "a", None)]


def test_people_judge_otherwise_and_ignore() -> None:
    old = dictionary(table("a", field("x"), field("y"), field("items[].sku")), table("tmp_1", field("z")))
    new = dictionary(table("a"))
    rules = Rules(over={"field_removed": Rule(Verdict.SAFE, "Nobody reads here.")}, ignore=("tmp_*", "a.items[].s*"))
    diff = compare(old, new, rules)
    assert {(change.path, change.verdict, change.why) for change in diff.changes} == {
        ("x", Verdict.SAFE, "Nobody reads here."),
        ("y", Verdict.SAFE, "Nobody reads here."),
    }
    assert diff.ignored == 2
    assert compare(old, new, Rules(ignore=("kind:*_removed",))).changes == []


def test_the_document_keeps_its_schema() -> None:
    diff = compare(dictionary(table("a", field("x"))), dictionary(table("b", field("y"))))
    document = json.loads(diff.to_json())
    jsonschema.Draft202012Validator(json_schema()).validate(document)
    assert document["format"] == "ddgen-diff/1"
    assert Diff.model_validate(document) == diff
