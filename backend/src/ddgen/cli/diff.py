"""`ddgen diff`: what changed between two dictionaries, or between a dictionary and data."""

from __future__ import annotations

from typing import Annotated

import typer


def diff(
    old: Annotated[str, typer.Argument(metavar="OLD", help="A dictionary as JSON, - for standard input, or data.")],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another one, or data: anything that ddgen build reads.")],
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Compare two dictionaries, and judge what each change means for who reads the data.

    \b
    Examples:
      ddgen diff january.json february.json            two dictionaries
      ddgen diff dictionary.json shop.sqlite           a dictionary and today's data
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import diff_view, sides
    from ddgen.cli.outputs import printing
    from ddgen.cli.terminal import console
    from ddgen.diff.compare import compare

    before = sides.side(old, sides.Reading())
    found = compare(before, sides.side(new, sides.Reading(), before))
    with printing():
        diff_view.draw(console(), found)
