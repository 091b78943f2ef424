"""One attempt at a run, as its parent lives through it: child, events, costs, cancelling, and how it ended."""

from __future__ import annotations

import logging
import signal
import threading
from dataclasses import dataclass, field
from typing import Any, Literal

from ddgen.errors import Conflict, DdgenError, Interrupted
from ddgen.jobs import lines
from ddgen.jobs.inputs import AsAsked, Inputs
from ddgen.jobs.lines import ORPHANED
from ddgen.jobs.process import GRACE, Child
from ddgen.store.runs import ENDED, RunRow, RunUpdate
from ddgen.store.store import Store

log = logging.getLogger(__name__)

Outcome = Literal["succeeded", "failed", "cancelled", "again"]

BEAT = 0.4
"""Seconds between two looks at child and store."""

WORKER = "worker"
"""Who the store is told does what a worker does by itself."""

_STOPS = frozenset({Interrupted.exit_code, ORPHANED, -signal.SIGTERM, -signal.SIGINT})
"""How a child ends that somebody has asked to."""

_MOVES = frozenset({"progress", "cost"})
_COUNTS = ("requests", "prompt_tokens", "completion_tokens")


class Stopped(BaseException):
    """The worker ends while runs are under way; they are done again by the next one. Nothing catches it by the way."""


@dataclass
class Attempt:
    """One attempt; `stopping` is set when the worker ends."""

    store: Store
    store_url: str
    run_id: str
    last: bool
    stopping: threading.Event
    inputs: Inputs = field(default_factory=AsAsked)
    _seen: dict[str, float] = field(default_factory=dict)
    _end: tuple[str, dict[str, Any]] | None = None

    def make(self) -> Outcome:
        """Do it; how it ended. Raises Stopped where the worker ends."""
        run = self.store.runs.get(self.run_id)
        if run.state in ENDED:
            return ended(run)
        try:
            self._began(run)
        except Conflict:
            return ended(self.store.runs.get(self.run_id))
        try:
            wanted = self.inputs.spec_of(run)
        except DdgenError as error:
            return self._close("failed", {"error": lines.told(error)})
        child = Child(self.run_id, self.store_url, wanted)
        try:
            cancelled = self._follow(child)
            code = child.close()
        finally:
            child.close()
        return "cancelled" if cancelled else self._conclude(code)

    def _began(self, run: RunRow) -> None:
        """Say that it begins, or goes on after a worker that died."""
        new = RunUpdate(state="running", step="start", done=0)
        self.store.runs.update(self.run_id, new, actor=WORKER, only_from={"queued", "running"})
        event = ("state", {"state": "running"}) if run.state == "queued" else ("resumed", {})
        self.store.runs.append(self.run_id, [event], actor=WORKER)

    def _follow(self, child: Child) -> bool:
        """Pass on what the child tells until it ends; whether somebody has cancelled the run."""
        while True:
            told = child.hear(BEAT)
            for kind, data in told:
                if kind in {"stored", "error"}:
                    self._end = kind, data
            state = self._pass_on([one for one in told if one[0] in _MOVES])
            if child.over:
                return False
            if self.stopping.is_set():
                child.stop()
                raise Stopped
            if state in ENDED and self._end is None:
                child.stop()
                return True

    def _pass_on(self, told: list[tuple[str, dict[str, Any]]]) -> str:
        """Write down how far it is, the last of each step and table, and what it has cost; the state of the run."""
        if not told:
            return self.store.runs.get(self.run_id).state
        moves = {(data["step"], data["table"]): data for kind, data in told if kind == "progress"}
        costs = [data for kind, data in told if kind == "cost"]
        if moves:
            self.store.runs.append(self.run_id, [("progress", data) for data in moves.values()], actor=WORKER)
        new = self._new_cost(costs[-1]) if costs else {}
        if moves:
            last = list(moves.values())[-1]
            new |= {"step": last["step"], "done": last["done"], "total": last["total"]}
        return self.store.runs.update(self.run_id, RunUpdate(**new), actor=WORKER).state

    def _new_cost(self, total: dict[str, Any]) -> dict[str, Any]:
        """What is new since the last time: the child tells sums, the store adds."""
        new = {name: total[name] - self._seen.get(name, 0) for name in ("cost", *_COUNTS)}
        self._seen = total
        return new

    def _conclude(self, code: int) -> Outcome:
        if self._end is None and code in _STOPS and self.stopping.wait(GRACE):
            raise Stopped  # who ends a service ends all its processes, this worker a moment later
        kind, data = self._end or ("error", _died(code))
        if kind == "stored":
            return self._close("succeeded", {"result": data})
        if data.pop("transient", False) and not self.last:
            self.store.runs.append(self.run_id, [("again", data)], actor=WORKER)
            return "again"
        return self._close("failed", {"error": data})

    def _close(self, state: Literal["succeeded", "failed"], said: dict[str, dict[str, Any]]) -> Outcome:
        """End the run; where somebody has cancelled it at the last moment, it stays so, and says what was stored."""
        result = said.get("result")
        new = RunUpdate(
            state=state,
            step="end",
            dictionary_id=None if result is None else result["dictionary_id"],
            result=result,
            error=said.get("error"),
        )
        try:
            self.store.runs.update(self.run_id, new, actor=WORKER, only_from={"running"})
        except Conflict:
            self.store.runs.append(self.run_id, [("late", said)], actor=WORKER)
            return ended(self.store.runs.get(self.run_id))
        self.store.runs.append(self.run_id, [("state", {"state": state, **said})], actor=WORKER)
        return state


def ended(run: RunRow) -> Outcome:
    """How a run ended that is over."""
    return "succeeded" if run.state == "succeeded" else "failed" if run.state == "failed" else "cancelled"


def _died(code: int) -> dict[str, Any]:
    how = f"by signal {-code}" if code < 0 else f"with code {code}"
    hint = "Look whether memory was short; --sample reads less" if code < 0 else "See what the worker has printed"
    return {"code": "died", "detail": f"the process that read the data ended {how}. {hint}", "hint": hint}
