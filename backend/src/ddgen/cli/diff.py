"""`ddgen diff`: what changed between two dictionaries, or between a dictionary and data."""

from __future__ import annotations

from typing import Annotated

import typer

from ddgen.cli import comparison_options as given
from ddgen.cli.options import Debug, StoreAt, Types


def diff(  # noqa: PLR0913 - one parameter an option
    old: Annotated[
        str,
        typer.Argument(
            metavar="OLD", help="A dictionary as JSON, - for standard input, a version in the store, or data."
        ),
    ],
    new: Annotated[str, typer.Argument(metavar="NEW", help="Another one, or data: anything that ddgen build reads.")],
    *,
    output: given.Output = None,
    format_: given.Format = None,
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT",
            help="Leave with exit code 6 at such changes: breaking, risky (or worse), any, pii, or a kind as in "
            "type_changed; several with commas. Default: at none.",
        ),
    ] = None,
    rules: given.RulesFile = None,
    ignore: given.Ignore = None,
    tables: given.Tables = None,
    sample: given.Sample = None,
    types: Types = None,
    store: StoreAt = None,
    quiet: given.Quiet = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Compare two dictionaries, and judge what each change means for who reads the data.

    Each change is breaking, risky, safe, or prose: only what is said has changed. Data are
    profiled for the comparison, without asking a model. Of a dictionary in the store, NAME@3
    is the third version, NAME@last the newest, NAME@head what it is now, with later edits.

    \b
    Examples:
      ddgen diff january.json february.json                          two dictionaries
      ddgen diff dictionary.json shop.sqlite                         a dictionary and today's data
      ddgen diff january/ february/ --tables 'order*'                data and data
      ddgen diff shop@3 shop@head                                    versions in the store
      ddgen diff shop@last shop.sqlite                               the newest one and today's data
      ddgen diff old.json new.json -o comment.md -o log.sarif        for a pull request, for code scanning
      ddgen diff old.json new.json --format json | jq .counts        for programs
      ddgen diff old.json new.json --fail-on breaking,pii            exit code 6 at such changes
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import comparison, job, options, sides
    from ddgen.diff import compare, gate

    targets = comparison.targets_of(output or (), format_, quiet=quiet)
    judged = comparison.rules_of(rules, ignore or ())
    asked = gate.read(fail_on or ())
    reading = sides.Reading(tuple(tables or ()), sample, options.types_places(types), store, quiet=quiet)
    before = sides.side(old, reading)
    after = sides.side(new, reading, before)
    found = compare.compare(sides.narrowed(before, reading.tables), sides.narrowed(after, reading.tables), judged)
    if asked.failing:
        found = gate.passed(found, after, asked, judged)
    comparison.write(found, targets, new if sides.is_document(new) else old)
    comparison.judge(found)
    if sides.broken(before, after):
        raise typer.Exit(job.INPUT_HAD_PROBLEMS)
