"""From what a person points at to the tables in it: files, folders, patterns, archives, standard input."""

from __future__ import annotations

import codecs
import difflib
import glob
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ddgen import registry
from ddgen.errors import InputError, OutputError
from ddgen.model.problem import Problem, Problems, Severity
from ddgen.model.relation import Relation
from ddgen.sources.apart import Apart
from ddgen.sources.archive import open_archive
from ddgen.sources.chain import as_problem
from ddgen.sources.database_url import hidden, is_database, parse
from ddgen.sources.encoding import looks_binary
from ddgen.sources.folder import is_data, is_hidden, split_name, walk
from ddgen.sources.grouping import join_alike, unique_table_names
from ddgen.sources.spec import Source, SourceSpec, readable, shareable
from ddgen.sources.spool import Spool
from ddgen.sources.streams import compression, open_bytes, open_raw, read_head

HEAD = 1 << 16
"""Plain bytes by which an input is judged."""

BYTE_ORDER_MARKS = frozenset({codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE})
STANDARD_INPUT = "-"
_STANDARD_INPUT = "standard input"
_DICTIONARY = re.compile(rb'\s*\{\s*"format":\s*"ddgen/')

_UNSET = "A variable of the shell may not be set"
_ALIKE = 0.75
"""How alike two names must be for one to be taken for a slip of the other: a suffix in common is not enough."""

READABLE = (
    "Readable: CSV and other delimited text, JSON, JSON lines, Parquet, Arrow, Feather, Avro, ORC, Excel, SQLite,"
    " DuckDB; also as .gz, .zst, .bz2 or .zip; PostgreSQL, MySQL and MariaDB by address"
)


@dataclass(frozen=True, slots=True)
class Found:
    """An input, and whether a person named it; what was only found in a folder may be passed over."""

    spec: SourceSpec
    named: bool


@contextmanager
def opened(
    sources: Iterable[str | os.PathLike[str]], problems: Problems, names: Mapping[str, str] | None = None
) -> Iterator[list[Relation]]:
    """The tables in all sources, uniquely named; temporary copies live as long as the context.

    A file that has another name than its own in `names` is known by that. What cannot be read goes into `problems`,
    the rest is given.
    """
    given = list(sources)
    with Spool() as spool, Apart() as apart:
        found = relations(resolve(given, problems, spool, names), problems, apart)
        if not found and not problems.broken:
            problems.add(_nothing(given))
        try:
            yield found
        finally:
            for relation in found:
                relation.close()


def _nothing(sources: Sequence[str | os.PathLike[str]]) -> Problem:
    """The problem of sources that are there, but hold no table."""
    names = ", ".join(readable(shareable(hidden(os.fspath(source)))) for source in sources)
    return Problem(code="empty", message="there is no table here", source=names, hint=READABLE)


def resolve(
    sources: Iterable[str | os.PathLike[str]], problems: Problems, spool: Spool, names: Mapping[str, str] | None = None
) -> list[Found]:
    """The inputs that paths, patterns, folders and `-` stand for, each once; what is missing goes into `problems`."""
    resolver = _Resolver(problems, spool, names or {})
    found = [one for source in sources for one in resolver.find(os.fspath(source))]
    return list({_place(one.spec): one for one in reversed(found)}.values())[::-1]


def _place(spec: SourceSpec) -> str:
    """What tells inputs apart, so that a file that is named twice is read once."""
    if spec.address is not None:
        return spec.display
    return os.path.abspath(os.path.expanduser(spec.display))  # noqa: PTH100, PTH111 - not what a link points to


def relations(inputs: Sequence[Found], problems: Problems, apart: Apart) -> list[Relation]:
    """The tables in the inputs: files of one shape that were found together are one; names are made unique.

    What cannot be read goes into `problems`.
    """
    tables: list[tuple[Found, Relation]] = []
    for found in inputs:
        try:
            kind = choose(found.spec)
            made = apart.relations(kind, found.spec) if kind.is_fragile(found.spec) else kind.relations(found.spec)
            tables += [(found, relation) for relation in made]
        except InputError as error:
            problems.add(_told(error, found))
    named = [(found.spec, relation) for found, relation in tables if found.named]
    alike = join_alike([(found.spec, relation) for found, relation in tables if not found.named])
    return unique_table_names([*named, *alike])


def _told(error: InputError, found: Found) -> Problem:
    """An error of a file that was named; a warning where something unknown merely lay in a folder."""
    problem = as_problem(error, found.spec.display)
    if not found.named and error.code in {"unknown_format", "empty"}:
        return problem.model_copy(update={"severity": Severity.WARNING})
    return problem


def is_dictionary(head: bytes) -> bool:
    """Whether a file that begins so is a document of ours: beside data it is what an earlier run wrote, not data."""
    return _DICTIONARY.match(head) is not None


def choose(spec: SourceSpec) -> type[Source]:
    """The kind of source that reads an input: the one place that knows what can be read.

    Raises InputError of code `unknown_format` where none does.
    """
    source = _claimed(spec)
    if source is None:
        raise InputError(
            "no format that is known here", code="unknown_format", where=spec.display, hint=READABLE, byte=0
        )
    return source


def _claimed(spec: SourceSpec) -> type[Source] | None:
    kinds: Iterator[tuple[str, type[Source]]] = registry.each("sources")
    return next((kind for _, kind in kinds if kind.accepts(spec)), None)


class _Resolver:
    """Finds inputs; all of them write into one log and one spool."""

    def __init__(self, problems: Problems, spool: Spool, names: Mapping[str, str]) -> None:
        self._names = names
        self._problems = problems
        self._spool = spool

    def find(self, source: str) -> list[Found]:
        """The inputs that one source stands for."""
        if source == STANDARD_INPUT:
            return self._in_standard_input()
        if not source:
            self._add(InputError("a source without a name", code="missing", where="''", hint=_UNSET))
            return []
        if source in self._names:
            return self._in_file(Path(source), self._names[source], self._names[source], named=True)
        if is_database(source):
            return self._in_database(source)
        path = Path(os.path.expanduser(source))  # noqa: PTH111 - Path's own fails where there is no such user
        try:
            if path.is_dir():
                return self._in_folder(path)
            if path.exists():
                return self._in_file(path, source, path.name, named=True)
            return self._matching(source)
        except InputError as error:
            self._add(error)
        except OSError as error:
            self._add(InputError(error.strerror or str(error), where=source))
        return []

    def _in_database(self, source: str) -> list[Found]:
        try:
            url = parse(source)
        except InputError as error:
            self._add(error)
            return []
        return [Found(SourceSpec(Path(), url.display, b"", "", url.database or url.kind, address=url), named=True)]

    def _in_standard_input(self) -> list[Found]:
        if sys.stdin is None:
            self._add(InputError("it is closed", code="missing", where=_STANDARD_INPUT, hint="Pipe data into it"))
            return []
        try:
            copy = self._copied(sys.stdin.buffer.read, "stdin")
        except InputError as error:
            error.where = _STANDARD_INPUT
            self._add(error)
            return []
        return self._in_file(copy, _STANDARD_INPUT, "stdin", named=True)

    def _copied(self, read: Callable[[int], bytes], name: str) -> Path:
        """A temporary copy. Raises InputError where there is no room for it, or where the input breaks."""
        try:
            return self._spool.keep(read, name)
        except OutputError as error:
            raise InputError(f"{error.message} ({error.where})", code="no_room", hint=error.hint) from error
        except OSError as error:
            raise InputError(f"it cannot be read: {error.strerror or error}") from error

    def _add(self, error: InputError, *, named: bool = True) -> None:
        severity = Severity.ERROR if named or error.code != "empty" else Severity.WARNING
        self._problems.add(as_problem(error, error.where or "").model_copy(update={"severity": severity}))

    def _matching(self, pattern: str) -> list[Found]:
        """The files that a pattern matches; folders only where no file does."""
        expanded = os.path.expanduser(pattern)  # noqa: PTH111 - a pattern is no path yet
        matches = [Path(name) for name in sorted(glob.glob(expanded, recursive=True)) if glob.has_magic(expanded)]  # noqa: PTH207 - Path.glob takes no absolute pattern
        if not matches:
            self._add(_missing(pattern))
        files = [path for path in matches if not path.is_dir()]
        if matches and not files:
            return [found for path in matches for found in self._in_folder(path)]
        return self._all_files(files, pattern)

    def _in_folder(self, folder: Path) -> list[Found]:
        def denied(error: OSError) -> None:
            self._add(InputError("no permission to read it", code="permission", where=str(error.filename)))

        found = list(walk(folder, _is_data_set, denied))
        if not found:
            self._add(InputError("there is no file in this folder", code="empty", where=str(folder)))
        return self._all_files(found, str(folder))

    def _all_files(self, paths: Sequence[Path], place: str) -> list[Found]:
        """The inputs in files that were found, without those that are no data by their names."""
        kept = [path for path in paths if path.is_dir() or is_data(path.name)]
        self._skipped([path.name for path in paths if path not in set(kept)], place)
        result: list[Found] = []
        for path in kept:
            if path.is_dir():
                result.append(Found(_folder_spec(path), named=True))
            else:
                result += self._in_file(path, str(path), path.name, named=False)
        return result

    def _skipped(self, names: Sequence[str], place: str) -> None:
        if names:
            shown = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
            self._problems.add(
                Problem(
                    code="skipped",
                    severity=Severity.WARNING,
                    message=f"passed over, as no data: {shown}",
                    source=readable(shareable(place)),
                    count=len(names),
                    hint="Name a file by itself to have it read",
                )
            )

    def _in_file(self, path: Path, display: str, name: str, *, named: bool) -> list[Found]:
        """The inputs in one file: itself, or the members of an archive."""
        try:
            if not path.is_file():
                with open_raw(path) as pipe:
                    path = self._copied(pipe.read, path.name)
            return self._judged(path, display, name, named=named)
        except InputError as error:
            error.where = display
            self._add(error, named=named)
        except OSError as error:
            self._add(InputError(f"it cannot be read: {error.strerror or error}", where=display))
        return []

    def _judged(self, path: Path, display: str, name: str, *, named: bool) -> list[Found]:
        with open_raw(path) as raw:
            head = raw.read(HEAD)
        if not named and is_dictionary(head):
            self._skipped([name], display)
            return []
        stem, suffix = split_name(name)
        spec = SourceSpec(path, display, head, suffix, stem)
        kind = compression(head)
        if kind == "zip" and not registry.get("sources", "excel").accepts(spec):
            return self._in_archive(spec, named=named)
        return [Found(self._unpacked(spec) if kind in {"gzip", "zstd", "bzip2"} else _filled(spec), named)]

    def _in_archive(self, archive: SourceSpec, *, named: bool) -> list[Found]:
        with open_raw(archive.path) as raw, open_archive(raw, archive.display) as opened_archive:
            infos = [info for info in opened_archive.infolist() if not info.is_dir() and not is_hidden(info.filename)]
        kept = [info for info in infos if len(infos) == 1 or is_data(info.filename)]
        self._skipped([info.filename for info in infos if info not in kept], archive.display)
        result: list[Found] = []
        for info in sorted(kept, key=lambda info: info.filename):
            stem, suffix = split_name(Path(info.filename).name)
            display = f"{archive.display}/{info.filename}"
            spec = replace(archive, display=display, suffix=suffix, stem=stem, member=info.filename)
            result += self._member(spec, named=named and len(kept) == 1)
        if not infos:
            raise InputError("the archive holds no file", code="empty")
        return result

    def _member(self, spec: SourceSpec, *, named: bool) -> list[Found]:
        try:
            return [Found(self._unpacked(spec), named)]
        except InputError as error:
            error.where = spec.display
            self._add(error, named=named)
            return []

    def _unpacked(self, spec: SourceSpec) -> SourceSpec:
        """The spec with its plain beginning; what is no text is unpacked as a whole, to be read in place."""
        spec = _filled(replace(spec, head=read_head(lambda: open_bytes(spec.path, spec.member), HEAD)))
        if not looks_binary(spec.head):
            return spec
        with open_bytes(spec.path, spec.member) as packed:
            copy = self._copied(packed.read, spec.stem + spec.suffix)
        return replace(spec, path=copy, member=None, spooled=True)


def _filled(spec: SourceSpec) -> SourceSpec:
    if spec.head in BYTE_ORDER_MARKS or not spec.head.removeprefix(codecs.BOM_UTF8).strip():
        what = "holds nothing but white space" if spec.head else "is empty"
        raise InputError(f"the file {what}", code="empty", where=spec.display, byte=0)
    return spec


def _is_data_set(folder: Path) -> bool:
    """Whether some kind of source reads the folder as a whole."""
    return os.access(folder, os.R_OK | os.X_OK) and _claimed(_folder_spec(folder)) is not None


def _folder_spec(path: Path) -> SourceSpec:
    return SourceSpec(path, str(path), b"", path.suffix.lower(), path.resolve().name)


def _missing(source: str) -> InputError:
    """The error for a path that is not there, with a name that is close to it."""
    path = Path(source)
    if "://" in source:
        return InputError(
            "addresses of this kind are not read",
            code="missing",
            where=hidden(source),
            hint="Fetch it first, or pipe it in: curl ... | ddgen build -",
        )
    if path.is_symlink():
        return InputError(
            "this link leads nowhere", code="missing", where=source, hint=f"It points to {path.readlink()}"
        )
    if glob.has_magic(source):
        return InputError(
            "no file matches this pattern", code="missing", where=source, hint="Quote it if the shell expands it"
        )
    parent = path.parent
    if not parent.is_dir():
        return InputError("no such file", code="missing", where=source, hint=f"There is no folder {parent}")
    close = difflib.get_close_matches(path.name, [entry.name for entry in parent.iterdir()], 1, _ALIKE)
    hint = f"Did you mean {parent / close[0]}?" if close else "Check the name and the folder"
    return InputError("no such file", code="missing", where=source, hint=hint)
