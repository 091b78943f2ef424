"""The progress bar: drawn from the pipeline's events, on a terminal, for work of more than a second."""

from __future__ import annotations

import sys
import time

from rich.progress import BarColumn, Progress, TaskID, TextColumn

from ddgen.cli.terminal import console
from ddgen.exporters.text import count, size, visible
from ddgen.pipeline import Event

PATIENCE = 1.0
"""Seconds that nothing is drawn for."""

_BYTE_STEPS = frozenset({"read", "profile"})
_DOING = {
    "read": "Opening",
    "recall": "Recalling",
    "profile": "Reading",
    "detect": "Detecting",
    "relate": "Relating",
    "describe": "Describing",
    "ask": "Asking the model",
    "merge": "Merging",
}
_BAR_FROM_WIDTH = 70


class ProgressBar:
    """A bar on standard error that appears only where someone waits and watches."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._watched = sys.stderr.isatty()
        self._progress: Progress | None = None
        self._task = TaskID(0)
        self._at: tuple[str, str | None] | None = None
        self._since = self._started

    def move(self, event: Event) -> None:
        """Show the event."""
        if not self._watched:
            return
        now = time.monotonic()
        if self._at != (event.step, event.table):
            self._at, self._since = (event.step, event.table), now
        if self._progress is None and now - self._started >= PATIENCE:
            self._begin(event)
        if self._progress is not None:
            self._progress.update(
                self._task,
                description=doing(event),
                completed=event.done,
                total=event.total,
                facts=facts(event, now - self._since),
            )

    def close(self) -> None:
        """Take the bar away."""
        if self._progress is not None:
            self._progress.stop()
            self._progress = None

    def _begin(self, event: Event) -> None:
        screen = console(stderr=True)
        bar = [BarColumn(bar_width=20)] if screen.width >= _BAR_FROM_WIDTH else []
        columns = (
            TextColumn("{task.description}", markup=False),
            *bar,
            TextColumn("{task.fields[facts]}", markup=False),
        )
        self._progress = Progress(*columns, console=screen, transient=True)
        self._task = self._progress.add_task(doing(event), total=event.total, completed=event.done, facts="")
        self._progress.start()


def doing(event: Event) -> str:
    """`Reading orders`."""
    step = _DOING.get(event.step, event.step)
    return f"{step} {visible(event.table)}" if event.table else step


def facts(event: Event, seconds: float) -> str:
    """`120,000 rows · 34.2 MB of 100 MB · 12.1 MB/s · 6 s left`, as far as known."""
    parts = [count(event.rows, "row")] if event.rows else []
    if event.step in _BYTE_STEPS and event.done and event.total:
        parts.append(f"{size(event.done)} of {size(event.total)}")
    elif event.total:
        parts.append(f"{event.done:,} of {event.total:,}")
    if event.done and seconds > PATIENCE:
        rate = event.done / seconds
        if event.step in _BYTE_STEPS and event.total:
            parts.append(f"{size(int(rate))}/s")
        if event.total and event.total > event.done:
            parts.append(f"{duration((event.total - event.done) / rate)} left")
    return " · ".join(parts)


def duration(seconds: float) -> str:
    """`6 s`, `2 min 5 s`, `1 h 4 min`."""
    whole = max(round(seconds), 1)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"
