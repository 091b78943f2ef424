"""Fields that came, went or were renamed; of what holds others only the holder is named."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ddgen.diff.found import Found
from ddgen.diff.meaning import personal_in
from ddgen.exporters.text import count
from ddgen.identity.nesting import holders
from ddgen.model.dictionary import Field, Table


def changes(old: Table, new: Table, renamed: Mapping[str, str]) -> Iterator[Found]:
    """The fields that one table has and the other lacks, and those that are called otherwise."""
    before = {field.path: field for field in old.fields if not field.removed}
    after = {field.path: field for field in new.fields if not field.removed}
    now_called = set(renamed.values())
    came = [path for path in after if path not in before and path not in now_called]
    gone = [path for path in before if path not in after and path not in renamed]
    for path, inside in _folded(gone).items():
        said = f"gone ({_what(before[path], inside)})"
        yield Found("field_removed", said, before[path].data_type, None, path)
    for path, now in _topmost(renamed).items():
        yield Found("field_renamed", f"was {path}, by the same facts", path, now, now)
    for path, inside in _folded(came).items():
        yield Found("field_added", f"new ({_what(after[path], inside)})", None, after[path].data_type, path)
    yield from personal_in(after[path] for path in came)


def _folded(paths: Collection[str]) -> dict[str, int]:
    """The topmost of the paths, each with how many of the others lie in it."""
    all_ = set(paths)
    found: dict[str, int] = {}
    for path in paths:
        top = next((above for above in holders(path) if above in all_), path)
        found[top] = found.get(top, -1) + 1
    return found


def _topmost(renamed: Mapping[str, str]) -> dict[str, str]:
    """Renames without those that follow from the rename of what holds them."""
    found = {}
    for path, now in renamed.items():
        follows = any(
            above in renamed and path.removeprefix(above) == now.removeprefix(renamed[above]) for above in holders(path)
        )
        if not follows:
            found[path] = now
    return found


def _what(field: Field, inside: int) -> str:
    return f"{field.data_type} with {count(inside, 'field')} in it" if inside else field.data_type


def amount(fields: Sequence[Field]) -> str:
    """How many fields of a table there are."""
    return count(sum(not field.removed for field in fields), "field")
