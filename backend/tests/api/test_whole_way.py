"""The documentation's way from data to a gate that fails, as it stands there, against a real server."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs/serve.md"
PORT = "8765"


def test_the_whole_way_runs_as_documented(tmp_path: Path) -> None:
    if not (shutil.which("curl") and shutil.which("jq")):
        assert os.environ.get("CI") != "true", "curl and jq are missing"
        pytest.skip("curl or jq is missing")
    [way] = re.findall(r"## The whole way\n.*?```bash\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = str(probe.getsockname()[1])
    commands = way.replace(PORT, port).replace("--quiet", f"--quiet --port {port} --uploads uploads")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands],  # noqa: S607 - what a reader types into
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=environment,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    told = done.stdout.splitlines()
    assert told.count("What the customer paid, in euros.") == 2
    assert "float | string" in told, done.stdout
    assert any(line.startswith("breaking: status") for line in told), done.stdout
    assert any(line.startswith("risky: amount type changed") for line in told), done.stdout
    assert told[-1] == "exit code 6"
