"""Families of things that can be added: a name, and where its class stands. Nothing is imported until used.

Third parties add to a family with an entry point in the group `ddgen.<family>`; one that fails to load is
kept as a failure that names it, never swallowed.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import Any

from ddgen.errors import UsageError

SOURCES = {
    "postgresql": "ddgen.sources.postgresql:PostgresqlSource",
    "mysql": "ddgen.sources.mysql:MysqlSource",
    "sqlite": "ddgen.sources.sqlite:SqliteSource",
    "duckdb": "ddgen.sources.duckdb:DuckdbSource",
    "parquet": "ddgen.sources.parquet:ParquetSource",
    "arrow": "ddgen.sources.arrow:ArrowSource",
    "orc": "ddgen.sources.orc:OrcSource",
    "avro": "ddgen.sources.avro:AvroSource",
    "excel": "ddgen.sources.excel:ExcelSource",
    "json": "ddgen.sources.json:JsonSource",
    "csv": "ddgen.sources.csv:CsvSource",
}
"""In the order in which they are asked; text formats come last, since almost anything may be text."""

EXPORTERS = {
    "json": "ddgen.exporters.json:JsonExporter",
    "yaml": "ddgen.exporters.yaml:YamlExporter",
    "markdown": "ddgen.exporters.markdown:MarkdownExporter",
    "csv": "ddgen.exporters.csv:CsvExporter",
    "excel": "ddgen.exporters.excel:ExcelExporter",
    "html": "ddgen.exporters.html:HtmlExporter",
}

OPENERS = {
    "json": "ddgen.sources.inside_json:JsonInside",
    "xml": "ddgen.sources.inside_xml:XmlInside",
    "base64_json": "ddgen.sources.inside_base64:Base64JsonInside",
    "base64_xml": "ddgen.sources.inside_base64:Base64XmlInside",
    "query": "ddgen.sources.inside_query:QueryInside",
}
"""What reads documents inside texts, in the order in which they are asked."""

FAMILIES = {"sources": SOURCES, "exporters": EXPORTERS, "openers": OPENERS}


def names(family: str) -> list[str]:
    """The names in a family: ours first, then those of entry points."""
    ours = FAMILIES[family]
    return [*ours, *(point.name for point in _points(family) if point.name not in ours)]


def get(family: str, name: str) -> Any:
    """The class of that name.

    Raises UsageError where there is none, or where its plugin cannot be loaded.
    """
    target = FAMILIES[family].get(name)
    if target is not None:
        module, _, attribute = target.partition(":")
        return getattr(import_module(module), attribute)
    for point in _points(family):
        if point.name == name:
            return _load(point)
    known = ", ".join(names(family))
    raise UsageError(f"no such {family.removesuffix('s')}: {name}", hint=f"Known: {known}")


def each(family: str) -> Iterator[tuple[str, Any]]:
    """Every name of a family with its class."""
    for name in names(family):
        yield name, get(family, name)


def _points(family: str) -> tuple[Any, ...]:
    return _installed(family, tuple(sys.path))


@cache
def _installed(family: str, _path: tuple[str, ...]) -> tuple[Any, ...]:
    """The entry points that are found along a path, which takes milliseconds: too long for once a file."""
    return tuple(sorted(entry_points(group=f"ddgen.{family}"), key=lambda point: point.name))


def _load(point: Any) -> Any:
    try:
        return point.load()
    except (ImportError, AttributeError) as error:
        raise UsageError(
            f"the plugin {point.name} cannot be loaded: {error}", where=point.value, hint="Reinstall or remove it"
        ) from error
