"""`ddgen run`: runs into a store, asked for, looked at, cancelled and asked for again; `ddgen worker` does them."""

from __future__ import annotations

from typing import Annotated

import typer

from ddgen.cli import run_options as options
from ddgen.cli.options import Debug, Json, StoreAt, Types, types_places

app = typer.Typer(name="run", rich_markup_mode=None, no_args_is_help=True)

Id = Annotated[str, typer.Argument(metavar="RUN", help="The id of the run, or the first letters of it.")]


@app.callback()
def runs() -> None:
    """Runs into a store: they wait in its queue, and a worker does them (ddgen worker, ddgen serve).

    \b
    ddgen run submit shop.sqlite --name shop
    ddgen run list --state failed
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are


@app.command("submit", short_help="Ask for a run")
def submit(  # noqa: PLR0913 - one parameter an option
    sources: options.Sources,
    *,
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
    wait: Annotated[bool, typer.Option("--wait", help="Wait for the end of the run, and show how far it is.")] = False,
    store: StoreAt = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Put a run into the queue of a store and print its id.

    Before the data are read, the dictionary of that name is recalled: what people wrote in it stays.

    \b
    Examples:
      ddgen run submit shop.sqlite --name shop
      ddgen run submit 'exports/*.csv' --name exports --wait
      ddgen run submit shop.sqlite --ai --max-cost 0.50
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import run_view
    from ddgen.cli.stored import actor, open_store
    from ddgen.jobs.desk import RunDesk

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
        desk = RunDesk(opened)
        run = desk.submit(wanted, actor=actor())
        code = run_view.followed(desk, run.id, as_json=json) if wait else 0
        if not wait:
            run_view.tell(desk.store.runs.get(run.id), as_json=json, short=True)
    raise typer.Exit(code)


@app.command("list", short_help="The runs of a store, the newest first")
def listed(
    *,
    state: Annotated[
        str | None,
        typer.Option(metavar="STATE", help="Only those: queued, running, succeeded, failed or cancelled."),
    ] = None,
    limit: Annotated[int, typer.Option(metavar="N", min=1, max=1000, help="At most so many.")] = 20,
    store: StoreAt = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """List runs: id, state, dictionary, when, who asked, and what they cost."""
    from ddgen.cli import run_view
    from ddgen.cli.stored import open_store

    with open_store(store) as opened:
        run_view.list_of(opened, run_view.state_of(state), limit, as_json=json)


@app.command("show", short_help="Everything about one run")
def show(
    run: Id,
    *,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Wait for its end, and show how far it is.")] = False,
    store: StoreAt = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Show a run: what was asked, how far it is, what happened, what it cost, and how it ended."""
    from ddgen.cli import run_view
    from ddgen.cli.stored import open_store
    from ddgen.jobs.desk import RunDesk

    with open_store(store) as opened:
        desk, run_id = RunDesk(opened), run_view.found(opened, run)
        code = run_view.followed(desk, run_id, as_json=json) if follow else 0
        if not follow:
            run_view.tell(opened.runs.get(run_id), as_json=json, events=desk.events(run_id))
    raise typer.Exit(code)


@app.command("cancel", short_help="Stop a run, queued or under way")
def cancel(
    run: Id,
    *,
    store: StoreAt = None,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Cancel a run: its process ends within seconds, and nothing of it gets into the dictionary.

    Texts that a model has written for it are kept, and not paid for again.
    """
    from ddgen.cli import run_view
    from ddgen.cli.stored import actor, open_store
    from ddgen.jobs.desk import RunDesk

    with open_store(store) as opened:
        done = RunDesk(opened).cancel(run_view.found(opened, run), actor=actor())
        run_view.tell(done, short=True)


@app.command("retry", short_help="Ask for the same run again")
def retry(
    run: Id,
    *,
    store: StoreAt = None,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Ask for a run that is over again, as a new run, and print the id of that."""
    from ddgen.cli import run_view
    from ddgen.cli.stored import actor, open_store
    from ddgen.jobs.desk import RunDesk

    with open_store(store) as opened:
        run_view.tell(RunDesk(opened).retry(run_view.found(opened, run), actor=actor()), short=True)
