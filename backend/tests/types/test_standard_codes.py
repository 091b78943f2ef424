"""Code lists that many share."""

from __future__ import annotations

from ddgen.types import standard_codes


def test_a_list_fits_where_the_name_and_all_codes_do() -> None:
    found = standard_codes.of_field(["sex"], ["0", "1", "9"])
    assert found is not None
    assert (found.name, found.labels["2"]) == ("ISO 5218", "female")
    assert standard_codes.of_field(["sex"], ["0", "7"]) is None
    assert standard_codes.of_field(["grade"], ["1", "2"]) is None


def test_a_list_of_no_words_fits_any_name() -> None:
    found = standard_codes.of_field(["anything"], ["Y", "N"])
    assert found is not None
    assert found.labels == {"y": "yes", "n": "no"}


def test_codes_are_in_lower_case_and_labels_are_there() -> None:
    for one in standard_codes.known():
        assert one.labels
        assert all(code == code.lower() and code and label for code, label in one.labels.items()), one.name
