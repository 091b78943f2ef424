"""What runs that were asked for through the API read: names become places here, and nowhere else."""

from __future__ import annotations

from typing import Any

from ddgen.api.config import ServerSettings
from ddgen.api.sources import Sources
from ddgen.api.uploads import Uploads
from ddgen.jobs.inputs import AsAsked
from ddgen.jobs.spec import RunSpec, read
from ddgen.store.runs import RunRow
from ddgen.store.store import Store

_TAKEN = ("tables", "sample", "relations", "inside", "ai")


class ServerInputs:
    """Files below the folders that the operator allows, connections by name, and uploads.

    Runs that were asked for at the command line (`ddgen run submit`) are done as they were asked for.
    """

    def __init__(self, settings: ServerSettings, store: Store) -> None:
        self._sources = Sources(settings, store)
        self._uploads = Uploads(settings)
        self._asked = AsAsked()

    def spec_of(self, run: RunRow) -> RunSpec:
        """What is to be done, with sources that can be opened. Raises UsageError, NotFound."""
        if not _of_api(run):
            return self._asked.spec_of(run)
        names: dict[str, str] = {}
        places = [self._place(source, names) for source in run.request["sources"]]
        taken = {name: run.request[name] for name in _TAKEN if name in run.request}
        return read({"sources": places, "names": names, "name": run.name, **taken})

    def over(self, run: RunRow) -> None:
        """Remove the uploads of a run that is over."""
        if _of_api(run):
            self._uploads.remove_of(run.request)
        else:
            self._asked.over(run)

    def _place(self, source: dict[str, Any], names: dict[str, str]) -> str:
        if source["kind"] == "connection":
            return self._sources.address(source["name"])
        if source["kind"] == "file":
            return str(self._sources.file(source["name"]))
        held = self._uploads.get(source["id"])
        names[str(held.path)] = held.name
        return str(held.path)


def _of_api(run: RunRow) -> bool:
    return not all(isinstance(source, str) for source in run.request["sources"])
