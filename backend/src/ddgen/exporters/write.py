"""Writing a dictionary to where people want it: the format chosen, each file whole or not at all.

A file is written beside its place and renamed over it, so that a full disk or a stopped run never leaves half
a file, and never loses the one that was there.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import ValidationError

from ddgen import registry
from ddgen.errors import DdgenError, OutputError, UsageError
from ddgen.exporters.base import Exporter
from ddgen.model.dictionary import Dictionary

_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space or write elsewhere"),
    errno.EDQUOT: ("the disk quota is used up", "Free some space or write elsewhere"),
    errno.EFBIG: ("the file is larger than allowed here", "Raise the limit on file sizes or write elsewhere"),
    errno.EACCES: ("no permission to write here", "Choose another folder or change its permissions"),
    errno.EPERM: ("no permission to write here", "Choose another folder or change its permissions"),
    errno.EROFS: ("the file system is read-only", "Choose another folder"),
    errno.EISDIR: ("a folder of that name is in the way", "Choose another name or remove it"),
    errno.ENOTDIR: ("a part of the path is a file, not a folder", "Choose another folder"),
    errno.EEXIST: ("a file of that name is in the way of a folder", "Choose another name or remove it"),
    errno.ENAMETOOLONG: ("the name is too long for the file system", "Choose a shorter name"),
}


@dataclass(frozen=True, slots=True)
class Output:
    """Where a dictionary is to be written, in which format (None: told by the suffix), with which options."""

    path: Path
    format: str | None = None
    options: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of an output: its files, or the error that kept it from being written."""

    output: Output
    files: tuple[Path, ...] = ()
    error: DdgenError | None = None


def choose(output: Output) -> type[Exporter]:
    """The exporter for an output: by its format, else by the path's suffix in any letter case.

    Raises UsageError where neither tells.
    """
    if output.format is not None:
        exporter: type[Exporter] = registry.get("exporters", output.format)
        return exporter
    suffix = output.path.suffix.lower()
    for _, candidate in registry.each("exporters"):
        if suffix in candidate.suffixes:
            chosen: type[Exporter] = candidate
            return chosen
    endings = ", ".join(suffix for _, candidate in registry.each("exporters") for suffix in candidate.suffixes)
    formats = ", ".join(registry.names("exporters"))
    raise UsageError(
        "the name does not tell the format",
        where=str(output.path),
        hint=f"End it in one of {endings}, or give the format: {formats}",
    )


def render(dictionary: Dictionary, output: Output) -> bytes | dict[str, bytes]:
    """The content of an output. Raises UsageError for options that its exporter does not have."""
    exporter = choose(output)
    try:
        options = exporter.Options.model_validate(dict(output.options))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UsageError(f"option {place}: {first['msg']}", where=exporter.name) from error
    return exporter().render(dictionary, options)


def write_outputs(dictionary: Dictionary, outputs: Sequence[Output]) -> list[Written]:
    """Write each output; one that fails carries its error and does not keep the others from being written."""
    return [_attempt(dictionary, output) for output in outputs]


def _attempt(dictionary: Dictionary, output: Output) -> Written:
    try:
        return Written(output, files=write_output(dictionary, output))
    except DdgenError as error:
        return Written(output, error=error)


def write_output(dictionary: Dictionary, output: Output) -> tuple[Path, ...]:
    """Render and write one output; several files go into a folder of its name. Missing folders are made.

    Raises UsageError or OutputError.
    """
    content = render(dictionary, output)
    if isinstance(content, bytes):
        return (write_file(output.path, choose(output)().over(content, _standing(output.path))),)
    return tuple(write_file(_inside(output.path, name), part) for name, part in content.items())


def _standing(path: Path) -> bytes:
    """What stands there, nothing where that cannot be read."""
    try:
        return path.read_bytes() if path.is_file() else b""
    except OSError:
        return b""


def write_file(path: Path, content: bytes) -> Path:
    """Put `content` at `path`, whole or not at all. Raises OutputError."""
    with _told(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if path.exists() and not path.is_file():
            path.write_bytes(content)  # a device or a pipe: nothing can be renamed over it
        else:
            _replace(path.resolve(), content)
    return path


def _replace(path: Path, content: bytes) -> None:
    beside = path.parent / f".ddgen-{secrets.token_hex(8)}.tmp"
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def _inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()) or path == folder:
        raise OutputError("a file name leads out of the folder", where=f"{folder}: {name}")
    return path


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason, hint = _REASONS.get(error.errno or 0, (f"cannot be written: {error.strerror or error}", None))
        raise OutputError(reason, where=str(path), hint=hint) from error
