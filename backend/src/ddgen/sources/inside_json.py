"""JSON inside texts: objects and arrays, read as exactly as a JSON file; lone numbers, strings and `true` are none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar

import orjson

from ddgen.model.inside import DEEPEST, LARGEST, TOO_DEEP, TOO_LARGE, Opened, Opener, bytes_saying_nothing
from ddgen.sources.json_parse import ExactParser, converted, depth, proven

_WHITE = b" \t\r\n"
_ENDS = {ord("{"): ord("}"), ord("["): ord("]")}
_BAD_ENCODING = "bad_encoding"


class JsonInside(Opener):
    """Texts that are JSON objects or arrays."""

    name: ClassVar[str] = "json"
    semantic_type: ClassVar[str] = "technical.json_text"
    fault: ClassVar[str] = "not_json"

    def looks(self, text: str, *, cut: bool = False) -> bool:
        """Whether it stands in braces or brackets."""
        return text[0] in "{[" and (cut or text[-1] == ("}" if text[0] == "{" else "]"))

    def open(self, texts: Sequence[bytes]) -> Opened:
        """The values; NaN and infinities are read though they are no JSON, as in a file."""
        opened = Opened()
        found: dict[int, Any] = {}
        odd = []
        for index, text in enumerate(texts):
            fault = self._fault(text)
            if fault is None:
                try:
                    found[index] = orjson.loads(text)
                except orjson.JSONDecodeError:
                    odd.append(index)
            elif not bytes_saying_nothing(text):
                opened.faults[index] = fault
        whole = b"\n".join(map(texts.__getitem__, found))
        if not proven(whole, list(found.values())):
            odd, found = sorted((*odd, *found)), {}
        if odd:
            found = dict(sorted((found | self._exactly(texts, odd, opened)).items()))
            whole = b"\n".join(map(texts.__getitem__, found))
        opened.indexes, opened.values = list(found), converted(whole, list(found.values()))
        return opened

    def _fault(self, text: bytes) -> str | None:
        """Why a text cannot hold a document that is read, None if it may."""
        bare = text.strip(_WHITE)
        if not bare or _ENDS.get(bare[0]) != bare[-1]:
            return self.fault
        if len(bare) > LARGEST:
            return TOO_LARGE
        deep = bare.count(b"[") + bare.count(b"{") > DEEPEST and depth(bare) > DEEPEST
        return TOO_DEEP if deep else None

    def _exactly(self, texts: Sequence[bytes], asked: Iterable[int], opened: Opened) -> dict[int, Any]:
        """The values of texts that something may be odd about, which is noted."""
        found: dict[int, Any] = {}
        parser = ExactParser()
        for index in asked:
            try:
                value = orjson.loads(texts[index])
                certain = proven(texts[index], value)
            except orjson.JSONDecodeError:
                certain = False
            if certain:
                found[index] = value
            elif parser.parse(texts[index].strip(_WHITE)):
                found[index] = parser.value
                opened.duplicates += [(path, index) for path in parser.duplicates]
                if any(trouble.code == _BAD_ENCODING for trouble in parser.troubles):
                    opened.remarks[index] = _BAD_ENCODING
            else:
                opened.faults[index] = self.fault
        return found
