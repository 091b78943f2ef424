"""`ddgen show`: reads a dictionary back, as an overview, a table, or everything about one field."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def show(
    dictionary: Annotated[
        Path, typer.Argument(metavar="DICTIONARY", help="A dictionary as JSON, or - for standard input.")
    ],
    table: Annotated[str | None, typer.Argument(metavar="TABLE", help="Only this table, with every field.")] = None,
    *,
    field: Annotated[
        str | None, typer.Option(metavar="PATH", help="Everything about one field, as in 'items[].sku'.")
    ] = None,
    unmasked: Annotated[
        bool,
        typer.Option(
            "--unmasked",
            help="Show personal values too, for those who may see them. They are there if it was built --unmasked.",
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Read a dictionary in the terminal.

    \b
    Examples:
      ddgen show dictionary.json                                overview
      ddgen show dictionary.json orders                         all fields of a table
      ddgen show dictionary.json orders --field 'items[].sku'   one field: facts, claims, evidence
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import browse, field_view, summary
    from ddgen.cli.documents import read_dictionary
    from ddgen.cli.outputs import printing
    from ddgen.cli.terminal import console

    found = read_dictionary(dictionary, unmasked=unmasked)
    with printing():
        screen = console()
        if field is not None:
            owner, chosen = browse.field_of(found, table, field)
            field_view.draw(screen, owner, chosen)
        elif table is not None:
            summary.draw_table(screen, browse.table_of(found, table), limit=None)
        else:
            summary.draw(screen, found, document=str(dictionary), full=True)
