"""Why a dictionary says what it says of a field: from a document, and from a run that watched."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ddgen import pipeline
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Dictionary, Engine, Field, Relationship, Table
from ddgen.reasons import HIDDEN, Known, Reasons, Seen, column_of, reasons
from ddgen.types.glossary import Entry, Glossary
from ddgen.types.table import load, standard

POLICY = """\
- id: acme.policy
  title: Policy number
  group: custom
  values: {regex: "POL-[0-9]{4}"}
  names: {strong: ["policy"]}
  decide: {need: values, chance: 0.0001}
  pii: {category: identifier, sensitivity: 2}
"""


@pytest.fixture
def data(tmp_path: Path) -> Path:
    path = tmp_path / "people.csv"
    lines = ["cust_id,email,email_sent,pol_cd,religion"]
    faiths = ("Buddhist", "Muslim", "Catholic")
    lines += [f"{n % 40},user{n}@example.org,u{n}@x.org,POL-{n:04d},{faiths[n % 3]}" for n in range(50)]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def watched(path: Path, field: str, *, glossary: Glossary | None = None) -> Reasons:
    run = pipeline.execute(pipeline.BuildRequest(sources=(path,), watch=True, glossary=glossary))
    (table,) = run.dictionary.tables
    part = table.field(field)
    assert part is not None
    column, fits = next(one for one in run.seen[table.name] if one[0].path == field)
    return reasons(run.dictionary, table, part, Known(run.types, glossary, Seen(column, fits, run.lost)))


def held(path: Path, field: str) -> Reasons:
    dictionary = pipeline.build(pipeline.BuildRequest(sources=(path,)))
    (table,) = dictionary.tables
    part = table.field(field)
    assert part is not None
    return reasons(dictionary, table, part, Known(standard()))


def test_types_that_were_taken_and_that_were_not(data: Path) -> None:
    found = watched(data, "email_sent")
    assert found.live
    vetoed = next(one for one in found.meaning.types if one.type == "contact.email")
    assert not vetoed.taken
    assert "the name speaks against it: sent" in vetoed.why
    first = watched(data, "email").meaning.types[0]
    assert (first.type, first.taken, first.title) == ("contact.email", True, "E-mail address")
    assert first.why == ["the name says it: email", "50 of 50 different values fit"]


def test_a_document_holds_enough_to_say_why(data: Path) -> None:
    found = held(data, "email")
    assert not found.live
    assert found.meaning.types[0].why[-1] == "words of the name that say it: email"
    noted = held(data, "email_sent").meaning.types
    assert [(one.type, one.taken, one.confidence) for one in noted] == [("contact.email", False, None)]
    assert "the name speaks against it: sent" in noted[0].why


def test_what_is_personal_shows_no_value(data: Path) -> None:
    found = watched(data, "religion")
    assert found.hidden
    assert found.pii is not None
    assert found.pii.laws
    assert not any(faith in found.model_dump_json() for faith in ("Buddhist", "Muslim", "Catholic"))


def test_examples_of_personal_values_are_cut_from_evidence() -> None:
    evidence = [
        "2 of 3 different values are found; 1 of 3 rows have none, such as 4711",
        "but 2 occur more than once: 4711",
    ]
    pii = {"category": "contact", "sensitivity": 3}
    claims = [
        Claim(kind=Kind.PII, value=pii, origin=Origin.HUMAN),
        Claim(kind=Kind.REFERENCES, value="b.x", origin=Origin.RULE, evidence=evidence),
        Claim(
            kind=Kind.CODES, value={"codes": [{"value": "4711", "count": 9}], "source": "values"}, origin=Origin.RULE
        ),
    ]
    part = Field(path="x", name="x", position=1, data_type="string", claims=claims)
    part.profile.notes.append("1 value repeats, such as 4711")
    key = Claim(kind=Kind.PRIMARY_KEY, value=["x"], origin=Origin.SOURCE, evidence=evidence)
    table = Table(id="a", name="a", uri="a", format="csv", fields=[part], claims=[key])
    link = Relationship(from_=["a.x"], to=["b.x"], kind="inferred", evidence=evidence)
    dictionary = Dictionary(
        name="d", generated_at=datetime.now(UTC), engine=Engine(version="0"), tables=[table], relationships=[link]
    )
    dictionary.settle()
    said = reasons(dictionary, table, part, Known(standard())).model_dump_json()
    assert "4711" not in said
    assert HIDDEN in said
    assert "1 value repeats" in said
    assert "4711" in dictionary.to_json()


def test_claims_that_lost_say_why() -> None:
    def claimed(origin: Origin, value: str, status: Status = Status.SUGGESTED) -> Claim:
        return Claim(kind=Kind.DESCRIPTION, value=value, origin=origin, status=status)

    claims = [
        claimed(Origin.RULE, "by rule"),
        claimed(Origin.SOURCE, "comment"),
        claimed(Origin.AI, "model"),
        claimed(Origin.RULE, "no", Status.REJECTED),
        claimed(Origin.RULE, "old", Status.WITHDRAWN),
    ]

    def why(more: list[Claim]) -> dict[str, str | None]:
        part = Field(path="x", name="x", position=1, data_type="string", claims=[*claims, *more])
        table = Table(id="a", name="a", uri="a", format="csv", fields=[part])
        dictionary = Dictionary(name="d", generated_at=datetime.now(UTC), engine=Engine(version="0"), tables=[table])
        dictionary.settle()
        found = reasons(dictionary, table, part, Known(standard())).claims
        assert found[0].shown
        return {str(one.claim.value): one.why for one in found}

    assert why([]) == {
        "comment": None,
        "by rule": "the source's word comes first",
        "model": "the source's word comes first",
        "no": "a person rejected it",
        "old": "it was not said again",
    }
    assert why([claimed(Origin.HUMAN, "mine")])["comment"] == "a person's word comes first"
    approved = why([claimed(Origin.RULE, "good", Status.APPROVED)])
    assert approved["comment"] == "one that a person approved comes first"


def test_the_name_is_told_piece_by_piece(data: Path) -> None:
    glossary = Glossary([Entry("pol_cd", "policy code")])
    pieces = [(one.written, one.words, one.why) for one in watched(data, "pol_cd", glossary=glossary).name.pieces]
    assert pieces == [("pol_cd", "policy code", "the glossary has pol_cd for policy code")]
    pieces = [(one.written, one.words, one.why) for one in watched(data, "cust_id").name.pieces]
    assert pieces == [("cust", "customer", "cust is listed for customer"), ("id", "id", "an acronym")]


def test_keys_and_references_not_taken(tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_text("id,name\n" + "\n".join(f"{n},n{n}" for n in range(100)), "utf-8")
    lines = "\n".join(f"{n},{n + 500},{n % 7}" for n in range(60))
    (tmp_path / "orders.csv").write_text("id,customer_id,customer_group_id\n" + lines, "utf-8")
    run = pipeline.execute(pipeline.BuildRequest(sources=(tmp_path,), watch=True))
    orders = run.dictionary.table("orders")
    assert orders is not None
    keys = {}
    for path in ("customer_id", "customer_group_id"):
        part = orders.field(path)
        assert part is not None
        column, fits = next(one for one in run.seen["orders"] if one[0].path == path)
        keys[path] = reasons(run.dictionary, orders, part, Known(run.types, None, Seen(column, fits, run.lost))).keys
        assert keys[path].references == []
    (lost,) = keys["customer_id"].lost
    assert (lost.target, lost.score) == ("customers.id", None)
    assert lost.why == "the names fit, but too many of the values at hand are not among those of the key"
    assert keys["customer_id"].facts == ["60 different among 60 values"]
    (lost,) = keys["customer_group_id"].lost
    assert lost.score is not None
    assert lost.score == pytest.approx(sum(lost.parts.values()))
    assert lost.why.startswith("0.65 is needed; the name customer_group_id fits customers by 60%")


@pytest.mark.parametrize(
    ("values", "name", "kinds", "names"),
    [
        (["1", "22"], None, {"integer"}, ()),
        (["2024-01-31"], "created", {"date"}, ("created",)),
        (["a", "b"], "cust_no", {"string"}, ("cust_no", "customer_number")),
        (["a", "1"], None, {"string", "integer"}, ()),
        (["", " x "], None, {"string"}, ()),
    ],
)
def test_values_are_taken_as_a_text_file_has_them(
    values: list[str], name: str | None, kinds: set[str], names: tuple[str, ...]
) -> None:
    found = column_of(values, name)
    assert (set(found.data_types), found.names) == (kinds, names)


def test_types_of_a_persons_own_explain_a_field(data: Path, tmp_path: Path) -> None:
    own = tmp_path / "acme.yaml"
    own.write_text(POLICY, encoding="utf-8")
    run = pipeline.execute(pipeline.BuildRequest(sources=(data,), types=(own,)))
    part = run.dictionary.tables[0].field("pol_cd")
    assert part is not None
    assert run.seen == {}
    found = reasons(run.dictionary, run.dictionary.tables[0], part, Known(load([own])))
    assert [(one.type, one.title, one.taken) for one in found.meaning.types] == [("acme.policy", "Policy number", True)]
    assert part.description is not None
    assert "policy number" in part.description
