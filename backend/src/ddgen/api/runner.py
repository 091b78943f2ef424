"""Who does runs: the contract that the API needs of it, and who a server has for it."""

from __future__ import annotations

from typing import Protocol

from ddgen.api.config import ServerSettings
from ddgen.api.inputs import ServerInputs
from ddgen.jobs.desk import RunDesk
from ddgen.jobs.engine import Limits
from ddgen.jobs.notices import Channels
from ddgen.jobs.worker import Worker
from ddgen.store.runs import RunRow
from ddgen.store.store import Store


class Runner(Protocol):
    """Does runs that are in the store, and says in the store how they are."""

    def start(self) -> None:
        """Take up what is waiting, unless it has begun."""

    def submit(self, run: RunRow) -> None:
        """Do a run that is queued in the store, when its turn comes."""

    def cancel(self, run_id: str, *, actor: str) -> None:
        """Stop a run that waits or is under way. Raises Conflict where it is over, NotFound."""

    def close(self) -> None:
        """Stop everything; what was under way is done by the next one that starts."""


class Elsewhere:
    """Leaves runs to workers in other processes (`ddgen worker`), which find them in the store."""

    def __init__(self, settings: ServerSettings, store: Store) -> None:
        self._store = store
        self._inputs = ServerInputs(settings, store)

    def start(self) -> None:
        """Nothing: the others have begun, or will."""

    def submit(self, run: RunRow) -> None:
        """Nothing: a run in the store is in their queue."""

    def cancel(self, run_id: str, *, actor: str) -> None:
        """Stop a run that waits or is under way. Raises Conflict where it is over, NotFound."""
        waited = self._store.runs.get(run_id).state == "queued"
        done = RunDesk(self._store).cancel(run_id, actor=actor)
        if waited:
            self._inputs.over(done)

    def close(self) -> None:
        """Nothing: the others go on."""


def runner(settings: ServerSettings, store: Store) -> Runner:
    """Who does the runs of a server: a worker in its process, or others where it may do none at a time."""
    if not settings.run_limit:
        return Elsewhere(settings, store)
    limits = Limits(per_worker=settings.run_limit, per_user=settings.run_limit)
    return Worker(store, limits, Channels.load(), ServerInputs(settings, store))
