"""Documents that stand inside texts: what reads them, and what it hands to profiling."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ddgen.model.path import Path

LARGEST = 16 << 20
"""Bytes of a text that is read as a document; larger ones are counted as such."""

DEEPEST = 100
"""Levels of nesting that are read."""

TITLES = {
    "json": "JSON",
    "xml": "XML",
    "query": "query string",
    "base64_json": "JSON in Base64",
    "base64_xml": "XML in Base64",
}
"""What the formats are called, by the names of their openers."""

TOO_LARGE = "too_large"
TOO_DEEP = "too_deep"


class Element:
    """An element of a markup document: its attributes, and either its text or the elements in it, by name."""

    __slots__ = ("attributes", "children", "text")

    def __init__(self, text: str | None = None) -> None:
        self.text = text
        self.attributes: dict[str, str] | None = None
        self.children: dict[str, list[Element]] | None = None


@dataclass(slots=True)
class Opened:
    """What some texts hold. `values` are of the texts at `indexes`: Python values as of JSON, or elements.

    `faults` are the texts that hold nothing of the kind, each with the oddity it is; texts in neither say nothing
    (`null`).
    """

    indexes: list[int] = field(default_factory=list)
    values: list[Any] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)
    remarks: dict[int, str] = field(default_factory=dict)
    """Oddities of texts that were read all the same."""

    duplicates: list[tuple[Path, int]] = field(default_factory=list)
    """Keys that an object held twice, with the index of the text."""


class Opener(ABC):
    """Reads one format that documents inside texts are written in."""

    name: ClassVar[str]
    markup: ClassVar[bool] = False
    """Whether documents are elements, whose texts have the types that they are read as."""

    semantic_type: ClassVar[str]
    fault: ClassVar[str]
    """The oddity of a text that holds nothing of the kind."""

    @abstractmethod
    def looks(self, text: str, *, cut: bool = False) -> bool:
        """Whether a text, not empty and without white space around it, begins and ends as such a document does.

        Cheap: it is asked of every kind of text. Of a text that is `cut` only the beginning is known.
        """

    @abstractmethod
    def open(self, texts: Sequence[bytes]) -> Opened:
        """What texts hold, given in UTF-8."""


def title_of(name: str) -> str:
    """What a format is called, by the name of its opener."""
    return TITLES.get(name, name)


def with_article(name: str) -> str:
    """The same as the object of a sentence: `JSON`, `a query string`."""
    title = title_of(name)
    return f"a {title}" if title[:1].islower() else title


def saying_nothing(text: str) -> bool:
    """Whether a text is blank or `null`: it speaks neither for a format nor against it."""
    bare = text.strip()
    return not bare or bare == "null"


def bytes_saying_nothing(text: bytes) -> bool:
    """The same of UTF-8."""
    bare = text.strip()
    return not bare or bare == b"null"
