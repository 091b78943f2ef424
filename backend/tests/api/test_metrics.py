from __future__ import annotations

from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from ddgen.store.records import Put

API = "/api/v1"


def test_requests_are_counted_by_route_and_never_by_what_was_asked(client: TestClient, put: Put) -> None:
    client.get(f"{API}/dictionaries/{put.dictionary_id}")
    client.get(f"{API}/dictionaries/none")
    answer = client.get("/metrics")
    samples = [sample for family in text_string_to_metric_families(answer.text) for sample in family.samples]
    counted = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for sample in samples
        if sample.name == "ddgen_http_requests_total"
    }
    assert counted == {("/dictionaries/{dictionary_id}", "200"): 1, ("/dictionaries/{dictionary_id}", "404"): 1}
    assert put.dictionary_id not in answer.text
