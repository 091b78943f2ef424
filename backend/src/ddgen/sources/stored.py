"""Binary files as they lie on the disk: formats with a footer or an index are read in place, not as a stream."""

from __future__ import annotations

from pathlib import Path

from ddgen.errors import InputError
from ddgen.sources.spec import SourceSpec


def stored_path(spec: SourceSpec) -> Path:
    """The path of a file that is stored as it is.

    Raises InputError where it lies inside an archive or is compressed as a whole, is missing or may not be read.
    """
    try:
        with spec.path.open("rb") as file:
            packed = spec.member is not None or file.read(len(spec.head)) != spec.head
    except OSError as error:
        raise InputError(error.strerror or str(error), code="unreadable", where=spec.display) from error
    if packed:
        raise InputError(
            "this format is read in place and cannot be read from inside a compressed file",
            code="packed",
            where=spec.display,
            hint="Unpack it first",
        )
    return spec.path


def damaged(where: str, what: str, error: BaseException | None) -> InputError:
    """The error for a file that starts like one of its kind and cannot be opened as one."""
    reason = str(error).strip().partition("\n")[0].rstrip(".")
    return InputError(
        f"the {what} is damaged or cut short: {reason}",
        code="damaged",
        where=where,
        hint="Ask for the file again, or repair it",
    )
