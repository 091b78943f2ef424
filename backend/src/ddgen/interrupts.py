"""Ctrl-C while something is under way that is worth nothing when half done."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_STOPS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def held() -> Iterator[None]:
    """What is inside is finished first, then KeyboardInterrupt is raised; a second Ctrl-C is not waited with.

    Only signals are held that would raise it: what an application does about them by itself stays as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []

    def hold(number: int, frame: FrameType | None) -> None:
        if came:
            signal.default_int_handler(number, frame)
        came.append(number)

    before = {number: signal.getsignal(number) for number in _STOPS}
    stops = [number for number, handler in before.items() if handler is signal.default_int_handler]
    for number in stops:
        signal.signal(number, hold)
    try:
        yield
    finally:
        for number in stops:
            signal.signal(number, before[number])
    if came:
        raise KeyboardInterrupt
