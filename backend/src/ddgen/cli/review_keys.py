"""What a person presses: one key at a time on a terminal, one line at a time from anything else."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator
from typing import IO


class Keys:
    """Asks on standard output, and reads from standard input, which may be a terminal, a file or a pipe."""

    def __init__(self, source: IO[str] | None = None) -> None:
        self._source = source if source is not None else sys.stdin
        self._terminal = self._source is not None and self._source.isatty() and _raw_keys()

    def key(self, prompt: str) -> str | None:
        """The next key, "" for Enter alone; None where there is no more input."""
        _ask(prompt)
        if not self._terminal:
            said = self._read()
            return None if said is None else said[:1]
        with _raw(self._source):
            pressed = self._source.read(1)
        sys.stdout.write(f"{pressed if pressed.isprintable() else ''}\n")
        if pressed in {"", "\x04"}:
            return None
        return "" if pressed in "\r\n" else pressed

    def line(self, prompt: str, given: str = "") -> str | None:
        """A line of text; on a terminal `given` stands there to be edited. None where there is no more input."""
        if not self._terminal:
            _ask(prompt)
            return self._read()
        try:
            with _prefilled(given):
                return input(prompt)
        except EOFError:
            return None

    def _read(self) -> str | None:
        said = self._source.readline() if self._source is not None else ""
        return said.rstrip("\r\n") if said else None


def _ask(prompt: str) -> None:
    sys.stdout.write(prompt)
    sys.stdout.flush()


def _raw_keys() -> bool:
    """Whether this system tells single keys."""
    try:
        import termios
    except ImportError:
        return False
    return hasattr(termios, "tcgetattr")


@contextlib.contextmanager
def _raw(source: IO[str]) -> Iterator[None]:
    """Have keys come one by one; Ctrl-C stays what it is."""
    import termios
    import tty

    number = source.fileno()
    before = termios.tcgetattr(number)
    try:
        tty.setcbreak(number, termios.TCSADRAIN)
        yield
    finally:
        termios.tcsetattr(number, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _prefilled(given: str) -> Iterator[None]:
    """Have the next line begin with a text, where lines can be edited at all."""
    try:
        import readline
    except ImportError:
        yield
        return
    readline.set_startup_hook(lambda: readline.insert_text(given))
    try:
        yield
    finally:
        readline.set_startup_hook(None)
