"""Rules that a person has written: a YAML or TOML file of verdicts, thresholds, and what to ignore."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any

from ddgen.diff.change import VERDICTS
from ddgen.diff.rules import KINDS, Rule, Rules, Thresholds
from ddgen.errors import UsageError

_KEYS = ("rules", "ignore", "thresholds")
_SHARES = frozenset({"rows_lost", "missing_share"})


def load(path: Path) -> Rules:
    """The rules in a file. Raises UsageError, naming the key, where anything in it is wrong."""
    document = _read(path)
    _known(path, "", document, _KEYS)
    return Rules(
        over=dict(_rule(path, kind, said) for kind, said in _mapping(path, "rules", document).items()),
        ignore=_patterns(path, document.get("ignore")),
        thresholds=_thresholds(path, _mapping(path, "thresholds", document)),
    )


def _read(path: Path) -> Mapping[str, Any]:
    try:
        text = path.read_text(encoding="utf-8-sig")
        document = tomllib.loads(text) if path.suffix.lower() == ".toml" else _yaml(path, text)
    except FileNotFoundError as error:
        raise UsageError("no such file", where=str(path), hint="Name a YAML or TOML file of rules") from error
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise UsageError("cannot be read as UTF-8", where=str(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"cannot be read as TOML: {error}", where=str(path)) from error
    if document is None:
        return {}
    if not isinstance(document, dict):
        raise UsageError("this is no mapping", where=str(path), hint=f"Its keys are {', '.join(_KEYS)}")
    return document


def _yaml(path: Path, text: str) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YAML(typ="safe").load(text)
    except MarkedYAMLError as error:
        line = f", line {error.problem_mark.line + 1}" if error.problem_mark is not None else ""
        raise UsageError(f"cannot be read as YAML: {error.problem or error.context}", where=f"{path}{line}") from error
    except YAMLError as error:
        raise UsageError("cannot be read as YAML", where=str(path)) from error


def _mapping(path: Path, key: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    found = document.get(key)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise _wrong(path, key, "this is no mapping of names and values")
    return found


def _rule(path: Path, kind: str, said: object) -> tuple[str, Rule]:
    """The rule for a kind: a verdict, or a mapping of `verdict` and `why`."""
    _known(path, "rules", [kind], KINDS)
    key = f"rules.{kind}"
    if isinstance(said, dict):
        _known(path, key, said, ("verdict", "why"))
        verdict, why = said.get("verdict", KINDS[kind].verdict.value), said.get("why", KINDS[kind].why)
    else:
        verdict, why = said, KINDS[kind].why
    found = next((one for one in VERDICTS if one.value == verdict), None)
    if found is None:
        raise _wrong(path, key, f"no such verdict: {verdict}", f"Known: {', '.join(one.value for one in VERDICTS)}")
    if not isinstance(why, str):
        raise _wrong(path, f"{key}.why", "this is no text")
    return kind, Rule(found, why)


def _patterns(path: Path, said: object) -> tuple[str, ...]:
    if said is None:
        return ()
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        raise _wrong(
            path, "ignore", "this is no list of patterns", "Say it as in ignore: ['tmp_*', 'orders.internal_*']"
        )
    return tuple(said)


def _thresholds(path: Path, said: Mapping[str, Any]) -> Thresholds:
    _known(path, "thresholds", said, [one.name for one in fields(Thresholds)])
    for name, value in said.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or value <= 0 or (name in _SHARES and value > 1):
            asked = "a share between 0 and 1" if name in _SHARES else "a number above 0"
            raise _wrong(path, f"thresholds.{name}", f"this is not {asked}: {value}")
    return Thresholds(**said)


def _known(path: Path, above: str, names: Iterable[object], known: Iterable[str]) -> None:
    """Raise UsageError for a name that nobody knows."""
    known = list(known)
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(str(name), known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(known)}"
            raise _wrong(path, f"{above}.{name}" if above else str(name), "no such key", hint)


def _wrong(path: Path, key: str, message: str, hint: str | None = None) -> UsageError:
    return UsageError(f"{key}: {message}", where=str(path), hint=hint)
