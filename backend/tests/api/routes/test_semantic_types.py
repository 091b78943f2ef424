from __future__ import annotations

from .conftest import Ask


def test_types_are_listed_with_what_personal_data_they_are(ask: Ask) -> None:
    known = {one["id"]: one for one in ask("GET", "semantic-types")}
    assert known["contact.email"]["pii"] == {"category": "contact", "sensitivity": 2}
    assert not known["contact.email"]["own"]
