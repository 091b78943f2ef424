"""What `ddgen diff` and `ddgen check` do with a comparison: print it, write it, and leave with what it comes to."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from ddgen.cli.outputs import STDOUT, printing
from ddgen.diff import formats
from ddgen.diff.change import Diff
from ddgen.diff.rules import STANDARD, Rules
from ddgen.errors import GateError, UsageError
from ddgen.exporters.write import write_file


@dataclass(frozen=True, slots=True)
class Target:
    """Where a comparison goes, and in which format."""

    path: str
    format: str


def targets_of(paths: Sequence[str], format_: str | None, *, quiet: bool = False) -> list[Target]:
    """The outputs for `-o` and `--format`; without any, text on standard output unless it is to be quiet.

    Raises UsageError for a format nobody knows, or a name that tells none.
    """
    asked = formats.of_name(format_) if format_ is not None else None
    if not paths:
        return [] if quiet and asked is None else [Target(STDOUT, asked or "text")]
    targets = []
    for path in paths:
        told = (None if path == STDOUT else formats.of_path(path)) or asked or ("text" if path == STDOUT else None)
        if told is None:
            hint = f"End it in one of {', '.join(formats.SUFFIXES)}, or give --format"
            raise UsageError("the name does not tell the format", where=path, hint=hint)
        targets.append(Target(path, told))
    return targets


def rules_of(file: Path | None, ignore: Sequence[str]) -> Rules:
    """The rules in a file and on the command line. Raises UsageError."""
    from ddgen.diff import rules_file

    found = rules_file.load(file) if file is not None else STANDARD
    return Rules(found.over, (*found.ignore, *ignore), found.thresholds)


def write(diff: Diff, targets: Sequence[Target], place: str) -> None:
    """Write the comparison everywhere; `place` is the file of the dictionary. Raises OutputError."""
    for target in targets:
        if target.path != STDOUT:
            write_file(Path(target.path), _rendered(diff, target.format, place).encode())
        elif target.format == "text":
            _draw(diff)
        else:
            with printing():
                typer.echo(_rendered(diff, target.format, place), nl=False)


def _draw(diff: Diff) -> None:
    from ddgen.cli import diff_view
    from ddgen.cli.terminal import console

    with printing():
        diff_view.draw(console(), diff)


def _rendered(diff: Diff, name: str, place: str) -> str:
    import ddgen

    if name != "text":
        return formats.render(diff, name, version=ddgen.__version__, place=place)
    from ddgen.cli import diff_view

    return diff_view.plain(diff)


def judge(diff: Diff) -> None:
    """Raise GateError where the gate does not let it pass."""
    if diff.gate is not None and not diff.gate.passed:
        sys.stdout.flush()
        raise GateError(f"not let pass: {'; '.join(diff.gate.failed)}")
