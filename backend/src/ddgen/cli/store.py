"""`ddgen store`: what is in the store, and its backups."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from ddgen.cli.options import StoreAt

app = typer.Typer(
    name="store", help="Dictionaries that stay: list, show, back up, restore, check.", no_args_is_help=True
)

_FAILED = 3


@app.command("list", short_help="The dictionaries in the store")
def list_(*, store: StoreAt = None) -> None:
    """List the dictionaries with their last version and how much of them is described.

    \b
    Example:
      ddgen store list
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.outputs import printing
    from ddgen.cli.stored import open_store

    with open_store(store) as opened, printing():
        cursor = None
        while True:
            page = opened.dictionaries(cursor=cursor, limit=200)
            for row in page.items:
                edited = ", edited since" if row.edited else ""
                shown = f"version {row.version}{edited}  {row.tables} tables  {row.fields} fields"
                typer.echo(f"{row.name}  {shown}  {row.updated_at:%Y-%m-%d %H:%M}")
            cursor = page.next_cursor
            if cursor is None:
                return


@app.command("show", short_help="A dictionary's versions, or one of them as a document")
def show(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name of a dictionary in the store.")],
    *,
    version: Annotated[
        int | None, typer.Option(metavar="N", help="A version; without it the dictionary as it is now.")
    ] = None,
    output: Annotated[
        list[str] | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write it to FILE, as ddgen build does. Repeatable."),
    ] = None,
    unmasked: Annotated[
        bool,
        typer.Option("--unmasked", help="Leave personal values in, for those who may see them, where they are there."),
    ] = False,
    store: StoreAt = None,
) -> None:
    """List the versions of a dictionary, or write one to files.

    \b
    Examples:
      ddgen store show shop                                     its versions
      ddgen store show shop --version 3 -o shop.html -o -       the third, as a page and as JSON
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.outputs import printing, targets_of, write_targets
    from ddgen.cli.stored import open_store
    from ddgen.masked import document

    targets = targets_of(output or (), (), ())
    with open_store(store) as opened:
        row = opened.dictionary_named(name)
        if targets or version is not None:
            found = opened.document(row.id, version)
        else:
            with printing():
                for line in opened.versions(row.id, limit=1000).items:
                    what = ", ".join(f"{count} {kind}" for kind, count in line.summary.items() if count)
                    typer.echo(
                        f"version {line.number}  {line.at:%Y-%m-%d %H:%M}  {line.cause} by {line.author}  {what}"
                    )
            return
    shown = found if unmasked else document.masked(found)
    results = write_targets(shown, targets or targets_of(["-"], (), ()))
    failed = next((result.error for result in results if result.error is not None), None)
    if failed is not None:
        raise failed


@app.command("backup", short_help="Copy the store into a file, while it is used")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; an older one is replaced.")],
    *,
    store: StoreAt = None,
) -> None:
    """Copy the store into one file, whoever reads or writes it meanwhile.

    \b
    Example:
      ddgen store backup backups/store.sqlite
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.store import backup as backups
    from ddgen.store.address import address_of

    size = backups.backup(address_of(store), file)
    typer.echo(f"Wrote {file}, {size:,} bytes")


@app.command("restore", short_help="Make the store what a backup holds")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    *,
    force: Annotated[bool, typer.Option("--force", help="Also while the store is in use.")] = False,
    store: StoreAt = None,
) -> None:
    """Make the store what a backup holds; the store as it was is kept beside it.

    \b
    Example:
      ddgen store restore backups/store.sqlite
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.store import backup as backups
    from ddgen.store.address import address_of

    address = address_of(store)
    kept = backups.restore(address, file, datetime.now(UTC), force=force)
    typer.echo(f"Restored {address.shown}" + (f"; what was there is in {kept}" if kept else ""))


@app.command("forget-answers", short_help="Forget what models have answered to workers")
def forget_answers(
    *,
    unanswered: Annotated[
        bool,
        typer.Option("--unanswered", help="Forget only which questions got no useful answer, and keep the texts."),
    ] = False,
    store: StoreAt = None,
) -> None:
    """Forget the answers of models that the workers of a store in PostgreSQL share; they are asked for anew.

    \b
    Example:
      ddgen store forget-answers --unanswered
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.stored import open_store
    from ddgen.exporters.text import count

    with open_store(store) as opened:
        said = [] if unanswered else [count(opened.answers.clear(), "text")]
        said.append(f"that {count(opened.answers.forget_futile(), 'question')} got no useful answer")
        typer.echo(f"Forgot {' and '.join(said)} in {opened.database.place}")


@app.command("check", short_help="Whether the store is whole")
def check(
    *,
    reindex: Annotated[
        bool, typer.Option("--reindex", help="Make the index of searches anew first, from the dictionaries.")
    ] = False,
    store: StoreAt = None,
) -> None:
    """Check the database, and what has to hold between its rows. Exit code 3 where something does not.

    \b
    Example:
      ddgen store check
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        if reindex:
            typer.echo(f"{opened.reindex():,} fields and tables are indexed")
        findings = opened.check()
    for finding in findings:
        typer.echo(f"{finding.where}: {finding.message}", err=True)
    if findings:
        typer.echo("ddgen store restore brings back a backup", err=True)
        raise typer.Exit(_FAILED)
    typer.echo("The store is whole")


@app.command("stats", short_help="How much is in the store")
def stats(*, store: StoreAt = None) -> None:
    """Count what is in the store.

    \b
    Example:
      ddgen store stats
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from dataclasses import asdict

    from ddgen.cli.outputs import printing
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        found = asdict(opened.stats())
    with printing():
        for name, value in found.items():
            typer.echo(f"{name:<13} {value:,}" if isinstance(value, int | float) else f"{name:<13} {value}")


@app.command("export", short_help="Write everything into a file that any store can import")
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where it goes, such as all.jsonl.gz.")],
    *,
    store: StoreAt = None,
) -> None:
    """Write everything in the store into one file, which a store of either kind can import.

    \b
    Example, from SQLite to PostgreSQL:
      ddgen store export all.jsonl.gz
      ddgen store import all.jsonl.gz --store postgresql://me@host/ddgen
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        counts = opened.export_all(file)
    typer.echo(f"Wrote {file}, {sum(counts.values()):,} rows")


@app.command("import", short_help="Take in such a file, into an empty store")
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What ddgen store export has written.")],
    *,
    store: StoreAt = None,
) -> None:
    """Take everything in an export into a store that is empty yet: all of it, or nothing.

    \b
    Example:
      ddgen store import all.jsonl.gz --store other.sqlite
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        counts = opened.import_all(file)
    typer.echo(f"Took in {sum(counts.values()):,} rows")
