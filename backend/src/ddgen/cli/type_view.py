"""Semantic types drawn in the terminal: all of them, and everything about one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any

from rich.text import Text

from ddgen.cli.field_view import section
from ddgen.cli.terminal import Column, console, grid, pairs
from ddgen.errors import UsageError
from ddgen.exporters import text
from ddgen.semantics import verdict
from ddgen.types import laws, lists, validators
from ddgen.types.declaration import Declaration, Values
from ddgen.types.table import TypeTable

_LIST = (
    Column("Group", 13, 16, rank=4, style="dim"),
    Column("Type", 30, 40, style="bold"),
    Column("What", 16, 46, rank=1),
    Column("Personal", 13, 24, rank=2, style="red"),
    Column("Example", 12, 44, rank=3),
)
_NEEDS = {
    "values": "the values tell it; a name that says it makes up for few or doubtful values",
    "names": "the name tells it",
    "both": "the name and the values must both say it",
}
_SENDS = {
    "none": "nothing of the values",
    "shape": "shapes of the values, as in AAA-9999",
    "values": "values that many records share",
}


def chosen(known: TypeTable, find: str | None, group: str | None, *, personal: bool) -> list[Declaration]:
    """The types that are wanted, by group and id. Raises UsageError for a group that there is not."""
    groups = sorted({one.group for one in known})
    if group is not None and group not in groups:
        raise UsageError(f"there is no group {text.visible(group)}", hint=f"There is: {', '.join(groups)}")
    found = [
        one for one in known if group in {None, one.group} and _has(one, find) and (_is_personal(one) or not personal)
    ]
    return sorted(found, key=lambda one: (one.group, one.id))


def _has(one: Declaration, find: str | None) -> bool:
    return find is None or any(find.casefold() in said.casefold() for said in (one.id, one.title, *one.examples))


def _is_personal(one: Declaration) -> bool:
    return one.pii is not None and one.pii.sensitivity > 0


def personal(one: Declaration) -> str:
    """`contact, medium sensitivity`, or nothing."""
    if one.pii is None or not _is_personal(one):
        return ""
    return f"{text.visible(one.pii.category)}, {text.SENSITIVITIES[one.pii.sensitivity]}"


def draw_list(types: Sequence[Declaration]) -> None:
    """Draw types by group."""
    screen = console()
    rows, before = [], None
    for one in types:
        example = text.visible(one.examples[0]) if one.examples else ""
        group = one.group if one.group != before else ""
        said = (group, one.id, one.title, personal(one).removesuffix(" sensitivity"), example)
        rows.append([Text(text.visible(cell)) for cell in said])
        before = one.group
    if rows:
        screen.print(grid(_LIST, rows, screen.width))
        screen.print()
    groups = text.count(len({one.group for one in types}), "group")
    more = "; ddgen types show ID explains one" if rows else ""
    screen.print(Text(f"{text.count(len(types), 'type')} in {groups}{more}", style="dim"))


def named(known: TypeTable, name: str) -> Declaration:
    """The type of that id. Raises UsageError with near ones."""
    from difflib import get_close_matches

    found = known.get(name)
    if found is not None:
        return found
    near = [one.id for one in known if one.id.partition(".")[2] == name.casefold()]
    near = near or get_close_matches(name, [one.id for one in known], n=3, cutoff=0.5)
    hint = f"There is: {', '.join(near)}" if near else "ddgen types lists all"
    raise UsageError(f"there is no semantic type {text.visible(name)}", hint=hint)


def draw(one: Declaration, known: TypeTable) -> None:
    """Draw everything about a type."""
    screen = console()
    own = "  one of your own" if one.user else ""
    screen.print(Text.assemble((text.visible(one.id), "bold"), " · ", text.visible(one.title), (own, "dim")))
    section(screen, "What it is", pairs(list(_about(one, known))))
    if one.tests_values:
        section(screen, "Values", pairs(list(_values(one.values))))
    if any((one.names.whole, one.names.strong, one.names.weak, one.names.veto)):
        section(screen, "Names", pairs(list(_names(one))))
    section(screen, "Decided by", pairs(list(_decided(one))))
    if one.pii is not None and personal(one):
        said = [("What", personal(one)), ("Laws", "; ".join(laws.of(one.pii)))]
        section(screen, "Personal data", pairs([(what, how) for what, how in said if how]))
    shown = [("It is", one.examples), ("It is not", one.counter_examples)]
    examples = [(what, "   ".join(map(text.value, which))) for what, which in shown if which]
    if examples and one.tests_values:
        section(screen, "Examples", pairs(examples))


def _about(one: Declaration, known: TypeTable) -> Iterator[tuple[str, str]]:
    yield "Group", text.visible(one.group)
    yield "Data types", ", ".join(one.base)
    if one.unit:
        yield "Unit", text.visible(one.unit)
    if one.parent:
        yield "Counts as", one.parent
    forms = [other.id for other in known if other.parent == one.id]
    if forms:
        yield "Other forms", ", ".join(forms)
    if one.refines:
        yield "Preferred to", ", ".join(one.refines)
    yield "A model may see", _SENDS[one.llm.send]


def _values(rules: Values) -> Iterator[tuple[str, str]]:
    if rules.regex is not None:
        alike = "  (capital and small letters are alike)" if "i" in rules.flags else ""
        yield "Form", f"{rules.regex}{alike}"
    if rules.min_len or rules.max_len:
        yield "Characters", f"{rules.min_len or 1} to {rules.max_len or 'any number'}"
    if rules.min is not None or rules.max is not None:
        low, high = (text.number(end) if end is not None else "any" for end in (rules.min, rules.max))
        yield "Number", f"{low} to {high}"
    if rules.int_pad:
        yield "Zeros in front", f"may be lost, up to {rules.int_pad} digits"
    if rules.list:
        yield "On the list", f"{rules.list} ({text.count(len(lists.members(rules.list)), 'member')})"
    if rules.validator:
        yield "Passes the check", f"{rules.validator}: {_explained(rules.validator)}"
    if rules.strip:
        yield "Do not count", ", ".join("blanks" if one == " " else text.visible(one) for one in rules.strip)
    if rules.invalid:
        yield "Never", "   ".join(map(text.value, rules.invalid))
    if rules.share is not None or rules.share_named is not None:
        shares = [("without a name", rules.share), ("with one that says it", rules.share_named)]
        yield (
            "Of the values must",
            "; ".join(f"{text.percent(share)} {when}" for when, share in shares if share is not None),
        )


def _explained(name: str) -> str:
    """What a check is, in the first line of what is said of it where it is written."""
    said = import_module(name).__doc__ if name.startswith(validators.STANDARD) else validators.NAMED[name].__doc__
    return (said or "").strip().partition("\n")[0]


def _names(one: Declaration) -> Iterator[tuple[str, str]]:
    kinds = (("Are", one.names.whole), ("Say it", one.names.strong), ("Hint at it", one.names.weak))
    for what, which in (*kinds, ("Speak against it", one.names.veto)):
        if which:
            yield what, "   ".join(which)
    name = verdict.name_for(one)
    if name is not None:
        yield "For example", name


def _decided(one: Declaration) -> Iterator[tuple[str, str]]:
    decide = one.decide
    yield "Evidence", _NEEDS[decide.need]
    if one.tests_values:
        floor = f", {text.percent(decide.floor)} where the name says it" if decide.floor is not None else ""
        yield "Must match", f"{text.percent(decide.min_match)} of the different values{floor}"
        yield "By chance", f"{text.percent(decide.chance)} of arbitrary values of the same look match"
    needed = verdict.values_needed(one)
    if needed is not None:
        yield "Without a name", f"{text.count(needed, 'different value')} and more"
    elif decide.need == "values":
        yield "Without a name", "no number of values is enough"
    if decide.max_distinct is not None:
        yield "At most", text.count(decide.max_distinct, "different value")
    if decide.conf < 1:
        yield "Confidence", f"{text.percent(decide.conf)} at most"


def document(one: Declaration) -> dict[str, Any]:
    """A type as JSON: its declaration, and what follows from it."""
    made = one.model_dump(mode="json", exclude_defaults=True, exclude={"scan", "user"})
    spoken: Iterable[str] = laws.of(one.pii) if one.pii is not None else ()
    more = {"own": one.user, "laws": list(spoken), "values_needed": verdict.values_needed(one)}
    return {**made, **more}
