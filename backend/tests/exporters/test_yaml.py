from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from ddgen.exporters.yaml import YamlExporter
from ddgen.model.dictionary import Dictionary

from . import dictionaries

CONFUSING = [
    "no",
    "Yes",
    "on",
    "y",
    "~",
    "null",
    "1e3",
    "0123",
    "0x1F",
    "1_000",
    "12:30:45",
    "2024-05-01",
    ".inf",
    "=",
    "<<",
]


@pytest.mark.parametrize("version", [(1, 1), (1, 2)])
@pytest.mark.parametrize(
    "text", [*CONFUSING, *dictionaries.HOSTILE, " padded ", "a: b", "a #b", "a\n  b\n", "\n", "x\n\n\ny"]
)
def test_every_text_is_read_back_as_that_text(text: str, version: tuple[int, int]) -> None:
    assert _read(_render(_named(text)), version)["name"] == text


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_any_text_is_read_back_by_readers_of_both_versions(text: str) -> None:
    content = _render(_named(text))
    assert _read(content, (1, 1))["name"] == text
    assert _read(content, (1, 2))["name"] == text


def test_it_holds_what_people_edit_and_need_to_see() -> None:
    customers = _read(_render(dictionaries.shop()))["tables"][0]
    assert customers["description"] == "People and companies that have an account.\nOne row each, never deleted."
    email = customers["fields"][1]
    assert [word for word in email.pop("base").split() if word.isalpha() or "_" in word] == [
        "business_name",
        "description",
        "pii",
        "semantic_type",
    ]
    assert email == {
        "path": "email",
        "business_name": "E-mail Address",
        "description": "Address used to sign in and for order confirmations.",
        "written_by": "business_name by rule, description by human",
        "data_type": "string",
        "physical_type": "VARCHAR(255)",
        "semantic_type": "contact.email",
        "pii": {"category": "contact.email", "sensitivity": 2, "by": "rule", "values_shown": "in clear"},
        "tags": ["gdpr"],
        "facts": "rarely missing; thousands of distinct values",
    }


def test_texts_of_several_lines_stand_as_blocks_and_others_on_one_line() -> None:
    content = _render(dictionaries.shop()).decode()
    assert "    description: |-\n      People and companies that have an account.\n      One row each" in content
    assert "description: Address used to sign in and for order confirmations.\n" in content


def test_exact_figures_and_times_do_not_churn() -> None:
    today, tomorrow = dictionaries.shop(), dictionaries.shop()
    tomorrow.generated_at = tomorrow.generated_at.replace(day=2)
    tomorrow.version += 1
    for table in tomorrow.tables:
        table.row_count = (table.row_count or 0) + (1 if table.row_count else 0)
    assert _render(today) == _render(tomorrow)


def test_characters_that_mislead_are_escaped() -> None:
    content = _render(dictionaries.hostile()).decode()
    assert not set("\u202e\u200b\ufeff\x00\x1b\r\t") & set(content)


def _named(name: str) -> Dictionary:
    return dictionaries.empty().model_copy(update={"name": name})


def _render(dictionary: Dictionary) -> bytes:
    return YamlExporter().render(dictionary, YamlExporter.Options())


def _read(content: bytes, version: tuple[int, int] = (1, 2)) -> Any:
    yaml = YAML(typ="safe", pure=True)
    yaml.version = version
    return yaml.load(content.decode())
