"""`ddgen import`: takes a workbook or a YAML file that people have edited into a dictionary."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ddgen.cli.options import Debug, Json, Types

if TYPE_CHECKING:
    from collections.abc import Callable

    from ddgen.model.dictionary import Dictionary
    from ddgen.review.returned import Report, Returned
    from ddgen.review.yaml_file import Base


def import_(  # noqa: PLR0913 - one parameter an option
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="What ddgen has written and people have edited: .xlsx, .yaml or .yml."),
    ],
    *,
    into: Annotated[
        Path, typer.Option("--into", metavar="DICTIONARY", help="The dictionary that takes the edits, as JSON.")
    ],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE", help="Write the result there, and leave DICTIONARY as it is."),
    ] = None,
    base: Annotated[
        Path | None,
        typer.Option(
            "--base",
            metavar="FILE",
            help="The file as it was before people edited it, instead of what it says of that itself: "
            "YAML, or a dictionary as JSON.",
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and write nothing.")] = False,
    by: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Who edited it. Default: the user of git, or the account."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Take it though it was made of a dictionary with another name.")
    ] = False,
    types: Types = None,
    json: Json = False,
    debug: Debug = False,  # noqa: ARG001 - read by the translator of errors
) -> None:
    """Take what people have edited in a workbook or a YAML file into a dictionary.

    What only they have changed becomes their text. Where the dictionary has changed too, both texts are listed, theirs
    holds, and the other stays as a claim. Every changed cell is told: as taken, as a conflict, or why it is not taken.

    \b
    Examples:
      ddgen import dictionary.xlsx --into dictionary.json --dry-run    what would change
      ddgen import dictionary.xlsx --into dictionary.json --by Ada     take it
      ddgen import dictionary.yaml --into dictionary.json              the same for YAML in git
    """  # noqa: D301 - \b is the help formatter's mark for lines that stay as they are
    from ddgen.cli import options, take_in_view
    from ddgen.cli.keeping import Kept, person
    from ddgen.cli.outputs import printing
    from ddgen.review import take

    kept = Kept(into)
    returned = _read(file, kept.dictionary, base)
    take.check(kept.dictionary, returned, force=force)
    known_type = _known_types(options.types_places(types), kept.dictionary)
    name = person(by)

    def decision(dictionary: Dictionary) -> Report:
        from ddgen.masked import document
        from ddgen.review.decide import Decision

        shown = dictionary if dictionary.masked else document.masked(dictionary)
        return take.take(take.Taking(dictionary, shown, Decision(by=name), known_type, file.name), returned)

    written = output or into
    if dry_run:
        report = kept.try_out(decision)
    else:
        report = kept.change(decision, to=output, wanted=lambda report: report.changed or output is not None)
    with printing():
        if json:
            typer.echo(take_in_view.as_json(report))
        else:
            take_in_view.draw(report, None if dry_run else written, changed=report.changed)


def _read(file: Path, dictionary: Dictionary, base: Path | None) -> Returned:
    """What a file says. Raises UsageError where its kind is unknown, and what its reader raises."""
    from ddgen.errors import UsageError

    suffix = file.suffix.lower()
    if suffix in {".xlsx", ".xlsm", ".ods"}:
        from ddgen.review import sheet

        if base is not None:
            raise UsageError("a workbook knows its base", where="--base", hint="Leave --base out")
        return sheet.read(file, dictionary)
    if suffix in {".yaml", ".yml"}:
        from ddgen.review import yaml_file

        return yaml_file.read(file, dictionary, None if base is None else _base(base))
    raise UsageError(
        "only workbooks and YAML files come home", where=str(file), hint="Name a file that ends in .xlsx, .yaml or .yml"
    )


def _base(path: Path) -> Base:
    """What a file says of how things were before people edited them."""
    from ddgen.cli.documents import read_dictionary
    from ddgen.review import yaml_file

    if path.suffix.lower() in {".yaml", ".yml"}:
        return yaml_file.base_in(path)
    return yaml_file.base_of(read_dictionary(path))


def _known_types(places: tuple[Path, ...], dictionary: Dictionary) -> Callable[[str], str | None]:
    """Why a text is no semantic type; the types are loaded when the first is asked for."""
    from functools import cache

    @cache
    def names() -> list[str]:
        from ddgen.types import table

        known = {one.id for one in table.load(places)}
        used = {field.semantic_type for _, field in dictionary.fields() if field.semantic_type}
        return sorted(known | used)

    def reason(said: str) -> str | None:
        if said in names():
            return None
        from difflib import get_close_matches

        near = get_close_matches(said, names(), n=3)
        advice = f"near: {', '.join(near)}" if near else "see ddgen types"
        return f"there is no such semantic type; {advice}"

    return reason
