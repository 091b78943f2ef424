"""An event loop in a thread of its own, for callers that have another loop, or none."""

from __future__ import annotations

import asyncio
import os
import threading
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]

CLOSING_SECONDS = 5.0


class _Runner:
    """The thread and its loop; knows nothing of its owner, so that the owner can be collected."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self._run, name="ddgen-llm", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_forever()
        finally:
            left = asyncio.all_tasks(self.loop)
            for task in left:
                task.cancel()
            self.loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            self.loop.run_until_complete(self.loop.shutdown_asyncgens())
            self.loop.run_until_complete(self.loop.shutdown_default_executor())
            asyncio.set_event_loop(None)
            self.loop.close()

    def stop(self) -> None:
        """End the loop and wait for its thread, unless this is another process or that thread itself."""
        if self.process != os.getpid() or self.loop.is_closed():
            return
        self.loop.call_soon_threadsafe(self.loop.stop)
        if threading.current_thread() is not self.thread:
            self.thread.join(CLOSING_SECONDS)


class LoopThread:
    """Runs coroutines in a daemon thread with a loop of its own.

    The thread starts with the first call, is started anew in a forked process or after `close`, and ends when this
    object is collected. Nothing is shared between two objects.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process = os.getpid()
        self._runner: _Runner | None = None
        self._inherited: _Runner | None = None
        self._finalizer: weakref.finalize[[], LoopThread] | None = None

    @property
    def running(self) -> bool:
        """Whether there is a thread now."""
        runner = self._runner
        return runner is not None and runner.process == os.getpid() and runner.thread.is_alive()

    def _submit(self, work: Work[T]) -> Future[T]:
        if self._process != os.getpid():
            # A lock that another thread held during the fork would never be released here.
            self._lock = threading.Lock()
            self._process = os.getpid()
            self._inherited = self._runner
        with self._lock:
            if not self.running:
                self._runner = _Runner()
                self._finalizer = weakref.finalize(self, self._runner.stop)
            if self._runner is None:
                raise RuntimeError("the loop's thread did not start")
            return asyncio.run_coroutine_threadsafe(work(), self._runner.loop)

    async def run(self, work: Work[T]) -> T:
        """Await `work()` there from any loop; cancelling the caller cancels the work."""
        return await asyncio.wrap_future(self._submit(work))

    def run_sync(self, work: Work[T]) -> T:
        """Wait for `work()` there; works inside a running loop too, which it blocks meanwhile.

        Raises RuntimeError when called from that very thread, which would wait for itself.
        """
        if self._runner is not None and threading.current_thread() is self._runner.thread:
            raise RuntimeError("a synchronous call from inside the loop's own thread would never end")
        future = self._submit(work)
        try:
            return future.result()
        finally:
            future.cancel()

    def close(self) -> None:
        """End the thread; what runs there is cancelled. A later call starts a new one."""
        with self._lock:
            runner, self._runner = self._runner, None
            if self._finalizer is not None:
                self._finalizer.detach()
        if runner is not None:
            runner.stop()
