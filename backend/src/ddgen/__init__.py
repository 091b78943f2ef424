"""ddgen: from data to a data dictionary.

import ddgen

dictionary = ddgen.build("orders.jsonl", "shop.sqlite")
print(dictionary.table("orders").field("items[].sku").data_type)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from os import PathLike

    from ddgen.diff.change import Diff
    from ddgen.model.dictionary import Dictionary
    from ddgen.pipeline import Event

__all__ = ["Dictionary", "build", "compare", "load"]
__version__ = "0.1.0"


def build(  # noqa: PLR0913 - one parameter a setting
    *sources: object,
    name: str | None = None,
    tables: Sequence[str] = (),
    sample: int | None = None,
    previous: Dictionary | None = None,
    maps: Mapping[str, bool] | None = None,
    types: str | PathLike[str] | Sequence[str | PathLike[str]] = (),
    inside: bool = True,
    pii: Mapping[str, str] | None = None,
    unmasked: bool = False,
    on_event: Callable[[Event], None] | None = None,
) -> Dictionary:
    """The dictionary of `sources`.

    A source is a path, a glob, a folder, `-` (standard input), a pandas or Polars frame, an Arrow table or reader,
    a DuckDB relation, a list of dicts, or a dict of table names and any of these. `tables` are patterns of table
    names; `sample` takes the facts from that many records of each table; `previous` is an earlier dictionary whose
    people's texts are kept; `maps` says of object paths whether they are maps; `types` are files or folders with
    semantic types of your own; `inside` says whether texts are looked into for documents, such as JSON; `pii` says what
    personal data fields hold (`{"orders:note": "contact:2", "city": "none"}`); personal values are masked unless
    `unmasked` is given; `on_event` is told of progress.

    Damaged input does not raise: see `Dictionary.problems`. Raises `ddgen.errors.UsageError` for a wrong request.
    """
    from os import PathLike
    from pathlib import Path

    from ddgen import pipeline, verdicts

    places = [types] if isinstance(types, str | PathLike) else types
    request = pipeline.BuildRequest(
        sources=sources,
        name=name,
        tables=tuple(tables),
        sample=sample,
        previous=previous,
        types=tuple(Path(place) for place in places),
        maps=dict(maps or {}),
        inside=inside,
        verdicts={place: verdicts.read(said) for place, said in (pii or {}).items()},
        unmasked=unmasked,
    )
    return pipeline.build(request, on_event)


def compare(old: Dictionary, new: Dictionary, rules: str | PathLike[str] | None = None) -> Diff:
    """What changed from one dictionary to the other, each change judged; `rules` is a file of rules of your own.

    Raises `ddgen.errors.UsageError` where the rules are wrong.
    """
    from pathlib import Path

    from ddgen.diff import compare as comparing
    from ddgen.diff import rules_file

    if rules is None:
        return comparing.compare(old, new)
    return comparing.compare(old, new, rules_file.load(Path(rules)))


def load(path: str | PathLike[str]) -> Dictionary:
    """The dictionary in a JSON file. Raises `ddgen.errors.DocumentError` where it is none."""
    from pathlib import Path

    from ddgen.model.dictionary import load as load_text

    return load_text(Path(path).read_bytes(), where=str(path))


def __getattr__(name: str) -> Any:
    if name == "Dictionary":
        from ddgen.model.dictionary import Dictionary

        return Dictionary
    raise AttributeError(f"module 'ddgen' has no attribute {name!r}")
