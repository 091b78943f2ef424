"""`ddgen why`: all that speaks for what is said of a field, from a dictionary or from the data themselves."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from ddgen.cli.options import Debug, Json, Types

if TYPE_CHECKING:
    from io import BufferedReader

    from ddgen.model.dictionary import Dictionary, Field, Table
    from ddgen.pipeline import BuildRequest, Run
    from ddgen.reasons import Known, Reasons, Seen

_HEAD = 1 << 10


def why(  # noqa: PLR0913 - one parameter an option
    source: Annotated[
        str,
        typer.Argument(
            metavar="FILE", help="A dictionary in JSON, or data as ddgen build reads them; - for standard input."
        ),
    ],
    field: Annotated[str, typer.Argument(metavar="FIELD", help="PATH or TABLE.PATH, as in 'orders.items[].sku'.")],
    *,
    tables: Annotated[
        list[str] | None,
        typer.Option(metavar="PATTERN", help="Of data, only tables whose name fits, as in 'order*'. Repeatable."),
    ] = None,
    sample: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Of data, take the facts from N records of each table.")
    ] = None,
    glossary: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What abbreviations mean (see ddgen glossary).")
    ] = None,
    types: Types = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Print all evidence for what is said of a field: claims, types, personal data, keys, references, its name.

    Claims that lost are there with why, and types that came near with what spoke against them. From a dictionary comes
    what it holds; name the data to see every type and reference that was looked at. Personal values are not shown.

    \b
    Examples:
      ddgen why dictionary.json customers.email        what the dictionary knows
      ddgen why shop.sqlite products.price_ct          the data are read for it
      ddgen why dictionary.json email --json | jq .pii
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen import reasons
    from ddgen.cli import options
    from ddgen.cli.job import glossary_in
    from ddgen.cli.outputs import printing
    from ddgen.pipeline import BuildRequest
    from ddgen.types import table as type_table

    places, words = options.types_places(types), glossary_in(glossary)
    known = reasons.Known(type_table.load(places), words)
    if _is_dictionary(source):
        document, owner, part, known = _in_dictionary(source, field, known)
    else:
        request = BuildRequest(
            sources=(source,), tables=tuple(tables or ()), sample=sample, glossary=words, types=places, watch=True
        )
        document, owner, part, known = _in_data(request, field, known)
    found = reasons.reasons(document, owner, part, known)
    with printing():
        if json:
            typer.echo(found.model_dump_json(indent=2, exclude_none=True, by_alias=True))
        else:
            _draw(found, owner, part)


def _draw(found: Reasons, owner: Table, part: Field) -> None:
    from ddgen.cli import why_view
    from ddgen.cli.terminal import console

    why_view.draw(console(), owner, part, found)


def _is_dictionary(source: str) -> bool:
    """Whether a dictionary stands there; what cannot be looked into is left to those who read data."""
    from ddgen.errors import InputError
    from ddgen.sources.files import is_dictionary

    if source == "-":
        if sys.stdin is None:
            raise InputError("it is closed", code="missing", where="standard input")
        buffered = cast("BufferedReader", sys.stdin.buffer)
        return is_dictionary(buffered.peek(_HEAD))
    path = Path(source)
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return is_dictionary(file.read(_HEAD))


def _in_dictionary(source: str, field: str, known: Known) -> tuple[Dictionary, Table, Field, Known]:
    from ddgen import merge
    from ddgen.cli import browse
    from ddgen.cli.documents import read_dictionary

    document = merge.with_edits(read_dictionary(Path(source)))
    document.settle()
    return document, *browse.place_of(document, field), known


def _in_data(request: BuildRequest, field: str, known: Known) -> tuple[Dictionary, Table, Field, Known]:
    """The field in what is built, with what was seen; problems of the input are told on standard error."""
    from dataclasses import replace

    from ddgen import pipeline
    from ddgen.cli import browse
    from ddgen.cli.progress import ProgressBar
    from ddgen.cli.report import tell_problems

    with closing(ProgressBar()) as bar:
        run = pipeline.execute(request, bar.move)
    tell_problems(run.dictionary.problems)
    sys.stderr.flush()
    owner, part = browse.place_of(run.dictionary, field)
    return run.dictionary, owner, part, replace(known, seen=_seen(run, owner, part))


def _seen(run: Run, owner: Table, part: Field) -> Seen | None:
    from ddgen.reasons import Seen

    found = next((one for one in run.seen.get(owner.name, ()) if one[0].path == part.path), None)
    return Seen(*found, run.lost) if found is not None else None
