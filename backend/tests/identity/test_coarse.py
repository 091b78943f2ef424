"""The coarse facts of a field."""

from __future__ import annotations

from ddgen.identity.coarse import MEASURED, coarse

from .data import built, records


def test_what_a_text_rests_on() -> None:
    table = built(records())
    found = {field.path: coarse(table, field) for field in table.fields}
    assert found["id"]["key"] == ["key"]
    assert found["price"]["type"] == ["float"]
    assert found["price"]["magnitude"][0] == "10^1"
    assert found["active"]["values"] == ['["False", "True"]']
    assert found["code"]["form"] == ["A-9"]
    assert found["plant"]["missing values"] == ["full", "gaps"]
    assert all(facts.keys() >= MEASURED for facts in found.values())


def test_samples_of_the_same_data_share_their_facts() -> None:
    one, other = built(records(400, seed=1)), built(records(404, seed=1))
    for before, now in zip(one.fields, other.fields, strict=True):
        was, is_ = coarse(one, before), coarse(other, now)
        assert [fact for fact in was if not set(was[fact]) & set(is_[fact])] == []
