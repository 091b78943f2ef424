"""The one place where a dictionary becomes one that may be shown.

Every format, command and message is made of what leaves here; none has a rule of its own. What is masked is decided by
the winning claim about personal data of each field (`model/personal.py`): a person's before all others. The texts of
people stay as they wrote them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ddgen.masked import claims
from ddgen.masked import profile as profiles
from ddgen.masked.texts import Texts, quotable
from ddgen.model.claim import judged_by_a_person
from ddgen.model.dictionary import Dictionary, Field, Relationship, Table
from ddgen.model.personal import Masking
from ddgen.model.problem import Problem
from ddgen.model.questions import open_questions
from ddgen.model.values import Values
from ddgen.types import shown as values

Evidence = Mapping[str, Mapping[str, Values]]
"""By table name and path, values at hand."""

_STRENGTH: dict[Masking | None, int] = {None: 0, "shared": 1, "shapes": 2, "counts": 3}
_GOES_ON = frozenset(".[{@")
"""What stands behind a path in the paths of what lies in it."""

_MOST_SECRETS = 2_000
"""Values of one field that are looked for in texts."""


def masked(dictionary: Dictionary) -> Dictionary:
    """A copy of the dictionary without personal values; what is masked already stays as it is."""
    shown = dictionary.model_copy(deep=True)
    texts = mask(shown.tables, shown.relationships)
    shown.problems = problems(shown.problems, texts)
    shown.questions = open_questions(shown.tables)
    shown.masked = True
    return shown


def mask(tables: Sequence[Table], links: Iterable[Relationship], evidence: Evidence | None = None) -> Texts:
    """Take personal values out of tables and relationships; what does so for other texts.

    `evidence` has more of their values, so that these are known again where they are quoted.
    """
    held = evidence or {}
    texts = Texts(_secrets(tables, held))
    for table in tables:
        wanted = _maskings(table)
        for field in table.fields:
            _mask_field(field, wanted[field.path], texts, held.get(table.name, {}).get(field.path, Values()))
        claims.mask_table(table, texts)
    for link in links:
        link.evidence = [texts.shown(line) for line in link.evidence]
    return texts


def problems(told: Iterable[Problem], texts: Texts) -> list[Problem]:
    """The problems without personal values."""
    return [
        problem.model_copy(
            update={
                "message": texts.message(problem.message),
                "hint": texts.message(problem.hint) if problem.hint is not None else None,
            }
        )
        for problem in told
    ]


def _maskings(table: Table) -> dict[str, Masking | None]:
    """How each field has to be masked: a text whose inner parts are fields of their own as the strictest of these.

    What a person has said of the text itself holds all the same.
    """
    wanted = {field.path: field.masking for field in table.fields}
    if any(wanted.values()):
        open_ = {field.path for field in table.fields if not judged_by_a_person(field.claims)}
        for path, masking in [*wanted.items()]:
            for above in _above(path) if masking is not None else ():
                if above in open_ and _STRENGTH[masking] > _STRENGTH[wanted[above]]:
                    wanted[above] = masking
    return wanted


def _above(path: str) -> Iterator[str]:
    """The paths of what holds a field."""
    return (path[:place] for place, character in enumerate(path) if place and character in _GOES_ON)


def _mask_field(field: Field, wanted: Masking | None, texts: Texts, known: Values) -> None:
    if _STRENGTH[wanted] > _STRENGTH[field.masked]:
        if profiles.has_values(field.profile) or field.masking is not None:
            at_hand = (value for value, _ in known.items) if known.items else profiles.held(field.profile)
            shared = values.domains(at_hand)
            field.profile = profiles.masked(field.profile, wanted, shared)
            field.masked = wanted
    elif field.masked is None and not judged_by_a_person(field.claims):
        field.profile = profiles.masked(field.profile, None)
    field.profile.notes = [texts.shown(note) for note in field.profile.notes]
    claims.mask_field(field, texts)


def _secrets(tables: Iterable[Table], evidence: Evidence) -> Iterator[str]:
    """The values of all fields that have to be masked, as far as they are at hand."""
    for table in tables:
        for field in (field for field in table.fields if field.masking in {"shapes", "counts"} and not field.masked):
            known = evidence.get(table.name, {}).get(field.path, Values())
            yield from quotable(profiles.held(field.profile))
            yield from quotable(value for value, _ in known.items[:_MOST_SECRETS])
