"""What a person says of personal data when a run starts."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ddgen import verdicts
from ddgen.errors import UsageError
from ddgen.model.claim import Origin, verdict
from ddgen.model.dictionary import Field, Table

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def test_what_can_be_said() -> None:
    assert not verdicts.read("none").personal
    assert (verdicts.read(" contact ").category, verdicts.read("contact").sensitivity) == ("contact", 2)
    assert verdicts.read("health:3").sensitivity == 3
    assert "GDPR Art. 9" in verdicts.read("special:3").laws
    assert verdicts.read("house.secret:1").laws == []


@pytest.mark.parametrize("said", ["", "none:2", "contact:4", "contact:", "Contact", "contact:x", ":3", "a b"])
def test_what_says_nothing_is_refused(said: str) -> None:
    with pytest.raises(UsageError, match="says nothing of personal data"):
        verdicts.read(said)


def tables() -> list[Table]:
    paths = ("mail", "`unit price`", "items[].note")
    fields = [[Field(path=path, name=path, position=1, data_type="string") for path in paths] for _ in "ab"]
    return [
        Table(id=name, name=name, uri=name, format="csv", fields=own) for name, own in zip("ab", fields, strict=True)
    ]


@pytest.mark.parametrize(
    ("place", "meant"),
    [
        ("mail", ["a.mail", "b.mail"]),
        ("b:mail", ["b.mail"]),
        ("unit price", ["a.`unit price`", "b.`unit price`"]),
        ("a:unit price", ["a.`unit price`"]),
        ("a:items[].note", ["a.items[].note"]),
        ("c:mail", []),
        ("note", []),
    ],
)
def test_places(place: str, meant: list[str]) -> None:
    found = tables()
    wrong = verdicts.claim({place: verdicts.read("contact:3")}, found, NOW)
    told = [f"{table.name}.{field.path}" for table in found for field in table.fields if verdict(field.claims)]
    assert told == meant
    assert bool(wrong) is not bool(meant)


def test_the_claim_is_a_persons() -> None:
    (first, _) = found = tables()
    assert verdicts.claim({"a:mail": verdicts.read("none")}, found, NOW) == []
    (claim,) = first.fields[0].claims
    assert (claim.origin, claim.time) == (Origin.HUMAN, NOW)


def test_an_unknown_place_is_told_with_near_ones() -> None:
    (error,) = verdicts.claim({"a:mial": verdicts.read("none")}, tables(), NOW)
    assert str(error).startswith("--pii a:mial: no such field. There is: a:mail")


def test_what_lies_in_a_field_goes_with_it_unless_it_is_named_itself() -> None:
    table = Table(id="t", name="t", uri="t", format="json")
    paths = ("user", "user.mail", "user.tags[]", "user.id", "users")
    table.fields = [Field(path=path, name=path, position=1, data_type="string") for path in paths]
    said = {"user": verdicts.read("contact:3"), "t:user.id": verdicts.read("none")}
    assert verdicts.claim(said, [table], NOW) == []
    found = {field.path: verdict(field.claims) for field in table.fields}
    assert [found[path].category for path in paths[:4] if found[path]] == ["contact", "contact", "contact", "none"]  # type: ignore[union-attr]  # they are there
    assert found["users"] is None
