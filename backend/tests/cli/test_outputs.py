"""Which output gets which format and settings."""

from __future__ import annotations

import pytest

from ddgen.cli.outputs import Target, targets_of
from ddgen.errors import UsageError


def chosen(paths: list[str], formats: list[str]) -> list[tuple[str, str]]:
    return [(target.path, target.format) for target in targets_of(paths, formats, [])]


def test_the_suffix_decides() -> None:
    assert chosen(["a.json", "b.YAML", "c.csv"], []) == [("a.json", "json"), ("b.YAML", "yaml"), ("c.csv", "csv")]


def test_one_format_serves_what_has_no_suffix() -> None:
    assert chosen(["a.json", "-"], ["yaml"]) == [("a.json", "json"), ("-", "yaml")]


def test_one_format_each_in_order() -> None:
    assert chosen(["a.txt", "b.json"], ["yaml", "csv"]) == [("a.txt", "yaml"), ("b.json", "csv")]
    assert chosen(["a.json"], ["yaml"]) == [("a.json", "yaml")]


def test_a_format_alone_means_standard_output() -> None:
    assert chosen([], ["yaml"]) == [("-", "yaml")]


def test_standard_output_is_json_unless_said() -> None:
    assert targets_of(["-"], [], []) == [Target("-", "json")]
    assert targets_of([], [], []) == []


@pytest.mark.parametrize(
    ("paths", "formats", "options"),
    [
        (["a.nonsense"], [], []),
        (["a"], [], []),
        (["a"], ["nonsense"], []),
        (["a.json", "b.json", "c.json"], ["json", "json"], []),
        (["a.json"], [], ["nonsense=1"]),
        ([], [], ["nonsense=1"]),
        (["a.json"], [], ["nonsense"]),
    ],
)
def test_what_cannot_be_is_refused(paths: list[str], formats: list[str], options: list[str]) -> None:
    with pytest.raises(UsageError):
        targets_of(paths, formats, options)
