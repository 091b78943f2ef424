"""The table of types: the declarations that come with ddgen, and those of users, which replace and add."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from ddgen.errors import UsageError
from ddgen.types import declaration, type_files
from ddgen.types.declaration import Declaration

_ENDINGS = (".yaml", ".yml")


@dataclass(frozen=True)
class TypeTable:
    """Types by id, in the order in which they are preferred where all else is equal."""

    types: dict[str, Declaration] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Declaration]:
        return iter(self.types.values())

    def __len__(self) -> int:
        return len(self.types)

    def get(self, name: str) -> Declaration | None:
        """The type of that id."""
        return self.types.get(name)

    def matching(self, value: str) -> list[Declaration]:
        """The types that a single value could be of, the most telling first."""
        found = [one for one in self if one.tests_values and one.accepts(value)]
        return sorted(found, key=lambda one: one.decide.chance)


@cache
def standard() -> TypeTable:
    """The types that come with ddgen, with what fields are called in other languages than English."""
    found: tuple[Declaration, ...] = ()
    for path in sorted(Path(__file__).with_name("table").glob("*.yaml")):
        found = declaration.read(path, found)
    return TypeTable({one.id: _worded(one) for one in found})


def _worded(one: Declaration) -> Declaration:
    """A type with its header words of other languages."""
    words = _header_words().get(one.id)
    if words is None:
        return one
    added = {kind: (*getattr(one.names, kind), *found.split()) for kind, found in words.items()}
    return one.model_copy(update={"names": one.names.model_copy(update=added)})


@cache
def _header_words() -> dict[str, dict[str, str]]:
    from ruamel.yaml import YAML

    path = Path(__file__).with_name("header_words.yaml")
    words: dict[str, dict[str, str]] = YAML(typ="safe").load(path.read_text(encoding="utf-8"))
    return words


def load(places: Iterable[Path] = ()) -> TypeTable:
    """The standard types with those of some files or folders of YAML files over them.

    Raises UsageError that names file, line, type and key of every mistake.
    """
    paths = files(places)
    if not paths:
        return standard()
    own = {one.declaration.id: one.declaration for one in type_files.read(paths, standard())}
    return TypeTable({**standard().types, **own})


def files(places: Iterable[Path]) -> list[Path]:
    """The files at some places: of a folder, its YAML files by name. Raises UsageError where there is none."""
    return [path for place in places for path in _files(place)]


def _files(place: Path) -> list[Path]:
    if not place.exists():
        raise UsageError("there are no types here", where=str(place), hint="Name a YAML file or a folder of them")
    if not place.is_dir():
        return [place]
    found = sorted(path for path in place.iterdir() if path.suffix in _ENDINGS)
    if not found:
        raise UsageError("there are no YAML files in it", where=str(place), hint="Name a YAML file or a folder of them")
    return found
