"""YAML in git: what people edit there comes home, by the same merge as workbooks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ddgen.errors import DocumentError, InputError
from ddgen.exporters.write import Output, write_output
from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field
from ddgen.review import yaml_file
from ddgen.review.decide import Decision
from ddgen.review.returned import Report
from ddgen.review.take import Taking, check, take

from . import house


@pytest.fixture
def shop() -> Dictionary:
    return house.shop()


@pytest.fixture
def file(shop: Dictionary, tmp_path: Path) -> Path:
    return write_output(shop, Output(tmp_path / "d.yaml"))[0]


@pytest.fixture
def change(file: Path) -> Callable[..., None]:
    """Replace a text, once."""

    def replace(old: str, new: str) -> None:
        said = file.read_text(encoding="utf-8")
        assert old in said
        file.write_text(said.replace(old, new, 1), encoding="utf-8")

    return replace


def taken(dictionary: Dictionary, path: Path, base: yaml_file.Base | None = None) -> Report:
    returned = yaml_file.read(path, dictionary, base)
    check(dictionary, returned)
    shown = dictionary.model_copy(deep=True)
    return take(Taking(dictionary, shown, Decision(by="Ada"), lambda _: None, path.name), returned)


def email(dictionary: Dictionary) -> Field:
    table = dictionary.table("customers")
    assert table is not None
    found = table.field("email")
    assert found is not None
    return found


def test_an_unedited_file_changes_nothing(shop: Dictionary, file: Path) -> None:
    before = shop.to_json()
    report = taken(shop, file)
    assert (report.changes, report.warnings, shop.to_json()) == ([], [], before)
    assert report.compared > 40


def test_edits_come_home_with_the_line_where_they_stand(
    shop: Dictionary, file: Path, change: Callable[..., None]
) -> None:
    change(
        "description: Where the customer reads mail.", "description: no\n        status: approved\n        owner: Sales"
    )
    change("category: contact\n          sensitivity: 2", "category: contact\n          sensitivity: 3")
    report = taken(shop, file)
    lines = file.read_text(encoding="utf-8").splitlines()
    where = {change.column: int(change.where.removeprefix("line ")) for change in report.changes}
    assert {one.column: one.verdict for one in report.changes} == dict.fromkeys(
        ["description", "owner", "pii", "status"], "applied"
    )
    assert lines[where["description"] - 1].strip() == "description: no"
    found = email(shop)
    assert (found.description, found.owner) == ("no", "Sales")
    assert found.pii is not None
    assert found.pii.sensitivity == 3
    name = winner(found.claims, Kind.BUSINESS_NAME)
    assert name is not None
    assert name.status is Status.APPROVED
    once = shop.to_json()
    assert {one.verdict for one in taken(shop, file).changes} == {"already"}
    assert shop.to_json() == once


def test_both_changed_is_a_conflict(shop: Dictionary, file: Path, change: Callable[..., None]) -> None:
    email(shop).claims.append(house.said(Kind.DESCRIPTION, "Meanwhile.", Origin.HUMAN))
    shop.settle()
    change("Where the customer reads mail.", "Mine.")
    (told,) = taken(shop, file).changes
    assert (told.verdict, told.current, told.mine) == ("conflict", "Meanwhile.", "Mine.")


def test_a_base_from_git_serves_where_the_file_has_none(shop: Dictionary, file: Path, tmp_path: Path) -> None:
    said = file.read_text(encoding="utf-8")
    bare = "\n".join(line for line in said.splitlines() if not line.strip().startswith("base:"))
    before = tmp_path / "before.yaml"
    before.write_text(bare, encoding="utf-8")
    file.write_text(bare.replace("        description: Where the customer reads mail.\n", ""), encoding="utf-8")
    two_way = taken(shop.model_copy(deep=True), file)
    assert two_way.changes == []
    assert "without the line `base`" in two_way.warnings[0]
    for base in (yaml_file.base_in(before), yaml_file.base_of(house.shop())):
        copy = shop.model_copy(deep=True)
        (told,) = taken(copy, file, base).changes
        assert (told.verdict, told.column, told.mine) == ("applied", "description", "")
        assert email(copy).description is None


def test_what_stands_twice_is_not_guessed_at(shop: Dictionary, file: Path, change: Callable[..., None]) -> None:
    change("description: Where the customer reads mail.", "description: One.\n        description: Two.")
    (told,) = taken(shop, file).changes
    assert (told.verdict, told.mine) == ("ignored", "One.")
    assert "stands there twice" in str(told.reason)


def test_the_same_field_twice_is_not_guessed_at(shop: Dictionary, file: Path) -> None:
    said = file.read_text(encoding="utf-8")
    start = said.index("      - path: email")
    entry = said[start : said.index("      - path: remark")]
    edited = entry.replace("Where the customer reads mail.", "Other.")
    file.write_text(said.replace(entry, entry + edited), encoding="utf-8")
    report = taken(shop, file)
    assert [(told.verdict, told.mine) for told in report.changes] == [("ignored", "Other.")]


def test_entries_of_what_never_was_are_told(shop: Dictionary, file: Path, change: Callable[..., None]) -> None:
    change("      - path: email", "      - path: made_up\n        description: Mine.\n      - path: email")
    (told,) = taken(shop, file).changes
    assert (told.place, told.verdict, told.mine) == ("customers.made_up", "ignored", "Mine.")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("format: other\n", "it does not say format"),
        ("[1, 2", "is no YAML"),
        ("format: ddgen-yaml/1\n<<<<<<< HEAD\nname: a\n=======\n", "Resolve what git could not merge"),
        ("- 1\n", "it does not say format"),
    ],
)
def test_other_files_are_refused_in_one_line(shop: Dictionary, tmp_path: Path, content: str, said: str) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises((DocumentError, InputError), match=said) as told:
        taken(shop, path)
    assert "\n" not in str(told.value)
