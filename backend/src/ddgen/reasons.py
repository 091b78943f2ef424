"""Why a dictionary says of a field what it says: claims that won and lost, types, personal data, keys, names.

From a document comes what it holds; with what a run has `seen`, every type that came near, and references not taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from pydantic import BaseModel

from ddgen.model.claim import MULTI_VALUED, Claim, Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field, Pii, Relationship, Table
from ddgen.semantics.column import Column, columns, names_of
from ddgen.semantics.relations import Lost
from ddgen.semantics.scoring import Fit
from ddgen.semantics.verdict import Verdict, verdicts
from ddgen.types import naming, reading
from ddgen.types.glossary import Glossary
from ddgen.types.table import TypeTable

SECRET = 2
"""The sensitivity from which on no value is shown."""

HIDDEN = "(not shown: personal data)"
"""Stands where a claim's value is made of the field's values."""

_MOST_TYPES = 12
_EXAMPLES = re.compile(r"(, such as |(?<=more than once): ).*", re.DOTALL)
"""What evidence about keys and references shows of values."""

_OF_VALUES = frozenset({Kind.CODES})


@dataclass(frozen=True, slots=True)
class Seen:
    """What a run had at hand when it judged a field: the column, the types that fit, the references not taken."""

    column: Column
    fits: Sequence[Fit]
    lost: Sequence[Lost] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """The semantic types and the glossary by which a field is explained."""

    types: TypeTable
    glossary: Glossary | None = None
    seen: Seen | None = field(default=None)


class ClaimReason(BaseModel):
    """A claim, whether it is the one that is shown, and if not, why."""

    claim: Claim
    shown: bool
    why: str | None = None


class TypeReason(BaseModel):
    """A semantic type that was considered. `confidence` is there where it fits."""

    type: str
    title: str | None = None
    taken: bool = False
    confidence: float | None = None
    why: list[str]


class Meaning(BaseModel):
    """The semantic type that is claimed, and those that are not; `words` are those that the name was read as."""

    type: str | None = None
    words: list[str]
    types: list[TypeReason]
    left_out: int = 0
    """Types that came near and are not listed."""


class Piece(BaseModel):
    """A piece of a name as written, the words it stands for, and what says so."""

    written: str
    words: str
    why: str


class NameReason(BaseModel):
    """How the name was expanded, piece by piece; `text` is what the rules make of it."""

    text: str
    confidence: float
    pieces: list[Piece]


class LostReference(BaseModel):
    """A reference that was looked at and not taken. `parts` add up to the score."""

    start: str
    target: str
    score: float | None = None
    why: str
    parts: dict[str, float]


class KeyReason(BaseModel):
    """Whether the field identifies rows, and what refers to what."""

    facts: list[str]
    claims: list[ClaimReason]
    """What is claimed of the table's primary key, where the field is part of it."""

    references: list[Relationship]
    lost: list[LostReference]


class Reasons(BaseModel):
    """All that speaks for what is said of a field. `live` says whether the data were read for it."""

    table: str
    path: str
    live: bool
    hidden: bool
    """Whether values are not shown, since they are personal."""

    claims: list[ClaimReason]
    meaning: Meaning
    pii: Pii | None = None
    keys: KeyReason
    name: NameReason


def reasons(dictionary: Dictionary, table: Table, part: Field, known: Known) -> Reasons:
    """Why a settled dictionary says what it says of a field."""
    hidden = part.pii is not None and part.pii.sensitivity >= SECRET
    found = Reasons(
        table=table.name,
        path=part.path,
        live=known.seen is not None,
        hidden=hidden,
        claims=_claims(part.claims),
        meaning=_meaning(table, part, known),
        pii=part.pii,
        keys=_keys(dictionary, table, part, known.seen),
        name=_name(table, part, known.glossary),
    )
    return _without_values(found) if hidden else found


def _without_values(found: Reasons) -> Reasons:
    """The same without the values of the field that claims and evidence show."""
    for one in (*found.claims, *found.keys.claims):
        value = HIDDEN if one.claim.kind in _OF_VALUES else one.claim.value
        one.claim = one.claim.model_copy(update={"value": value, "evidence": _cut(one.claim.evidence)})
    for link in found.keys.references:
        link.evidence = _cut(link.evidence)
    for lost in found.keys.lost:
        lost.why = _EXAMPLES.sub("", lost.why)
    found.keys.facts = _cut(found.keys.facts)
    return found


def _cut(evidence: Sequence[str]) -> list[str]:
    return [_EXAMPLES.sub("", said) for said in evidence]


def _claims(claims: Sequence[Claim]) -> list[ClaimReason]:
    """Claims by kind, of each kind the one that is shown first."""
    kinds = [kind for kind in Kind if any(claim.kind is kind for claim in claims)]
    made = [_claim(claim, claims) for kind in kinds for claim in claims if claim.kind is kind]
    return sorted(made, key=lambda one: (kinds.index(one.claim.kind), not one.shown))


def _claim(claim: Claim, claims: Sequence[Claim]) -> ClaimReason:
    best = winner(claims, claim.kind)
    if claim.alive and (best is claim or claim.kind in MULTI_VALUED):
        return ClaimReason(claim=claim, shown=True)
    return ClaimReason(claim=claim, shown=False, why=_why_not(claim, best))


def _why_not(claim: Claim, best: Claim | None) -> str:
    """Why a claim is not the one that is shown."""
    if claim.status is Status.REJECTED:
        return "a person rejected it"
    if claim.status is Status.WITHDRAWN:
        return "it was not said again"
    if best is None or best.origin is Origin.HUMAN:
        return "a person's word comes first" if claim.origin is not Origin.HUMAN else "a newer one comes first"
    if best.status is Status.APPROVED and claim.status is not Status.APPROVED:
        return "one that a person approved comes first"
    if best.origin is not claim.origin:
        return "the source's word comes first" if best.origin is Origin.SOURCE else "a model's text comes first"
    return "a newer one comes first"


def _meaning(table: Table, part: Field, known: Known) -> Meaning:
    column = known.seen.column if known.seen is not None else columns(_alone(table, part), {})[0]
    best = winner(part.claims, Kind.SEMANTIC_TYPE)
    taken = best.value if best is not None else None
    words = list(names_of(column.name))
    if known.seen is None:
        return Meaning(type=taken, words=words, types=_held(part, best, column, known.types))
    near = [one for one in verdicts(column, known.types, known.seen.fits) if one.near]
    listed = [_type(one, taken) for one in near]
    listed.sort(key=lambda one: not one.taken)
    return Meaning(type=taken, words=words, types=listed[:_MOST_TYPES], left_out=max(0, len(listed) - _MOST_TYPES))


def _alone(table: Table, part: Field) -> Table:
    return table.model_copy(update={"fields": [part.model_copy(update={"removed": False})]})


def _type(one: Verdict, taken: object) -> TypeReason:
    fits = one.fit
    return TypeReason(
        type=one.type.id,
        title=one.type.title,
        taken=fits is not None and one.type.counts_as == taken,
        confidence=fits.confidence if fits is not None else None,
        why=one.reasons(),
    )


def _held(part: Field, best: Claim | None, column: Column, types: TypeTable) -> list[TypeReason]:
    """The types of which the document itself knows something, and the words of the name that say the one claimed."""
    found = []
    if best is not None:
        why = list(best.evidence)
        why += _telling(str(best.value), column, types) if best.origin is Origin.RULE else []
        title = _title(str(best.value), types)
        found.append(TypeReason(type=str(best.value), title=title, taken=True, confidence=best.confidence, why=why))
    for other in part.considered or []:
        title = _title(other.type, types)
        found.append(TypeReason(type=other.type, title=title, confidence=other.confidence, why=other.why.split("; ")))
    return found


def _telling(name: str, column: Column, types: TypeTable) -> list[str]:
    forms = [one for one in types if one.counts_as == name]
    told = [words for one in forms for said in column.names for words in one.telling(said).get("strong", ())]
    return [
        f"words of the name that say it: {', '.join(dict.fromkeys(word.replace('_', ' ') for word in told))}"
    ] * bool(told)


def _title(name: str, types: TypeTable) -> str | None:
    found = types.get(name)
    return found.title if found is not None else None


def _keys(dictionary: Dictionary, table: Table, part: Field, seen: Seen | None) -> KeyReason:
    end = f"{table.name}.{part.path}"
    of_table = [claim for claim in table.claims if claim.kind is Kind.PRIMARY_KEY and part.path in claim.value]
    lost = [one for one in seen.lost if end in {one.start, one.target}] if seen is not None else []
    return KeyReason(
        facts=_uniqueness(part),
        claims=[_claim(claim, table.claims) for claim in of_table],
        references=[link.model_copy() for link in dictionary.relationships if end in (*link.from_, *link.to)],
        lost=[
            LostReference(start=one.start, target=one.target, score=one.score, why=one.why, parts=dict(one.parts))
            for one in sorted(lost, key=lambda one: -(one.score or 0.0))
        ],
    )


def _uniqueness(part: Field) -> list[str]:
    """What the profile says of the field as a key."""
    profile = part.profile
    facts = []
    if profile.distinct is not None and profile.values:
        about = "" if profile.distinct.exact else "about "
        facts.append(f"{about}{profile.distinct.count:,} different among {profile.values:,} values")
    if profile.unique is False and profile.values:
        facts.append("some occur more than once, so it identifies no row")
    if profile.values < profile.total:
        facts.append(f"{profile.total - profile.values:,} of {profile.total:,} have no value")
    return [*facts, *profile.notes]


def _name(table: Table, part: Field, glossary: Glossary | None) -> NameReason:
    from ddgen.describe import names

    context = names.context_of(table, part, glossary)
    text, confidence, _ = names.named(part.name, context)
    pieces = naming.expand(part.name, context).pieces
    return NameReason(text=text, confidence=confidence, pieces=list(map(_piece, pieces)))


def _piece(one: naming.Piece) -> Piece:
    return Piece(written=one.written, words=" ".join(one.words), why=one.why or _kept(one.written.lower()))


def _kept(piece: str) -> str:
    if not piece.isalpha():
        return "a number" if piece.isdigit() else "kept as it is"
    if piece in reading.acronyms():
        return "an acronym"
    return "a word" if reading.is_kept(piece) else "not known, kept as it is"


def column_of(values: Iterable[str], name: str | None = None) -> Column:
    """Values as a field of a text file would have them, with their data type, to see which types they are of."""
    import pyarrow as pa

    from ddgen.model.relation import TextBatch
    from ddgen.profiling.profiler import Profiler

    texts = list(values)
    profiler = Profiler()
    place = name or "c1"
    profiler.feed(TextBatch([pa.array(texts, pa.large_string())], [place], source="values", first=0, count=len(texts)))
    (found,) = profiler.finish().fields
    part = Field(path=place, name=place, position=1, data_type=found.data_type, profile=found.profile)
    table = Table(id="", name="values", uri="values", format="text", fields=[part])
    return columns(table, {place: found.values})[0]
