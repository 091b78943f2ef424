"""MongoDB Extended JSON, versions 1 and 2, becomes plain values."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from ddgen.model.relation import Tagged
from ddgen.sources.extended_json import mentions, plain

OID = "56e1fc72e0c917e9c4714161"
TICKET = UUID("73ffd264-44b3-4c69-90e8-e7d1dfc035d4")


def made_plain(value: Any) -> Any:
    values = [value]
    plain(values)
    return values[0]


@pytest.mark.parametrize(
    ("extended", "value"),
    [
        ({"$oid": OID}, Tagged("objectid", OID)),
        ({"$date": "2012-12-24T12:15:30.501Z"}, datetime(2012, 12, 24, 12, 15, 30, 501000, tzinfo=UTC)),
        ({"$date": "1960-12-24T12:15:30.5+0100"}, datetime(1960, 12, 24, 11, 15, 30, 500000, tzinfo=UTC)),
        ({"$date": 1356351330501}, datetime(2012, 12, 24, 12, 15, 30, 501000, tzinfo=UTC)),
        ({"$date": {"$numberLong": "-284643869501"}}, datetime(1960, 12, 24, 12, 15, 30, 499000, tzinfo=UTC)),
        ({"$date": {"$numberLong": "253402300800000"}}, Tagged("datetime", 253402300800000)),
        ({"$numberInt": "-5"}, -5),
        ({"$numberLong": "9223372036854775807"}, 9223372036854775807),
        ({"$numberLong": 7}, 7),
        ({"$numberDouble": "-0.5"}, -0.5),
        ({"$numberDouble": "Infinity"}, float("inf")),
        (
            {"$numberDecimal": "1.000000000000000000000000000000001E-6143"},
            Decimal("1.000000000000000000000000000000001E-6143"),
        ),
        ({"$binary": {"base64": "//8=", "subType": "00"}}, b"\xff\xff"),
        ({"$binary": {"base64": "c//SZESzTGmQ6OfR38A11A==", "subType": "04"}}, TICKET),
        ({"$binary": "c//SZESzTGmQ6OfR38A11A==", "$type": "04"}, TICKET),
        ({"$binary": "//8=", "$type": 0}, b"\xff\xff"),
        ({"$uuid": str(TICKET)}, TICKET),
        ({"$regularExpression": {"pattern": "a|b", "options": "im"}}, Tagged("regex", "/a|b/im")),
        ({"$regex": "a", "$options": "i"}, Tagged("regex", "/a/i")),
        ({"$timestamp": {"t": 123456789, "i": 42}}, Tagged("timestamp_bson", "123456789:42")),
        ({"$symbol": "s"}, Tagged("symbol", "s")),
        ({"$code": "f()"}, Tagged("javascript", "f()")),
        ({"$code": "f()", "$scope": {"x": {"$numberInt": "1"}}}, Tagged("javascript_with_scope", "f()")),
        ({"$minKey": 1}, Tagged("minkey", 1)),
        ({"$maxKey": 1}, Tagged("maxkey", 1)),
        ({"$undefined": True}, Tagged("undefined", "")),
        ({"$dbPointer": {"$ref": "db.c", "$id": {"$oid": OID}}}, Tagged("dbpointer", f"db.c:{OID}")),
    ],
)
def test_each_form_becomes_its_value(extended: Any, value: Any) -> None:
    assert made_plain(extended) == value
    assert made_plain({"a": [extended, {"b": extended}]}) == {"a": [value, {"b": value}]}


def test_an_offset_is_kept() -> None:
    moment = made_plain({"$date": "2020-01-01T00:00:00+02:00"})
    assert moment == datetime(2020, 1, 1, tzinfo=timezone(timedelta(hours=2)))


@pytest.mark.parametrize(
    "value",
    [
        {"$ref": "people", "$id": 5},
        {"$oid": "not an id"},
        {"$oid": OID, "more": 1},
        {"$date": "yesterday"},
        {"$numberInt": "many"},
        {"$binary": "not base64!", "$type": "00"},
        {"$timestamp": 5},
        {"$price": "5.00"},
        {},
    ],
)
def test_what_only_looks_like_a_form_stays(value: Any) -> None:
    assert made_plain({"a": [value]}) == {"a": [value]}


def test_deep_values_need_no_stack() -> None:
    value: Any = {"$numberLong": "5"}
    for _ in range(5000):
        value = [value]
    value = made_plain(value)
    for _ in range(5000):
        (value,) = value
    assert value == 5


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (b'{"a": {"$oid" : "x"}}', True),
        (b'{"price": "$5.00"}', False),
        (b'{"$price": 5}', False),
        (b'{"$ref": 5}', False),
    ],
)
def test_only_texts_that_mention_a_form_are_walked(text: bytes, found: bool) -> None:
    assert mentions(text) is found
