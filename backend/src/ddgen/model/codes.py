"""Code lists: the few values that a field may have, and what they stand for."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from ddgen.model.profile import Scalar


class Code(BaseModel):
    """A value, how many values of the field it is, and what it stands for where that is known."""

    model_config = ConfigDict(extra="forbid")

    value: Scalar
    count: int | None = None
    label: str | None = None


class CodeList(BaseModel):
    """All codes of a field, the most frequent first.

    `source` says where labels are from: `table.path` of a lookup table, the name of a standard, or the values, which
    are words themselves. `question` is what a person is asked where codes are not explained.
    """

    model_config = ConfigDict(extra="forbid")

    codes: list[Code] = Field(default_factory=list)
    source: str | None = None
    question: str | None = None

    @property
    def unexplained(self) -> list[Code]:
        """Codes without a label."""
        return [] if self.source == IN_WORDS else [code for code in self.codes if code.label is None]


IN_WORDS = "values"
"""The `source` of codes that are words and explain themselves."""
