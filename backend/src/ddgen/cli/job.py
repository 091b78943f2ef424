"""What `ddgen build` does once its arguments are read: recall, build, write, report, and the exit code."""

from __future__ import annotations

import glob
import os
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ddgen import pipeline
from ddgen.cli import models
from ddgen.cli import stored as stored_
from ddgen.cli.documents import read_dictionary
from ddgen.cli.outputs import STDOUT, Target, printing, targets_of, write_targets
from ddgen.cli.report import JsonLines, Person, Quiet, Reporter
from ddgen.errors import DdgenError, DocumentError, ExternalServiceError, InputError, Interrupted, UsageError
from ddgen.exporters.write import Written
from ddgen.model.dictionary import Dictionary
from ddgen.model.problem import Severity
from ddgen.review import demand

if TYPE_CHECKING:
    from ddgen.model.personal import Pii
    from ddgen.store.records import Recalled
    from ddgen.types.glossary import Glossary

INPUT_HAD_PROBLEMS = 3


@dataclass(frozen=True, slots=True)
class Job:
    """The arguments of `ddgen build`."""

    sources: tuple[str, ...]
    outputs: tuple[str, ...]
    formats: tuple[str, ...]
    options: tuple[str, ...]
    name: str | None
    tables: tuple[str, ...]
    sample: int | None
    previous: Path | None
    save: bool
    store: str | None
    types: tuple[Path, ...]
    glossary: Path | None
    maps: Mapping[str, bool]
    inside: bool
    verdicts: tuple[str, ...]
    unmasked: bool
    relations: bool
    require: Literal["approved"] | None
    only_approved: bool
    force: bool
    ai: models.Wish
    face: Literal["person", "quiet", "json"]


def run(job: Job) -> int:
    """Do the job; the exit code. Raises DdgenError where nothing could be done at all."""
    started = time.monotonic()
    targets = targets_of(job.outputs, job.formats, job.options)
    _check_places(job.sources, targets)
    verdicts = _verdicts(job.verdicts)
    previous = _recalled(job, targets)
    stored = stored_.recall(job.store, job.name, job.sources) if job.save and previous is None else None
    if stored is not None:
        previous = stored.dictionary
    reporter = _reporter(job, targets)
    with closing(reporter), models.session(job.ai, quiet=job.face != "person") as session:
        request = pipeline.BuildRequest(
            sources=job.sources,
            name=job.name,
            tables=job.tables,
            sample=job.sample,
            previous=previous,
            types=job.types,
            glossary=glossary_in(job.glossary),
            maps=job.maps,
            inside=job.inside,
            verdicts=verdicts,
            unmasked=job.unmasked,
            relations=job.relations,
            session=session,
        )
        dictionary = pipeline.build(request, reporter.progress)
    unsaved = _save(job, dictionary, stored)
    written = [*_left(dictionary, targets), *_write(job, dictionary, _worth_writing(dictionary, targets))]
    code = exit_code(dictionary, written)
    with printing():
        reporter.result(dictionary, written, code, time.monotonic() - started)
    if unsaved is not None:
        raise unsaved
    return code


def _save(job: Job, dictionary: Dictionary, base: Recalled | None) -> DdgenError | None:
    """Keep the dictionary in the store where that is wanted; why not, so that outputs are written first."""
    if job.save:
        try:
            stored_.save(job.store, dictionary, base)
        except DdgenError as error:
            return error
    return None


def exit_code(dictionary: Dictionary, written: Sequence[Written]) -> int:
    """The code for a dictionary that was built.

    A failed output comes first, then an interruption, a model that wrote nothing at all, and problems of the input.
    """
    failed = [result.error.exit_code for result in written if result.error is not None]
    if failed:
        return failed[0]
    if any(problem.code == Interrupted.code for problem in dictionary.problems):
        return Interrupted.exit_code
    generation = dictionary.generation
    if generation is not None and generation.fields and generation.by_rule == generation.fields:
        return ExternalServiceError.exit_code
    broken = any(problem.severity is Severity.ERROR for problem in dictionary.problems)
    return INPUT_HAD_PROBLEMS if broken else 0


def _worth_writing(dictionary: Dictionary, targets: Sequence[Target]) -> list[Target]:
    """The outputs to write: where nothing was read because of problems, no file that stands there is replaced."""
    if any(not table.removed for table in dictionary.tables) or not dictionary.problems:
        return list(targets)
    return [target for target in targets if target.path == STDOUT or not Path(target.path).exists()]


def _left(dictionary: Dictionary, targets: Sequence[Target]) -> list[Written]:
    writing = _worth_writing(dictionary, targets)
    reason = "left as it was, since nothing could be read"
    return [
        Written(target.output, error=InputError(reason, where=target.path))
        for target in targets
        if target not in writing
    ]


def _write(job: Job, dictionary: Dictionary, targets: Sequence[Target]) -> list[Written]:
    """Write the outputs; what is demanded of texts holds for all but JSON, which is the dictionary itself."""
    whole = [target for target in targets if target.format == "json"]
    others = [target for target in targets if target.format != "json"]
    written = write_targets(dictionary, whole, force=job.force)
    try:
        shown = demand.met(dictionary, require=job.require, only_approved=job.only_approved) if others else dictionary
    except UsageError as error:
        return [*written, *(Written(target.output, error=error) for target in others)]
    return [*written, *write_targets(shown, others, force=job.force)]


def _reporter(job: Job, targets: Sequence[Target]) -> Reporter:
    if job.face == "json":
        return JsonLines()
    if job.face == "quiet":
        return Quiet()
    return Person(stdout_taken=any(target.path == STDOUT for target in targets))


def _check_places(sources: Sequence[str], targets: Sequence[Target]) -> None:
    """No output may replace what is read."""
    for target in (target for target in targets if target.path != STDOUT):
        place = os.path.realpath(target.path)
        for source in (source for source in sources if source != STDOUT):
            if os.path.realpath(source) == place:
                raise UsageError("this is one of the sources", where=target.path, hint="Write to another file")
            if _finds(source, place) and _may_be_data(Path(place)):
                reason = f"it would be read as data of {source}, and then replaced"
                raise UsageError(reason, where=target.path, hint="Write to another folder, or remove this file first")


def _finds(source: str, place: str) -> bool:
    """Whether a folder holds a file, or a pattern matches it."""
    if Path(source).is_dir():
        return Path(place).is_relative_to(os.path.realpath(source))
    return any(os.path.realpath(match) == place for match in glob.iglob(source, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern


def _may_be_data(path: Path) -> bool:
    """Whether a file that was found would be read: a dictionary of ours would not, nor what is no data by its name."""
    from ddgen.sources.files import is_dictionary
    from ddgen.sources.folder import is_data

    if not path.is_file() or not is_data(path.name):
        return False
    with path.open("rb") as file:
        return not is_dictionary(file.read(1 << 10))


def _verdicts(said: Sequence[str]) -> dict[str, Pii]:
    """What a person says of personal data, by place. Raises UsageError where a text is no `PLACE=VERDICT`."""
    from ddgen import verdicts

    found = {}
    for one in said:
        place, sign, verdict = one.rpartition("=")
        if not sign or not place.strip():
            raise UsageError(f"this says nothing of a place: {one}", where="--pii", hint="Say it as in note=contact:2")
        found[place.strip()] = verdicts.read(verdict)
    return found


def glossary_in(path: Path | None) -> Glossary | None:
    """The glossary in a file, if one is named. Raises UsageError and InputError."""
    from ddgen.types.glossary import Glossary

    return None if path is None else Glossary.load(path)


def _recalled(job: Job, targets: Sequence[Target]) -> Dictionary | None:
    """The earlier dictionary whose texts and decisions are kept."""
    if job.previous is not None:
        return read_dictionary(job.previous, unmasked=True)
    found = [found for target in targets if (found := _standing(target, force=job.force)) is not None]
    return found[0] if found else None


def _standing(target: Target, *, force: bool) -> Dictionary | None:
    """The dictionary that stands where a JSON output goes; something else there is not replaced unawares."""
    path = Path(target.path)
    if target.format != "json" or target.path == STDOUT or not path.is_file() or not path.stat().st_size:
        return None
    try:
        return read_dictionary(path, unmasked=True)
    except DocumentError as error:
        if force:
            return None
        hint = "Write to another file, or add --force to replace it"
        raise UsageError(
            f"a file that is no dictionary stands there ({error.message})", where=target.path, hint=hint
        ) from error
