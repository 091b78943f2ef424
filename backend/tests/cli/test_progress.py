"""What the progress bar says."""

from __future__ import annotations

import pytest

from ddgen.cli.progress import ProgressBar, doing, duration, facts
from ddgen.pipeline import Event


def test_rows_bytes_rate_and_time_left() -> None:
    event = Event("profile", "orders", done=25_000_000, total=100_000_000, rows=120_000)
    assert facts(event, 5.0) == "120,000 rows · 25.0 MB of 100 MB · 5.0 MB/s · 15 s left"


def test_what_is_not_known_is_not_said() -> None:
    assert facts(Event("profile", "x", done=10, total=None, rows=7), 5.0) == "7 rows"
    assert facts(Event("relate", None, done=2, total=9), 0.1) == "2 of 9"
    assert facts(Event("read", None, done=0, total=None), 0.0) == ""


def test_control_characters_in_a_name_are_shown() -> None:
    assert doing(Event("profile", "a\x1b[2J", 0, None)) == "Reading a\\x1b[2J"


@pytest.mark.parametrize(("seconds", "said"), [(0.2, "1 s"), (59, "59 s"), (125, "2 min 5 s"), (3840, "1 h 4 min")])
def test_durations(seconds: float, said: str) -> None:
    assert duration(seconds) == said


def test_nothing_is_drawn_where_nobody_watches(capfd: pytest.CaptureFixture[str]) -> None:
    bar = ProgressBar()
    for done in range(100):
        bar.move(Event("profile", "orders", done, 100, rows=done))
    bar.close()
    assert capfd.readouterr() == ("", "")
