"""`ddgen formats`: what can be read and what can be written."""

from __future__ import annotations

from typing import Any

import typer


def formats() -> None:
    """List the output formats with their settings, and the kinds of input.

    \b
    Example:
      ddgen formats
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen import registry
    from ddgen.cli.outputs import printing

    with printing():
        typer.echo("Output formats (ddgen build -o FILE, --format FORMAT):")
        for name, exporter in registry.each("exporters"):
            typer.echo(f"  {name:<10} {', '.join(exporter.suffixes)}")
            for setting in settings(exporter):
                typer.echo(f"             --option {setting}")
        typer.echo("\nKinds of input, told by content first and suffix second:")
        for name, source in registry.each("sources"):
            typer.echo(f"  {name:<10} {', '.join(sorted(source.suffixes)) or 'by content'}")


def settings(exporter: Any) -> list[str]:
    """The settings of an exporter, as `name=default  what it does`."""
    fields = exporter.Options.model_fields
    return [f"{name}={field.get_default()}  {field.description or ''}".rstrip() for name, field in fields.items()]
