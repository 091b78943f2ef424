"""Searches find what is there, also where a person misspells it, and never a value that may not be shown."""

from __future__ import annotations

import pytest

from ddgen.errors import NotFound, UsageError
from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field
from ddgen.store import searching
from ddgen.store.records import FieldRow
from ddgen.store.searching import Found, Scope
from ddgen.store.store import Store

from .dictionaries import dictionary, put


def named(name: str, description: str = "", *, data_type: str = "string", claims: tuple[Claim, ...] = ()) -> Field:
    said = [Claim(kind=Kind.DESCRIPTION, value=description, origin=Origin.RULE)] if description else []
    return Field(path=name, name=name, position=0, data_type=data_type, claims=[*said, *claims])


def filled(store: Store, *fields: Field, name: str = "shop") -> str:
    document = dictionary(name, tables=1, fields=0)
    document.tables[0].fields = list(fields)
    document.relationships = []
    document.settle()
    return put(store, document).dictionary_id


def paths(found: Found) -> list[str]:
    return [hit.row.path for hit in found.items if isinstance(hit.row, FieldRow)]


def test_names_come_before_descriptions_and_exact_ones_first(store: Store) -> None:
    filled(
        store,
        named("note", "What the customer id stands for."),
        named("customerIdentifier"),
        named("old_customer_id"),
        named("customer_id"),
        named("customer_ids_of_all_orders"),
    )
    found = store.search("customer id")
    assert paths(found) == [
        "customer_id",
        "old_customer_id",
        "customerIdentifier",
        "customer_ids_of_all_orders",
        "note",
    ]
    assert found.complete
    assert found.meant == {}


@pytest.mark.parametrize(
    ("query", "word"),
    [("emial", "email"), ("emal", "email"), ("emaill", "email"), ("emsil", "email"), ("wharehoose", "warehouse")],
)
def test_misspelt_words_are_understood(store: Store, shop: Dictionary, query: str, word: str) -> None:
    put(store, shop)
    found = store.search(query)
    assert found.items
    assert all(word in path for path in paths(found))
    assert word in found.meant[query]


def test_parts_of_words_are_found_too(store: Store) -> None:
    filled(store, named("zustelladresse"), named("other"))
    assert paths(store.search("zust")) == ["zustelladresse"]
    assert paths(store.search("adresse")) == ["zustelladresse"]
    assert paths(store.search("nowhere")) == []


def test_all_words_have_to_be_there(store: Store) -> None:
    filled(store, named("price", "In euros."), named("price_net", "In francs."), named("tax", "In francs."))
    assert paths(store.search("price francs")) == ["price_net"]
    assert paths(store.search("")) == paths(store.search("  -- ")) == []


@pytest.mark.parametrize(
    "query", ['"', "a AND", "NOT x", "x*", "a:b", "{names}: x", "')|('", "\\", "a & !b", "near(a b)"]
)
def test_nothing_in_a_query_is_syntax(store: Store, query: str) -> None:
    filled(store, named("price"))
    assert store.search(query).items == []


def test_accents_and_scripts_without_spaces(store: Store) -> None:
    filled(store, named("größe"), named("prénom"), named("顧客番号"))
    assert paths(store.search("prenom")) == ["prénom"]
    assert paths(store.search("GRÖSSE")) == ["größe"]
    assert paths(store.search("番号")) == ["顧客番号"]


def test_excerpts_mark_places_and_hold_no_markup(store: Store) -> None:
    text = "First comes something long. " * 8 + "Then <b>the Email of a buyer</b>."
    filled(store, named("contact", text))
    [hit] = store.search("email buyer").items
    [excerpt] = hit.excerpts
    assert excerpt.of == "description"
    assert [excerpt.text[start:end] for start, end in excerpt.marks] == ["Email", "buyer"]
    assert len(excerpt.text) <= 160
    assert excerpt.text in text


def test_of_many_values_the_most_frequent_are_counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(searching, "MOST_OF_FACET", 2)
    kinds = {"integer": 1, "string": 3, "date": 2}
    for number, (kind, fields) in enumerate(kinds.items()):
        filled(store, *(named(f"mark_{place}", data_type=kind) for place in range(fields)), name=f"shop{number}")
    found = store.search("mark")
    assert found.facets["data_type"] == [("string", 3), ("date", 2)]
    assert [count for _, count in found.facets["dictionary"]] == [3, 2]
    assert {value for value, _ in found.facets["dictionary"]} < {hit.row.dictionary_id for hit in found.items}


def test_facets_count_and_narrow(store: Store, shop: Dictionary) -> None:
    first = put(store, shop).dictionary_id
    put(store, dictionary("other", tables=1))
    found = store.search("email", limit=1)
    assert dict(found.facets["dictionary"])[first] == 2
    assert found.facets["semantic_type"] == [("contact.email", 3)]
    assert found.facets["kind"] == [("field", 3)]
    assert len(store.search("email", Scope(dictionary_id=first)).items) == 2
    table = store.tables(first).items[0].id
    assert paths(store.search("email", Scope(table_id=table))) == ["email_2"]
    assert len(store.search("email", Scope(semantic_type="contact.email", pii_category="contact.email")).items) == 3
    assert store.search("email", Scope(data_type="integer")).items == []
    assert [hit.kind for hit in store.search("table", Scope(kind="table")).items] == ["table"] * 3
    with pytest.raises(NotFound):
        store.search("email", Scope(dictionary_id="nothing"))


def test_pages_of_hits(store: Store, shop: Dictionary) -> None:
    put(store, shop)
    seen: list[str] = []
    cursor = None
    while True:
        found = store.search("record", cursor=cursor, limit=5)
        seen += [hit.row.id for hit in found.items]
        cursor = found.next_cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 24
    with pytest.raises(UsageError):
        store.search("record", cursor="x")


def test_what_people_write_is_found_at_once_and_what_is_gone_is_not(store: Store, shop: Dictionary) -> None:
    done = put(store, shop)
    row = store.fields(dictionary_id=done.dictionary_id, limit=1).items[0]
    store.edit_claim(row.id, Kind.BUSINESS_NAME, "Zebra crossing", actor="ann")
    assert [hit.row.id for hit in store.search("zebra").items] == [row.id]
    store.undo(actor="ann")
    assert store.search("zebra").items == []
    store.edit_claim(row.table_id, Kind.DESCRIPTION, "All giraffes.", actor="ann")
    assert [hit.row.id for hit in store.search("girafes").items] == [row.table_id]
    fewer = dictionary()
    del fewer.tables[0].fields[3]
    put(store, fewer)
    assert len(store.search("city").items) == 1
    store.delete(done.dictionary_id, actor="ann")
    assert store.search("email").items == []


def test_only_values_that_may_be_shown_are_found(store: Store) -> None:
    document = dictionary(tables=1, fields=12)
    document.tables[0].fields[3].profile.top_values[0].value = "ada@example.org"
    done = put(store, document)
    assert {path.split("_")[0] for path in paths(store.search("open"))} >= {"order", "status"}
    assert "email_2" not in paths(store.search("open"))
    assert store.search("ada").items == []
    row = store.field_at(done.dictionary_id, "table_0", "status_5").row
    assert store.search("status open").items
    store.edit_claim(row.id, Kind.PII, {"category": "health", "sensitivity": 3}, actor="ann")
    assert store.search("status open").items == []
    assert not [one for hit in store.search("status").items for one in hit.excerpts if one.of == "value"]
