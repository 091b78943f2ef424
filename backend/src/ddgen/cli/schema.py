"""`ddgen schema`: the JSON Schema of the document that `ddgen build` writes, and of files of semantic types."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def schema(
    *,
    diff: Annotated[bool, typer.Option("--diff", help="That of comparisons: ddgen diff --format json.")] = False,
    types: Annotated[
        bool, typer.Option("--types", help="That of files of semantic types, for editors to check and complete.")
    ] = False,
) -> None:
    """Print the JSON Schema (2020-12) of a dictionary document, of a comparison, or of files of semantic types.

    \b
    Examples:
      ddgen schema > ddgen-1.schema.json
      ddgen schema | jq '."$defs".Field'
      ddgen schema --diff > ddgen-diff-1.schema.json
      ddgen schema --types > ddgen-types.schema.json
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.outputs import printing
    from ddgen.diff import change
    from ddgen.errors import UsageError
    from ddgen.model import dictionary
    from ddgen.types import type_schema

    if types and diff:
        raise UsageError("--types and --diff are two schemas", hint="Ask for one at a time")
    made = type_schema.json_schema() if types else change.json_schema() if diff else dictionary.json_schema()
    with printing():
        typer.echo(json.dumps(made, indent=2))
