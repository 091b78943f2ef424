"""`python -m ddgen.jobs.child RUN_ID`: does one run in a process of its own, and tells its parent by lines of JSON.

What to do comes as the first line of standard input, the store's address in DDGEN_STORE_URL. When its parent is gone,
it goes too: what it did is done again.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import threading
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from ddgen import merge, pipeline, verdicts
from ddgen.errors import Conflict, DdgenError, InputError, Interrupted
from ddgen.jobs import answers, lines, spec
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Severity
from ddgen.store.store import Store

if TYPE_CHECKING:
    from ddgen.describe.session import Session
    from ddgen.store.records import Put, Recalled
    from ddgen.store.runs import RunRow

MOST_PROBLEMS = 100
"""Problems that a run names; the dictionary has all."""

_PR_SET_PDEATHSIG = 1


def main(run_id: str) -> int:
    """Do the run; the exit code."""
    sys.excepthook = _unforeseen
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _die_with_parent()
    wanted = spec.read(json.loads(_line()))
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    try:
        with Store.open() as store:
            _run(store, store.runs.get(run_id), wanted)
    except KeyboardInterrupt:
        return Interrupted.exit_code
    except DdgenError as error:
        lines.say("error", **lines.told(error))
        return error.exit_code
    return 0


def _line() -> bytes:
    """The first line of standard input, without what Python would read ahead."""
    found = b""
    while not found.endswith(b"\n"):
        more = os.read(sys.stdin.fileno(), 1 << 16)
        if not more:
            os._exit(lines.ORPHANED)
        found += more
    return found


def _run(store: Store, run: RunRow, wanted: spec.RunSpec) -> None:
    recalled = store.recall(run.name)
    with _session(store, run, wanted) as session:
        request = _request(run, wanted, recalled, session)
        dictionary = pipeline.build(request, lambda event: _progress(event, session))
        if session is not None:
            _cost(session)
    _check(dictionary)
    if store.runs.get(run.id).state != "running":
        raise Conflict("the run was cancelled", where=run.id)
    base = None if recalled is None else recalled.revision
    put = store.put_run_result(dictionary, actor=run.submitted_by, merge=merge.merge, base=base)
    lines.say("stored", **_summary(dictionary, put))


def _request(
    run: RunRow, wanted: spec.RunSpec, recalled: Recalled | None, session: Session | None
) -> pipeline.BuildRequest:
    from ddgen.types.glossary import Glossary

    return pipeline.BuildRequest(
        sources=tuple(spec.opened(source) for source in wanted.sources),
        name=run.name,
        names=wanted.names,
        tables=wanted.tables,
        sample=wanted.sample,
        previous=None if recalled is None else recalled.dictionary,
        types=tuple(Path(place) for place in wanted.types),
        glossary=None if wanted.glossary is None else Glossary.load(Path(wanted.glossary)),
        maps=wanted.maps,
        inside=wanted.inside,
        verdicts={place: verdicts.read(said) for place, said in wanted.pii.items()},
        unmasked=wanted.unmasked,
        relations=wanted.relations,
        session=session,
    )


def _session(store: Store, run: RunRow, wanted: spec.RunSpec) -> AbstractContextManager[Session | None]:
    """The model to ask; what earlier attempts have spent counts."""
    if not wanted.ai:
        return nullcontext()
    from ddgen.describe.session import Session

    settings = answers.settings_of(wanted, store.database.address, spent=run.cost, sent=run.requests)
    shared = answers.shared(store, settings)
    return Session(settings, shared=shared) if settings.enabled else nullcontext()


def _progress(event: pipeline.Event, session: Session | None) -> None:
    lines.say("progress", step=event.step, table=event.table, done=event.done, total=event.total, rows=event.rows)
    if session is not None and event.step == "ask":
        _cost(session)


def _cost(session: Session) -> None:
    """What this attempt has cost so far."""
    counts = session.metrics.everything()
    lines.say(
        "cost",
        cost=session.budget.spent,
        requests=session.budget.requests,
        prompt_tokens=counts["prompt_tokens"],
        completion_tokens=counts["completion_tokens"],
    )


def _check(dictionary: Dictionary) -> None:
    """Refuse what would take the place of a dictionary and holds nothing, or only what was read until a stop."""
    if any(problem.code == Interrupted.code for problem in dictionary.problems):
        raise KeyboardInterrupt
    if all(table.removed for table in dictionary.tables):
        first = next(iter(dictionary.problems), None)
        if first is None:
            raise InputError("there is no table in it", code="empty", where=dictionary.name)
        raise InputError(first.message, code=first.code, where=first.source, hint=first.hint)


def _summary(dictionary: Dictionary, put: Put) -> dict[str, object]:
    tables = [table for table in dictionary.tables if not table.removed]
    problems = dictionary.problems
    generation = dictionary.generation
    return {
        "dictionary_id": put.dictionary_id,
        "version": put.version,
        "cut": put.cut,
        "tables": len(tables),
        "fields": sum(not field.removed for table in tables for field in table.fields),
        "problems": [problem.model_dump(mode="json", exclude_none=True) for problem in problems[:MOST_PROBLEMS]],
        "broken": any(problem.severity is Severity.ERROR for problem in problems),
        "generation": None if generation is None else generation.model_dump(mode="json"),
    }


def _leave_with_parent() -> None:
    """Wait for the end of standard input, which is the end of the parent; half a run is of no use to anybody."""
    while os.read(sys.stdin.fileno(), 1):
        continue
    os._exit(lines.ORPHANED)


def _die_with_parent() -> None:
    """On Linux the system sees to it, too, however busy this process is."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell the parent what happened, without values that a library may quote."""
    from ddgen.masked.texts import Texts

    said = Texts().message(" ".join(str(error).split())[:300])
    lines.say("error", code="internal", detail=f"an error of ours: {kind.__name__}: {said}", hint=None)
    if os.environ.get("DDGEN_DEBUG"):
        sys.__excepthook__(kind, error, trace)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
