"""`ddgen export`: writes a dictionary that was saved in other formats."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ddgen.cli.options import Debug, ExporterOptions, OnlyApproved, Require


def export(  # noqa: PLR0913 - one parameter an option
    dictionary: Annotated[
        Path, typer.Argument(metavar="DICTIONARY", help="A dictionary as JSON, or - for standard input.")
    ],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Where to write it; the suffix names the format.")
    ] = None,
    *,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", metavar="FILE", help="The same; - is standard output. Repeatable."),
    ] = None,
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            help="The format of outputs whose name does not tell it (see ddgen formats); or one for each, in order. "
            "Without an output the dictionary goes to standard output.",
        ),
    ] = None,
    option: ExporterOptions = None,
    require: Require = None,
    only_approved: OnlyApproved = False,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files in which people have edited what was not imported.")
    ] = False,
    unmasked: Annotated[
        bool,
        typer.Option(
            "--unmasked",
            help="Write personal values too, for those who may see them. They are there if it was built --unmasked.",
        ),
    ] = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Write a dictionary in other formats.

    \b
    Examples:
      ddgen export dictionary.json dictionary.xlsx                     to be edited, and taken back with ddgen import
      ddgen export dictionary.json -o d.html -o d.md --only-approved   to be published
      ddgen export dictionary.json d.pages --format html               a format that the name does not tell
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.documents import read_dictionary
    from ddgen.cli.outputs import STDOUT, targets_of, write_targets
    from ddgen.cli.report import tell_failures
    from ddgen.errors import UsageError
    from ddgen.review import demand

    paths = [*(files or ()), *(output or ())]
    if not paths and not format_:
        raise UsageError("say where to write", hint="As in ddgen export dictionary.json dictionary.xlsx")
    targets = targets_of(paths, format_ or (), option or ())
    found = demand.met(read_dictionary(dictionary, unmasked=unmasked), require=require, only_approved=only_approved)
    written = write_targets(found, targets, force=force)
    tell_failures(written)
    for path in (path for result in written for path in result.files if str(path) != STDOUT):
        typer.echo(f"Wrote {path}", err=True)
    failed = [result.error.exit_code for result in written if result.error is not None]
    if failed:
        raise typer.Exit(failed[0])
