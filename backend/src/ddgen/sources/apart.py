"""Reading in a process of its own what can end the process that reads it.

The libraries for ORC, Feather 1 and Excel crash on some damaged files (a segmentation fault, a failed allocation), and
no `except` catches that. So such files are read by a child, and a child that ends is one InputError: the run goes on.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, Self

from ddgen import registry
from ddgen.errors import InputError
from ddgen.model.relation import Batch, Relation
from ddgen.sources.spec import Source, SourceSpec

if TYPE_CHECKING:
    from ddgen.sources.workbook import Sheet

_SHARED = (
    "record_path comment declared primary_key unique_keys references row_estimate size rereadable reading problems "
    "row_count text"
).split()
"""What a relation says of itself, as the child finds it."""

_LEAST_MEMORY = 2 << 30
_SECONDS_TO_CRASH = 5
"""What a process that has closed its end may take until it is gone."""
_ENDED = (EOFError, OSError, pickle.UnpicklingError)
Key = tuple[int, int]
"""A file by its number, and which of its tables."""


class Apart:
    """Reads fragile files in one child process, started with the first of them and again after it crashed."""

    def __init__(self) -> None:
        self._child: _Child | None = None
        self._files = 0

    def __enter__(self) -> Self:
        """Nothing is started yet."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the child."""
        self._end()

    def relations(self, kind: type[Source], spec: SourceSpec) -> list[Relation]:
        """What `kind.relations(spec)` says, read by the child.

        Raises InputError as that does, and where the file crashes its reader.
        """
        if not sys.executable or getattr(sys, "frozen", False):
            return kind.relations(spec)
        number, self._files = self._files, self._files + 1
        states = self.ask(spec, "relations", number, kind.name, spec)
        return [_ApartRelation(self, kind.name, spec, (number, index), state) for index, state in enumerate(states)]

    def sheets(self, spec: SourceSpec, names: Sequence[str], marks: Sequence[str]) -> list[Sheet]:
        """What `workbook.sheets` says, read by the child. Raises InputError as that does, and where it crashes."""
        found: list[Sheet] = self.ask(spec, "sheets", spec, tuple(names), tuple(marks))
        return found

    def ask(self, spec: SourceSpec, command: str, *given: Any) -> Any:
        """The child's answer. Raises what the command raises there, and InputError where it ends the child."""
        try:
            self._child = self._child or _Child()
            failed, answer = self._child.ask((command, *given))
        except _ENDED as error:
            raise _crashed(spec, self._end(_SECONDS_TO_CRASH)) from error
        except KeyboardInterrupt:
            self._end()  # its answer, which nobody waits for any more, must not be taken for the next one's
            raise
        if not failed:
            return answer
        if not isinstance(answer, InputError):
            self._end()  # as it is about to by itself
        raise answer

    def _end(self, patience: float = 0) -> int:
        child, self._child = self._child, None
        return 0 if child is None else child.end(patience)


class _Child:
    """The process, with a pipe to it and one from it."""

    def __init__(self) -> None:
        code = f"import sys; sys.path[:] = {sys.path!r}; from ddgen.sources.apart import serve; serve()"
        self._process = subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # the last words of a library are not for people
            start_new_session=True,  # Ctrl-C is for us: we end the child
        )

    def ask(self, command: tuple[Any, ...]) -> Any:
        """Whether the command failed, and its answer or error. Raises one of `_ENDED` where the process has ended."""
        commands, answers = self._process.stdin, self._process.stdout
        assert commands is not None  # noqa: S101 - for the type checker: both are pipes
        assert answers is not None  # noqa: S101 - same
        pickle.dump(command, commands)
        commands.flush()
        return pickle.load(answers)  # noqa: S301 - written by our own child

    def end(self, patience: float) -> int:
        """End the process, after some seconds; what it left with."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self._process.kill()
        for pipe in filter(None, (self._process.stdin, self._process.stdout)):
            with contextlib.suppress(OSError):  # what the process did not read any more
                pipe.close()
        return self._process.wait()


def _crashed(spec: SourceSpec, code: int) -> InputError:
    reason = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return InputError(
        f"it crashes the library that reads it ({reason}), so it is damaged, or made to do that",
        code="damaged",
        where=spec.display,
        hint="Ask for the file again, or save it anew",
    )


class _ApartRelation(Relation):
    """A table that the child reads."""

    def __init__(self, apart: Apart, kind: str, spec: SourceSpec, key: Key, state: dict[str, Any]) -> None:
        super().__init__(state["name"], state["uri"], state["format"])
        self._apart, self._kind, self._spec, self._key = apart, kind, spec, key
        self._take(state)

    def _take(self, state: dict[str, Any]) -> None:
        for name in _SHARED:
            setattr(self, name, state[name])

    def batches(self) -> Iterator[Batch]:
        """The records. Raises InputError where the file crashes its reader, after those that came before."""
        self._ask("start", self._kind, self._spec, self.name, self.wanted_rows)
        try:
            while (batch := self._ask("next")) is not None:
                yield batch
        except GeneratorExit:
            self._ask("stop")
            raise
        self._take(self._ask("stop"))

    def _ask(self, command: str, *given: Any) -> Any:
        return self._apart.ask(self._spec, command, self._key, *given)


class _Server:
    """The child: the relations it has opened, and how far each is read."""

    def __init__(self) -> None:
        self._open: dict[int, list[Relation]] = {}
        self._reading: dict[Key, Iterator[Batch]] = {}

    def relations(self, number: int, kind: str, spec: SourceSpec) -> list[dict[str, Any]]:
        """Open a file; what its tables say of themselves."""
        self._open[number] = registry.get("sources", kind).relations(spec)
        return [_state(relation) for relation in self._open[number]]

    def sheets(self, spec: SourceSpec, names: Sequence[str], marks: Sequence[str]) -> list[Sheet]:
        """The sheets of a workbook as they are."""
        from ddgen.sources import workbook

        return workbook.sheets(spec, names, marks)

    def start(self, key: Key, kind: str, spec: SourceSpec, name: str, wanted_rows: int | None) -> None:
        """Begin to read a table, in a file that another child may have opened."""
        number, index = key
        if number not in self._open:
            self.relations(number, kind, spec)
        relation = self._open[number][index]
        relation.name, relation.wanted_rows = name, wanted_rows
        self._reading[key] = relation.batches()

    def next(self, key: Key) -> Batch | None:
        """The next records, None after the last."""
        return next(self._reading[key], None)

    def stop(self, key: Key) -> dict[str, Any]:
        """Read no more; what the table says of itself now."""
        self._reading.pop(key, None)
        number, index = key
        return _state(self._open[number][index])


def _state(relation: Relation) -> dict[str, Any]:
    return {name: getattr(relation, name) for name in ("name", "uri", "format", *_SHARED)}


def serve() -> None:
    """Be the child: answer the commands on standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what libraries print is no answer
    sys.excepthook = partial(_unforeseen, answers)
    server = _Server()
    while (asked := _next_command(sys.stdin.buffer)) is not None:
        command, *given = asked
        _send(answers, _answer(getattr(server, command), given))


def _next_command(commands: IO[bytes]) -> Any:
    try:
        return pickle.load(commands)  # noqa: S301 - written by our own parent
    except EOFError:
        return None


def _answer(command: Callable[..., Any], given: list[Any]) -> tuple[bool, Any]:
    """Whether a command failed, and its answer or error."""
    try:
        return False, command(*given)
    except InputError as error:
        return True, error
    except MemoryError:
        return True, InputError("it takes more memory than there is", code="memory", hint="Read a part of it")


def _send(answers: IO[bytes], answer: tuple[bool, Any]) -> None:
    answers.write(pickle.dumps(answer))
    answers.flush()


def _unforeseen(
    answers: IO[bytes], kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    """Have the parent raise what nobody foresaw; a library's panic is a crash like any other."""
    if issubclass(kind, Exception):
        told = RuntimeError(f"{kind.__name__}: {error}")
        told.add_note("".join(traceback.format_exception(kind, error, trace)))
        _send(answers, (True, told))


def _limit() -> None:
    """Leave no core dump, and have an allocation of a size that a damaged file makes up fail.

    It would otherwise take all memory of the machine.
    """
    if sys.platform == "win32":
        return
    import resource

    half = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    for limit, most in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_DATA, max(half, _LEAST_MEMORY))):
        _, hard = resource.getrlimit(limit)
        resource.setrlimit(limit, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
