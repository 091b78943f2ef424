"""What `ddgen ai preview` and `ddgen ai estimate` rest on: the sources measured, and the run's questions planned."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ddgen.cli.documents import read_dictionary
from ddgen.errors import InputError, Interrupted, UsageError

if TYPE_CHECKING:
    from ddgen.describe.preview import Preview
    from ddgen.model.problem import Problem
    from ddgen.settings import AiSettings


@dataclass(frozen=True, slots=True)
class Planned:
    """The arguments that both commands share."""

    sources: Sequence[str]
    tables: Sequence[str] | None
    sample: int | None
    previous: Path | None
    types: Sequence[Path] = ()
    inside: bool = True
    ask_server: bool = False


def settings_of(given: Mapping[str, Any]) -> AiSettings:
    """The settings. Raises UsageError where models are turned off."""
    from ddgen.settings import load_ai

    settings = load_ai(**given)
    if not settings.enabled:
        raise UsageError("models are turned off", where="OPENAI_ENABLED", hint="Set OPENAI_ENABLED=true")
    return settings


def planned(wish: Planned, settings: AiSettings) -> Preview:
    """Measure the sources and plan what would be asked; problems of the input are told on standard error."""
    from ddgen import pipeline
    from ddgen.cli.progress import ProgressBar
    from ddgen.cli.report import tell_problems
    from ddgen.describe.preview import Preview, ask_server

    preview = Preview(settings)
    if wish.ask_server:
        preview.facts = asyncio.run(ask_server(settings))
    previous = read_dictionary(wish.previous) if wish.previous is not None else None
    request = pipeline.BuildRequest(
        sources=tuple(wish.sources),
        tables=tuple(wish.tables or ()),
        sample=wish.sample,
        previous=previous,
        types=tuple(wish.types),
        inside=wish.inside,
        session=preview,
    )
    with closing(ProgressBar()) as bar:
        problems = pipeline.build(request, bar.move).problems
    tell_problems(problems)
    sys.stderr.flush()
    _check_read(preview, problems)
    return preview


def _check_read(preview: Preview, problems: Sequence[Problem]) -> None:
    if any(problem.code == Interrupted.code for problem in problems):
        raise Interrupted("interrupted")
    if problems and not preview.plan.texts:
        raise InputError("nothing could be read")
