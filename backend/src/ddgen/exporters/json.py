"""JSON: the dictionary document itself, which `ddgen.model.dictionary.load` reads back."""

from __future__ import annotations

from pydantic import BaseModel

from ddgen.exporters.base import Exporter
from ddgen.model.dictionary import Dictionary


class JsonExporter(Exporter):
    """The `ddgen/1` document, indented, nothing left out and nothing added."""

    name = "json"
    suffixes = (".json",)
    media_type = "application/json"

    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes:  # noqa: ARG002 - it has no options
        """The document in UTF-8."""
        return dictionary.to_json().encode()
