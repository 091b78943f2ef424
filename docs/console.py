"""Runs the commands in the pages of the documentation and writes what they print under them.

    python docs/console.py              run all pages, write them anew
    python docs/console.py types.md     one page
    python docs/console.py --check      change nothing; exit code 1 and the difference where a page would change

A command stands behind `$ ` in a block of the language `console`, and what it prints below it. A block that follows
`<!-- file: NAME -->` is written to that file first. Commands run in a folder with the files of samples/shop.
"""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
SAMPLES = HERE.parent / "samples/shop"
PAGES = ("types.md", "relations.md", "glossary.md", "diff.md")
WIDTH = 96
_TIME = re.compile(r", \d{4}-\d\d-\d\d \d\d:\d\d UTC")
"""When something was said differs from run to run."""

_BLOCK = re.compile(r"(?:<!-- file: (?P<file>[\w.\-/]+) -->\n)?```(?P<language>\w*)\n(?P<body>.*?)```", re.DOTALL)


def rerun(page: str, folder: Path) -> str:
    """The page with what its commands print now."""
    return _BLOCK.sub(lambda block: _block(block, folder), page)


def _block(block: re.Match[str], folder: Path) -> str:
    if block["file"]:
        path = folder / block["file"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block["body"], encoding="utf-8")
    if block["language"] != "console":
        return block[0]
    commands = [line for line in block["body"].splitlines() if line.startswith("$ ")]
    printed = "\n".join(f"{command}\n{_output(command[2:], folder)}".rstrip() for command in commands)
    return f"```console\n{printed}\n```"


def _output(command: str, folder: Path) -> str:
    environment = {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "COLUMNS": str(WIDTH),
        "PYTHONUTF8": "1",
    }
    done = subprocess.run(  # noqa: S602 - the commands are those of our own pages, with pipes
        command,
        shell=True,
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    said = "\n".join(_TIME.sub("", line).rstrip() for line in done.stdout.splitlines())
    return f"{said}\n(exit code {done.returncode})" if done.returncode else said


def page_of(name: str) -> tuple[str, str]:
    """A page as it stands, and as it would be written."""
    before = (HERE / name).read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(SAMPLES, folder, dirs_exist_ok=True)
        return before, rerun(before, Path(folder))


def main(arguments: list[str]) -> int:
    """Write or check the pages; the exit code."""
    check = "--check" in arguments
    stale = 0
    for name in [word for word in arguments if word != "--check"] or PAGES:
        before, after = page_of(name)
        if before == after:
            continue
        stale += 1
        if check:
            lines = difflib.unified_diff(before.splitlines(), after.splitlines(), name, "now", lineterm="")
            sys.stdout.write("\n".join(lines) + "\n")
        else:
            (HERE / name).write_text(after, encoding="utf-8")
            sys.stdout.write(f"wrote docs/{name}\n")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
