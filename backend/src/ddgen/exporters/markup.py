"""HTML made of escaped strings: a text can only get into a page through `escape`."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

from ddgen.exporters import text

KEPT = "\n\t\u00a0\u202f\u00ad"
_VOID = frozenset({"br", "img", "input", "link", "meta", "wbr"})
_NOTABLE = re.compile(r"[^ -~]|[&<>\"']")
_JOINT = re.compile(r"(?<=[^\s._/])[._/]+(?=\w)")
"""Where a long name may be broken: between its parts."""

_SLUG_LENGTH = 60


NOTHING = "\u2013"
"""A dash, where there is nothing to say."""


class Html(str):
    """A text that is HTML already."""

    __slots__ = ()


def escape(content: str) -> Html:
    """The text as HTML, hidden characters shown; HTML stays as it is."""
    if isinstance(content, Html):
        return content
    if not _NOTABLE.search(content):
        return Html(content)
    return Html(html.escape(text.visible(content, keep=KEPT)))


def breakable(name: str) -> Html:
    """A long name that a line may end in between its parts, rather than anywhere: `a.b_c` behind the point."""
    ends = [0, *(joint.end() for joint in _JOINT.finditer(name)), len(name)]
    return join((name[start:end] for start, end in pairwise(ends)), tag("wbr"))


def join(parts: Iterable[str], between: str = "") -> Html:
    """The parts one after the other, each escaped unless it is HTML; empty ones are left out."""
    return Html(escape(between).join([part if type(part) is Html else escape(part) for part in parts if part]))


def tag(name: str, /, *children: str, **attributes: str | int | bool | None) -> Html:
    """An element. Attributes that are None or False are left out, True has no value; `class_` is `class`."""
    said = "".join(
        _attribute(key, given) for key, given in attributes.items() if given is not None and given is not False
    )
    opening = f"<{name}{said}>"
    return Html(opening if name in _VOID else f"{opening}{join(children)}</{name}>")


def _attribute(key: str, given: str | int | bool) -> str:
    key = key.rstrip("_").replace("_", "-")
    return f" {key}" if given is True else f' {key}="{escape(str(given))}"'


class Slugs:
    """Names made safe for anchors and files: lower-case ASCII letters, digits and hyphens, each given out once."""

    def __init__(self) -> None:
        self._given: set[str] = set()

    def make(self, name: str, otherwise: str) -> str:
        """A slug of `name`, or of `otherwise` where nothing of the name is left, with a number where it is taken."""
        folded = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        base = re.sub(r"[^a-z0-9]+", "-", folded).strip("-")[:_SLUG_LENGTH].rstrip("-") or otherwise
        slug, number = base, 2
        while slug in self._given:
            slug, number = f"{base}-{number}", number + 1
        self._given.add(slug)
        return slug
