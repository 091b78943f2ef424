"""The contract every exporter keeps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from ddgen.model.dictionary import Dictionary


class NoOptions(BaseModel):
    """An exporter without settings."""

    model_config = ConfigDict(extra="forbid")


class Exporter(ABC):
    """Writes a dictionary in one format: the same dictionary and options always give the same bytes.

    `Options` is the only declaration of its settings: the CLI's flags, the API's schema and the docs come from it.
    """

    name: ClassVar[str]
    suffixes: ClassVar[tuple[str, ...]]
    media_type: ClassVar[str]
    Options: ClassVar[type[BaseModel]] = NoOptions

    @abstractmethod
    def render(self, dictionary: Dictionary, options: BaseModel) -> bytes | dict[str, bytes]:
        """The file's content, or for a format of several files their contents by relative name."""

    def over(self, content: bytes, standing: bytes) -> bytes:  # noqa: ARG002 - the contract's
        """What to write where a file stands already; formats that people write into keep what is theirs."""
        return content
