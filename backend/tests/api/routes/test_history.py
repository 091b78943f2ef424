from __future__ import annotations

from ddgen.store.records import Put
from ddgen.store.store import Store

from .conftest import Ask


def test_everything_that_happens_to_a_field_is_told(ask: Ask, store: Store, put: Put) -> None:
    field = store.fields(dictionary_id=put.dictionary_id, limit=1).items[0]
    ask("PATCH", f"fields/{field.id}", json={"unit": "EUR", "comment": "as billed"}, headers={"If-Match": "*"})
    ask("POST", f"fields/{field.id}/comments", json={"text": "Ask finance."})
    lines = ask("GET", f"fields/{field.id}/history")
    assert [(line["action"], line["actor"]) for line in lines] == [
        ("comment", "local"),
        ("edit", "local"),
        ("run", "machine"),
    ]
    assert lines[1]["changes"] == [
        {"before": None, "after": {"kind": "unit", "value": "EUR", "origin": "human", "status": "approved"}}
    ]
    of_all = ask("GET", f"dictionaries/{put.dictionary_id}/history", params={"limit": 1})
    assert (of_all["items"][0]["comment"], bool(of_all["next_cursor"])) == ("Ask finance.", True)
    table = ask("GET", f"tables/{field.table_id}/history")
    assert [line["action"] for line in table] == ["run"]


def test_the_trail_tells_who_did_what(ask: Ask, store: Store, put: Put) -> None:
    field = store.fields(dictionary_id=put.dictionary_id, limit=1).items[0]
    ask("PATCH", f"fields/{field.id}", json={"description": "Mine."}, headers={"If-Match": "*"})
    mine = ask("GET", "audit", params={"actor": "local"})["items"]
    assert [(line["action"], line["target"]) for line in mine] == [("claim.edit", field.id)]
