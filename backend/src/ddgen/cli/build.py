"""`ddgen build`: from data to a dictionary, with its progress, summary and outputs."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from ddgen import registry
from ddgen.cli.options import ExporterOptions, Inside, OnlyApproved, Require, Types

EXAMPLES = """\b
Examples:
  ddgen build orders.jsonl                                  print a summary
  ddgen build data/ -o dictionary.xlsx -o dictionary.json   every file of a folder, two outputs
  ddgen build "logs/*.csv.gz" --name logs -o logs.html      a glob
  ddgen build shop.sqlite --tables 'order*' -o shop.md      some tables of a database
  ddgen build postgresql://me@db/shop --sample 100000       a server; its password from PGPASSWORD
  zcat big.json.gz | ddgen build - -o - | jq .tables        standard input and output
  ddgen build big.parquet --sample 100000                   facts of a sample only
  ddgen build shop.sqlite --save                            into the store, as a version
  ddgen build crm.csv --pii note=contact:3 --pii ref=none   what a person says of personal data
  ddgen build shop.sqlite --ai --max-cost 0.50 -o d.json    texts by a model, for 50 cents at most

\b
Exit codes: 0 done, 1 an error of ours, 2 wrong usage, 3 the input had problems
(what could be read is in the outputs), 4 an output could not be written,
5 no text came from the model that was asked for, 130 interrupted.
"""


def _formats() -> list[str]:
    return registry.names("exporters")


def build(  # noqa: PLR0913 - one parameter an option; long: one line an option
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="SOURCE",
            help="Files, folders, globs, addresses of databases, or - for standard input.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        list[str] | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write the dictionary to FILE, in the format that its suffix names; - is standard output. Repeatable.",
        ),
    ] = None,
    format_: Annotated[
        list[str] | None,
        typer.Option(
            "--format",
            "-f",
            metavar="FORMAT",
            autocompletion=_formats,
            help="The format of outputs whose name does not tell it (see ddgen formats); or one for each -o, in order. "
            "Without -o the dictionary goes to standard output.",
        ),
    ] = None,
    option: ExporterOptions = None,
    name: Annotated[str | None, typer.Option(metavar="NAME", help="What the dictionary is called.")] = None,
    tables: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Only tables whose name fits, as in 'order*'. Repeatable."),
    ] = None,
    sample: Annotated[
        int | None,
        typer.Option(
            min=1,
            metavar="N",
            help="Take the facts from N records of each table instead of all; it is said everywhere.",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The dictionary whose people's texts, ids and decisions are kept. "
            "Without it, a dictionary that stands where -o writes JSON is taken.",
        ),
    ] = None,
    save: Annotated[
        bool,
        typer.Option(
            "--save",
            help="Keep the dictionary in the store, where people's texts, ids and decisions of earlier ones of its "
            "name are kept too (ddgen store).",
        ),
    ] = False,
    store: Annotated[
        str | None,
        typer.Option(
            metavar="PATH|URL",
            help="Keep it in this store: a file, or postgresql://user@host/database. "
            "Default: DDGEN_STORE_URL, else the user's own.",
        ),
    ] = None,
    glossary: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="What abbreviations mean: a CSV of abbreviation, expansion, scope (ddgen glossary)."
        ),
    ] = None,
    types: Types = None,
    maps: Annotated[
        list[str] | None,
        typer.Option("--map", metavar="PATH", help="This object is a map with dynamic keys: PATH or TABLE:PATH."),
    ] = None,
    no_maps: Annotated[
        list[str] | None,
        typer.Option(
            "--no-map", metavar="PATH", help="This object is no map; each key is a field: PATH or TABLE:PATH."
        ),
    ] = None,
    inside: Inside = True,
    pii: Annotated[
        list[str] | None,
        typer.Option(
            metavar="PLACE=VERDICT",
            help="A person's verdict on personal data, over every rule and kept by later runs: PATH or TABLE:PATH, "
            "then none, or a category and a sensitivity of 0 to 3, as in orders:note=contact:2. Repeatable.",
            rich_help_panel="Personal data",
        ),
    ] = None,
    unmasked: Annotated[
        bool,
        typer.Option(
            "--unmasked",
            help="Leave personal values in the dictionary, for those who may see them; every output says so.",
            rich_help_panel="Personal data",
        ),
    ] = False,
    relations: Annotated[
        bool, typer.Option("--relations/--no-relations", help="Whether to look for references that nothing declares.")
    ] = True,
    ai: Annotated[
        bool | None,
        typer.Option(
            "--ai/--no-ai",
            help="Ask a model for names and descriptions, as set by OPENAI_* (ddgen ai check tests them). Without "
            "either, it is asked where .env or a config file sets OPENAI_BASE_URL or OPENAI_MODEL. "
            "--ai batch hands the work to the slow, half-price lane of OpenAI: ddgen ai batches",
            show_default=False,
            rich_help_panel="Models",
        ),
    ] = None,
    ai_batch: Annotated[bool, typer.Option("--ai-batch", hidden=True)] = False,
    model: Annotated[
        str | None, typer.Option(metavar="NAME", help="The model, over OPENAI_MODEL.", rich_help_panel="Models")
    ] = None,
    privacy: Annotated[
        str | None,
        typer.Option(
            metavar="LEVEL",
            help="What a model may see: none, shapes, masked or raw. Default: masked on this network, shapes beyond.",
            rich_help_panel="Models",
        ),
    ] = None,
    max_cost: Annotated[
        float | None,
        typer.Option(metavar="USD", help="Never spend more on models.", min=0, rich_help_panel="Models"),
    ] = None,
    max_requests: Annotated[
        int | None, typer.Option(metavar="N", help="Never send more requests.", min=0, rich_help_panel="Models")
    ] = None,
    max_time: Annotated[
        float | None,
        typer.Option(metavar="SECONDS", help="Never wait longer for models.", rich_help_panel="Models"),
    ] = None,
    receipt: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Where to write what was sent to a model. Default: in the state folder, one file a run.",
            rich_help_panel="Models",
        ),
    ] = None,
    require: Require = None,
    only_approved: OnlyApproved = False,
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Replace a JSON output that is there and no dictionary, and files with edits that were not imported.",
        ),
    ] = False,
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress and no summary; problems are told.")
    ] = False,
    json_events: Annotated[
        bool,
        typer.Option(
            "--json-events", help="Progress, problems and results as one JSON object a line on standard error."
        ),
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show where an error happened.")] = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Build the dictionary of data and print its summary, or write it to files."""
    from ddgen.cli import job, models, options

    code = job.run(
        job.Job(
            sources=tuple(sources),
            outputs=tuple(output or ()),
            formats=tuple(format_ or ()),
            options=tuple(option or ()),
            name=name,
            tables=tuple(tables or ()),
            sample=sample,
            previous=previous,
            save=save or store is not None,
            store=store,
            types=options.types_places(types),
            glossary=glossary,
            maps={**dict.fromkeys(maps or (), True), **dict.fromkeys(no_maps or (), False)},
            inside=inside,
            verdicts=tuple(pii or ()),
            unmasked=unmasked,
            relations=relations,
            require=require,
            only_approved=only_approved,
            force=force,
            ai=models.Wish(
                ask="batch" if ai_batch else ai,
                settings={
                    "model": model,
                    "privacy": privacy,
                    "max_cost": max_cost,
                    "max_requests": max_requests,
                    "max_time": max_time,
                },
                receipt=receipt,
            ),
            face=_face(quiet=quiet, json_events=json_events),
        )
    )
    raise typer.Exit(code)


def _face(*, quiet: bool, json_events: bool) -> Literal["json", "quiet", "person"]:
    if quiet and json_events:
        raise typer.BadParameter("--quiet and --json-events exclude each other", param_hint="--quiet")
    return "json" if json_events else "quiet" if quiet else "person"


build.__doc__ = f"{build.__doc__}\n\n{EXAMPLES}"
