"""What a build asks for texts: a session with a model, a preview of one, or the slow lane."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from ddgen.describe.texts import Ask, FieldText
from ddgen.model.dictionary import Generation


class Describer(Protocol):
    """Has texts for fields. `interrupted`: a person stopped it, and what is missing has texts by rule."""

    interrupted: bool

    @property
    def server(self) -> str:
        """Scheme, host and port of the server."""

    def describe(
        self, asks: Sequence[Ask], on_progress: Callable[[int, int], None] | None = None
    ) -> list[list[FieldText]]:
        """One text for every field, always, in the order asked."""

    def generation(self) -> Generation:
        """What was asked for so far, and what it took."""
