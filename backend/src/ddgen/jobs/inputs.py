"""What a run reads, as its worker sees it: the store keeps only what was asked for."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

from ddgen.errors import UsageError
from ddgen.jobs import spec
from ddgen.store.runs import RunRow

log = logging.getLogger(__name__)


class Inputs(Protocol):
    """Knows what a run is to read."""

    def spec_of(self, run: RunRow) -> spec.RunSpec:
        """What is to be done, with sources that can be opened. Raises UsageError, NotFound."""

    def over(self, run: RunRow) -> None:
        """The run is over: remove what was there for it alone."""


class AsAsked:
    """Sources are opened as they were asked for: who could write into the store may read what its worker may."""

    def spec_of(self, run: RunRow) -> spec.RunSpec:
        """What the request says. Raises UsageError for one that a server has to make sense of."""
        sources = run.request.get("sources", [])
        if not all(isinstance(source, str) for source in sources):
            hint = "Let ddgen serve do it, which knows what it may read"
            raise UsageError("this run was asked for through the API", where=run.id, hint=hint)
        return spec.read(run.request)

    def over(self, run: RunRow) -> None:
        """Remove the files that the request says are of no use any more."""
        for name in run.request.get("discard", ()):
            try:
                Path(name).unlink(missing_ok=True)
            except OSError as error:
                log.warning("a file of run %s cannot be removed: %s", run.id, error.strerror)
