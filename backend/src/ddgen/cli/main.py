"""The command `ddgen`: its subcommands, and the one place where errors become a line and an exit code."""

from __future__ import annotations

import io
import os
import signal
import sys
import traceback
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from ddgen.cli import (
    ai,
    build,
    check,
    diff,
    export,
    formats,
    glossary,
    keys,
    log,
    review,
    schedule,
    schema,
    serve,
    show,
    store,
    take_in,
    types,
    why,
    worker,
)
from ddgen.cli import run as runs
from ddgen.errors import DdgenError, Interrupted, UsageError

DEBUG = "--debug"


class Commands(TyperGroup):
    """The subcommands, with errors told to people instead of traced."""

    def invoke(self, ctx: Any) -> Any:
        """Run the subcommand."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as error:
            raise typer.Exit(_tell(Interrupted("interrupted"))) from error
        except DdgenError as error:
            raise typer.Exit(_tell(error)) from error


app = typer.Typer(
    name="ddgen",
    cls=Commands,
    rich_markup_mode=None,  # Rich is imported where something is drawn, not for help
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("build", short_help="From data to a dictionary: summary and outputs")(build.build)
app.command("show", short_help="Read a dictionary in the terminal")(show.show)
app.command("diff", short_help="What changed between two dictionaries, and how bad it is")(diff.diff)
app.command("export", short_help="Write a saved dictionary in other formats")(export.export)
app.command("import", short_help="Take a workbook or YAML that people have edited into a dictionary")(take_in.import_)
app.command("review", short_help="Approve, edit or reject what programs have suggested")(review.review)
app.command("check", short_help="Whether data still are what their dictionary says: a gate for CI")(check.check)
app.command("schema", short_help="Print the JSON Schema of a dictionary")(schema.schema)
app.command("formats", short_help="List what can be read and written")(formats.formats)
app.command("why", short_help="All evidence for what is said of a field")(why.why)
app.add_typer(types.app, short_help="Semantic types: list, explain, test, check your own")
app.command("glossary", short_help="Take what people called fields into a glossary of abbreviations")(glossary.glossary)
app.add_typer(runs.app, short_help="Runs into a store: submit, list, show, cancel, retry")
app.add_typer(schedule.app, short_help="Runs by the clock: add, list, remove, run")
app.command("worker", short_help="Do the runs that wait in a store")(worker.worker)
app.add_typer(store.app, short_help="Dictionaries that stay: list, show, back up, restore, check")
app.command("serve", short_help="The REST API of stored dictionaries")(serve.serve)
app.add_typer(keys.app, short_help="Keys of the API: make, list, revoke")
app.add_typer(ai.app, short_help="Models: test the server, see what would be sent and what it costs")


_MEMORY_POOL = "jemalloc" if sys.platform == "linux" else "system"
"""Both are as fast as Arrow's own choice and give memory back; the C library's pool on Linux keeps a third more."""


def _version(wanted: bool) -> None:
    if wanted:
        from ddgen import __version__

        typer.echo(f"ddgen {__version__}")
        raise typer.Exit


@app.callback(epilog="Help on a command, with examples: ddgen build --help")
def ddgen(
    *,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and leave.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Turns data - files and databases, nested or flat - into a data dictionary.

    \b
    ddgen build shop.sqlite orders.jsonl -o dictionary.html -o dictionary.json
    ddgen show dictionary.json

    \b
    Exit codes: 0 done, 1 an error of ours, 2 wrong usage, 3 the input had problems
    (what could be read is in the outputs), 4 an output could not be written,
    5 no text came from the model that was asked for, 6 a gate does not let a change pass,
    130 interrupted.
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are


def _tell(error: DdgenError) -> int:
    """Print the lines of the error, and its trace where asked for; the exit code it stands for."""
    from ddgen.cli.report import error_line

    if DEBUG in sys.argv:
        traceback.print_exc()
    others = error.others if isinstance(error, UsageError) else ()
    for one in (error, *others):
        typer.echo(error_line(one, as_json="--json-events" in sys.argv), err=True)
    return error.exit_code


def _last_words(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Say in one line that something unforeseen happened; Python then leaves with exit code 1."""
    if DEBUG in sys.argv:
        sys.__excepthook__(kind, error, trace)
        return
    if issubclass(kind, KeyboardInterrupt):
        sys.stderr.write("ddgen: interrupted\n")
        return
    said = _without_values(" ".join(str(error).split())[:300])
    sys.stderr.write(f"ddgen: an error of ours: {kind.__name__}: {said}. Add {DEBUG} to see where it happened\n")


def _without_values(said: str) -> str:
    """What a library said, without personal values that it may quote."""
    from ddgen.masked.texts import Texts

    return Texts().message(said)


def run() -> None:
    """Run `ddgen` with the arguments of the process."""
    sys.excepthook = _last_words
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends a run as Ctrl-C does: nothing temporary is left
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", _MEMORY_POOL)
    sys.stdout = sys.stdout or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - closed by the shell: kept open
    sys.stderr = sys.stderr or Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - same
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a character shows its code
    log.follow(as_json="--json-events" in sys.argv)
    command = typer.main.get_command(app)
    command(args=_arguments(sys.argv[1:]), prog_name="ddgen")


def _arguments(given: list[str]) -> list[str]:
    """The arguments, with `--ai batch` as one: an option whose value may be left out is nothing that Typer knows."""
    made: list[str] = []
    for word in given:
        if word == "batch" and made[-1:] == ["--ai"]:
            made[-1] = "--ai-batch"
        else:
            made.append("--ai-batch" if word == "--ai=batch" else word)
    return made
