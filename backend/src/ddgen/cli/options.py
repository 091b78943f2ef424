"""Options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

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
Inside = Annotated[
    bool,
    typer.Option(
        "--inside/--no-inside",
        help="Whether to document the fields inside texts that hold JSON, XML, query strings, or Base64 of "
        "these; --no-inside leaves them texts.",
    ),
]
Require = Annotated[
    Literal["approved"] | None,
    typer.Option(
        "--require",
        metavar="approved",
        help="Refuse outputs in which a text is shown for which neither a person nor the source stands.",
    ),
]
OnlyApproved = Annotated[
    bool,
    typer.Option("--only-approved", help="Leave out texts for which neither a person nor the source stands."),
]
ExporterOptions = Annotated[
    list[str] | None,
    typer.Option(
        "--option", metavar="NAME=VALUE", help="A setting of an output format (see ddgen formats). Repeatable."
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
        metavar="PATH|URL",
        help="The store: a file, or postgresql://user@host/database. Default: DDGEN_STORE_URL, else the user's own.",
    ),
]
