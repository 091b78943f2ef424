"""Options that `ddgen diff` and `ddgen check` share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Output = Annotated[
    list[str] | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the comparison to FILE, in the format that its suffix names: .md, .json, .sarif, .xml (JUnit) or "
        ".txt; - is standard output. Repeatable.",
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="text, json, markdown, sarif or junit: of standard output, and of files whose name tells none.",
    ),
]
RulesFile = Annotated[
    Path | None,
    typer.Option(
        "--rules", metavar="FILE", help="Verdicts, thresholds and what to ignore, as YAML or TOML (docs/diff.md)."
    ),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATTERN",
        help="Leave changes out: of tables ('tmp_*'), fields ('orders.internal_*') or kinds ('kind:text_*'). "
        "Repeatable.",
    ),
]
Tables = Annotated[
    list[str] | None,
    typer.Option(metavar="PATTERN", help="Only tables whose name fits, as in 'order*'. Repeatable."),
]
Sample = Annotated[
    int | None,
    typer.Option(min=1, metavar="N", help="Take the facts of data from N records of each table; it is said."),
]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="No progress, and no comparison on standard output unless asked for.")
]
