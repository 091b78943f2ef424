"""`ddgen check`: whether data still are what their dictionary says - a gate for CI."""

from __future__ import annotations

from typing import Annotated

import typer

from ddgen.cli import comparison_options as given
from ddgen.cli.options import Debug, StoreAt, Types


def check(  # noqa: PLR0913 - one parameter an option
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help="Files, folders, globs, or addresses of databases.", show_default=False),
    ],
    *,
    against: Annotated[
        str,
        typer.Option(
            metavar="FILE|VERSION",
            help="The dictionary that says what the data should be: as JSON, or in the store, as NAME@last, NAME@head "
            "or NAME@3.",
        ),
    ],
    fail_on: Annotated[
        list[str] | None,
        typer.Option(
            metavar="WHAT",
            help="What is not let pass: breaking, risky (or worse), any, undocumented, pii, a kind as in type_changed, "
            "or none; several with commas. Default: breaking.",
        ),
    ] = None,
    min_described: Annotated[
        list[str] | None,
        typer.Option(
            metavar="[WHO:]SHARE",
            help="The share of the fields that has to be described, as in 90%; by a person in person:50%, approved by "
            "one in approved:0.5. Repeatable.",
        ),
    ] = None,
    partial: Annotated[
        bool, typer.Option("--partial", help="Tables of the dictionary that are not in SOURCE are not missed.")
    ] = False,
    output: given.Output = None,
    format_: given.Format = None,
    rules: given.RulesFile = None,
    ignore: given.Ignore = None,
    tables: given.Tables = None,
    sample: given.Sample = None,
    types: Types = None,
    store: StoreAt = None,
    quiet: given.Quiet = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Check data against their dictionary, and leave with exit code 6 where they differ too much.

    The data are profiled without asking a model, and compared with what the dictionary says.
    Nothing is written but what -o asks for. A field counts as undocumented where only a rule
    describes it; personal data count as new where the dictionary has none in that field.

    \b
    Examples:
      ddgen check shop.sqlite --against dictionary.json                          fails at breaking changes
      ddgen check data/ --against dictionary.json --fail-on risky,pii            and at these
      ddgen check shop.sqlite --against shop@last                                the newest in the store
      ddgen check orders.csv --against dictionary.json --partial                 one table of many
      ddgen check data/ --against dictionary.json --min-described person:80%     people's texts
      ddgen check data/ --against dictionary.json -o comment.md -o report.xml    Markdown and JUnit

    \b
    Exit codes: 0 it passes, 6 it does not, 2 wrong usage, 3 the input had problems.
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import comparison, job, options, sides
    from ddgen.diff import compare, gate

    targets = comparison.targets_of(output or (), format_, quiet=quiet)
    judged = comparison.rules_of(rules, ignore or ())
    asked = gate.read(fail_on if fail_on is not None else ("breaking",), min_described or ())
    reading = sides.Reading(tuple(tables or ()), sample, options.types_places(types), store, quiet=quiet)
    before = sides.dictionary_at(against, store)
    after = sides.built(sources, reading, before)
    said = sides.narrowed(before, reading.tables)
    found = compare.compare(sides.continued(said, after) if partial else said, after, judged)
    found = gate.passed(found, after, asked, judged)
    comparison.write(found, targets, against)
    comparison.judge(found)
    if sides.broken(after):
        raise typer.Exit(job.INPUT_HAD_PROBLEMS)
