"""The formats of a comparison, each by its name and the suffixes that tell it."""

from __future__ import annotations

from pathlib import PurePath

from ddgen.diff.change import Diff
from ddgen.errors import UsageError

SUFFIXES = {
    ".txt": "text",
    ".json": "json",
    ".md": "markdown",
    ".markdown": "markdown",
    ".sarif": "sarif",
    ".xml": "junit",
}
NAMES = ("text", "json", "markdown", "sarif", "junit")


def of_name(name: str) -> str:
    """The format of that name. Raises UsageError where there is none."""
    if name not in NAMES:
        raise UsageError(f"no such format: {name}", where="--format", hint=f"Known: {', '.join(NAMES)}")
    return name


def of_path(path: str) -> str | None:
    """The format that a file name tells; None where it tells none."""
    if path.lower().endswith(".sarif.json"):
        return "sarif"
    return SUFFIXES.get(PurePath(path).suffix.lower())


def render(diff: Diff, name: str, *, version: str, place: str = "dictionary.json") -> str:
    """The comparison in a format other than text; `place` is the dictionary's file, `version` that of ddgen."""
    from ddgen.diff import junit, markdown, sarif

    if name == "json":
        return diff.to_json()
    if name == "markdown":
        return markdown.render(diff)
    if name == "junit":
        return junit.render(diff)
    return sarif.render(diff, version, place)
