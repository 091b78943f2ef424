"""Personal data: what is claimed of a field, the laws that speak of it, and reasons that a person can check.

Every field that was looked at gets a claim, also one in which nothing was found: so `none found` differs from
`not looked`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.personal import FREE_TEXT, NONE, Pii
from ddgen.semantics.column import Column
from ddgen.semantics.pii_inside import Inside
from ddgen.semantics.scoring import Fit
from ddgen.types import declaration, laws
from ddgen.types.declaration import Declaration
from ddgen.types.shown import domains, masked
from ddgen.types.words import in_sentence

_EXAMPLES = 2
_SHOWN_AS_SHAPES = 2
_LONGEST_EXAMPLE = 40
_LIKELY = 0.2
"""Chance from which on it is said that arbitrary values would fit as well."""

_ENOUGH = 10
_SURE_OF_NONE = (0.4, 0.6, 0.8)
"""Confidence that there is no personal data: by the name alone, by a few values, by more."""

_DOUBT = 0.3
_HOLDERS = frozenset({"object", "binary", "geometry"})
"""What has fields of its own for its parts, or is not looked into."""


def claim(column: Column, fits: Sequence[Fit], least: float, inside: Inside) -> Claim | None:
    """What is claimed of personal data in a column; None where there was nothing to look at.

    `fits` are the types that fit, best first, of which those count that are at least so sure; `inside` is what stands
    within values.
    """
    best = fits[0] if fits and fits[0].confidence >= least else None
    found = judged(best, column, fits) if best is not None else None
    sure = best.confidence if best is not None and found is not None else inside.confidence
    within = inside.verdict()
    if within is not None and (found is None or found.sensitivity < within.sensitivity):
        found, sure = _joined(within, found), inside.confidence
    if found is not None:
        return _claim(found, sure)
    if column.data_types & _HOLDERS or any(kind.startswith("array") for kind in column.data_types):
        return None
    if not column.texts and not column.names:
        return None
    level = 0 if not column.texts else 1 if len(column.texts) < _ENOUGH else 2
    return _claim(_nothing(column, fits, best, inside), _SURE_OF_NONE[level])


def _claim(found: Pii, confidence: float) -> Claim:
    evidence = [*found.why, *(f"but {doubt}" for doubt in found.against)]
    return Claim(kind=Kind.PII, value=found.model_dump(), origin=Origin.RULE, confidence=confidence, evidence=evidence)


def _joined(within: Pii, whole: Pii | None) -> Pii:
    """What stands inside of texts, with the reasons why they are what they are."""
    if whole is None:
        return within
    both = list(dict.fromkeys([*whole.laws, *within.laws]))
    return within.model_copy(update={"why": [*within.why, *whole.why], "laws": both})


def judged(found: Fit, column: Column, fits: Sequence[Fit] = ()) -> Pii | None:
    """What a type that fits says of personal data, if it says any; `fits` are others that may speak for it too."""
    declared = found.type.pii
    if declared is None or declared.sensitivity == 0 or declared.category == NONE:
        return None
    ally = next((one for one in fits if found.said is None and _allied(one, declared.category)), None)
    named = f"the name {_named(ally.type, column)} says {in_sentence(ally.type.title)}" if ally is not None else None
    against = doubts(found if ally is None else replace(found, said=ally.said), column)
    return Pii(
        category=declared.category,
        sensitivity=declared.sensitivity,
        why=[*([named] if named else []), *reasons(found, column)],
        laws=laws.of(declared),
        against=against,
    )


def _allied(one: Fit, category: str) -> bool:
    """Whether the name says another type of the same category, such as a telephone number however it is written."""
    return one.said == "strong" and one.type.pii is not None and one.type.pii.category == category


def _nothing(column: Column, fits: Sequence[Fit], best: Fit | None, inside: Inside) -> Pii:
    """That nothing was found, where it was looked for, and what comes near."""
    tested = len(column.texts)
    if best is not None:
        why = [*reasons(best, column), f"{in_sentence(best.type.title)} tells of no person"]
    elif tested:
        why = [f"{_values(tested)} looked at: no kind of personal data fits"]
    else:
        why = ["no value was there to look at"]
    why += [f"the name {column.name} speaks of none"] if column.names and best is None else []
    near = [one for one in fits if one is not best and one.type.pii is not None and one.confidence >= _DOUBT]
    doubts_ = [
        f"could be {in_sentence(one.type.title)} ({one.confidence:.2f})"
        for one in near[:_EXAMPLES]
        if one.type.pii is not None and one.type.pii.sensitivity > 0
    ]
    return Pii(category=NONE, sensitivity=0, why=why, against=[*doubts_, *inside.strays()])


def reasons(found: Fit, column: Column) -> list[str]:
    """What speaks for a type: the words of the name, and how many of the values that were looked at, by what test."""
    why, title = [], in_sentence(found.type.title)
    if found.said is not None:
        verb = "says" if found.said == "strong" else "hints at"
        why.append(f"the name {_named(found.type, column)} {verb} {title}")
    if found.matched:
        fitting = f"{found.matched} of {_values(found.tested)} fit {title}"
        why.append(fitting + _how(found.type) + _such(found, column, fitting=True))
    return why


def _values(count: int) -> str:
    return f"{count} different value{'s' if count != 1 else ''}"


def _named(one: Declaration, column: Column) -> str:
    """The name, the words of it that say so where it has others, and how it was read where that is not as it stands."""
    for words in column.names:
        said = _saying(one, words)
        if said is not None:
            read = f", read as {words.replace('_', ' ')}," if words != column.names[0] else ""
            part = f" ({said})" if said.replace(" ", "") != words.replace("_", "") else ""
            return f"{column.name}{read}{part}"
    return column.name


def _saying(one: Declaration, words: str) -> str | None:
    """The words of a name that say the type."""
    if one.named(words) not in {"strong", "weak"}:
        return None
    for regex in () if one.user else (*one.names.strong, *one.names.weak):
        found = declaration.whole_words(regex).search(f"_{words}_")
        if found is not None:
            return found.group().replace("_", " ")
    return words.replace("_", " ")


def _how(one: Declaration) -> str:
    """By what values were tested, where it is more than their form."""
    if one.values.list is not None:
        return " by form and a list of known ones"
    if one.values.validator is not None:
        return " by form and check"
    return " by form" if one.values.regex is not None else ""


def _such(found: Fit, column: Column, *, fitting: bool) -> str:
    """How some values that fit, or do not, are shown; nothing of data of which nothing is shown."""
    declared = found.type.pii
    if declared is None or declared.category == FREE_TEXT or declared.sensitivity > _SHOWN_AS_SHAPES:
        return ""
    texts = (text for text in column.texts if found.type.fits(text) is fitting and len(text) <= _LONGEST_EXAMPLE)
    shared = domains(column.texts)
    examples = list(dict.fromkeys(one for text in texts if (one := masked(text, shared)) is not None))[:_EXAMPLES]
    return f", such as {' and '.join(examples)}" if examples else ""


def doubts(found: Fit, column: Column) -> list[str]:
    """What speaks against a type: values that do not fit, a name that says nothing, a form that much else has."""
    against = []
    missed = found.tested - found.matched
    if missed:
        such = _such(found, column, fitting=False)
        against.append(f"{missed} of {_values(found.tested)} do{'es' if missed == 1 else ''} not fit{such}")
    if found.said is None:
        against += [f"the name {column.name} does not say so"] if column.name else []
    if not found.tested:
        against.append("no value was tested" if column.texts else "there was no value to test")
    elif found.type.decide.chance >= _LIKELY:
        against.append(f"{100 * found.type.decide.chance:.0f} % of arbitrary values of that form would fit too")
    return against
