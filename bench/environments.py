"""Environments of their own for the programs that ddgen is measured beside, so that their needs do not clash."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
PLACE = HERE.parent / ".peers"


def ready(peer: str) -> str | None:
    """Make the environment of `bench/peers/PEER.txt` unless it is there; why that failed, or None."""
    wanted = (HERE / "peers" / f"{peer}.txt").read_text(encoding="utf-8")
    folder = PLACE / peer
    stamp = folder / "requirements.txt"
    if stamp.is_file() and stamp.read_text(encoding="utf-8") == wanted:
        return None
    shutil.rmtree(folder, ignore_errors=True)
    print(f"installing {peer}", file=sys.stderr)
    for command in (
        [sys.executable, "-m", "venv", str(folder)],
        [str(python(peer)), "-m", "pip", "install", "--quiet", "-r", str(HERE / "peers" / f"{peer}.txt")],
    ):
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent)
        if done.returncode:
            return (done.stderr.strip().splitlines() or ["no word"])[-1]
    stamp.write_text(wanted, encoding="utf-8")
    return None


def python(peer: str) -> Path:
    """The interpreter of a peer's environment."""
    return PLACE / peer / "bin" / "python"


def version(peer: str) -> str:
    """The name and version of a peer, as its requirements pin it."""
    first = (HERE / "peers" / f"{peer}.txt").read_text(encoding="utf-8").splitlines()[0]
    return first.partition("#")[0].strip().replace("==", " ")
