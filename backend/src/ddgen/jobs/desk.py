"""The door for those who want something done: ask for runs, look at them, cancel them, ask again.

It writes into the store and nowhere else; a worker, in this process or another, finds there what is to be done.
"""

from __future__ import annotations

from collections.abc import Iterable

from ddgen.errors import Conflict
from ddgen.jobs import spec
from ddgen.jobs.inputs import AsAsked
from ddgen.store.runs import ENDED, RunEvent, RunRow, RunUpdate
from ddgen.store.store import Store


class RunDesk:
    """Runs of a store. For many threads and processes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def submit(self, wanted: spec.RunSpec, *, actor: str, run_id: str | None = None) -> RunRow:
        """Ask for a run; it is safe in the queue when this returns. An id that is there already is not run twice."""
        return self._submit(wanted, actor=actor, run_id=run_id)

    def cancel(self, run_id: str, *, actor: str) -> RunRow:
        """Cancel a run, queued or running; its process ends within a second or two, and nothing of it is stored.

        Raises NotFound, and Conflict where it is over already.
        """
        run = self.store.runs.get(run_id)
        if run.state in ENDED:
            raise Conflict(f"the run is over: it {_OVER[run.state]}", where=run_id)
        done = self.store.runs.update(
            run_id, RunUpdate(state="cancelled"), actor=actor, only_from={"queued", "running"}
        )
        self.store.runs.append(run_id, [("state", {"state": "cancelled", "by": actor})], actor=actor)
        if run.state == "queued":
            AsAsked().over(run)
        return done

    def retry(self, run_id: str, *, actor: str) -> RunRow:
        """Ask for the same again, as a new run. Raises NotFound, and Conflict while it is not over."""
        run = self.store.runs.get(run_id)
        if run.state not in ENDED:
            raise Conflict(f"the run is {run.state}", where=run_id, hint="Cancel it first, or wait for its end")
        wanted = spec.read(run.request)
        if wanted.discard:
            raise Conflict("what it read was uploaded, and is gone", where=run_id, hint="Upload it again")
        return self._submit(wanted.model_copy(update={"name": run.name}), actor=actor, of=run_id)

    def events(self, run_id: str, *, after: int = 0) -> Iterable[RunEvent]:
        """What happened since event number `after`. Raises NotFound."""
        return self.store.runs.events(run_id, after=after)

    def _submit(self, wanted: spec.RunSpec, *, actor: str, run_id: str | None = None, of: str | None = None) -> RunRow:
        run = self.store.runs.create(wanted.dictionary, wanted.request(), actor=actor, run_id=run_id)
        said = {} if of is None else {"retry_of": of}
        self.store.runs.append(run.id, [("state", {"state": "queued", **said})], actor=actor)
        return run


_OVER = {"succeeded": "succeeded", "failed": "failed", "cancelled": "was cancelled"}
