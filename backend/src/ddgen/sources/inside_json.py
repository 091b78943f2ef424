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
        hopeful = []
        for index, text in enumerate(texts):
            fault = self._fault(text)
            if fault is None:
                hopeful.append(index)
            elif not bytes_saying_nothing(text):
                opened.faults[index] = fault
        if not self._together(texts, hopeful, opened):
            self._one_by_one(texts, hopeful, opened)
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

    @staticmethod
    def _together(texts: Sequence[bytes], hopeful: list[int], opened: Opened) -> bool:
        """The usual case: all of them are JSON that nothing is odd about."""
        chosen = [texts[index] for index in hopeful]
        try:
            values: list[Any] = list(map(orjson.loads, chosen))
        except orjson.JSONDecodeError:
            return False
        whole = b"\n".join(chosen)
        if not proven(whole, values):
            return False
        opened.indexes, opened.values = hopeful, converted(whole, values)
        return True

    def _one_by_one(self, texts: Sequence[bytes], hopeful: Iterable[int], opened: Opened) -> None:
        parser = ExactParser()
        for index in hopeful:
            text = texts[index]
            try:
                value = orjson.loads(text)
                certain = proven(text, value)
            except orjson.JSONDecodeError:
                certain = False
            if not certain:
                if not parser.parse(text.strip(_WHITE)):
                    opened.faults[index] = self.fault
                    continue
                value = parser.value
                opened.duplicates += [(path, index) for path in parser.duplicates]
                if any(trouble.code == _BAD_ENCODING for trouble in parser.troubles):
                    opened.remarks[index] = _BAD_ENCODING
            opened.indexes.append(index)
            opened.values.append(value)
        converted(b"\n".join(texts[index] for index in opened.indexes), opened.values)
