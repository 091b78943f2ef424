"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Types = Annotated[
    list[Path] | None,
    typer.Option(
        "--types",
        metavar="FILE",
        help="Semantic types of your own: a YAML file, or a folder of them (see ddgen types check). Repeatable. "
        "Default: what DDGEN_TYPES names.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="One JSON document on standard output.")]
Debug = Annotated[bool, typer.Option("--debug", help="Show where an error happened.")]


def types_places(given: list[Path] | None) -> tuple[Path, ...]:
    """The files and folders with semantic types: those given, else those that DDGEN_TYPES names."""
    from ddgen import settings

    return settings.types_places(given or ())


StoreAt = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="PLACE",
        help="The store: a file, or postgresql://user@host/database. "
        "Default: what DDGEN_STORE_URL names, else a file in your data folder.",
        show_default=False,
    ),
]
