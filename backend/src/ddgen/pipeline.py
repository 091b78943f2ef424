"""The main job: from sources to a dictionary, as a tuple of steps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

import ddgen
from ddgen import map_choices, verdicts
from ddgen import merge as merging
from ddgen.errors import DdgenError, InputError, Interrupted, UsageError
from ddgen.interrupts import held
from ddgen.masked import document
from ddgen.model.dictionary import Dictionary, Engine, Sampling, Table
from ddgen.model.path import format_path
from ddgen.model.personal import Pii
from ddgen.model.problem import Problem, Problems, Severity
from ddgen.model.question import Probe
from ddgen.model.relation import Relation
from ddgen.model.values import Values
from ddgen.sources.spec import readable, shareable

if TYPE_CHECKING:
    from ddgen.describe.texts import Describer
    from ddgen.profiling.profiler import TableFacts
    from ddgen.semantics.column import Column
    from ddgen.semantics.relations import Lost
    from ddgen.semantics.scoring import Fit
    from ddgen.types.glossary import Glossary
    from ddgen.types.table import TypeTable

_VALUES_HELD = 1_500_000
"""Values of all tables together that are held to find their meaning: some 150 MB at most."""


@dataclass(frozen=True, slots=True)
class Event:
    """Progress of a run. `done` and `total` count bytes where the size of the input is known, else rows or tables."""

    step: str
    table: str | None
    done: int
    total: int | None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class BuildRequest:
    """What to build from, and how."""

    sources: tuple[object, ...]
    name: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    """By the path of a file, the name that it is known by instead."""
    tables: tuple[str, ...] = ()
    sample: int | None = None
    previous: Dictionary | None = None
    types: tuple[FilePath, ...] = ()
    """Files or folders with semantic types of a person's own, over those that come with ddgen."""
    maps: Mapping[str, bool] = field(default_factory=dict)
    """Object paths (`path` or `table:path`) that are maps, or are none."""
    verdicts: Mapping[str, Pii] = field(default_factory=dict)
    """What a person says of personal data in fields, by `path` or `table:path`; over what any rule finds."""
    unmasked: bool = False
    """Whether personal values stay in the dictionary, for those who may see them."""
    relations: bool = True
    """Whether references are inferred; declared ones are always taken."""
    inside: bool = True
    """Whether texts are looked into for documents, such as JSON."""
    glossary: Glossary | None = None
    """What abbreviations mean, told by people."""
    session: Describer | None = None
    """The model to ask for names and descriptions; without one they are made by rule. The caller closes it."""

    watch: bool = False
    """Whether the run keeps what it judged the meaning of fields by, and the references that it did not take."""


class Run:
    """One execution: what the steps have found so far."""

    def __init__(self, request: BuildRequest, on_event: Callable[[Event], None], stack: ExitStack) -> None:
        from ddgen.sources import named
        from ddgen.types.table import load

        self.request = request
        self.types: TypeTable = load(request.types)
        self.on_event = on_event
        self.stack = stack
        self.problems = Problems()
        self.relations: list[Relation] = []
        self.continues: dict[str, Table] = {}
        """By table name, the table of the previous dictionary that it continues."""
        self.tables: list[tuple[Relation, Table]] = []
        self.evidence: dict[str, dict[str, Values]] = {}
        """By table name and path, values at hand to find their meaning; not part of the document."""
        self.seen: dict[str, list[tuple[Column, list[Fit]]]] = {}
        """By table name, what the meaning of its fields was judged by; kept where the request says to watch."""
        self.lost: list[Lost] = []
        """References that were looked at and not taken; same."""
        self.dictionary = Dictionary(
            name=request.name or named.after(request.sources),
            generated_at=datetime.now(UTC).replace(microsecond=0),
            engine=Engine(version=ddgen.__version__),
            sample=Sampling(rows=request.sample) if request.sample else None,
        )
        self.interrupted = False

    def keep_values(self, table: str, facts: TableFacts) -> None:
        """Keep a table's values; where all tables' are too many, fewer of each."""
        self.evidence[table] = {format_path(found.path): found.values for found in facts.fields if found.values.items}
        while sum(len(values.items) for held in self.evidence.values() for values in held.values()) > _VALUES_HELD:
            self.evidence = {
                name: {path: values.cut(len(values.items) // 2) for path, values in held.items()}
                for name, held in self.evidence.items()
            }

    def stopped(self, when: str, hint: str) -> None:
        """Note that a person stopped the run."""
        self.interrupted = True
        message = f"stopped by a person {when}"
        self.problems.add(Problem(code=Interrupted.code, message=message, source=self.dictionary.name, hint=hint))

    def misses(self, error: UsageError) -> None:
        """Refuse a request for something that is not there, unless it may be missing since not all could be read."""
        if not (self.interrupted or self.problems.broken):
            raise error
        self.problems.add(
            Problem(code=error.code, message=error.message, source=error.where or "request", hint=error.hint)
        )

    def told(self, error: DdgenError, relation: Relation) -> None:
        """Keep an error as a problem: the rest goes on."""
        self.problems.add(
            Problem(
                code=error.code,
                message=error.message,
                source=readable(shareable(error.where or relation.uri)),
                table=relation.name,
                hint=error.hint,
            )
        )


def read(run: Run) -> None:
    """Find the tables in the sources."""
    from ddgen.sources import files, named, objects

    run.on_event(Event("read", None, 0, None))
    paths: list[str | FilePath] = []
    for number, source in enumerate(run.request.sources, start=1):
        try:
            made = objects.relations_of(source, "data" if len(run.request.sources) == 1 else f"data_{number}")
        except InputError as error:
            run.problems.add(
                Problem(code=error.code, message=error.message, source=f"source {number}", hint=error.hint)
            )
            continue
        if made is not None:
            run.relations += made
        elif isinstance(source, str | FilePath):
            paths.append(source)
        else:
            raise UsageError(
                f"cannot read a {type(source).__name__}",
                hint="Give a path, a data frame, an Arrow table, a DuckDB relation or a list of dicts",
            )
    if paths:
        opened: AbstractContextManager[list[Relation]] = files.opened(paths, run.problems, run.request.names)
        run.relations += run.stack.enter_context(opened)
    named.tell_apart(run.relations)
    if run.request.tables:
        run.relations = named.wanted(run.relations, run.request.tables)


def recall(run: Run) -> None:
    """Find which tables of the previous dictionary these continue, so that decisions stay as they were."""
    if run.request.previous is None:
        return
    asked = [
        Table(id="", name=relation.name, uri=relation.uri, format=relation.format, record_path=relation.record_path)
        for relation in run.relations
    ]
    previous = merging.with_edits(run.request.previous)
    for table, found in zip(asked, merging.match_tables(asked, previous.tables), strict=True):
        if found is not None:
            run.continues[table.name] = found[0]
    if run.continues and run.request.name is None:
        run.dictionary.name = previous.name


def profile(run: Run) -> None:
    """Measure every table; a person may stop this, and what was measured until then is kept."""
    for relation in run.relations:
        if run.interrupted:
            break
        try:
            _profile(run, relation)
        except DdgenError as error:
            run.told(error, relation)
        for problem in relation.problems:
            run.problems.add(problem)
    for problem in map_choices.unmet((table for _, table in run.tables), run.request.maps, run.dictionary.name):
        run.problems.add(problem)
    if run.interrupted:
        when = f"after {len(run.tables)} of {len(run.relations)} tables"
        run.stopped(when, "Facts are of what was read until then")


def _profile(run: Run, relation: Relation) -> None:
    from ddgen.assemble import table_of
    from ddgen.profiling import late_inside
    from ddgen.profiling.profiler import Profiler
    from ddgen.profiling.sampling import Sampler

    before = run.continues.get(relation.name)
    maps = map_choices.chosen(relation.name, {} if before is None else before.maps, run.request.maps)
    profiler = Profiler(maps, inside=run.request.inside)
    profiler.declare([declared.path for declared in relation.declared])
    relation.wanted_rows = run.request.sample
    sampler = Sampler(run.request.sample) if run.request.sample else None
    rows, complete = 0, True
    try:
        for batch in relation.batches():
            rows += batch.count
            with held():
                (profiler.feed if sampler is None else sampler.offer)(batch)
            total = relation.size or relation.row_estimate
            run.on_event(Event("profile", relation.name, batch.done if relation.size else rows, total, rows))
    except DdgenError as error:
        if not rows:
            raise
        run.told(error, relation)
        complete = False
    except KeyboardInterrupt:
        run.interrupted, complete = True, False
    for batch in sampler.chosen() if sampler is not None else ():
        profiler.feed(batch)
    run.interrupted |= late_inside.complete(
        profiler,
        relation,
        sample=sampler.chosen() if sampler is not None else None,
        whole=complete,
        told=run.told,
        on_batch=lambda batch: run.on_event(Event("profile", relation.name, batch.done, relation.size)),
    )
    complete = complete and not any(problem.severity is Severity.ERROR for problem in relation.problems)
    facts = profiler.finish()
    run.keep_values(relation.name, facts)
    run.tables.append((relation, table_of(relation, facts, rows=relation.row_count or rows, complete=complete)))


def detect(run: Run) -> None:
    """Find what fields mean, and what identifies a row, by a second look where facts only suggest it."""
    from ddgen.semantics import declared, keys
    from ddgen.semantics import detect as meaning

    for number, (_, table) in enumerate(run.tables):
        run.on_event(Event("detect", table.name, number, len(run.tables)))
        table.settle()
        before = run.continues.get(table.name)
        seen = meaning.detect(table, run.evidence.get(table.name, {}), run.types, before=before)
        merging.recall_verdicts(table, before)
        if run.request.watch:
            run.seen[table.name] = seen
    tables, said = [table for _, table in run.tables], declared.keys(relation for relation, _ in run.tables)
    for error in verdicts.claim(run.request.verdicts, tables, run.dictionary.generated_at):
        run.misses(error)
    _asked(run, lambda probe: keys.find(tables, said, probe))


def _asked(run: Run, work: Callable[[Probe], None]) -> None:
    """Do what needs exact answers from the data, and settle what is claimed; a person may stop it."""
    from ddgen.profiling.probe import DataProbe

    reread = run.request.sample is None and not run.interrupted
    try:
        with DataProbe(run.tables, run.evidence, reread=reread, told=run.told) as probe:
            work(probe)
    except KeyboardInterrupt:
        run.stopped("while keys and references were looked for", "Run again to have them")
    for _, table in run.tables:
        table.settle()


def relate(run: Run) -> None:
    """Find references: those that sources declare, which are checked, and those that names and values suggest."""
    from ddgen.semantics import declared, pii_spread, relations

    run.on_event(Event("relate", None, 0, len(run.tables)))
    tables, said = [table for _, table in run.tables], declared.references(relation for relation, _ in run.tables)
    refused, links, infer = declared.refused(run.continues), run.dictionary.relationships, run.request.relations
    lost = run.lost if run.request.watch else None
    links += relations.declared(tables, said)
    _asked(
        run, lambda probe: relations.find(tables, run.evidence, probe, links, infer=infer, rejected=refused, lost=lost)
    )
    pii_spread.spread(tables, links)


def conclude(run: Run) -> None:
    """Conclude data types that texts alone cannot tell, now that it is known what fields are."""
    from ddgen.semantics import data_types

    for _, table in run.tables:
        data_types.refine(table)


def explain(run: Run) -> None:
    """Add units, and what codes stand for, now that it is known which fields are keys and references."""
    from ddgen.profiling.lookup import Lookup
    from ddgen.semantics import codes, units

    tables = [table for _, table in run.tables]
    for table in tables:
        units.claim_units(table, run.evidence.get(table.name, {}))
        table.settle()
    try:
        codes.claim_codes(tables, Lookup([] if run.interrupted else run.tables, run.told))
    except KeyboardInterrupt:
        run.interrupted = True
    for table in tables:
        table.settle()


def describe(run: Run) -> None:
    """Add names and texts by rule and, where there is a session, a model's for the fields that need them."""
    from ddgen.describe import rules

    for number, (_, table) in enumerate(run.tables):
        run.on_event(Event("describe", table.name, number, len(run.tables)))
        rules.describe(table, run.request.glossary, run.types)
    if run.request.session is not None and not run.interrupted:
        _ask(run, run.request.session)


def _ask(run: Run, session: Describer) -> None:
    """Ask a model; what it does not answer keeps its text by rule, and a problem says why."""
    from ddgen.describe import wanted

    tables = [table for _, table in run.tables]
    fields = [wanted.wanted(table, merging.as_continued(table, run.continues.get(table.name))) for table in tables]
    asks = [wanted.ask_of(table, those, run.types) for table, those in zip(tables, fields, strict=True)]
    texts = session.describe(asks, lambda done, total: run.on_event(Event("ask", None, done, total)))
    for those, written in zip(fields, texts, strict=True):
        wanted.add_texts(those, written)
    if session.interrupted:
        run.interrupted = True
        hint = "Run again to go on; texts that were written are kept"
        stopped = "stopped by a person while a model was asked"
        run.problems.add(Problem(code=Interrupted.code, message=stopped, source=run.dictionary.name, hint=hint))
    run.dictionary.generation = session.generation()
    for problem in (*session.problems(), *wanted.problems(session.server, zip(tables, fields, texts, strict=True))):
        run.problems.add(problem)


def merge(run: Run) -> None:
    """Put the dictionary together, with what was said before; personal values stay out of it."""
    dictionary = run.dictionary
    dictionary.tables = [table for _, table in run.tables]
    previous = run.request.previous
    dictionary.masked = not run.request.unmasked
    texts = document.mask(dictionary.tables, dictionary.relationships, run.evidence) if dictionary.masked else None
    if previous is not None:
        kept = merging.with_edits(previous) if texts is None else document.masked(merging.with_edits(previous))
        renamed = merging.carry_over(dictionary, kept)
        if renamed and texts is not None:
            document.mask(dictionary.tables, dictionary.relationships, run.evidence)
        for change in (*renamed, *merging.merge(dictionary, kept)):
            run.problems.add(change)
    else:
        dictionary.settle()
        dictionary.content_hash = merging.content_hash(dictionary)
    dictionary.problems = list(run.problems) if texts is None else document.problems(run.problems, texts)
    run.on_event(Event("merge", None, len(run.tables), len(run.tables)))


STEPS: tuple[Callable[[Run], None], ...] = (read, recall, profile, detect, relate, conclude, explain, describe, merge)


def build(request: BuildRequest, on_event: Callable[[Event], None] | None = None) -> Dictionary:
    """The dictionary of the sources in a request.

    Damaged input does not raise: its trouble is in the dictionary's `problems`, and what could be read is in its
    tables. Raises UsageError where the request itself is wrong.
    """
    return execute(request, on_event).dictionary


def execute(request: BuildRequest, on_event: Callable[[Event], None] | None = None) -> Run:
    """The run that builds the dictionary of a request, when it is done; its sources are closed. Raises UsageError."""
    with ExitStack() as stack:
        run = Run(request, on_event or (lambda _event: None), stack)
        for step in STEPS:
            step(run)
        return run
