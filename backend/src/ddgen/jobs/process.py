"""The child process of a run, as its parent sees it: what it tells, and its end."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from typing import Any

from ddgen.jobs import lines
from ddgen.jobs.spec import RunSpec

GRACE = 3.0
"""Seconds between asking a child to end and ending it."""


class Child:
    """One child at work. Not for several threads, except `stop`."""

    def __init__(self, run_id: str, store_url: str, wanted: RunSpec) -> None:
        self._told: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._process = subprocess.Popen(  # noqa: S603 - our own module, and an id of ours
            [sys.executable, "-m", "ddgen.jobs.child", run_id],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            env={**os.environ, "DDGEN_STORE_URL": store_url},
            start_new_session=True,  # Ctrl-C in the worker's terminal is the worker's to deal with
        )
        self._say(wanted.model_dump_json())
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()
        self.over = False

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def hear(self, seconds: float) -> list[tuple[str, dict[str, Any]]]:
        """What it has told by the end of this time, or of the child."""
        until = time.monotonic() + seconds
        found = []
        while not self.over and (left := until - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                line = self._told.get(timeout=left)
                self.over = line is None
                if line is not None and (said := lines.heard(line)) is not None:
                    found.append(said)
        return found

    def stop(self) -> None:
        """End it: it is asked first, so that it removes what is temporary."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def close(self) -> int:
        """Its exit code, once it has ended; it is ended if need be. A negative one is a signal."""
        if not self.over:
            self.stop()
        code = self._process.wait()
        self._reader.join()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def _say(self, line: str) -> None:
        """Tell it what to do; its standard input stays open, so that it knows when its parent is gone."""
        assert self._process.stdin is not None  # noqa: S101 - it was asked for
        with contextlib.suppress(BrokenPipeError):  # it has ended already, and its exit code says how
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()

    def _read(self) -> None:
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        for line in self._process.stdout:
            self._told.put(line)
        self._told.put(None)
