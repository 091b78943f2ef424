"""`ddgen review`: decide on what programs have suggested, in the terminal or by commands."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ddgen.cli.options import Debug, Json


def review(  # noqa: PLR0913 - one parameter an option
    dictionary: Annotated[
        Path, typer.Argument(metavar="DICTIONARY", help="A dictionary as JSON; it is changed in place.")
    ],
    *,
    tables: Annotated[
        list[str] | None,
        typer.Option("--tables", metavar="PATTERN", help="Only tables whose name fits, as in 'order*'. Repeatable."),
    ] = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind",
            metavar="KIND",
            help="What to decide on: business_name, description, grain, semantic_type, pii, unit, codes, key, ... "
            "Repeatable. Default: business_name, description and grain.",
        ),
    ] = None,
    statuses: Annotated[
        list[str] | None,
        typer.Option(
            "--status",
            metavar="STATUS",
            help="With --list, claims with this status: suggested, approved, rejected. Repeatable. Default: suggested.",
        ),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List what there is to decide, with ids.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Count by table what is decided and what is not.")
    ] = False,
    same_name: Annotated[
        str | None,
        typer.Option(
            "--same-name",
            metavar="TABLE.PATH",
            help="List the other fields called as this one, and what their descriptions say.",
        ),
    ] = None,
    approve: Annotated[
        list[str] | None,
        typer.Option(
            "--approve",
            metavar="ID",
            help="Approve exactly this: an id of --list, TABLE.PATH:KIND, or TABLE.PATH for the name and the text; "
            "- reads ids from standard input, one a line. Repeatable.",
        ),
    ] = None,
    reject: Annotated[
        list[str] | None,
        typer.Option("--reject", metavar="ID", help="Reject it, so that it is not proposed again; as --approve."),
    ] = None,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="TABLE.PATH:KIND=TEXT",
            help="Write a person's own text; KIND may be owner and note too. Repeatable.",
        ),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Take the last decision back.")] = False,
    decision: Annotated[
        str | None, typer.Option("--decision", metavar="ID", help="With --undo, take back this one (see --history).")
    ] = None,
    history: Annotated[bool, typer.Option("--history", help="List the decisions: who, when, what.")] = False,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Why, kept with what is decided.")] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who decides. Default: the user of git, or the account.")
    ] = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Approve, edit or reject what programs have suggested; each decision is saved at once.

    Without other options it asks about one text after the other, one key a decision: ? lists the keys.

    \b
    Examples:
      ddgen review dictionary.json                                         one after the other
      ddgen review dictionary.json --tables customers --kind pii           verdicts of one table
      ddgen review dictionary.json --list --json                           for programs
      ddgen review dictionary.json --approve customers.email --by Ada      its name and its text
      ddgen review dictionary.json --set 'customers.email:owner=Sales'     a person's own words
      ddgen review dictionary.json --coverage                              how far people have come
      ddgen review dictionary.json --undo                                  take the last decision back
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import review_commands
    from ddgen.cli.keeping import Kept
    from ddgen.cli.outputs import printing

    kept = Kept(dictionary)
    orders = review_commands.Orders(
        approve=tuple(approve or ()),
        reject=tuple(reject or ()),
        texts=tuple(set_ or ()),
        undo=undo or decision is not None,
        decision=decision,
        note=note,
        by=by,
    )
    wish = review_commands.Wish(
        tables=tuple(tables or ()), kinds=tuple(kinds or ()), statuses=tuple(statuses or ()), as_json=json
    )
    with printing():
        code = 0
        if orders:
            code = review_commands.carry_out(kept, orders, as_json=json)
        elif list_:
            review_commands.tell_list(kept, wish)
        elif coverage:
            review_commands.tell_coverage(kept, as_json=json)
        elif history:
            review_commands.tell_history(kept, as_json=json)
        elif same_name is not None:
            review_commands.tell_namesakes(kept, same_name, as_json=json)
        else:
            review_commands.sit(kept, wish, by)
    raise typer.Exit(code)
