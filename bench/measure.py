"""Runs a command as a process of its own and says what it cost.

The process that measures must stay small: on Linux a child's peak memory counts from what its parent held when it
was started, so nothing heavy may be imported here.
"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

PATIENCE = 1200.0
"""Seconds after which a command is ended and counts as failed."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: seconds on the clock, seconds of processor, MB (10^6 bytes) of memory at its peak."""

    wall: float
    cpu: float
    memory: float
    code: int
    output: str
    """The last line it printed."""
    trouble: str = ""
    """The last line of its errors."""


def run(command: Sequence[str], *, folder: Path, patience: float = PATIENCE) -> Cost:
    """The cost of one run of a command, its children included once they have ended."""
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=output, stderr=errors, cwd=folder, start_new_session=True)
        timer = threading.Timer(patience, os.killpg, (process.pid, signal.SIGKILL))
        timer.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        timer.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
        lines = [_last_line(file) for file in (output, errors)]
    memory = used.ru_maxrss * 1024 / 1e6
    return Cost(wall, used.ru_utime + used.ru_stime, memory, process.returncode, lines[0], lines[1])


def _last_line(file: IO[bytes]) -> str:
    file.seek(0)
    lines = file.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else ""


def rounds(
    commands: Mapping[str, Sequence[str]], count: int, *, folder: Path, patience: float = PATIENCE
) -> dict[str, list[Cost]]:
    """The costs of each command over several rounds, one after another in each, so that a busy minute hits all."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(count):
        for name, command in commands.items():
            if not any(cost.code for cost in costs[name]):
                costs[name].append(run(command, folder=folder, patience=patience))
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    """The typical cost: medians of time, the highest memory, and the first failure if there is one."""
    failed = next((cost for cost in costs if cost.code), None)
    if failed is not None:
        return failed
    wall = statistics.median(cost.wall for cost in costs)
    cpu = statistics.median(cost.cpu for cost in costs)
    return Cost(wall, cpu, max(cost.memory for cost in costs), 0, costs[0].output)
