"""`ddgen types`: the semantic types that there are, what values are of, and whether one's own are in order."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from ddgen.cli.options import Debug, Json, Types, types_places

app = typer.Typer(name="types", rich_markup_mode=None)


@app.callback(invoke_without_command=True)
def listed(
    context: typer.Context,
    *,
    find: Annotated[
        str | None, typer.Option("--find", metavar="TEXT", help="Only types with this text in id, title or examples.")
    ] = None,
    group: Annotated[str | None, typer.Option("--group", metavar="GROUP", help="Only types of this group.")] = None,
    personal: Annotated[bool, typer.Option("--personal", help="Only types that are personal data.")] = False,
    types: Types = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """List the semantic types that values can be of, by group, with what is personal and an example.

    \b
    Examples:
      ddgen types                              all of them
      ddgen types --find phone                 some
      ddgen types --group finance --json       for a program
      ddgen types --types acme.yaml            with your own
      ddgen types show contact.email           everything about one
      ddgen types test DE89370400440532013000  which types a value is of
      ddgen types check acme.yaml              whether your own are in order
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    if context.invoked_subcommand is not None:
        return
    from ddgen.cli import type_view
    from ddgen.types import table

    chosen = type_view.chosen(table.load(types_places(types)), find, group, personal=personal)
    _print(lambda: [type_view.document(one) for one in chosen], lambda: type_view.draw_list(chosen), as_json=json)


@app.command("show", short_help="Everything about one type")
def show(
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, as in contact.email.")],
    *,
    types: Types = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Explain a semantic type: values, names, what is decided by, personal data and laws, examples.

    \b
    Examples:
      ddgen types show contact.email
      ddgen types show acme.policy_number --types acme.yaml
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import type_view
    from ddgen.types import table

    known = table.load(types_places(types))
    one = type_view.named(known, name)
    _print(lambda: type_view.document(one), lambda: type_view.draw(one, known), as_json=json)


@app.command("test", short_help="Which types some values are of, and why not others")
def trial(
    values: Annotated[
        list[str],
        typer.Argument(metavar="VALUE", help="Values of one field, or - for standard input, one a line."),
    ],
    *,
    name: Annotated[str | None, typer.Option("--name", metavar="FIELD", help="What the field is called.")] = None,
    of: Annotated[
        list[str] | None, typer.Option("--type", metavar="ID", help="Only this type, whatever comes of it. Repeatable.")
    ] = None,
    types: Types = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Say which semantic types a field with these values would have, and why it would not have the near ones.

    Values are taken as a text file has them. From standard input none is shown, and none is left in the history of a
    shell. At most 100 different ones are looked at, as in a build.

    \b
    Examples:
      ddgen types test DE89370400440532013000 --name iban
      ddgen types test 4111111111111111 --name card_no
      cut -d, -f3 people.csv | ddgen types test - --name ssn
      ddgen types test POL-1234 --type acme.policy_number --types acme.yaml
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import type_trial
    from ddgen.types import table

    known = table.load(types_places(types))
    made = type_trial.tried(type_trial.given(values), name, of or (), known)
    _print(lambda: type_trial.document(made), lambda: type_trial.draw(made), as_json=json)


@app.command("check", short_help="Whether files of your own types are in order")
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="YAML files, or folders of them.")],
    *,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Check files of semantic types: their form, expressions, lists and checks; and that examples match.

    Every mistake is told in a line: file, line, type, key. Exit code 0, or 2 where there is one.

    \b
    Examples:
      ddgen types check acme.yaml
      ddgen types check types/
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.outputs import printing
    from ddgen.errors import UsageError
    from ddgen.exporters.text import count
    from ddgen.types import table, type_files

    written = type_files.read(table.files(files), table.standard())
    wrong = type_files.tested(written)
    if wrong:
        raise UsageError(wrong[0].message, where=wrong[0].where, others=tuple(wrong[1:]))
    with printing():
        for one in written:
            made = one.declaration
            over = "  in place of ddgen's own" if table.standard().get(made.id) is not None else ""
            examples = len(made.examples) + len(made.counter_examples) if made.tests_values else 0
            typer.echo(f"{made.id}  {count(examples, 'example')}{over}")
    sys.stderr.write(f"{count(len(written), 'type')}, nothing wrong\n")


def _print(document: Callable[[], object], draw: Callable[[], None], *, as_json: bool) -> None:
    """Print a document as JSON, or draw for a person."""
    from json import dumps

    from ddgen.cli.outputs import printing

    with printing():
        if as_json:
            typer.echo(dumps(document(), indent=2, ensure_ascii=False))
        else:
            draw()
