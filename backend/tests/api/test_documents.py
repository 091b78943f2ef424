from __future__ import annotations

from fastapi.testclient import TestClient

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Field
from ddgen.model.profile import Distinct, Profile, ValueCount
from ddgen.store.store import Store

from ..store import dictionaries

API = "/api/v1"
TEXT = '{"mail": "zoe@example.org"}'


def with_inner_parts() -> Dictionary:
    """A dictionary with a text that holds documents, of whose parts one is personal."""
    made = dictionaries.dictionary(tables=1, fields=1)
    profile = Profile(
        total=9, values=9, distinct=Distinct(count=1, exact=True), top_values=[ValueCount(value=TEXT, count=9)]
    )
    verdict = {"category": "contact", "sensitivity": 2, "why": ["it looks like it"]}
    inner = profile.model_copy(update={"top_values": [ValueCount(value="zoe@example.org", count=9)]})
    made.tables[0].fields += [
        Field(path="payload", name="payload", position=1, data_type="string", holds="json", profile=profile),
        Field(
            path="payload.mail",
            name="mail",
            position=2,
            data_type="string",
            inside="payload",
            profile=inner,
            claims=[Claim(kind=Kind.PII, value=verdict, origin=Origin.RULE)],
        ),
    ]
    made.settle()
    return made


def test_a_text_is_masked_as_its_most_personal_part_though_that_is_not_asked_for(
    client: TestClient, store: Store
) -> None:
    put = dictionaries.put(store, with_inner_parts())
    [row] = store.fields(dictionary_id=put.dictionary_id, name="payload").items
    alone = client.get(f"{API}/fields/{row.id}")
    page = client.get(f"{API}/dictionaries/{put.dictionary_id}/fields?fields=full&name=payload")
    assert (alone.status_code, page.status_code) == (200, 200)
    assert alone.json()["document"]["masked"] == "shapes"
    assert "zoe" not in alone.text + page.text
    assert "zoe" in client.get(f"{API}/fields/{row.id}?unmasked=true").text


def test_a_dictionary_that_never_held_values_is_known_by_its_version(client: TestClient, store: Store) -> None:
    made = dictionaries.dictionary(tables=1, fields=3)
    made.masked = True
    put = dictionaries.put(store, made)
    found = client.get(f"{API}/search?q=email&dictionary_id={put.dictionary_id}").json()
    assert found["items"][0]["excerpts"]
    made.masked = False
    dictionaries.put(store, made)
    found = client.get(f"{API}/search?q=email&dictionary_id={put.dictionary_id}").json()
    assert found["items"][0]["excerpts"] == []
