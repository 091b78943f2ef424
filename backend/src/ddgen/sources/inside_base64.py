"""JSON and XML inside texts in Base64 (RFC 4648), with its own alphabet or that for addresses, padded or not.

Nothing packed is unpacked, and Base64 inside Base64 stays as it is, so that a text never grows.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import ClassVar

from ddgen.model.inside import Opened, Opener, bytes_saying_nothing
from ddgen.sources.inside_json import JsonInside
from ddgen.sources.inside_xml import XmlInside

_GLANCE = 4_096
"""Characters that are decoded to see what a text may be; a multiple of four."""

_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{3,}={0,2}")
_TO_USUAL = bytes.maketrans(b"-_", b"+/")
_WHITE = b" \t\r\n"


class _Base64Inside(Opener):
    """Texts that hold documents of another kind."""

    firsts: ClassVar[str]
    """What the first character of such a document in Base64 may be."""

    inner: ClassVar[Opener]

    def looks(self, text: str, *, cut: bool = False) -> bool:
        """Whether its first bytes and its last are those of such a document."""
        if text[0] not in self.firsts or not text.isascii():
            return False
        raw = text.encode().translate(None, _WHITE)
        head = decoded(raw[: min(_GLANCE, len(raw) // 4 * 4)] if cut else raw[:_GLANCE])
        tail = head if cut else decoded(raw[(len(raw) - 5) // 4 * 4 :])
        if not head or not tail or not head.strip() or not tail.strip():
            return False
        return self.inner.looks((head.strip() + tail.strip()[-1:]).decode("latin-1"), cut=cut)

    def open(self, texts: Sequence[bytes]) -> Opened:
        """What they hold once decoded."""
        opened, places, held = Opened(), [], []
        for index, text in enumerate(texts):
            if bytes_saying_nothing(text):
                continue
            document = decoded(text.translate(None, _WHITE))
            if document is None:
                opened.faults[index] = self.fault
            else:
                places.append(index)
                held.append(document)
        found = self.inner.open(held)
        opened.values, opened.indexes = found.values, [places[index] for index in found.indexes]
        opened.faults |= {places[index]: kind for index, kind in found.faults.items()}
        opened.remarks = {places[index]: kind for index, kind in found.remarks.items()}
        opened.duplicates = [(path, places[index]) for path, index in found.duplicates]
        return opened


class Base64JsonInside(_Base64Inside):
    """Texts that are JSON objects or arrays in Base64."""

    name: ClassVar[str] = "base64_json"
    semantic_type: ClassVar[str] = "technical.base64_json"
    fault: ClassVar[str] = JsonInside.fault
    firsts: ClassVar[str] = "eWICD"
    inner: ClassVar[Opener] = JsonInside()


class Base64XmlInside(_Base64Inside):
    """Texts that are XML documents in Base64."""

    name: ClassVar[str] = "base64_xml"
    markup: ClassVar[bool] = True
    semantic_type: ClassVar[str] = "technical.base64_xml"
    fault: ClassVar[str] = XmlInside.fault
    firsts: ClassVar[str] = "PICD"
    inner: ClassVar[Opener] = XmlInside()


def decoded(text: bytes) -> bytes | None:
    """The bytes that a text in Base64 stands for, None where it is none."""
    if not _BASE64.fullmatch(text):
        return None
    bare = text.rstrip(b"=").translate(_TO_USUAL)
    try:
        return base64.b64decode(bare + b"=" * (-len(bare) % 4), validate=True)
    except binascii.Error:
        return None
