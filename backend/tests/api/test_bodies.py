from __future__ import annotations

import pytest
from pydantic import ValidationError

from ddgen.api.bodies import Body, Line, Text


class Said(Body):
    text: Text = "x"
    line: Line = "x"


@pytest.mark.parametrize("text", ["a", "Ünï ☃", "客户", "two\nlines", "👍", " padded "])
def test_texts_of_people_are_taken(text: str) -> None:
    assert Said(text=text).text == text


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "\u00a0\u2003\u3000", "\x1c", "nul\0", "x" * 20_001])
def test_texts_that_say_nothing_or_cannot_be_kept_are_not(text: str) -> None:
    with pytest.raises(ValidationError):
        Said(text=text)


def test_names_have_one_line_and_no_member_is_unknown() -> None:
    for wrong in ({"line": "two\nlines"}, {"colour": "red"}, {"line": "x" * 201}):
        with pytest.raises(ValidationError):
            Said.model_validate(wrong)


def test_a_nul_is_found_however_deep() -> None:
    with pytest.raises(ValidationError, match=r"U\+0000"):
        Said.model_validate({"text": {"a": ["\0"]}})
