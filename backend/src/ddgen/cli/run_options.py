"""What a run can be asked for on the command line, once or by the clock."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ddgen.errors import UsageError

if TYPE_CHECKING:
    from ddgen.jobs.spec import RunSpec

Sources = Annotated[
    list[str],
    typer.Argument(metavar="SOURCE", help="Files, folders, globs or addresses of databases.", show_default=False),
]
Name = Annotated[
    str | None, typer.Option(metavar="NAME", help="What the dictionary is called. Default: after the first source.")
]
Tables = Annotated[
    list[str] | None,
    typer.Option(metavar="PATTERN", help="Only tables whose name fits, as in 'order*'. Repeatable."),
]
Sample = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="Take the facts from N records of each table instead of all.")
]
Glossary = Annotated[
    Path | None, typer.Option(metavar="FILE", help="What abbreviations mean: a CSV (see ddgen glossary).")
]
Maps = Annotated[list[str] | None, typer.Option("--map", metavar="PATH", help="This object is a map. Repeatable.")]
NoMaps = Annotated[
    list[str] | None, typer.Option("--no-map", metavar="PATH", help="This object is no map. Repeatable.")
]
Pii = Annotated[
    list[str] | None,
    typer.Option(metavar="PLACE=VERDICT", help="A verdict on personal data (see ddgen build). Repeatable."),
]
Unmasked = Annotated[bool, typer.Option("--unmasked", help="Leave personal values in the dictionary.")]
Ai = Annotated[bool, typer.Option("--ai", help="Ask a model for names and descriptions.")]
Model = Annotated[str | None, typer.Option(metavar="NAME", help="The model, over OPENAI_MODEL.")]
Privacy = Annotated[
    str | None, typer.Option(metavar="LEVEL", help="What a model may see: none, shapes, masked or raw.")
]
MaxCost = Annotated[float | None, typer.Option(metavar="USD", help="Never spend more on models.", min=0)]
Webhooks = Annotated[
    list[str] | None,
    typer.Option("--webhook", metavar="URL", help="Tell this address when the run fails or readers break. Repeatable."),
]
Emails = Annotated[
    list[str] | None,
    typer.Option(
        "--email", metavar="ADDRESS", help="Tell this person when the run fails or readers break. Repeatable."
    ),
]


def spec_of(sources: list[str], **said: Any) -> RunSpec:
    """The spec of what was said; places mean the same in the worker's folder. Raises UsageError."""
    from ddgen.jobs import spec

    maps = {**dict.fromkeys(said.pop("maps") or (), True), **dict.fromkeys(said.pop("no_maps") or (), False)}
    request: dict[str, Any] = {"sources": [_anchored(source) for source in sources], "maps": maps}
    request["pii"] = dict(_verdict(one) for one in said.pop("pii") or ())
    for name in ("glossary", "types"):
        places = said.pop(name) or ()
        if places:
            request[name] = (
                spec.anchored(str(places)) if name == "glossary" else [spec.anchored(str(one)) for one in places]
            )
    request |= {name: value for name, value in said.items() if value is not None}
    return spec.read(request)


def _anchored(source: str) -> str:
    from ddgen.jobs import spec

    return source if source == "-" else spec.anchored(source)


def _verdict(said: str) -> tuple[str, str]:
    from ddgen import verdicts

    place, sign, verdict = said.rpartition("=")
    if not sign or not place.strip():
        raise UsageError(f"this says nothing of a place: {said}", where="--pii", hint="Say it as in note=contact:2")
    verdicts.read(verdict)
    return place.strip(), verdict
