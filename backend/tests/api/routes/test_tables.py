from __future__ import annotations

from ddgen.store.records import Put

from .conftest import Ask


def test_tables_are_listed_read_and_edited_at_once(ask: Ask, put: Put) -> None:
    items = ask("GET", f"dictionaries/{put.dictionary_id}/tables")["items"]
    assert [table["name"] for table in items] == ["table_0", "table_1"]
    table = items[0]
    body = {"description": "One row an order.", "grain": "one order", "owner": "mara", "comment": "agreed"}
    done = ask("PATCH", f"tables/{table['id']}", json=body, headers={"If-Match": table["etag"]})
    assert (done["description"], done["owner"], done["document"]["grain"]) == ("One row an order.", "mara", "one order")
    assert ask("PATCH", f"tables/{table['id']}", json={"owner": None}, headers={"If-Match": "*"})["owner"] is None
    shown = {claim["kind"]: claim["value"] for claim in done["claims"] if claim["shown"]}
    assert shown["grain"] == "one order"
    undone = ask("POST", "reviews:undo", json={"part_id": table["id"]})
    assert len(undone["results"]) == 2
    assert ask("GET", f"tables/{table['id']}")["description"] == "Rows of table 0."
