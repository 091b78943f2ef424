"""The declarations of types: their form, how a file of them is read, and what a single value is measured by.

A later declaration replaces an earlier one of the same id; `extends` takes over what is not said anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ddgen.errors import UsageError
from ddgen.types import checks

_LETTER = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u1fff\u2c00-\ud7ff\uf900-\uffdc"
_CLASSES = {"\\p{Lu}": "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f\u0391-\u03a9\u0410-\u042f", "\\p{L}": _LETTER}
_CLASSES["\\p{N}"] = "0-9"
_NEVER = re.compile(r"(?!)")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Values(_Part):
    """How single values look. `regex` is of the whole value; `strip` are characters taken out before the validator."""

    regex: str | None = None
    flags: Literal["", "i"] = ""
    strip: str = ""
    validator: str | None = None
    min_len: int = 0
    max_len: int | None = None
    int_pad: int | None = None
    invalid: tuple[str, ...] = ()


class Names(_Part):
    """Expressions over the words of a column's name."""

    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()


class Decide(_Part):
    """What has to agree. `chance` is the share of arbitrary values of the same shape that pass."""

    need: Literal["values", "names", "both"]
    min_match: float = 0.95
    chance: float = Field(ge=0, le=1)
    min_distinct: int = 1


class Pii(_Part):
    """The category of personal data, its sensitivity (0 to 3), and what laws call it."""

    category: str
    sensitivity: int = Field(ge=0, le=3)
    gdpr: str | None = None
    ccpa: str | None = None
    hipaa: str | None = None
    pci: bool = False


class Llm(_Part):
    """What a model may see of the values: nothing, shapes, or values that many records share."""

    send: Literal["none", "shape", "values"] = "values"
    mask: str | None = None


class Scan(_Part):
    """How it is found inside a text; with `cue`, only right behind those words."""

    regex: str
    flags: Literal["", "i"] = ""
    strip: str = ""
    validator: str | None = None
    cue: str | None = None


class Declaration(_Part):
    """One declared type."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*\.[a-z0-9_]+$")
    title: str
    group: str
    base: tuple[str, ...] = ("string",)
    values: Values = Values()
    names: Names = Names()
    decide: Decide
    pii: Pii | None = None
    llm: Llm = Llm()
    scan: Scan | None = None
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return compiled(self.values.regex, self.values.flags) if self.values.regex else _NEVER

    @property
    def tests_values(self) -> bool:
        """Whether single values can be judged at all."""
        return self.values.regex is not None

    def accepts(self, value: str) -> bool:
        """Whether a value is of this type, as far as it shows."""
        rules = self.values
        text = value.strip()
        if rules.int_pad and text.isdigit():
            text = text.zfill(rules.int_pad)
        if text in rules.invalid or len(text) > (rules.max_len or 4000) or not self._pattern.fullmatch(text):
            return False
        bare = without(text, rules.strip)
        return len(bare) >= rules.min_len and (rules.validator is None or validator(rules.validator)(bare))

    def named(self, words: str) -> Literal["strong", "weak", "veto"] | None:
        """What the words of a column's name, joined by `_`, say."""
        for kind in ("veto", "strong", "weak"):
            if any(whole_words(one).search(f"_{words}_") for one in getattr(self.names, kind)):
                return kind
        return None


def without(text: str, characters: str) -> str:
    """The text without these characters."""
    return text.translate(dict.fromkeys(map(ord, characters))) if characters else text


@cache
def compiled(regex: str, flags: str = "") -> re.Pattern[str]:
    """A pattern in RE2's syntax for the standard library, which knows no classes of Unicode."""
    return re.compile(_translated(regex), re.IGNORECASE if "i" in flags else 0)


@cache
def whole_words(regex: str) -> re.Pattern[str]:
    """A pattern over names whose words are joined by `_`, at the bounds of words."""
    return re.compile(f"(?<=_)(?:{regex})(?=_)", re.IGNORECASE)


def _translated(regex: str) -> str:
    out, inside, index = [], False, 0
    while index < len(regex):
        found = next((name for name in _CLASSES if regex.startswith(name, index)), None)
        if found is not None:
            out.append(_CLASSES[found] if inside else f"[{_CLASSES[found]}]")
            index += len(found)
            continue
        step = 2 if regex[index] == "\\" else 1
        inside = {"[": True, "]": False}.get(regex[index], inside) if step == 1 else inside
        out.append(regex[index : index + step])
        index += step
    return "".join(out)


def validator(name: str) -> Callable[[str], bool]:
    """A check by its name: a function of `checks`, or `stdnum.` and a module of python-stdnum."""
    return checks.standard(name) if name.startswith("stdnum.") else checks.NAMED[name]


def read(path: Path, known: Iterable[Declaration] = ()) -> tuple[Declaration, ...]:
    """The declarations of a YAML file. Raises `UsageError` that names file and declaration where one is wrong."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        items = YAML(typ="safe").load(path.read_text(encoding="utf-8")) or []
    except (OSError, UnicodeDecodeError, YAMLError) as error:
        raise UsageError("cannot be read as YAML", where=str(path)) from error
    found = {one.id: one for one in known}
    for item in items:
        one = _declaration(item, found, path)
        found[one.id] = one
    return tuple(found.values())


def _declaration(item: Any, found: dict[str, Declaration], path: Path) -> Declaration:
    name = item.get("id", "?") if isinstance(item, dict) else str(item)[:40]
    try:
        merged = dict(item)
        base = merged.pop("extends", None)
        if base is not None:
            merged = found[base].model_dump(exclude_unset=True) | merged
        return _checked(Declaration.model_validate(merged))
    except (ValidationError, KeyError, TypeError, ValueError, re.error) as error:
        raise UsageError(f"the declaration {name} is wrong: {_first_line(error)}", where=str(path)) from error


def _checked(one: Declaration) -> Declaration:
    """Compile what it holds, so that a mistake shows when the file is read and not with some later value."""
    for part in (one.values, one.scan):
        if part is not None and part.regex:
            compiled(part.regex, part.flags)
        if part is not None and part.validator:
            validator(part.validator)
    for regex in (*one.names.strong, *one.names.weak, *one.names.veto):
        whole_words(regex)
    return one


def _first_line(error: Exception) -> str:
    if isinstance(error, ValidationError):
        problem = error.errors(include_url=False)[0]
        return f"{'.'.join(map(str, problem['loc']))}: {problem['msg']}"
    return f"unknown {error}" if isinstance(error, KeyError) else str(error)


@lru_cache(maxsize=1)
def personal() -> tuple[Declaration, ...]:
    """The declarations of personal data and secrets that come with ddgen."""
    return read(Path(__file__).with_name("personal.yaml"))
