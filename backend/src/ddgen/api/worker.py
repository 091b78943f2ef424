"""The process of one run: builds the dictionary, puts it into the store, and says how far it is.

It is told what to do on standard input. Ended by a signal, it leaves with 130 and whoever sent it says how the run
ended; with 0 it has said so itself.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from ddgen import merge, pipeline
from ddgen.api.work import Work, failed
from ddgen.errors import DdgenError, Interrupted
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Severity
from ddgen.settings import load_ai, types_places
from ddgen.store.records import Put
from ddgen.store.runs import RunUpdate
from ddgen.store.store import Store

if TYPE_CHECKING:
    from ddgen.describe.texts import Describer

_PAUSE = 0.25
"""Seconds between two notes of progress."""

_NICE = 5
"""Profiling steps back where the server needs the processor."""


class Progress:
    """Notes of progress in the store, not too many."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store, self._work = store, work
        self._last, self._at = ("", ""), 0.0

    def told(self, event: pipeline.Event) -> None:
        """Note an event, unless one of the same step was noted a moment ago."""
        place, now = (event.step, event.table or ""), time.monotonic()
        if place == self._last and now - self._at < _PAUSE:
            return
        self._last, self._at = place, now
        data = {"step": event.step, "table": event.table, "done": event.done, "total": event.total, "rows": event.rows}
        self._store.runs.append(self._work.run_id, [("progress", data)], actor=self._work.actor)
        self._store.runs.update(
            self._work.run_id,
            RunUpdate(step=event.step, done=event.done, total=event.total),
            actor=self._work.actor,
        )


@contextmanager
def session(work: Work) -> Iterator[Describer | None]:
    """The model to ask, where one is wanted and allowed."""
    if not work.ai:
        yield None
        return
    from ddgen.describe.session import Session

    settings = load_ai()
    if not settings.enabled:
        yield None
        return
    with Session(settings) as opened:
        yield opened


def build(work: Work, store: Store) -> tuple[Dictionary, Put]:
    """Do the run. Raises DdgenError, and Interrupted where someone stopped it."""
    recalled = store.recall(work.name)
    with session(work) as describer:
        request = pipeline.BuildRequest(
            sources=work.sources,
            names=work.names,
            name=work.name,
            tables=work.tables,
            sample=work.sample,
            previous=recalled.dictionary if recalled else None,
            relations=work.relations,
            inside=work.inside,
            types=types_places(),
            session=describer,
        )
        done = pipeline.execute(request, Progress(store, work).told)
    if done.interrupted:
        raise Interrupted("stopped")
    dictionary = done.dictionary
    if not any(not table.removed for table in dictionary.tables):
        first = next(iter(dictionary.problems), None)
        raise DdgenError(first.message if first else "there is no table in it", where=first.source if first else None)
    put = store.put_run_result(
        dictionary, actor=work.actor, merge=merge.merge, base=recalled.revision if recalled else None
    )
    return dictionary, put


def ended(dictionary: Dictionary, put: Put) -> RunUpdate:
    """How a run that came to its end is noted."""
    asked = dictionary.generation
    result: dict[str, Any] = {
        "dictionary_id": put.dictionary_id,
        "version": put.version,
        "cut": put.cut,
        "tables": sum(not table.removed for table in dictionary.tables),
        "fields": sum(not field.removed for table in dictionary.tables for field in table.fields),
        "problems": [problem.model_dump(mode="json", exclude_none=True) for problem in dictionary.problems[:100]],
        "broken": any(problem.severity is Severity.ERROR for problem in dictionary.problems),
    }
    return RunUpdate(
        state="succeeded",
        dictionary_id=put.dictionary_id,
        result=result,
        cost=(asked.cost or 0.0) if asked else 0.0,
        requests=asked.requests if asked else 0,
        prompt_tokens=asked.prompt_tokens if asked else 0,
        completion_tokens=asked.completion_tokens if asked else 0,
    )


def run(work: Work) -> int:
    """Do the run and note its end; the exit code."""
    with Store.open(work.store) as store:
        try:
            how = ended(*build(work, store))
        except (Interrupted, KeyboardInterrupt):
            return Interrupted.exit_code
        except DdgenError as error:
            how = failed(error.code, str(error), error.hint)
        said: dict[str, Any] = {"state": how.state, "error": how.error, "result": how.result}
        store.runs.update(work.run_id, how, actor=work.actor, only_from={"running"})
        store.runs.append(work.run_id, [("state", said)], actor=work.actor)
    return 0


def main() -> int:
    """Read what is to be done, and do it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C at the server's terminal is for the server
    if hasattr(os, "nice"):
        os.nice(_NICE)
    try:
        told = json.load(sys.stdin)
        return run(Work(**{**told, "sources": tuple(told["sources"]), "tables": tuple(told["tables"])}))
    except KeyboardInterrupt:
        return Interrupted.exit_code


if __name__ == "__main__":
    sys.exit(main())
