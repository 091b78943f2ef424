"""What can be saved of a document that breaks off: all that was complete before the place."""

from __future__ import annotations

import re

from ddgen.sources.json_split import STRING

_TOKEN = re.compile(rb"(?P<string>" + STRING + rb')|(?P<mark>[\[\]{},"])', re.DOTALL)
_CLOSERS = {b"[": b"]", b"{": b"}"}


def salvage(raw: bytes) -> bytes | None:
    """The document without its last, incomplete member or element and with its containers closed.

    None where nothing in it is complete.
    """
    closers: list[bytes] = []
    safe: tuple[int, int] | None = None
    for token in _TOKEN.finditer(raw):
        mark = token["mark"]
        if mark is None:
            continue
        if mark == b'"':
            break
        if mark in _CLOSERS:
            closers.append(_CLOSERS[mark])
        elif mark == b",":
            safe = token.start(), len(closers)
        else:
            if not closers or closers.pop() != mark:
                return None
            safe = token.end(), len(closers)
    if safe is None:
        return None
    end, depth = safe
    return raw[:end] + b"".join(reversed(closers[:depth]))
