"""`ddgen schedule`: runs that the clock asks for."""

from __future__ import annotations

import json as as_text
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ddgen.cli import run_options as options
from ddgen.cli.options import Debug, Json, StoreAt, Types, types_places

if TYPE_CHECKING:
    from ddgen.store.schedules import ScheduleRow

app = typer.Typer(name="schedule", rich_markup_mode=None, no_args_is_help=True)

Key = Annotated[str, typer.Argument(metavar="SCHEDULE", help="The name or id of the schedule.")]


@app.callback()
def schedules() -> None:
    """Runs that the clock asks for, while a worker is at work (ddgen worker, ddgen serve).

    \b
    ddgen schedule add shop.sqlite --cron '0 6 * * *' --zone Europe/Berlin
    ddgen schedule list
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are


@app.command("add", short_help="Ask for a run by the clock")
def add(  # noqa: PLR0913 - one parameter an option
    sources: options.Sources,
    *,
    cron: Annotated[
        str,
        typer.Option("--cron", metavar="EXPRESSION", help="Minute, hour, day, month and weekday, as in '0 6 * * 1-5'."),
    ],
    zone: Annotated[
        str, typer.Option("--zone", metavar="ZONE", help="The time zone of the expression, as in Europe/Berlin.")
    ] = "UTC",
    title: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="What the schedule is called. Default: as the dictionary."),
    ] = None,
    name: options.Name = None,
    tables: options.Tables = None,
    sample: options.Sample = None,
    glossary: options.Glossary = None,
    types: Types = None,
    maps: options.Maps = None,
    no_maps: options.NoMaps = None,
    pii: options.Pii = None,
    unmasked: options.Unmasked = False,
    ai: options.Ai = False,
    model: options.Model = None,
    privacy: options.Privacy = None,
    max_cost: options.MaxCost = None,
    webhooks: options.Webhooks = None,
    emails: options.Emails = None,
    store: StoreAt = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Ask for a run whenever the clock says so. A run that would begin before the last one has ended is left out.

    \b
    Examples:
      ddgen schedule add shop.sqlite --cron '0 6 * * *'
      ddgen schedule add postgresql://me@db/shop --cron '30 2 * * 1-5' --zone Europe/Berlin
      ddgen schedule add shop.sqlite --cron '0 0 * * *' --email data@example.com
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli.stored import actor, open_store
    from ddgen.jobs.schedules import ScheduleDesk

    wanted = options.spec_of(
        sources,
        name=name,
        tables=tables,
        sample=sample,
        glossary=glossary,
        types=types_places(types),
        maps=maps,
        no_maps=no_maps,
        pii=pii,
        unmasked=unmasked,
        ai=ai,
        model=model,
        privacy=privacy,
        max_cost=max_cost,
        webhooks=webhooks,
        emails=emails,
    )
    with open_store(store) as opened:
        made = ScheduleDesk(opened).add(wanted, cron, actor=actor(), name=title, zone=zone)
    _tell([made], as_json=json)


@app.command("list", short_help="The schedules of a store")
def listed(
    *,
    store: StoreAt = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """List schedules: name, expression, when each comes next, and the run that it asked for last."""
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        _tell(opened.schedules.all(), as_json=json)


@app.command("remove", short_help="Take a schedule away")
def remove(
    schedule: Key,
    *,
    store: StoreAt = None,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Take a schedule away; runs that it asked for stay."""
    from ddgen.cli.stored import actor, open_store

    with open_store(store) as opened:
        opened.schedules.remove(schedule, actor=actor())


@app.command("run", short_help="Ask for the run of a schedule now")
def run(
    schedule: Key,
    *,
    store: StoreAt = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Ask for the run of a schedule now, and print its id."""
    from ddgen.cli import run_view
    from ddgen.cli.stored import actor, open_store
    from ddgen.jobs.schedules import ScheduleDesk

    with open_store(store) as opened:
        run_view.tell(ScheduleDesk(opened).run(schedule, actor=actor()), as_json=json, short=True)


def _tell(found: list[ScheduleRow], *, as_json: bool) -> None:
    from ddgen.cli.outputs import printing
    from ddgen.exporters.text import visible
    from ddgen.jobs.schedules import following

    with printing():
        if as_json:
            typer.echo(as_text.dumps([_document(one) for one in found], indent=2))
            return
        for one in found:
            soon = following(one.cron, one.zone).strftime("%Y-%m-%d %H:%M %Z")
            last = f"  last {one.last_run_id}" if one.last_run_id else ""
            typer.echo(f"{visible(one.name)}  {one.cron}  next {soon}{last}")
        if not found:
            typer.echo("No schedules")


def _document(one: ScheduleRow) -> dict[str, Any]:
    from ddgen.jobs.schedules import following

    return {
        "id": one.id,
        "name": one.name,
        "cron": one.cron,
        "zone": one.zone,
        "request": one.request,
        "created_by": one.created_by,
        "created_at": one.created_at.isoformat(),
        "last_run_id": one.last_run_id,
        "next_at": following(one.cron, one.zone).isoformat(),
    }
