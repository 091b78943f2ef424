"""A new run joined with what was there before: people's words stay, machine claims are replaced."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import ddgen
from ddgen.merge import KEPT_VERSIONS, content_hash, match_tables, merge, merge_claims, recall_verdicts, with_edits
from ddgen.model.claim import Claim, Kind, Origin, Status, verdict
from ddgen.model.dictionary import Dictionary, Engine, Field, Table
from ddgen.model.problem import Problem
from ddgen.model.profile import Distinct, Profile, ValueCount

NOW = datetime(2024, 1, 31, tzinfo=UTC)


def claim(value: str, origin: Origin, status: Status = Status.SUGGESTED) -> Claim:
    return Claim(kind=Kind.DESCRIPTION, value=value, origin=origin, status=status, time=NOW)


def table(name: str, *paths: str, claims: list[Claim] | None = None, **more: Any) -> Table:
    fields = [Field(path=path, name=path, position=at, data_type="string") for at, path in enumerate(paths, 1)]
    facts = {"id": f"t_{name}", "uri": f"{name}.csv", "format": "csv"} | more
    return Table(name=name, fields=fields, claims=claims or [], **facts)


def dictionary(*tables: Table, **more: Any) -> Dictionary:
    return Dictionary(name="d", generated_at=NOW, engine=Engine(version="1"), tables=list(tables), **more)


def texts(claims: list[Claim]) -> list[tuple[str, str]]:
    return [(kept.value, kept.status.value) for kept in claims]


@pytest.mark.parametrize("status", [Status.APPROVED, Status.REJECTED, Status.WITHDRAWN])
def test_a_persons_claims_are_never_touched(status: Status) -> None:
    old = claim("mine", Origin.HUMAN, status)
    assert merge_claims([old], [claim("rule", Origin.RULE)])[0] == old


def test_machine_claims_that_a_person_judged_stay() -> None:
    old = [claim("good", Origin.AI, Status.APPROVED), claim("bad", Origin.RULE, Status.REJECTED)]
    assert merge_claims(old, []) == old


def test_a_claim_made_again_keeps_its_time_and_what_became_of_it() -> None:
    old = claim("bad", Origin.RULE, Status.REJECTED)
    again = claim("bad", Origin.RULE).model_copy(update={"time": NOW + timedelta(days=1), "confidence": 0.3})
    (kept,) = merge_claims([old], [again])
    assert (kept.status, kept.time, kept.confidence) == (Status.REJECTED, NOW, 0.3)


def test_machine_claims_not_made_again_go() -> None:
    old = [claim("rule", Origin.RULE), claim("model", Origin.AI), claim("comment", Origin.SOURCE)]
    new = [claim("new", Origin.RULE), claim("newer", Origin.AI)]
    assert texts(merge_claims(old, new)) == [("model", "withdrawn"), ("new", "suggested"), ("newer", "suggested")]


def test_a_models_claims_stand_where_none_was_asked() -> None:
    old = [claim("model", Origin.AI)]
    assert texts(merge_claims(old, [claim("new", Origin.RULE)])) == [("model", "suggested"), ("new", "suggested")]


def test_a_withdrawn_claim_made_again_lives() -> None:
    old = claim("model", Origin.AI, Status.WITHDRAWN)
    assert texts(merge_claims([old], [claim("model", Origin.AI)])) == [("model", "suggested")]


MATCHES = [
    (table("orders", "a"), [table("orders", "b")], "name"),
    (table("orders", "a", uri="x.csv"), [table("sales", "b", uri="x.csv")], "uri"),
    (table("orders", "a", uri="x.csv"), [table("sales", "b", uri=str(Path.cwd() / "x.csv"))], "uri"),
    (table("orders_2024-02-01", "a"), [table("orders_2024-01-01", "b")], "file name pattern"),
    (table("log7", "a"), [table("log6", "b")], "file name pattern"),
    (table("new", *"abcde"), [table("old", *"abcdef")], "fields"),
]


@pytest.mark.parametrize(("one", "previous", "how"), MATCHES, ids=lambda part: part if isinstance(part, str) else "")
def test_how_tables_are_recognised(one: Table, previous: list[Table], how: str) -> None:
    assert match_tables([one], previous) == [(previous[0], how)]


def test_what_is_not_the_same_table() -> None:
    other = [table("x", *"abcxyz"), table("sales", "q", record_path="data[]"), table("17", "q")]
    assert match_tables([table("sale", *"abc"), table("18", "r")], other) == [None, None]


def test_a_name_wins_over_everything_like_it() -> None:
    january, february = table("orders_1", *"abc"), table("orders_2", *"abc")
    assert match_tables([february, january], [january]) == [None, (january, "name")]


def test_a_table_is_continued_once() -> None:
    old = table("orders_0", *"abc")
    matches = match_tables([table("orders_1", *"abc"), table("orders_2", *"abc")], [old])
    assert [match is not None for match in matches] == [True, False]


def test_the_table_with_the_most_equal_fields_is_taken() -> None:
    previous = [table("log_1", *"axy"), table("log_2", *"abc")]
    assert match_tables([table("log_3", *"abc")], previous) == [(previous[1], "file name pattern")]


def test_ids_texts_and_versions_carry_over() -> None:
    old = dictionary(table("orders_1", "a", "b", claims=[claim("mine", Origin.HUMAN)]), version=3, content_hash="x")
    old.tables[0].fields[0].claims.append(claim("also mine", Origin.HUMAN))
    new = dictionary(table("orders_2", "a", "c"))
    (notice,) = merge(new, old)
    assert (notice.code, notice.table) == ("table_recognised", "orders_2")
    assert "orders_1 of the previous dictionary, by its file name pattern" in notice.message
    made = new.tables[0]
    assert (made.id, made.description, new.version) == ("t_orders_1", "mine", 4)
    assert [(part.path, part.description, part.removed) for part in made.fields] == [
        ("a", "also mine", False),
        ("c", None, False),
        ("b", None, True),
    ]


def test_removed_parts_are_kept_with_all_that_was_said_of_them() -> None:
    old = dictionary(table("a", "x", "y"), table("b", "z"), table("c", "w"))
    old.tables[0].fields[1].claims.append(claim("mine", Origin.HUMAN))
    old.tables[1].fields[0].claims.append(claim("good", Origin.AI, Status.APPROVED))
    new = dictionary(table("a", "x"))
    assert merge(new, old) == []
    assert [(made.name, made.removed, made.removed_in) for made in new.tables] == [
        ("a", False, None),
        ("b", True, 2),
        ("c", True, 2),
    ]
    assert [(part.path, part.removed) for part in new.tables[0].fields] == [("x", False), ("y", True)]
    again = dictionary(table("a", "x", "y"), table("b", "z"))
    merge(again, new)
    assert [made.name for made in again.tables if made.removed] == ["c"]
    assert not any(part.removed for made in again.tables for part in made.fields)
    assert again.tables[0].fields[1].description == "mine"


def test_removed_parts_that_nobody_spoke_of_go_after_a_while_with_another_change() -> None:
    made = dictionary(table("a", "x", "y", "z"), table("b", "q"))
    made.tables[0].fields[1].claims.append(claim("bad", Origin.AI, Status.REJECTED))
    for version in range(2, KEPT_VERSIONS + 3):
        newer = dictionary(table("a", "x", row_count=version))
        merge(newer, made)
        again = dictionary(table("a", "x", row_count=version))
        merge(again, newer)
        assert (again.version, again.to_json()) == (version, newer.to_json())
        gone = version == KEPT_VERSIONS + 2
        assert [part.path for part in newer.tables[0].fields] == (["x", "y"] if gone else ["x", "y", "z"])
        assert len(newer.tables) == (1 if gone else 2)
        made = newer


def test_no_change_makes_no_version() -> None:
    old = dictionary(table("a", "x"), version=7)
    old.content_hash = content_hash(old)
    new = dictionary(table("a", "x"))
    new.generated_at = NOW + timedelta(days=1)
    merge(new, old)
    assert (new.version, new.content_hash) == (7, old.content_hash)


def test_times_engines_samples_and_problems_are_not_content() -> None:
    one, other = (dictionary(table("a", "x", claims=[claim("text", Origin.RULE)])) for _ in range(2))
    other.engine, other.version, other.generated_at = Engine(version="9"), 5, NOW + timedelta(days=1)
    other.problems.append(Problem(code="x", message="y", source="z"))
    other.tables[0].claims[0].time = NOW + timedelta(days=1)
    other.tables[0].fields[0].profile = Profile(samples=["a"], sample_size=1)
    assert content_hash(one) == content_hash(other)


@pytest.mark.parametrize(("exact", "same"), [(False, True), (True, False)])
def test_approximate_tails_are_not_content(exact: bool, same: bool) -> None:
    hashes = []
    for count in (5, 6):
        made = dictionary(table("a", "x"))
        top = [ValueCount(value="v", count=count)]
        made.tables[0].fields[0].profile = Profile(distinct=Distinct(count=9, exact=exact), top_values=top)
        hashes.append(content_hash(made))
    assert (hashes[0] == hashes[1]) == same


def test_facts_and_texts_are_content() -> None:
    hashes = {content_hash(dictionary(table("a", "x")))}
    hashes.add(content_hash(dictionary(table("a", "x", row_count=5))))
    hashes.add(content_hash(dictionary(table("a", "x", claims=[claim("text", Origin.RULE)]))))
    assert len(hashes) == 3


def edited(document: Dictionary) -> Dictionary:
    """The dictionary after a rebuild onto a document that a person has edited."""
    rebuilt = Dictionary.model_validate_json(BUILT.to_json())
    merge(rebuilt, document)
    return rebuilt


def built() -> Dictionary:
    made = ddgen.build([{"name": "Ann", "age": number} for number in range(5)], name="people")
    return Dictionary.model_validate_json(made.to_json())


BUILT = built()


@pytest.mark.parametrize("way", ["shown text", "claim", "claim and origin", "claim and shown text", "new claim"])
def test_words_edited_into_a_document_are_a_persons(way: str) -> None:
    document = json.loads(BUILT.to_json())
    field = document["tables"][0]["fields"][0]
    claim = next(claim for claim in field["claims"] if claim["kind"] == "description")
    if way == "shown text":
        field["description"] = "Written by Ada."
    elif way == "new claim":
        field["claims"].append({"kind": "description", "value": "Written by Ada.", "origin": "human"})
    else:
        claim["value"] = "Written by Ada."
        claim["origin"] = "human" if "origin" in way else "rule"
        field["description"] = "Written by Ada." if "shown" in way else field["description"]
    found = edited(Dictionary.model_validate(document)).tables[0].fields[0]
    assert found.description == "Written by Ada."
    [mine] = [claim for claim in found.claims if claim.value == "Written by Ada."]
    assert (mine.origin, mine.status) == (Origin.HUMAN, Status.APPROVED)


def test_fields_inside_texts_do_not_tell_tables_apart() -> None:
    old, new = table("b", "id", "payload"), table("x", "id", "payload")
    old.fields += [Field(path=f"payload.{n}", name=n, position=3, data_type="string", inside="payload") for n in "cdef"]
    assert match_tables([new], [old]) == [(old, "fields")]


def test_of_two_edits_in_two_documents_the_later_holds() -> None:
    first = dictionary(table("t", "x"))
    first.tables[0].fields[0].description = "The first."
    second = with_edits(first)
    second.settle()
    second.generated_at += timedelta(days=1)
    second.tables[0].fields[0].description = "The second."
    third = with_edits(second)
    third.settle()
    assert third.tables[0].fields[0].description == "The second."


def test_verdicts_of_people_are_recalled_before_anything_rests_on_them() -> None:
    def pii(category: str, origin: Origin = Origin.RULE, **more: Any) -> Claim:
        value = {"category": category, "sensitivity": 2}
        return Claim(kind=Kind.PII, value=value, origin=origin, **more)

    cases = [
        ([pii("contact")], "identity", "identity"),
        ([pii("none", Origin.HUMAN)], "identity", "none"),
        ([pii("contact", status=Status.REJECTED)], "identity", "none"),
        ([pii("contact", status=Status.APPROVED)], "identity", "contact"),
        ([pii("contact", status=Status.REJECTED), pii("health", Origin.HUMAN)], "contact", "health"),
        ([pii("none", status=Status.REJECTED)], "identity", "identity"),
    ]
    for before, found, expected in cases:
        old, fresh = table("t", "x"), table("t", "x")
        old.fields[0].claims, fresh.fields[0].claims = before, [pii(found)]
        recall_verdicts(fresh, old)
        said = verdict(fresh.fields[0].claims)
        assert said is not None
        assert said.category == expected
        recall_verdicts(fresh, None)
        assert verdict(fresh.fields[0].claims) == said
