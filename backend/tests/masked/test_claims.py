"""Claims as they may be shown."""

from __future__ import annotations

from typing import Any

import pytest

from ddgen.masked.claims import mask_field, mask_table
from ddgen.masked.texts import HIDDEN, Texts
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.codes import CodeList
from ddgen.model.dictionary import Field, Table
from ddgen.model.stale import Moved, Stale

TEXTS = Texts(["wilhelmina"])
CODES = {"codes": [{"value": "AB-12", "count": 3, "label": "Wilhelmina"}], "source": "people.name", "question": "What?"}


def claim(kind: Kind, value: Any, origin: Origin = Origin.RULE, **more: Any) -> Claim:
    return Claim(kind=kind, value=value, origin=origin, **more)


def field(*claims: Claim, **more: Any) -> Field:
    made = Field(path="x", name="x", position=1, data_type="string", claims=list(claims), **more)
    made.settle()
    return made.model_copy(update=more)


def test_machines_and_sources_are_masked_and_their_ids_fit() -> None:
    one = field(claim(Kind.DESCRIPTION, "As Wilhelmina", Origin.SOURCE, evidence=["Wilhelmina said so"]))
    mask_field(one, TEXTS)
    assert one.description == one.claims[0].value == f"As {HIDDEN}"
    assert one.claims[0].evidence == [f"{HIDDEN} said so"]
    assert one.claims[0].id == one.claims[0].content_id


def test_a_person_is_taken_by_the_word() -> None:
    said = claim(Kind.DESCRIPTION, "As Wilhelmina", Origin.HUMAN)
    one = field(said)
    mask_field(one, TEXTS)
    assert one.claims == [said]
    assert one.description == "As Wilhelmina"


def test_an_id_that_told_of_an_edit_goes_on_telling() -> None:
    edited = claim(Kind.COMMENT, "As Wilhelmina", id="not its own")
    one = field(edited)
    mask_field(one, TEXTS)
    assert one.claims[0].id == "not its own"


def test_names_and_types_are_no_quotes() -> None:
    one = field(claim(Kind.BUSINESS_NAME, "Wilhelmina"), claim(Kind.UNIT, "Wilhelmina"))
    mask_field(one, TEXTS)
    assert one.business_name == one.unit == "Wilhelmina"


def test_reasons_of_personal_data_are_masked_too() -> None:
    one = field(claim(Kind.PII, {"category": "identity", "sensitivity": 2, "why": ["such as Wilhelmina"]}))
    mask_field(one, TEXTS)
    assert one.pii is not None
    assert one.pii.why == [f"such as {HIDDEN}"]


def test_codes_of_a_masked_field_are_shapes_or_nothing() -> None:
    shapes, counts, plain = (field(claim(Kind.CODES, CODES), masked=how) for how in ("shapes", "counts", None))
    for one in (shapes, counts, plain):
        mask_field(one, TEXTS)
    assert shapes.codes is not None
    assert [(code.value, code.label) for code in shapes.codes.codes] == [("AA-99", None)]
    assert counts.codes == CodeList(source="people.name")
    assert plain.codes == CodeList.model_validate(CODES)


def test_a_table_s_texts_are_masked_and_those_without_a_claim_as_they_stand() -> None:
    table = Table(id="t", name="t", uri="t", format="csv", comment="Wilhelmina", grain="Of Wilhelmina")
    table.claims = [claim(Kind.GRAIN, "Of Wilhelmina")]
    mask_table(table, TEXTS)
    assert (table.comment, table.grain) == (HIDDEN, f"Of {HIDDEN}")


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (None, [("values", '["[…]"]', None), ("type", "integer", "string")]),
        ("shapes", [("type", "integer", "string")]),
    ],
)
def test_facts_that_made_a_text_stale_hold_no_personal_value(masked: Any, shown: list[tuple[str, str, str]]) -> None:
    moved = [
        Moved(fact="values", before='["mia@example.org"]', since=2),
        Moved(fact="type", before="integer", after="string", since=2),
    ]
    field = Field(path="x", name="x", position=1, data_type="string", masked=masked, stale=Stale(moved=moved))
    mask_field(field, Texts())
    assert field.stale is not None
    assert [(one.fact, one.before, one.after) for one in field.stale.moved] == shown
