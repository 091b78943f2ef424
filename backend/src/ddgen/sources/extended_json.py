"""MongoDB Extended JSON, versions 1 and 2 (canonical, relaxed and shell-free legacy forms), as plain values.

Source of the forms: the specification "MongoDB Extended JSON" (versions 2.1 and 1). An object that has exactly
the keys of a form, with values of the right type, becomes its value; anything else stays the object it is.
A DBRef (`$ref`, `$id`) stays an object.
"""

from __future__ import annotations

import base64
import binascii
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from uuid import UUID

from ddgen.model.relation import Tagged

if TYPE_CHECKING:
    from collections.abc import Callable

MARK = re.compile(
    rb'"\$(?:oid|date|number(?:Int|Long|Double|Decimal)|binary|uuid|regularExpression|regex|timestamp|symbol|code'
    rb'|minKey|maxKey|undefined|dbPointer)"\s*:'
)
"""What a text with Extended JSON in it matches."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UUID_SUBTYPES = (3, 4)
OID = re.compile(r"[0-9a-fA-F]{24}")


class _NotAForm(ValueError):
    """An object that only looks like Extended JSON."""


def mentions(text: bytes) -> bool:
    """Whether Extended JSON may stand in the text; costs next to nothing where it does not."""
    return b"$" in text and b'"$' in text and MARK.search(text) is not None


def plain(values: list[Any]) -> None:
    """Replace, in place, every form of Extended JSON in the values, innermost first."""
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [values]
    while waiting:
        container = waiting.pop()
        for key, item in container.items() if isinstance(container, dict) else enumerate(container):
            if isinstance(item, dict) or type(item) is list:
                waiting.append(item)
                if isinstance(item, dict):
                    places.append((container, key))
    for container, key in reversed(places):
        if 0 < len(container[key]) <= 2:
            container[key] = _form(container[key])


def _form(value: dict[str, Any]) -> Any:
    convert = FORMS.get(next(iter(value)) if len(value) == 1 else " ".join(sorted(value)))
    if convert is None:
        return value
    try:
        return convert(*(value[key] for key in sorted(value)))
    except (_NotAForm, ValueError, TypeError, OverflowError, InvalidOperation, binascii.Error):
        return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _NotAForm
    return value


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        raise _NotAForm
    return int(value)


def _object_id(value: Any) -> Tagged:
    if not OID.fullmatch(_text(value)):
        raise _NotAForm
    return Tagged("objectid", value)


def _date(value: Any) -> datetime | Tagged:
    if isinstance(value, str) and not value.lstrip("-").isdigit():
        moment = datetime.fromisoformat(value)
        return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    millis = int(value) if isinstance(value, float) and value.is_integer() else _integer(value)
    try:
        return EPOCH + timedelta(milliseconds=millis)
    except OverflowError:
        return Tagged("datetime", millis)


def _double(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise _NotAForm
    return float(value)


def _decimal(value: Any) -> Decimal:
    return Decimal(_text(value))


def _bytes(encoded: Any, subtype: Any) -> bytes | UUID:
    content = base64.b64decode(_text(encoded), validate=True)
    kind = int(subtype, 16) if isinstance(subtype, str) else _integer(subtype)
    return UUID(bytes=content) if kind in UUID_SUBTYPES and len(content) == 16 else content


def _binary(value: Any) -> bytes | UUID:
    if not isinstance(value, dict) or value.keys() != {"base64", "subType"}:
        raise _NotAForm
    return _bytes(value["base64"], value["subType"])


def _uuid(value: Any) -> UUID:
    return UUID(_text(value))


def _regex(options: Any, pattern: Any) -> Tagged:
    return Tagged("regex", f"/{_text(pattern)}/{_text(options)}")


def _regular_expression(value: Any) -> Tagged:
    if not isinstance(value, dict) or value.keys() != {"pattern", "options"}:
        raise _NotAForm
    return _regex(value["options"], value["pattern"])


def _timestamp(value: Any) -> Tagged:
    if not isinstance(value, dict) or value.keys() != {"t", "i"}:
        raise _NotAForm
    return Tagged("timestamp_bson", f"{_integer(value['t'])}:{_integer(value['i'])}")


def _db_pointer(value: Any) -> Tagged:
    if not isinstance(value, dict) or value.keys() != {"$ref", "$id"}:
        raise _NotAForm
    pointed = value["$id"].value if isinstance(value["$id"], Tagged) else value["$id"]
    return Tagged("dbpointer", f"{_text(value['$ref'])}:{_text(pointed)}")


def _key(kind: str) -> Callable[[Any], Tagged]:
    def convert(value: Any) -> Tagged:
        if value != 1:
            raise _NotAForm
        return Tagged(kind, value)

    return convert


def _undefined(value: Any) -> Tagged:
    if value is not True:
        raise _NotAForm
    return Tagged("undefined", "")


def _scoped(code: Any, scope: Any) -> Tagged:
    if not isinstance(scope, dict):
        raise _NotAForm
    return Tagged("javascript_with_scope", _text(code))


FORMS: dict[str, Callable[..., Any]] = {
    "$oid": _object_id,
    "$date": _date,
    "$numberInt": _integer,
    "$numberLong": _integer,
    "$numberDouble": _double,
    "$numberDecimal": _decimal,
    "$binary": _binary,
    "$binary $type": _bytes,
    "$uuid": _uuid,
    "$regularExpression": _regular_expression,
    "$options $regex": _regex,
    "$timestamp": _timestamp,
    "$symbol": lambda value: Tagged("symbol", _text(value)),
    "$code": lambda value: Tagged("javascript", _text(value)),
    "$code $scope": _scoped,
    "$dbPointer": _db_pointer,
    "$minKey": _key("minkey"),
    "$maxKey": _key("maxkey"),
    "$undefined": _undefined,
}
"""By the sorted keys of a form, what makes its value of theirs."""
