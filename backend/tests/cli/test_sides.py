"""What is compared is a dictionary or data."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.cli.sides import Reading, broken, built, is_document, side
from ddgen.errors import InputError
from ddgen.model.dictionary import Dictionary


def test_dictionaries_are_told_from_data(tmp_path: Path, shop: Dictionary) -> None:
    document, data = tmp_path / "d.json", tmp_path / "data.json"
    document.write_text(shop.to_json(), encoding="utf-8")
    data.write_text('[{"n": 1}, {"n": 2}]', encoding="utf-8")
    places = [str(document), str(data), str(tmp_path), "-", "nowhere"]
    assert [is_document(place) for place in places] == [True, False, False, True, False]
    assert side(str(document), Reading()).name == "shop"
    assert [field.path for _, field in side(str(data), Reading(quiet=True)).fields()] == ["n"]


def test_data_that_cannot_be_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.jsonl", tmp_path / "bad.jsonl"
    good.write_text('{"n": 1}\n', encoding="utf-8")
    bad.write_text('{"n": 1}\n{"n": \n', encoding="utf-8")
    read = built([str(good), str(bad)], Reading(quiet=True), None)
    assert broken(read)
    assert "bad.jsonl" in capsys.readouterr().err
    with pytest.raises(InputError, match=r"nowhere\.csv"):
        built([str(tmp_path / "nowhere.csv")], Reading(quiet=True), None)
