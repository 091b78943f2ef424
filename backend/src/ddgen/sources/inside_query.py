"""Query strings inside texts: `page=2&sort=price`, as behind the question mark of an address."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import parse_qsl

from ddgen.model.inside import LARGEST, TOO_LARGE, Element, Opened, Opener, bytes_saying_nothing

_NAME = r"[A-Za-z_~%][\w.\-\[\]%:$~+]*"
_PAIR = rf"{_NAME}=[^\s&#=]*=?=?"
_QUERY = re.compile(rf"\??{_PAIR}(?:&{_PAIR})*&?", re.ASCII)
_SEVERAL = re.compile(rf"\??{_PAIR}(?:&{_PAIR})+&?", re.ASCII)
_MOST_PAIRS = 1_000


class QueryInside(Opener):
    """Texts that are the query strings of addresses."""

    name: ClassVar[str] = "query"
    markup: ClassVar[bool] = True
    semantic_type: ClassVar[str] = "technical.query_string"
    fault: ClassVar[str] = "not_query_string"

    def looks(self, text: str, *, cut: bool = False) -> bool:
        """Whether it is several names with values; one alone may be anything."""
        text = text.rpartition("&")[0] if cut else text
        return "&" in text and len(text) <= LARGEST and _SEVERAL.fullmatch(text) is not None

    def open(self, texts: Sequence[bytes]) -> Opened:
        """Each as an element with one for each name; a name that is there twice is there twice."""
        opened = Opened()
        for index, text in enumerate(texts):
            if bytes_saying_nothing(text):
                continue
            bare = text.strip().decode(errors="replace")
            if len(bare) > LARGEST or bare.count("&") > _MOST_PAIRS:
                opened.faults[index] = TOO_LARGE
            elif _QUERY.fullmatch(bare) is None:
                opened.faults[index] = self.fault
            else:
                opened.indexes.append(index)
                opened.values.append(_element(bare.removeprefix("?")))
        return opened


def _element(query: str) -> Element:
    whole = Element()
    whole.children = {}
    for name, value in parse_qsl(query, keep_blank_values=True, max_num_fields=None):
        whole.children.setdefault(name, []).append(Element(value or None))
    return whole
