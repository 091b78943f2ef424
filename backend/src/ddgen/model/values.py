"""Values of a field that a run has at hand while it looks for their meaning; they are not part of a document."""

from __future__ import annotations

from dataclasses import dataclass, field

from ddgen.model.profile import Scalar


@dataclass(frozen=True, slots=True)
class Values:
    """Different values with how often each was seen, in random order.

    All of the field's, with exact counts, where `complete`; else those of its sample.
    """

    items: list[tuple[Scalar, int]] = field(default_factory=list)
    complete: bool = False

    def cut(self, size: int) -> Values:
        """At most `size` of them."""
        return self if size >= len(self.items) else Values(self.items[:size])
