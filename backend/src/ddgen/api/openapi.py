"""The description of the API as it really is: the framework's own, mended where it does not say what is sent."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ddgen.api.problems import MEDIA_TYPE, Problem

_REF = "#/components/schemas/{model}"
_ALWAYS = {"400": "The request cannot be read", "403": "Not allowed", "429": "Too many requests"}
_WITH_BODY = {"413": "Too large", "422": "The request does not fit the schema"}
_UNUSED = ("HTTPValidationError", "ValidationError")


def mended(schema: dict[str, Any], *, auth: bool) -> dict[str, Any]:
    """The schema with every error as problem+json and no null in parameters; without keys where none is asked for."""
    schemas = schema.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template=_REF, mode="serialization")
    schemas |= problem.pop("$defs", {})
    schemas["Problem"] = problem
    for name in _UNUSED:
        schemas.pop(name, None)
    for one in schemas.values():
        _without_empty_default(one)
    for operation in _operations(schema):
        _mend(operation, auth=auth)
    if not auth:
        schema["components"].pop("securitySchemes", None)
    return schema


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (operation for path in schema["paths"].values() for operation in path.values())


def _mend(operation: dict[str, Any], *, auth: bool) -> None:
    operation["summary"] = operation.get("description", "").partition("\n")[0].rstrip(".")
    responses = operation["responses"]
    for status, said in _ALWAYS.items():
        responses.setdefault(status, {"description": said})
    if operation.get("parameters") or "requestBody" in operation:
        for status, said in _WITH_BODY.items():
            responses.setdefault(status, {"description": said})
    if not auth:
        operation.pop("security", None)
    elif "security" in operation:
        responses.setdefault("401", {"description": "Nobody knows who asks"})
    for status, response in responses.items():
        if status[0] in "45":
            response["content"] = {MEDIA_TYPE: {"schema": {"$ref": _REF.format(model="Problem")}}}
        for content in response.get("content", {}).values():
            _streamed(content)
    for parameter in operation.get("parameters", ()):
        _without_null(parameter["schema"])


def _without_empty_default(schema: dict[str, Any]) -> None:
    """A text that may be left out is not the empty text."""
    for member in schema.get("properties", {}).values():
        if member.get("default") == "" and "pattern" in member:
            del member["default"]


def _streamed(content: dict[str, Any]) -> None:
    """A stream is a text in OpenAPI 3.1; what its items are is said beside it."""
    item = content.pop("itemSchema", None)
    if item is not None:
        content |= {"schema": {"type": "string"}, "x-item-schema": item}


def _without_null(schema: dict[str, Any]) -> None:
    """A parameter that may be left out is left out: nobody sends the word `null`."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if len(kinds) == 1:
        del schema["anyOf"]
        schema |= kinds[0]
