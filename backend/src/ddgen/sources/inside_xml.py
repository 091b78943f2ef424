"""XML inside texts, read without entities and without anything from elsewhere.

An element that holds text beside other elements is a text with marks in it: its value is the text. Pages and
drawings (HTML, SVG) are no data, and left alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar
from xml.parsers import expat

from ddgen.model.inside import DEEPEST, LARGEST, TOO_DEEP, TOO_LARGE, Element, Opened, Opener, bytes_saying_nothing

MOST_ELEMENTS = 200_000
"""Elements of a text that are read."""

MOST_NAMES = 20_000
"""Names of one element's parts."""

_ROOT = re.compile(r"(?><\?xml[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*>\s*)*+<([^\W\d][^\s/>]*)", re.DOTALL)
_PAGES = frozenset(
    "html head body div span p a b i u em strong small br hr h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead tbody tr"
    " td th img blockquote pre font center iframe script style svg canvas sup sub".split()
)
"""Root elements of pages, of parts of them, and of drawings."""


class _RefusedError(Exception):
    """The text is not read further; its argument is the oddity that it is."""


class XmlInside(Opener):
    """Texts that are XML documents, pages and drawings aside."""

    name: ClassVar[str] = "xml"
    markup: ClassVar[bool] = True
    semantic_type: ClassVar[str] = "technical.xml_text"
    fault: ClassVar[str] = "not_xml"

    def looks(self, text: str, *, cut: bool = False) -> bool:
        """Whether it begins with a tag of no page, and ends with a tag."""
        found = _ROOT.match(text) if text[0] == "<" and (cut or text[-1] == ">") else None
        return found is not None and found[1].lower() not in _PAGES

    def open(self, texts: Sequence[bytes]) -> Opened:
        """Each document as an element around its root."""
        opened = Opened()
        for index, text in enumerate(texts):
            if bytes_saying_nothing(text):
                continue
            try:
                document = self._document(text.strip())
            except _RefusedError as refused:
                opened.faults[index] = str(refused)
            except expat.ExpatError:
                opened.faults[index] = self.fault
            else:
                opened.indexes.append(index)
                opened.values.append(document)
        return opened

    def _document(self, text: bytes) -> Element:
        if not text.startswith(b"<"):
            raise _RefusedError(self.fault)
        if len(text) > LARGEST:
            raise _RefusedError(TOO_LARGE)
        return _Reading(self.fault).of(text)


class _Reading:
    """One document as it is parsed. Declared entities, with which a few lines grow to gigabytes, end it."""

    def __init__(self, fault: str) -> None:
        self._fault = fault
        self._elements = 0
        self._texts: list[str] = []
        """Everything between tags so far."""
        self._open: list[Element] = [Element()]
        """The document, and in it the elements that are not closed yet."""
        self._begins = [0]
        """How many texts there were before each of these."""
        self._told = [False]
        """Whether more than white space stands directly in each of these."""

    def of(self, text: bytes) -> Element:
        """The document. Raises ExpatError, or _RefusedError."""
        parser = expat.ParserCreate("utf-8")
        parser.buffer_text = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._characters
        parser.EntityDeclHandler = self._entity
        parser.Parse(text, True)
        return self._open[0]

    def _entity(self, *_declared: object) -> None:
        raise _RefusedError(self._fault)

    def _characters(self, text: str) -> None:
        self._texts.append(text)
        if not text.isspace():
            self._told[-1] = True

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        element, around = Element(), self._open[-1]
        self._elements += 1
        if attributes:
            element.attributes = _without_namespaces(attributes)
        if around.children is None:
            around.children = {name: [element]}
        elif name in around.children:
            around.children[name].append(element)
        else:
            around.children[name] = [element]
        depth = len(self._open)
        if depth == 1 and name.lower() in _PAGES:
            raise _RefusedError(self._fault)
        if depth > DEEPEST:
            raise _RefusedError(TOO_DEEP)
        if self._elements > MOST_ELEMENTS or len(attributes) > MOST_NAMES or len(around.children) > MOST_NAMES:
            raise _RefusedError(TOO_LARGE)
        self._open.append(element)
        self._begins.append(len(self._texts))
        self._told.append(False)

    def _end(self, _name: str) -> None:
        element, begin, told = self._open.pop(), self._begins.pop(), self._told.pop()
        if told:
            element.text = "".join(self._texts[begin:]).strip()
            element.children = None


def _without_namespaces(attributes: dict[str, str]) -> dict[str, str] | None:
    """The attributes but those that only declare prefixes of names."""
    for name in attributes:
        if name == "xmlns" or name.startswith("xmlns:"):
            return {
                each: text for each, text in attributes.items() if each != "xmlns" and not each.startswith("xmlns:")
            } or None
    return attributes
