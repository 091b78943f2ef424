"""Small tables that are profiled for real, and what is found in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from ddgen.model.dictionary import Dictionary, Table
from ddgen.pipeline import BuildRequest, Run, build, profile, read
from ddgen.profiling.probe import DataProbe

Rows = list[dict[str, Any]]


def built(*sources: object, **request: Any) -> Dictionary:
    return build(BuildRequest(sources=sources, **request))


def references(dictionary: Dictionary) -> dict[str, str]:
    """The single references, without those through a bridge: from, to."""
    return {link.from_[0]: link.to[0] for link in dictionary.relationships if link.via is None and len(link.from_) == 1}


def keys(dictionary: Dictionary) -> dict[str, list[str]]:
    return {table.name: table.primary_key for table in dictionary.tables}


@contextmanager
def probed(tables: dict[str, Rows], *, reread: bool = True) -> Iterator[tuple[list[Table], DataProbe, Run]]:
    """Profiled tables and a probe into them."""
    with ExitStack() as stack:
        run = Run(BuildRequest(sources=(tables,)), lambda _event: None, stack)
        read(run)
        profile(run)
        probe = DataProbe(run.tables, run.evidence, reread=reread, told=run.told)
        yield [table for _, table in run.tables], stack.enter_context(probe), run
