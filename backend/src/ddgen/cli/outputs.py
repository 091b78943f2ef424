"""The outputs that a person asked for: which file, which format, which settings, checked before any work."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from ddgen import registry
from ddgen.errors import DdgenError, OutputError, UsageError
from ddgen.exporters.write import Output, Written, choose, render, write_outputs
from ddgen.model.dictionary import Dictionary

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Target:
    """One output: a path or `-`, and the format it will have."""

    path: str
    format: str
    options: dict[str, object] = field(default_factory=dict)

    @property
    def output(self) -> Output:
        """The same in the exporters' words."""
        return Output(Path(self.path), self.format, self.options)


def targets_of(paths: Sequence[str], formats: Sequence[str], options: Sequence[str]) -> list[Target]:
    """The outputs for `-o`, `--format` and `--option`.

    One format serves every output whose name does not tell its own; as many formats as outputs are one each.
    Raises UsageError for a format nobody knows, settings no chosen format has, or numbers that do not fit.
    """
    paths = paths or ([STDOUT] if formats else [])
    if len(formats) not in {0, 1, len(paths)}:
        raise UsageError(f"{len(formats)} formats for {len(paths)} outputs", hint="Give one, or one for each -o")
    if len(formats) == len(paths):
        chosen = [_named(format_) for format_ in formats]
    else:
        chosen = [_told_by(path, formats[0] if formats else None) for path in paths]
    settings = _settings(options, chosen)
    return [Target(path, format_, settings.get(format_, {})) for path, format_ in zip(paths, chosen, strict=True)]


def _named(format_: str) -> str:
    registry.get("exporters", format_)
    return format_


def _told_by(path: str, otherwise: str | None) -> str:
    if path == STDOUT:
        return _named(otherwise or "json")
    try:
        return choose(Output(Path(path))).name
    except UsageError:
        if otherwise is None:
            raise
        return _named(otherwise)


def _settings(options: Sequence[str], formats: Sequence[str]) -> dict[str, dict[str, object]]:
    """The settings of each format, checked."""
    settings: dict[str, dict[str, object]] = {format_: {} for format_ in formats}
    for option in options:
        name, equals, value = option.partition("=")
        takers = [format_ for format_ in formats if name in registry.get("exporters", format_).Options.model_fields]
        if not equals or not takers:
            raise UsageError(f"no setting of {', '.join(formats) or 'any output'}: {option}", hint="See ddgen formats")
        for format_ in takers:
            settings[format_][name] = value
    for format_, chosen in settings.items():
        _check(format_, chosen)
    return settings


def _check(format_: str, settings: dict[str, object]) -> None:
    try:
        registry.get("exporters", format_).Options.model_validate(settings)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join([format_, *map(str, first["loc"])])
        raise UsageError(first["msg"], where=where, hint="See ddgen formats") from error


@contextmanager
def printing() -> Iterator[None]:
    """Print to standard output. Raises OutputError where it takes no more; a reader that has gone is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - what Python flushes when it leaves
        raise OutputError(f"cannot be written: {error.strerror}", where="standard output") from error


def write_targets(dictionary: Dictionary, targets: Sequence[Target], *, force: bool = False) -> list[Written]:
    """Write every output; what became of each. Files with people's edits stay, unless `force` says otherwise."""
    results = []
    for target in targets:
        if target.path == STDOUT:
            results.append(_to_stdout(dictionary, target.output))
        elif (error := None if force else _edited(dictionary, target)) is not None:
            results.append(Written(target.output, error=error))
        else:
            results.extend(write_outputs(dictionary, [target.output]))
    return results


def _edited(dictionary: Dictionary, target: Target) -> UsageError | None:
    """Why a file may not be replaced: people have edited it, and nobody has taken that home."""
    from ddgen.cli import outputs_edited

    try:
        outputs_edited.refuse(dictionary, Path(target.path), target.format)
    except UsageError as error:
        return error
    return None


def _to_stdout(dictionary: Dictionary, output: Output) -> Written:
    try:
        content = render(dictionary, output)
        if not isinstance(content, bytes):
            raise UsageError("this is several files", where="standard output", hint="Name a folder with -o")
        if sys.stdout.isatty() and b"\0" in content:
            raise UsageError(f"{output.format} is not for terminals", hint="Name a file with -o, or pipe it on")
        with printing():
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
    except DdgenError as error:
        return Written(output, error=error)
    return Written(output, files=(output.path,))
