"""`ddgen ai`: the server's check, what a run would send and cost, what is kept, and what waits."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ddgen.cli.options import Debug, Inside, Json, Types, types_places

app = typer.Typer(
    name="ai",
    rich_markup_mode=None,
    no_args_is_help=True,
    help="Models: test the server, see what a run would send and cost, what is kept, and what waits.",
)
cache = typer.Typer(
    name="cache", rich_markup_mode=None, no_args_is_help=True, help="The texts that earlier runs have kept"
)

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="Files, folders, globs, or - for standard input.", show_default=False),
]
Tables = Annotated[
    list[str] | None,
    typer.Option(metavar="PATTERN", help="Only tables whose name fits, as in 'order*'. Repeatable."),
]
Sample = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Take the facts from N records of each table instead of all.")
]
Previous = Annotated[
    Path | None,
    typer.Option(metavar="FILE", help="A dictionary: what people said in it is not asked for."),
]
Model = Annotated[str | None, typer.Option(metavar="NAME", help="The model, over OPENAI_MODEL.")]
Level = Annotated[
    str | None,
    typer.Option(
        "--privacy",
        metavar="LEVEL",
        help="What a model may see: none, shapes, masked or raw. Default: masked on this network, shapes beyond.",
    ),
]
AskServer = Annotated[
    bool,
    typer.Option(
        "--ask-server", help="Ask the server which model it has, for slots and context; still no prompt is sent."
    ),
]


@app.command("check", short_help="Test the configured server")
def check(
    *,
    model: Model = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Test the configured server: address, key, model, context, slots, an answer in the right form, speed, cache.

    A prompt or two about a made-up table are sent; none of your data are. Exit code 0, 5 where the server fails, 2
    where settings do.

    \b
    Examples:
      ddgen ai check                    the server that OPENAI_BASE_URL or .env names
      ddgen ai check --model qwen3-8b   another model
      ddgen ai check --json             for a program
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import ai_check

    raise typer.Exit(ai_check.run(model=model, as_json=json))


@app.command("preview", short_help="Print the exact prompts that a run would send")
def preview(  # noqa: PLR0913 - one parameter an option
    sources: Sources,
    *,
    tables: Tables = None,
    sample: Sample = None,
    previous: Previous = None,
    types: Types = None,
    inside: Inside = True,
    model: Model = None,
    privacy: Level = None,
    ask_server: AskServer = False,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Print what `ddgen build --ai` would send for these sources, word for word, and send nothing.

    Also what is kept back of each field and why, tokens, price and expected time. Later prompts of a run may hold
    more or fewer fields, by the speed that is measured; the random mark around the data differs each time.

    \b
    Examples:
      ddgen ai preview shop.sqlite --tables orders      the prompts for one table
      ddgen ai preview data/ --privacy none             with names and types alone
      ddgen ai preview data/ --json | jq '.prompts[0]'  the first request as JSON
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import ai_preview
    from ddgen.cli.ai_plan import Planned

    planned = Planned(sources, tables, sample, previous, types_places(types), inside=inside, ask_server=ask_server)
    raise typer.Exit(ai_preview.run(planned, {"model": model, "privacy": privacy}, as_json=json))


@app.command("estimate", short_help="How many requests, tokens, dollars and seconds a run would take")
def estimate(  # noqa: PLR0913 - one parameter an option
    sources: Sources,
    *,
    tables: Tables = None,
    sample: Sample = None,
    previous: Previous = None,
    types: Types = None,
    inside: Inside = True,
    model: Model = None,
    privacy: Level = None,
    max_cost: Annotated[
        float | None, typer.Option(metavar="USD", min=0, help="Also say how much of it this amount would allow.")
    ] = None,
    speed: Annotated[
        float | None,
        typer.Option(metavar="TOKENS", min=0.1, help="Tokens a second that the server writes, as ddgen ai check says."),
    ] = None,
    ask_server: AskServer = False,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Say what `ddgen build --ai` would take for these sources, and send nothing.

    \b
    Examples:
      ddgen ai estimate shop.sqlite                      fields, requests, tokens, dollars, seconds
      ddgen ai estimate data/ --max-cost 0.50            and how far 50 cents would go
      ddgen ai estimate data/ --ask-server --speed 12    with the slots and the speed of a server of your own
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import ai_estimate
    from ddgen.cli.ai_plan import Planned

    planned = Planned(sources, tables, sample, previous, types_places(types), inside=inside, ask_server=ask_server)
    given = {"model": model, "privacy": privacy, "max_cost": max_cost}
    raise typer.Exit(ai_estimate.run(planned, given, speed=speed, as_json=json))


@app.command("batches", short_help="List, collect or cancel what waits in OpenAI's Batch API")
def batches(
    *,
    collect: Annotated[
        bool, typer.Option("--collect", help="Keep the texts of batches that are done, so that builds find them.")
    ] = False,
    cancel: Annotated[
        list[str] | None,
        typer.Option(metavar="ID", help="End this batch before its time; the first letters of its id do. Repeatable."),
    ] = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """List the batches that ddgen build --ai batch has handed over, and how far they are; collect or cancel them.

    Of a batch that expired or was cancelled, what was finished is collected (and was billed). Builds with --ai or
    --ai batch find the texts in the cache, and ask for the rest.

    \b
    Examples:
      ddgen build shop.sqlite --ai batch -o shop.json   hands over, and writes texts by rule meanwhile
      ddgen ai batches                                  some hours later: how far it is
      ddgen ai batches --collect                        keep what is done
      ddgen ai batches --cancel 1f0c9a2b                end one of them before its time
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import ai_batches

    if collect and cancel:
        raise typer.BadParameter("--collect and --cancel exclude each other", param_hint="--cancel")
    raise typer.Exit(ai_batches.run(collect=collect, cancel=cancel or (), as_json=json))


@cache.command("stats", short_help="What the cache file holds")
def stats(
    *,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Say how many texts of models are kept, how large the file is, and what the latest runs took.

    \b
    Example:
      ddgen ai cache stats
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import ai_cache

    ai_cache.stats(as_json=json)


@cache.command("clear", short_help="Forget the texts in the cache file")
def clear(
    *,
    unanswered: Annotated[
        bool,
        typer.Option("--unanswered", help="Forget only which questions got no useful answer, and keep the texts."),
    ] = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Forget all texts of models that earlier runs have kept; the next run asks anew. Waiting batches stay.

    Also forgotten is which questions got no useful answer, and which models were found unfit: neither is asked again
    for some days otherwise.

    \b
    Examples:
      ddgen ai cache clear
      ddgen ai cache clear --unanswered    keep the texts, and ask again where there was no useful answer
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import ai_cache

    ai_cache.clear(unanswered=unanswered)


app.add_typer(cache)
