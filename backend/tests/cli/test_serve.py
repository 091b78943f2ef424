from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]


def test_another_address_is_refused_until_keys_are_asked_for(ddgen: Run, tmp_path: Path) -> None:
    done = ddgen("serve", "--host", "0.0.0.0", "--store", tmp_path / "s.sqlite")  # noqa: S104 - it is refused
    assert done.returncode == 2
    assert "--auth" in done.stderr
    assert "ddgen keys create" in done.stderr
    assert not (tmp_path / "s.sqlite").exists()


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--source-root", "nowhere"), "there is no such folder"),
        (("--connection", "shop"), "this names no database"),
        (("--connection", "shop=postgresql://me:hunter2@db/shop"), "the address holds a password"),
        (("--rate", "many"), "this is no rate"),
    ],
)
def test_settings_that_cannot_be_are_told_in_a_line(
    ddgen: Run, tmp_path: Path, option: tuple[str, str], said: str
) -> None:
    done = ddgen("serve", *option, "--store", tmp_path / "s.sqlite")
    assert (done.returncode, said in done.stderr) == (2, True)
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.stderr


def test_a_port_that_is_taken_is_told(ddgen: Run, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ddgen("serve", "--port", str(port), "--store", tmp_path / "s.sqlite")
    assert done.returncode == 4
    assert "--port" in done.stderr
