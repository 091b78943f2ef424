"""Personal data: what is said of a field, and what may then be shown of its values; the same for every format.

Sensitivity decides. 0 and 1 are shown: values of 1 (a city, a country, a job title) are shared by many and point at
nobody alone. Of 2 only shapes are shown, of 3 nothing but counts. Free text in which nothing personal was found may
still hold it: of that only texts that several records share are shown.
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict
from pydantic import Field as Member

NONE = "none"
"""The category of a verdict that says: no personal data."""

FREE_TEXT = "freetext"
SHARED_BY = 5
"""A text counts as shared if so many records have it: 5 is what k-anonymity is commonly asked to be at least."""

Masking = Literal["shared", "shapes", "counts"]
"""What is shown of values that are masked: texts that several records share, shapes, or nothing but counts."""

_SHAPES, _COUNTS = 2, 3


class Pii(BaseModel):
    """What personal data a field holds: category, sensitivity 0 to 3, and reasons a person can check.

    `laws` are the rules that speak of such data, `against` what did not fit. The category `none` says that it holds
    none; then `why` says what was looked at.
    """

    model_config = ConfigDict(extra="forbid")

    category: str
    sensitivity: int = Member(ge=0, le=3)
    why: list[str] = Member(default_factory=list)
    laws: list[str] = Member(default_factory=list)
    against: list[str] = Member(default_factory=list)

    @property
    def personal(self) -> bool:
        """Whether it says that there is personal data."""
        return self.category != NONE

    @property
    def masking(self) -> Masking | None:
        """How values are kept out of what is shown; None where they are shown."""
        if not self.personal or self.sensitivity == 0:
            return None
        if self.sensitivity >= _COUNTS:
            return "counts"
        if self.sensitivity >= _SHAPES:
            return "shapes"
        return "shared" if self.category == FREE_TEXT else None


def said(value: Any) -> Pii:
    """What the value of a claim says; a person may write null for none.

    Raises pydantic's ValidationError where it says nothing that is known.
    """
    return Pii(category=NONE, sensitivity=0) if value is None else Pii.model_validate(value)
