"""Runs `ddgen build` on one file after another, in one process: requests and answers are lines of JSON.

The command is the real one, from its arguments to its exit code. What it does not foresee ends this process, which
whoever started it takes for the crash it is.
"""

from __future__ import annotations

import io
import json
import sys
import tempfile
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any

import typer

from ddgen.cli.main import app
from ddgen.model.problem import Problems
from ddgen.model.relation import TextBatch
from ddgen.sources import files


def build(file: str, folder: Path) -> dict[str, Any]:
    """The exit code of `ddgen build FILE`, what it said, and the dictionary it wrote."""
    output = folder / "dictionary.json"
    output.unlink(missing_ok=True)
    said = io.StringIO()
    code = 0
    with redirect_stderr(said):
        try:
            typer.main.get_command(app)(["build", file, "--quiet", "-o", str(output)], prog_name="ddgen")
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else int(end.code is not None)
    written = output.read_text(encoding="utf-8") if output.is_file() else None
    return {"code": code, "said": said.getvalue(), "dictionary": written}


def records(file: str) -> list[dict[str, str]]:
    """The records of a delimited text as its source hands them on; a cell that is not there is empty."""
    found: list[dict[str, str]] = []
    with files.opened([file], Problems()) as relations:
        for relation in relations:
            for batch in relation.batches():
                if isinstance(batch, TextBatch):
                    columns = [column.to_pylist() for column in batch.columns]
                    rows = zip(*columns, strict=True)
                    found += [dict(zip(batch.names, (cell or "" for cell in row), strict=False)) for row in rows]
    return found


def serve() -> None:
    """Answer requests until there are no more."""
    answers = sys.stdout
    with tempfile.TemporaryDirectory() as folder:
        for line in sys.stdin:
            request = json.loads(line)
            answer = build(request["file"], Path(folder))
            if request["records"]:
                answer["records"] = records(request["file"])
            answers.write(json.dumps(answer) + "\n")
            answers.flush()


if __name__ == "__main__":
    serve()
