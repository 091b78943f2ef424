"""`ddgen schema`: the JSON Schema of the document that `ddgen build` writes."""

from __future__ import annotations

import json

import typer


def schema() -> None:
    """Print the JSON Schema (2020-12) of a dictionary document.

    \b
    Examples:
      ddgen schema > ddgen-1.schema.json
      ddgen schema | jq '."$defs".Field'
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.outputs import printing
    from ddgen.model.dictionary import json_schema

    with printing():
        typer.echo(json.dumps(json_schema(), indent=2))
