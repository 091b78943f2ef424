"""`ddgen glossary`: what people called fields, taken into a CSV of abbreviations that later builds go by."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def glossary(
    dictionary: Annotated[Path, typer.Argument(metavar="FILE", help="A dictionary in JSON, or - for standard input.")],
    *,
    output: Annotated[
        Path,
        typer.Option(
            "--output", "-o", metavar="FILE", help="The glossary: what is in it stays as it is, more is added."
        ),
    ],
    scoped: Annotated[
        bool, typer.Option("--scoped", help="What is learnt holds in its own table only, not everywhere.")
    ] = False,
) -> None:
    """Take the names that people gave to tables and fields into a glossary of abbreviations.

    A field cust_nbr that a person called "Client Number" tells that cust means client.
    The file is a CSV of abbreviation, expansion and scope (empty, or a pattern as in
    'order*' or 'orders.*_cd'), to be edited by hand too.

    \b
    Examples:
      ddgen glossary dictionary.json -o glossary.csv
      ddgen build shop.sqlite --glossary glossary.csv -o dictionary.json
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen import merge
    from ddgen.cli.documents import read_dictionary
    from ddgen.describe import names
    from ddgen.types.glossary import Glossary

    document = merge.with_edits(read_dictionary(dictionary))
    known = Glossary.load(output) if output.exists() else Glossary()
    before = len(known.entries)
    for table in document.tables:
        scope = table.name if scoped else ""
        names.learn(table, known)
        for field in table.fields:
            names.learn(field, known, scope=scope)
    known.save(output)
    for entry in known.entries[before:]:
        typer.echo(f"{entry.abbreviation} = {entry.expansion}{f'  in {entry.scope}' if entry.scope else ''}")
    typer.echo(f"{len(known.entries) - before} new, {len(known.entries)} in {output}", err=True)
