"""What lies in what."""

from __future__ import annotations

import pytest

from ddgen.identity.nesting import holders, is_element, segments_of


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("a", []),
        ("a.b", ["a"]),
        ("items[].sku", ["items", "items[]"]),
        ("`a.b`.c{}", ["`a.b`", "`a.b`.c"]),
        ("$[]", []),
        ("not a path", []),
    ],
)
def test_holders(path: str, above: list[str]) -> None:
    assert list(holders(path)) == above


def test_elements_go_by_the_name_of_their_holder() -> None:
    assert [is_element(path) for path in ("a[]", "a{}", "a[].b", "a", "$", "not a path")] == [
        True,
        True,
        False,
        False,
        False,
        False,
    ]
    assert segments_of("not a path") == ("not a path",)
