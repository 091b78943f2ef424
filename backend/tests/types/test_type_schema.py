"""The JSON Schema of type files: what comes with ddgen keeps to it, mistakes do not, every key is explained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

import ddgen.types
from ddgen.types import type_schema

SCHEMA = type_schema.json_schema()
FILES = sorted(Path(ddgen.types.__file__).with_name("table").glob("*.yaml"))
TYPE = "{id: acme.policy, title: Policy, group: custom, decide: {need: values, chance: 0.1}, %s}"


def errors(text: str) -> list[str]:
    validator = jsonschema.Draft202012Validator(SCHEMA)
    validator.check_schema(SCHEMA)
    return [error.message for error in validator.iter_errors(YAML(typ="safe").load(text))]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_what_comes_with_ddgen_keeps_to_it(path: Path) -> None:
    assert errors(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "more",
    [
        "values: {regex: a, list: 'file:codes.csv'}",
        "values: {validator: stdnum.iban}",
        "values: {validator: luhn, list: genders}",
    ],
)
def test_what_a_person_writes_keeps_to_it(more: str) -> None:
    assert errors(f"[{TYPE % more}]") == []
    assert errors("[{id: acme.policy, extends: contact.email}]") == []


@pytest.mark.parametrize(
    "more",
    [
        "colour: red",
        "user: true",
        "scan: {regex: a}",
        "base: [text]",
        "values: {validator: lun}",
        "values: {list: nobodys}",
        "pii: {category: contact, sensitivity: 4}",
    ],
)
def test_mistakes_do_not(more: str) -> None:
    assert errors(f"[{TYPE % more}]")


def test_a_type_that_extends_none_needs_the_rest() -> None:
    assert errors("[{id: acme.policy}]")
    assert errors("[{title: x}]")


def properties() -> list[tuple[str, dict[str, Any]]]:
    parts = SCHEMA["$defs"].items()
    return [(f"{name}.{key}", said) for name, part in parts for key, said in part["properties"].items()]


def test_every_key_is_explained_and_nothing_else() -> None:
    assert [key for key, said in properties() if not said.get("description")] == []
    assert {key for key in type_schema.MEANINGS if "." in key} == {key for key, _ in properties()}
