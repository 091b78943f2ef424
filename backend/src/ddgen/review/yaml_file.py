"""A YAML file that came home, with the line of each text; what stood there at first is known by digests or a file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from ddgen.errors import DocumentError, InputError, UsageError
from ddgen.exporters import editable, personal, text
from ddgen.exporters.editable import STATUS, digest
from ddgen.exporters.yaml import FORMAT
from ddgen.model.dictionary import Dictionary
from ddgen.review.items import Part, parts
from ddgen.review.returned import Cell, Change, Returned, Row

Base = Mapping[tuple[str, str | None], Mapping[str, str]]
"""By table and path the digests of what stood there at first."""

_DIGEST = re.compile(r"([a-z_]+) ([0-9a-f]{8})")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})


def read(path: Path, dictionary: Dictionary, base: Base | None = None) -> Returned:
    """What a YAML file says. `base` stands for what it says itself of how it was at first.

    Raises UsageError, InputError, and DocumentError where it is no YAML of ours.
    """
    returned = Returned(str(path))
    reader = _Reader(returned, {(_table(part), _path(part)): part.id for part in parts(dictionary)}, base)
    root = _root(path)
    returned.stamp = {"name": _scalar(root.get("name"))}
    reader.take(root)
    if reader.without_base:
        returned.warnings.append(
            f"{text.count(reader.without_base, 'entry', 'entries')} without the line `base`: every text there that is "
            "not in the dictionary counts as yours, and emptied ones are not taken; --base FILE helps"
        )
    return returned


def _table(part: Part) -> str:
    return part.table.name


def _path(part: Part) -> str | None:
    return None if part.field is None else part.field.path


def base_in(path: Path) -> Base:
    """The base that the file is, as it was before people edited it. Raises what `read` raises."""
    return {entry.key: entry.digests() for entry in _entries(_root(path))}


def base_of(dictionary: Dictionary) -> Base:
    """The base that a dictionary is."""
    found: dict[tuple[str, str | None], Mapping[str, str]] = {}
    for part in parts(dictionary):
        said = editable.cells(part.thing)
        if said.get(STATUS) == "suggested":
            said[STATUS] = ""
        found[_table(part), _path(part)] = {key: digest(content) for key, content in said.items()}
    return found


def _root(path: Path) -> dict[str, Node]:
    try:
        content = path.read_bytes()
    except FileNotFoundError as error:
        raise UsageError("no such file", where=str(path), hint="Name a YAML file that ddgen has written") from error
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=str(path)) from error
    try:
        node = YAML(typ="safe").compose(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InputError("it is not in UTF-8", where=str(path), hint="Save it as UTF-8", byte=error.start) from error
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else 1
        hint = "Resolve what git could not merge" if b"<<<<<<< " in content else "Mend that line"
        raise InputError(f"line {line} is no YAML: {error.problem}", where=str(path), hint=hint) from error
    except YAMLError as error:
        raise InputError("it is no YAML", where=str(path)) from error
    root = {} if not isinstance(node, MappingNode) else {key: value for key, value, _ in _members(node)}
    if _scalar(root.get("format")) != FORMAT:
        raise DocumentError(
            f"it does not say format: {FORMAT}", where=str(path), hint="Name a YAML file that ddgen has written"
        )
    return root


def _members(node: Node | None) -> Iterator[tuple[str, Node, int]]:
    """The members of a mapping with the line of each."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(key, ScalarNode):
                yield str(key.value), value, key.start_mark.line + 1


def _scalar(node: Node | None) -> str:
    """A text as it is written, "" where there is none."""
    if not isinstance(node, ScalarNode):
        return ""
    written = str(node.value)
    return "" if node.style is None and written in _NULLS else written


@dataclass(frozen=True, slots=True)
class _Entry:
    """A table or a field: its members with their lines, those first that stand twice."""

    key: tuple[str, str | None]
    line: int
    members: Mapping[str, tuple[Node, int]]
    twice: Mapping[str, int]

    def said(self, key: str) -> str:
        """What stands in a column."""
        node = self.members[key][0] if key in self.members else None
        if key != "pii":
            return _scalar(node)
        if isinstance(node, MappingNode):
            parts = {name: _scalar(value) for name, value, _ in _members(node)}
            return ":".join(filter(None, (parts.get("category"), parts.get("sensitivity"))))
        return _VERDICTS.get(_scalar(node), _scalar(node))

    def structured(self, key: str) -> bool:
        """Whether something else than a text stands there."""
        return key in self.members and key != "pii" and not isinstance(self.members[key][0], ScalarNode)

    def digests(self) -> dict[str, str]:
        """The digests of what stands there."""
        keys = editable.OF_TABLES if self.key[1] is None else editable.OF_FIELDS
        return {key: digest(self.said(key)) for key in keys}


_VERDICTS = {personal.NONE_FOUND: "none", personal.NONE_SAID: "none", personal.NOT_LOOKED: "", personal.FOUND: ""}


def _entries(root: Mapping[str, Node]) -> Iterator[_Entry]:
    for table in _items(root.get("tables")):
        name = _scalar(next((value for key, value, _ in _members(table) if key == "name"), None))
        yield _entry((name, None), table)
        fields = next((value for key, value, _ in _members(table) if key == "fields"), None)
        for field in _items(fields):
            path = _scalar(next((value for key, value, _ in _members(field) if key == "path"), None))
            yield _entry((name, path), field)


def _items(node: Node | None) -> list[Any]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _entry(key: tuple[str, str | None], node: Node) -> _Entry:
    members: dict[str, tuple[Node, int]] = {}
    twice: dict[str, int] = {}
    for name, value, line in _members(node):
        if name in members:
            twice[name] = line
        else:
            members[name] = value, line
    return _Entry(key, node.start_mark.line + 1, members, twice)


class _Reader:
    """Puts the entries together."""

    def __init__(self, returned: Returned, ids: Mapping[tuple[str, str | None], str], base: Base | None) -> None:
        self._returned, self._ids, self._base = returned, ids, base
        self._seen: set[tuple[str, str | None]] = set()
        self.without_base = 0

    def take(self, root: Mapping[str, Node]) -> None:
        """Read all entries."""
        for entry in _entries(root):
            row = Row(self._ids.get(entry.key, ""), *entry.key, dict(self._cells(entry)))
            if entry.key in self._seen:
                for key, cell in row.cells.items():
                    self._ignore(row, key, cell, "the same stands there twice: keep one of them")
                self._returned.rows = [self._told(one, entry) for one in self._returned.rows]
            else:
                self._seen.add(entry.key)
                self._returned.rows.append(row)

    def _told(self, row: Row, entry: _Entry) -> Row:
        """A row without what the same one elsewhere says differently."""
        if (row.table, row.path) != entry.key:
            return row
        kept = {}
        for key, cell in row.cells.items():
            if digest(entry.said(key)) == digest(cell.text):
                kept[key] = cell
            else:
                self._ignore(row, key, cell, "the same stands there twice: keep one of them")
        return Row(row.id, row.table, row.path, kept)

    def _ignore(self, row: Row, key: str, cell: Cell, reason: str) -> None:
        if cell.changed:
            self._returned.ignored.append(Change(row.place, key, cell.where, "ignored", cell.text, reason=reason))

    def _cells(self, entry: _Entry) -> Iterator[tuple[str, Cell]]:
        known = self._known(entry)
        keys = editable.OF_TABLES if entry.key[1] is None else editable.OF_FIELDS
        for key in keys:
            line = entry.members[key][1] if key in entry.members else entry.line
            where = f"line {line}"
            base = None if known is None else known.get(key, digest(""))
            cell = Cell(entry.said(key), where, base)
            row = Row("", *entry.key, {})
            if entry.structured(key):
                self._ignore(row, key, Cell("(a list or mapping)", where, base), "a text belongs there")
            elif key in entry.twice:
                self._ignore(row, key, cell, f"it stands there twice, in line {entry.twice[key]} too: keep one")
            elif not (key == STATUS and base is not None and cell.text == "suggested" and base == digest("")):
                yield key, cell

    def _known(self, entry: _Entry) -> Mapping[str, str] | None:
        """The digests of what stood in an entry at first; None where nothing tells."""
        if self._base is not None:
            return self._base.get(entry.key, {})
        if "base" not in entry.members:
            self.without_base += 1
            return None
        return dict(_DIGEST.findall(_scalar(entry.members["base"][0])))
