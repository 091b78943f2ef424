"""The declarations of types: their form, how a file of them is read, and what a single value is measured by.

A later declaration replaces an earlier one of the same id; `extends` takes over what is not said anew.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ddgen.types import lists
from ddgen.types.linear import Linear
from ddgen.types.validators import validator

_LETTER = "A-Za-z\u00aa\u00b5\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u1fff\u2c00-\ud7ff\uf900-\uffdc"
_CLASSES = {"\\p{Lu}": "A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f\u0391-\u03a9\u0410-\u042f", "\\p{L}": _LETTER}
_CLASSES["\\p{N}"] = "0-9"
_NEVER = re.compile(r"(?!)")
_LONGEST = 4000

Send = Literal["none", "shape", "values"]
"""What a model may see of values."""

Kind = Literal["whole", "strong", "weak", "veto"]
KINDS: tuple[Kind, ...] = ("whole", "strong", "weak", "veto")
"""The kinds of expressions over names."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Values(_Part):
    """How single values look. `regex` is of the whole value; `strip` are characters taken out before the validator.

    `list` names a list of members, `min` and `max` are bounds of numbers. Where not all values need to be members or to
    pass the validator, `share` says how many must where the name says nothing, `share_named` where it does.
    """

    regex: str | None = None
    flags: Literal["", "i"] = ""
    strip: str = ""
    validator: str | None = None
    min_len: int = 0
    max_len: int | None = None
    int_pad: int | None = None
    invalid: tuple[str, ...] = ()
    list: str | None = None
    min: float | None = None
    max: float | None = None
    share: float | None = None
    share_named: float | None = None


class Names(_Part):
    """Expressions over the words of a column's name; `whole` says as much as `strong`, of the whole name only."""

    whole: tuple[str, ...] = ()
    strong: tuple[str, ...] = ()
    weak: tuple[str, ...] = ()
    veto: tuple[str, ...] = ()


class Decide(_Part):
    """What has to agree. `chance` is the share of arbitrary values of the same shape that pass.

    `max_distinct` is the most different values a field of this type has; `floor` is the share of values that must match
    where the name says the type; `conf` bounds the confidence.
    """

    need: Literal["values", "names", "both"]
    min_match: float = Field(0.95, ge=0, le=1)
    chance: float = Field(ge=0, le=1)
    min_distinct: int = Field(1, ge=1)
    max_distinct: int | None = Field(None, ge=1)
    floor: float | None = Field(None, ge=0, le=1)
    conf: float = Field(1.0, ge=0, le=1)


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

    send: Send = "values"
    mask: str | None = None


class Scan(_Part):
    """How it is found inside a text; with `cue`, only right behind those words."""

    regex: str
    flags: Literal["", "i"] = ""
    strip: str = ""
    validator: str | None = None
    cue: str | None = None


class Declaration(_Part):
    """One declared type.

    Where a column is found to be of this type, it counts as of its `parent`, which has other values or another name.
    `refines` are types that this one is a case of, and is preferred to.
    """

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
    unit: str | None = None
    parent: str | None = None
    refines: tuple[str, ...] = ()
    user: bool = False
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str] | Linear:
        rules = self.values
        if rules.regex is None:
            return _NEVER
        return Linear(rules.regex, rules.flags) if self.user else compiled(rules.regex, rules.flags)

    @property
    def tests_values(self) -> bool:
        """Whether single values can be judged at all."""
        rules = self.values
        return any(one is not None for one in (rules.regex, rules.list, rules.validator, rules.min, rules.max))

    @property
    def counts_as(self) -> str:
        """The id of the type that fields of this one are said to be of."""
        return self.parent or self.id

    def accepts(self, value: str) -> bool:
        """Whether a value is of this type, as far as it shows."""
        return self.fits(value) and self.confirms(value)

    def fits(self, value: str) -> bool:
        """Whether a value has the form: expression, length and bounds."""
        rules = self.values
        if len(value) > 2 * _LONGEST:
            return False
        text = self._padded(value)
        if len(text) > (rules.max_len or _LONGEST) or (rules.regex is not None and not self._pattern.fullmatch(text)):
            return False
        if rules.invalid and text.casefold() in rules.invalid:
            return False
        if rules.min_len and len(without(text, rules.strip)) < rules.min_len:
            return False
        return self._in_bounds(text)

    def foresee(self, *, values: Sequence[str] = (), names: Sequence[str] = ()) -> None:
        """Match many values, or names as `named` takes them, at once where that is quicker: for types of users."""
        if values and isinstance(self._pattern, Linear):
            self._pattern.foresee([self._padded(value) for value in values] if self.values.int_pad else values)
        for regex in self._names.values() if names else ():
            if isinstance(regex, Linear):
                regex.foresee([f"_{words}_" for words in names])

    def confirms(self, value: str) -> bool:
        """Whether a value of the right form is on the list and passes the validator, where there are such."""
        rules = self.values
        bare = without(self._padded(value), rules.strip)
        if rules.list is not None and lists.folded(bare) not in lists.members(rules.list):
            return False
        return rules.validator is None or validator(rules.validator)(bare)

    def _padded(self, value: str) -> str:
        text = value.strip()
        pad = self.values.int_pad
        return text.zfill(pad) if pad and text.isdigit() else text

    def _in_bounds(self, text: str) -> bool:
        rules = self.values
        if rules.min is None and rules.max is None:
            return True
        value = number(text)
        low = -math.inf if rules.min is None else rules.min
        high = math.inf if rules.max is None else rules.max
        return value is not None and low <= value <= high

    def named(self, words: str) -> Literal["strong", "weak", "veto"] | None:
        """What the words of a column's name, joined by `_`, say."""
        if self._says("veto", words):
            return "veto"
        if self._says("whole", words) or self._says("strong", words):
            return "strong"
        return "weak" if self._says("weak", words) else None

    def _says(self, kind: Kind, words: str) -> bool:
        regex = self._names.get(kind)
        if regex is None:
            return False
        if isinstance(regex, Linear):
            return regex.fullmatch(f"_{words}_")
        return bool(regex.fullmatch(words) if kind == "whole" else regex.search(f"_{words}_"))

    @cached_property
    def _names(self) -> dict[Kind, re.Pattern[str] | Linear]:
        """The expressions of each kind as one, matched in linear time where they are a user's."""
        kinds: dict[Kind, str] = {kind: "|".join(getattr(self.names, kind)) for kind in KINDS}
        said = {kind: regex for kind, regex in kinds.items() if regex}
        if self.user:
            ends = {kind: ("_", "_") if kind == "whole" else ("(?:.*_)?", "(?:_.*)?") for kind in said}
            return {kind: Linear(f"{ends[kind][0]}(?:{regex}){ends[kind][1]}", "i") for kind, regex in said.items()}
        return {kind: (whole_name if kind == "whole" else whole_words)(regex) for kind, regex in said.items()}

    def telling(self, words: str) -> dict[Kind, tuple[str, ...]]:
        """Which words of a column's name, joined by `_`, each kind of expression matches."""
        found = {kind: tuple(self._matches(kind, words)) for kind in KINDS}
        return {kind: matched for kind, matched in found.items() if matched}

    def _matches(self, kind: Kind, words: str) -> Iterator[str]:
        regex = self._names.get(kind)
        if isinstance(regex, re.Pattern):
            yield from [words] if kind == "whole" and regex.fullmatch(words) else []
            yield from [one.group() for one in regex.finditer(f"_{words}_")] if kind != "whole" else []
        elif regex is not None and regex.fullmatch(f"_{words}_"):
            yield from _shortest(self._bare(kind)[0], words)

    def _bare(self, *kinds: Kind) -> list[Linear]:
        """The expressions of a user's type, of each kind as one, without what may stand around them in a name."""
        return [Linear("|".join(getattr(self.names, kind)), "i") for kind in kinds if getattr(self.names, kind)]

    def says_whole(self, words: str) -> bool:
        """Whether an expression for the name takes in all of it, or its last two words and more."""
        regexes = (*self.names.strong, *self.names.weak, *self.names.whole)
        if self.user:
            return any(one.fullmatch(end) for one in self._bare("whole", "strong", "weak") for end in _ends(words))
        found = list(whole_words("|".join(regexes)).finditer(f"_{words}_")) if regexes else []
        return any(one.end() > len(words) and one.group().count("_") >= 1 for one in found) or any(
            one.start() <= 1 and one.end() > len(words) for one in found
        )


def _ends(words: str) -> list[str]:
    """A whole name, and its last two words and more."""
    parts = words.split("_")
    return ["_".join(parts[start:]) for start in range(max(1, len(parts) - 1))]


def _shortest(regex: Linear, words: str) -> Iterator[str]:
    """The shortest runs of words that an expression matches, from left to right."""
    parts = words.split("_")
    at = 0
    while at < len(parts):
        runs = ("_".join(parts[at:end]) for end in range(at + 1, len(parts) + 1))
        found = next((run for run in runs if regex.fullmatch(run)), None)
        if found is not None:
            yield found
        at += 1 if found is None else found.count("_") + 1


def number(text: str) -> float | None:
    """The number that a text is, with a point or a comma; a comma before three digits, once, is a decimal one too."""
    if "," in text:
        text = text.replace(",", "") if text.count(",") > 1 or "." in text else text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        return None


def without(text: str, characters: str) -> str:
    """The text without these characters."""
    return text.translate(dict.fromkeys(map(ord, characters))) if characters else text


@cache
def compiled(regex: str, flags: str = "") -> re.Pattern[str]:
    """A pattern in RE2's syntax for the standard library, which knows no classes of Unicode."""
    return re.compile(_translated(regex), re.IGNORECASE if "i" in flags else 0)


@cache
def whole_name(regex: str) -> re.Pattern[str]:
    """A pattern over a whole name whose words are joined by `_`; a number may follow."""
    return re.compile(f"(?:{regex})(?:_?\\d{{1,2}})?", re.IGNORECASE)


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


def read(path: Path, known: Iterable[Declaration] = ()) -> tuple[Declaration, ...]:
    """The declarations in a YAML file that comes with ddgen, after those that are known."""
    from ruamel.yaml import YAML

    found = {one.id: one for one in known}
    for item in YAML(typ="safe").load(path.read_text(encoding="utf-8")):
        one = Declaration.model_validate(extended(item, found))
        found[one.id] = one
    return tuple(found.values())


def extended(item: Mapping[str, Any], known: Mapping[str, Declaration]) -> dict[str, Any]:
    """A declaration as written, with what it takes over from the one that it extends.

    Examples are not taken over where it says anew how values look, nor the `parent`; and it is preferred to the other
    one. Raises LookupError where that is not known.
    """
    base = item.get("extends")
    if base is None:
        return dict(item)
    own = {name: said for name, said in item.items() if name != "extends"}
    before = known[base].model_dump(exclude_unset=True, exclude={"user"})
    if item.get("id") != base:
        before = {name: said for name, said in before.items() if name != "parent"}
        before["refines"] = (*before.get("refines", ()), base)
    if "values" in own:
        before = {name: said for name, said in before.items() if name not in {"examples", "counter_examples"}}
    return before | own


@lru_cache(maxsize=1)
def personal() -> tuple[Declaration, ...]:
    """The declarations of personal data and secrets that come with ddgen."""
    return read(Path(__file__).with_name("personal.yaml"))
