from __future__ import annotations

import io
import warnings

import openpyxl
import pytest
from fastapi.testclient import TestClient

from ddgen import registry
from ddgen.store.records import Put
from ddgen.store.store import Store

from .conftest import API, Ask


@pytest.mark.parametrize("name", registry.names("exporters"))
def test_every_format_is_listed_with_its_options_and_comes_as_an_attachment(
    client: TestClient, ask: Ask, put: Put, name: str
) -> None:
    [listed] = [one for one in ask("GET", "exports") if one["name"] == name]
    assert listed["options"]["type"] == "object"
    answer = client.post(f"{API}/dictionaries/{put.dictionary_id}/exports/{name}", json={})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == listed["media_type"].partition(";")[0]
    told = answer.headers["content-disposition"]
    assert (told.startswith("attachment"), "shop" in told) == (True, True)


def test_formulas_in_texts_are_no_formulas_in_excel(client: TestClient, ask: Ask, store: Store, put: Put) -> None:
    field = store.fields(dictionary_id=put.dictionary_id, limit=1).items[0]
    ask("PATCH", f"fields/{field.id}", json={"description": "=HYPERLINK(1)"}, headers={"If-Match": "*"})
    book = client.post(f"{API}/dictionaries/{put.dictionary_id}/exports/excel", json={}).content
    with warnings.catch_warnings(action="ignore"):  # the reader does not know everything that we write
        read = openpyxl.load_workbook(io.BytesIO(book))
    cells = [cell for sheet in read for row in sheet.iter_rows() for cell in row if "HYPERLINK" in str(cell.value)]
    assert cells
    assert {cell.data_type for cell in cells} == {"s"}


def test_approval_can_be_demanded(client: TestClient, put: Put) -> None:
    url = f"{API}/dictionaries/{put.dictionary_id}/exports/markdown"
    refused = client.post(url, json={"require": "approved"})
    assert (refused.status_code, "not approved" in refused.json()["detail"]) == (422, True)
    assert "The customer of record 0." not in client.post(url, json={"only_approved": True}).text


def test_what_cannot_be_written_is_told(client: TestClient, put: Put) -> None:
    url = f"{API}/dictionaries/{put.dictionary_id}/exports"
    assert client.post(f"{url}/papyrus", json={}).status_code == 404
    assert client.post(f"{url}/json", json={"options": {"colour": 1}}).status_code == 422
    assert client.post(f"{url}/json", json={"version": 9}).status_code == 404
