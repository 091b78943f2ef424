from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from ddgen.exporters.json import JsonExporter
from ddgen.model.dictionary import Dictionary, load

from . import dictionaries


@pytest.mark.parametrize("make", [dictionaries.shop, dictionaries.hostile, dictionaries.empty])
def test_what_is_written_is_read_back_equal(make: Callable[[], Dictionary]) -> None:
    dictionary = make()
    assert load(_render(dictionary)) == dictionary


def test_it_is_plain_utf8_json_of_our_format() -> None:
    content = _render(dictionaries.hostile())
    assert json.loads(content)["format"] == "ddgen/1"
    assert "字段".encode() in content
    assert content.endswith(b"}\n")


def _render(dictionary: Dictionary) -> bytes:
    return JsonExporter().render(dictionary, JsonExporter.Options())
