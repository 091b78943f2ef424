"""Writes what was measured, as Markdown."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PART = "measured"
AI_PART = "measured, models"
MEANING_PART = "measured, meaning"
"""The parts of the page: each is written by a command of its own."""


@dataclass(frozen=True, slots=True)
class Goal:
    """A figure to reach, and what was measured."""

    what: str
    wanted: str
    measured: str
    reached: bool

    @property
    def cells(self) -> list[str]:
        """The goal as a line of a table."""
        return [self.what, self.wanted, self.measured, "yes" if self.reached else "**no**"]


def table(header: Sequence[str], rows: Sequence[Sequence[str]], *, figures: bool = True) -> str:
    """A Markdown table; all but the first column are figures, or none are."""
    rule = ["---", *["---:" if figures else "---"] * (len(header) - 1)]
    return "".join("| " + " | ".join(line) + " |\n" for line in (header, rule, *rows))


def goals(reached: Sequence[Goal]) -> str:
    """The goals with what was measured."""
    lines = [["Figure", "Goal", "Measured", "Reached"], ["---"] * 4, *(goal.cells for goal in reached)]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def machine() -> str:
    """What it was measured on, and how busy that was."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, ddgen {version('data-dictionary-generator')}, Python"
        f" {platform.python_version()}, {platform.system()} {platform.machine()}, {_processor()},"
        f" {os.cpu_count()} cores, {memory:.0f} GB; load of the machine over the last 1, 5 and 15 minutes: {load}."
    )


def _processor() -> str:
    information = Path("/proc/cpuinfo")
    lines = information.read_text(encoding="utf-8").splitlines() if information.is_file() else []
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.processor())


def write(page: Path, content: str, part: str = PART) -> None:
    """Put the content between the marks of one part of a page; the rest stays."""
    marks = re.compile(rf"(<!-- {part} -->\n).*?(<!-- end {part} -->)", re.DOTALL)
    text = page.read_text(encoding="utf-8")
    page.write_text(marks.sub(lambda match: f"{match[1]}{content.strip()}\n{match[2]}", text), encoding="utf-8")
