"""Code lists: the few values that a field may have, and what they stand for."""

from __future__ import annotations

import re

from pydantic import BaseModel, ConfigDict, Field

from ddgen.model.profile import Profile, Scalar

_SHORT_FORM = re.compile(r"(?!/)(?!.*://)\S*\w\S*")


class Code(BaseModel):
    """A value, how many values of the field it is, and what it stands for where that is known."""

    model_config = ConfigDict(extra="forbid")

    value: Scalar
    count: int | None = None
    label: str | None = None
    word: bool | None = None
    """True where not all codes of the list are words, but this one is, and says itself what it stands for."""


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
        """Codes without a label that are no words."""
        return [] if self.source == IN_WORDS else [code for code in self.codes if not (code.label or code.word)]

    @property
    def asked(self) -> list[Code]:
        """Unexplained codes that a person can be asked for: short forms, no texts, paths or nothing at all."""
        return [code for code in self.unexplained if _SHORT_FORM.fullmatch(str(code.value))]

    @property
    def labels(self) -> dict[Scalar, str]:
        """What codes stand for, of those that are explained."""
        return {code.value: code.label for code in self.codes if code.label}

    def counted(self, profile: Profile) -> CodeList:
        """The same codes with the counts of a profile that lists all values, and those that are new behind them."""
        if not profile.all_values_listed:
            return self
        counts = {entry.value: entry.count for entry in profile.top_values}
        known = [code.model_copy(update={"count": counts.pop(code.value, 0)}) for code in self.codes]
        new = [Code(value=value, count=count) for value, count in counts.items()]
        return self.model_copy(update={"codes": [*known, *new]})


IN_WORDS = "values"
"""The `source` of codes that are words and explain themselves."""

PERSON = "a person"
"""The `source` of labels that a person wrote into a document."""
