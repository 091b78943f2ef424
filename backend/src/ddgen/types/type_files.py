"""Type files that people write: read with every mistake in them named by file, line, type and key."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from ddgen.errors import UsageError
from ddgen.model.types import DataType
from ddgen.types import linear, lists, validators
from ddgen.types.declaration import KINDS, Declaration, extended

Place = tuple[str | int, ...]
"""Where in a declaration: `("values", "regex")`."""

OWN = frozenset({"user", "scan"})
"""Keys that files of people do not have: one is set by reading them, the other is for finding secrets in texts."""

_LONGEST_ID = 60


@dataclass(frozen=True, slots=True)
class Written:
    """A declaration, and where it is written; `lines` are those of its keys."""

    declaration: Declaration
    path: Path
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)

    def mistake(self, key: str, message: str, hint: str | None = None) -> UsageError:
        """What is wrong with a key of it."""
        where = f"{self.path}, line {self.lines.get(key, self.line)}"
        return UsageError(f"{self.declaration.id}: {key}: {message}", where=where, hint=hint)


def read(paths: Iterable[Path], known: Iterable[Declaration] = ()) -> list[Written]:
    """The declarations in some files, in their order; each may extend those that are known and those before it.

    Raises UsageError where anything is wrong: the first mistake, with all others in its `others`.
    """
    found = {one.id: one for one in known}
    failed: set[str] = set()
    written: list[Written] = []
    mistakes: list[UsageError] = []
    for path in paths:
        in_file = _File(path, found, failed)
        written += in_file.declarations()
        mistakes += in_file.mistakes
    mistakes += [mistake for one in written for mistake in _unknown(one, [*found, *failed])]
    if mistakes:
        first = mistakes[0]
        raise UsageError(first.message, where=first.where, hint=first.hint, others=tuple(mistakes[1:]))
    return written


def tested(written: Iterable[Written]) -> list[UsageError]:
    """The examples that are not accepted, and the counter-examples that are."""
    found = []
    for one in written:
        made = one.declaration
        if not made.tests_values:
            continue
        wrong = [text for text in made.examples if not made.accepts(text)]
        found += [one.mistake("examples", f"{text!r} does not match: {_why(made, text)}") for text in wrong]
        wrong = [text for text in made.counter_examples if made.accepts(text)]
        found += [one.mistake("counter_examples", f"{text!r} matches") for text in wrong]
    return found


def _why(made: Declaration, text: str) -> str:
    if not made.fits(text):
        return "it has another form"
    return "it is not on the list" if made.values.validator is None else "it does not pass the check"


class _File:
    """One file while it is read: its declarations are added to those `found` so far, or their ids to `failed`."""

    def __init__(self, path: Path, found: dict[str, Declaration], failed: set[str]) -> None:
        self._path, self._found, self._failed = path, found, failed
        self._seen: dict[str, int] = {}
        self._notes: list[tuple[int, UsageError]] = []

    @property
    def mistakes(self) -> list[UsageError]:
        """What is wrong in it, from top to bottom."""
        return [mistake for _, mistake in sorted(self._notes, key=lambda note: note[0])]

    def declarations(self) -> Iterator[Written]:
        """Its declarations that are in order; the mistakes in others are noted."""
        items = self._items()
        for number, item in enumerate(items):
            line = items.lc.item(number)[0] + 1
            if not item or not isinstance(item, dict) or not item.get("id"):
                self._note(line, f"{str(item)[:_LONGEST_ID]!r} is no type", "A type begins with `- id: group.name`")
                continue
            made = self._declaration(item, line)
            if made is None:
                self._failed.add(str(item["id"]))
            else:
                self._found[made.id] = made
                yield Written(made, self._path, line, {key: _line(item, (key,)) for key in item})

    def _items(self) -> Any:
        from ruamel.yaml import YAML
        from ruamel.yaml.comments import CommentedSeq
        from ruamel.yaml.error import MarkedYAMLError, YAMLError

        try:
            items = YAML(typ="rt").load(self._path.read_text(encoding="utf-8-sig"))
        except MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            self._note(mark.line + 1 if mark else None, f"cannot be read as YAML: {error.problem or error.context}")
            return CommentedSeq()
        except (OSError, UnicodeDecodeError, YAMLError) as error:
            why = error.strerror if isinstance(error, OSError) else type(error).__name__
            self._note(None, f"cannot be read as YAML: {why}")
            return CommentedSeq()
        if items is not None and not isinstance(items, CommentedSeq):
            self._note(1, "is no list of types", "A type begins with `- id: group.name`")
        return items if isinstance(items, CommentedSeq) else CommentedSeq()

    def _declaration(self, item: Any, line: int) -> Declaration | None:
        name = str(item["id"])[:_LONGEST_ID]
        before = len(self._notes)
        if name in self._seen:
            self._note(line, f"{name}: is in this file twice, first in line {self._seen[name]}")
        self._seen.setdefault(name, line)
        for key in OWN & set(item):
            self._wrong(item, name, (key,), _no_key(key, Declaration.model_fields.keys() - OWN))
        try:
            merged = extended(_plain(item), self._found)
        except LookupError:
            base = str(item["extends"])
            if base not in self._failed:
                self._wrong(item, name, ("extends",), f"there is no type {base}{_meant(base, self._found)}")
            return None
        if "values" in item and isinstance(merged.get("values"), dict):
            merged["values"] = self._with_list(merged["values"])
        for place, message, hint in refused(merged):
            self._wrong(item, name, place, message, hint)
        made = self._made(item, name, {key: said for key, said in merged.items() if key not in OWN})
        for place, message, hint in complaints(made) if made is not None else ():
            self._wrong(item, name, place, message, hint)
        return made if len(self._notes) == before else None

    def _made(self, item: Any, name: str, merged: dict[str, Any]) -> Declaration | None:
        try:
            return Declaration.model_validate(merged | {"user": True})
        except ValidationError as error:
            for problem in error.errors(include_url=False):
                self._wrong(item, name, problem["loc"], _complaint(problem))
            return None

    def _with_list(self, values: dict[str, Any]) -> dict[str, Any]:
        """The values with the file of a list beside the file of types."""
        named = values.get("list")
        if not isinstance(named, str) or not named.startswith(lists.FILE):
            return values
        return values | {"list": f"{lists.FILE}{self._path.parent.absolute() / named.removeprefix(lists.FILE)}"}

    def _wrong(self, item: Any, name: str, place: Place, message: str, hint: str | None = None) -> None:
        self._note(_line(item, place), f"{name}: {_key(place)}: {message}", hint)

    def _note(self, line: int | None, message: str, hint: str | None = None) -> None:
        where = str(self._path) if line is None else f"{self._path}, line {line}"
        self._notes.append((line or 0, UsageError(message, where=where, hint=hint)))


Complaint = tuple[Place, str, str | None]
"""Where in a declaration, what is wrong, and what to do."""


def refused(item: Mapping[str, Any]) -> Iterator[Complaint]:
    """The expressions that cannot be used; what is no text is complained of elsewhere."""
    values, names = item.get("values"), item.get("names")
    found: list[tuple[Place, Any]] = [(("values", "regex"), values.get("regex"))] if isinstance(values, dict) else []
    for kind in KINDS:
        listed = names.get(kind) if isinstance(names, dict) else None
        found += [(("names", kind, at), one) for at, one in enumerate(listed if isinstance(listed, list) else [])]
    for place, regex in found:
        refused = linear.complaint(regex) if isinstance(regex, str) else None
        if refused is not None:
            yield place, *refused


def complaints(made: Declaration) -> Iterator[Complaint]:
    """What is wrong with a declaration of the right form."""
    yield from _missing_parts(made)
    known = [kind.value for kind in DataType]
    for at, one in enumerate(made.base):
        if one not in known:
            yield ("base", at), f"there is no data type {one}{_meant(one, known)}", None


def _missing_parts(made: Declaration) -> Iterator[Complaint]:
    """Checks and lists that are not there, and evidence that is needed and that nothing could give."""
    rules, need = made.values, made.decide.need
    if rules.validator is not None:
        try:
            validators.validator(rules.validator)
        except LookupError:
            near = _meant(rules.validator, validators.NAMED)
            yield ("values", "validator"), f"there is no check {rules.validator}{near}", None
    if rules.list is not None:
        try:
            lists.members(rules.list)
        except (OSError, UnicodeDecodeError, LookupError) as error:
            yield ("values", "list"), f"there is no list {rules.list}: {_reason(error)}", None
    if need != "names" and not made.tests_values:
        yield ("decide", "need"), f"is {need}, but nothing is said of values", "Give a regex, list, validator or bounds"
    if need != "values" and not (made.names.whole or made.names.strong):
        yield ("decide", "need"), f"is {need}, but no names are given", "Give `strong` or `whole` names"


def _reason(error: OSError | UnicodeDecodeError | LookupError) -> str:
    if isinstance(error, LookupError):
        return str(error.args[0])
    return error.strerror or "cannot be read" if isinstance(error, OSError) else "no text in UTF-8"


def _unknown(one: Written, known: list[str]) -> Iterator[UsageError]:
    made = one.declaration
    for key, named in (("parent", [made.parent] if made.parent else []), ("refines", made.refines)):
        for name in named:
            if name not in known:
                yield one.mistake(key, f"there is no type {name}{_meant(name, known)}")


def _plain(thing: Any) -> Any:
    """What the YAML reader made, as plain dicts and lists."""
    if isinstance(thing, dict):
        return {str(key): _plain(value) for key, value in thing.items()}
    return [_plain(one) for one in thing] if isinstance(thing, list) else thing


def _line_in(part: Any, step: str | int) -> int:
    """The line of a key, or of an item of a list, as the YAML reader has it."""
    places = part.lc
    return int((places.key if isinstance(part, dict) else places.item)(step)[0]) + 1


def _line(item: Any, place: Place) -> int:
    """The line of a key, or of the nearest one around it that is there."""
    line = int(item.lc.line) + 1
    for step in place:
        known = step in item if isinstance(item, dict) else isinstance(item, list) and step in range(len(item))
        if not known:
            break
        line = _line_in(item, step)
        item = item[step]
    return line


def _key(place: Place) -> str:
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in place).lstrip(".")


def _complaint(problem: Any) -> str:
    """The library's message as the rest of a sentence that begins with the key."""
    kind, place = problem["type"], problem["loc"]
    if kind == "extra_forbidden":
        return _no_key(str(place[-1]), _keys_at(place))
    if kind == "missing":
        return "is missing"
    if kind == "string_pattern_mismatch":
        return "should be two words in lower case with a point between them, such as acme.policy_number"
    text = str(problem["msg"]).replace("Input should be", "should be").partition(", unable to")[0]
    return text.replace("a valid string", "a text").replace("a valid ", "a ").replace("tuple", "list")


def _no_key(key: str, known: Iterable[str]) -> str:
    return f"there is no such key{_meant(key, known)}"


def _keys_at(place: Place) -> Iterable[str]:
    """The keys of the part of a declaration that a place is in."""
    part: type[BaseModel] = Declaration
    for step in place[:-1]:
        found = part.model_fields.get(str(step))
        kinds = (*getattr(found.annotation, "__args__", ()), found.annotation) if found is not None else ()
        part = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), part)
    return part.model_fields.keys() - OWN


def _meant(wrong: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(wrong, list(known), n=1, cutoff=0.75)
    return f"; {close[0]} was meant?" if close else ""
