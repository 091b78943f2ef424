"""References between fields: those that sources declare are checked, others are inferred from names and values.

Gates leave few candidates of all pairs, the data answer exactly how many values are found, and a score with its
parts decides. Inside a table, across tables and across sources; to single keys and to combinations; through
tables that only join two others.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Field, Relationship, Table
from ddgen.model.question import End, Probe
from ddgen.model.values import Values
from ddgen.semantics import bridges, composite_references
from ddgen.semantics.key_names import KeyNames
from ddgen.semantics.reference_candidates import Candidate, candidates
from ddgen.semantics.reference_evidence import cardinality, evidence_of, facts_of
from ddgen.semantics.reference_score import ACCEPTED, Scored, refusal, score


@dataclass(frozen=True, slots=True)
class Lost:
    """A reference that was looked at and not taken: its ends as texts `table.path`, its score if any, and why."""

    start: str
    target: str
    score: float | None
    why: str
    parts: Mapping[str, float]


Ends = tuple[tuple[str, ...], tuple[str, ...]]
"""A reference as texts `table.path`, from and to."""

_VALUES_DIFFER = "the names fit, but too many of the values at hand are not among those of the key"


def declared(tables: Sequence[Table], said: Sequence[tuple[End, End]]) -> list[Relationship]:
    """The references that sources declare, not yet checked, and the claims about them on the fields that refer."""
    by_name = {table.name: table for table in tables}
    found = []
    for start, target in said:
        link = Relationship(from_=_texts(start), to=_texts(target), kind="declared")
        for path, end in zip(start.paths, link.to, strict=False):
            part = by_name[start.table].field(path)
            if part is not None:
                part.claims.append(_claim(end, Origin.SOURCE, 1.0, ["declared as foreign key in the source"]))
        found.append(link)
    return found


def find(
    tables: Sequence[Table],
    values: Mapping[str, Mapping[str, Values]],
    probe: Probe,
    links: list[Relationship],
    *,
    infer: bool = True,
    rejected: Collection[Ends] = (),
    lost: list[Lost] | None = None,
) -> None:
    """Check the declared references in `links`, and add those that are inferred, with claims on fields that refer.

    Tables must have their keys settled. Without `infer` nothing is added. `rejected` are references that a person has
    refused; they are not proposed. What is looked at and not taken is noted in `lost`, if that is given.
    """
    _check(tables, probe, links)
    if not infer:
        return
    names = KeyNames(tables)
    taken = {end for link in links for end in link.from_}
    turned_away: list[Candidate] = []
    wanted = [one for one in candidates(tables, values, names, turned_away) if _start(one) not in taken]
    wanted = [one for one in wanted if _ends(one) not in rejected]
    scored = _scored(wanted, probe, lost)
    chosen = _oriented(_best(scored))
    if lost is not None:
        lost += [Lost(_start(one), _ends(one)[1][0], None, _VALUES_DIFFER, {}) for one in turned_away]
        kept = {id(one) for one in chosen}
        lost += [_lost(one, "another reference of the field is better") for one in scored if id(one) not in kept]
    links += [_relationship(one) for one in chosen]
    together = composite_references.find(tables, names, probe, known=links)
    links += [one for one in together if (tuple(one.from_), tuple(one.to)) not in rejected]
    links += bridges.find(tables, links)


def _start(one: Candidate) -> str:
    return f"{one.table.name}.{one.field.path}"


def _ends(one: Candidate) -> Ends:
    return (f"{one.table.name}.{one.field.path}",), (f"{one.target.table.name}.{one.target.field.path}",)


def _check(tables: Sequence[Table], probe: Probe, links: Sequence[Relationship]) -> None:
    """Ask how far the data keep to declared references."""
    places = {f"{table.name}.{part.path}": (table, part) for table in tables for part in table.fields}
    known = [link for link in links if all(end in places for end in (*link.from_, *link.to))]
    asked = [(_end(link.from_, places), _end(link.to, places)) for link in known]
    for link, answer in zip(known, probe.containment(asked), strict=True):
        if answer is None or not answer.exact or not answer.rows:
            continue
        fields = [places[end][1] for end in link.from_]
        link.inclusion, link.orphans = round(answer.inclusion, 6), answer.orphans
        link.cardinality = cardinality(answer)
        link.evidence = evidence_of(answer, private=any(places[end][1].masking for end in (*link.from_, *link.to)))
        for part, end in zip(fields, link.to, strict=False):
            claim = next(claim for claim in part.claims if claim.kind is Kind.REFERENCES and claim.value == end)
            claim.evidence += link.evidence


def _end(texts: Sequence[str], places: Mapping[str, tuple[Table, Field]]) -> End:
    return End(places[texts[0]][0].name, tuple(places[text][1].path for text in texts))


def _texts(end: End) -> list[str]:
    return [f"{end.table}.{path}" for path in end.paths]


def _scored(wanted: Sequence[Candidate], probe: Probe, lost: list[Lost] | None) -> list[Scored]:
    """Candidates that the data bear out; the others are noted as lost."""
    ends = [
        (End(one.table.name, (one.field.path,)), End(one.target.table.name, (one.target.field.path,))) for one in wanted
    ]
    answers = probe.containment(ends)
    scored = [score(one, answer) for one, answer in zip(wanted, answers, strict=True)]
    if lost is not None:
        for one, answer, found in zip(wanted, answers, scored, strict=True):
            if found is None:
                lost.append(Lost(_start(one), _ends(one)[1][0], None, refusal(one, answer), {}))
            elif not found.accepted:
                lost.append(_lost(found, f"{ACCEPTED:.2f} is needed"))
    return [one for one in scored if one is not None and one.accepted]


def _lost(one: Scored, why: str) -> Lost:
    evidence = "; ".join([why, *_evidence(one)])
    return Lost(_start(one.candidate), _ends(one.candidate)[1][0], one.score, evidence, one.parts)


def _best(scored: Sequence[Scored]) -> list[Scored]:
    """For each field the reference with the best score; of equals the one whose key is used more."""
    best: dict[tuple[str, str], Scored] = {}
    for one in scored:
        place = (one.candidate.table.name, one.candidate.field.path)
        if place not in best or _rank(one) > _rank(best[place]):
            best[place] = one
    return list(best.values())


def _rank(one: Scored) -> tuple[float, float, float]:
    coverage = one.answer.coverage if one.answer is not None else 0.0
    return one.score, one.candidate.name, coverage


def _oriented(chosen: Sequence[Scored]) -> list[Scored]:
    """Of two fields that refer to each other only the better reference."""
    by_ends = {_ends(one.candidate): one for one in chosen}
    kept = []
    for (start, target), one in by_ends.items():
        back = by_ends.get((target, start))
        if back is None or (*_rank(one), target) > (*_rank(back), start):
            kept.append(one)
    return kept


def _relationship(one: Scored) -> Relationship:
    start, target = _ends(one.candidate)
    part = one.candidate.field
    evidence = _evidence(one)
    part.claims.append(_claim(target[0], Origin.RULE, one.confidence, evidence))
    return Relationship(
        from_=list(start),
        to=list(target),
        kind="inferred",
        confidence=one.confidence,
        approximate=True if one.approximate else None,
        parts=one.parts,
        evidence=evidence,
        **facts_of(one.answer),
    )


def _evidence(one: Scored) -> list[str]:
    candidate, answer = one.candidate, one.answer
    evidence = []
    if candidate.name > 0:
        evidence.append(f"the name {candidate.field.name} fits {candidate.target.table.name} by {candidate.name:.0%}")
    if answer is None or not answer.rows:
        return [*evidence, "no values to compare: by names alone"]
    if not answer.exact:
        evidence.append("approximate: not all values could be compared")
    evidence += evidence_of(answer, private=any(part.masking for part in (candidate.field, candidate.target.field)))
    evidence.append(f"{answer.coverage:.0%} of the values of {candidate.target.field.name} are used")
    if cardinality(answer) == "1:1":
        evidence.append("no value is used twice")
    return evidence


def _claim(end: str, origin: Origin, confidence: float, evidence: list[str]) -> Claim:
    return Claim(kind=Kind.REFERENCES, value=end, origin=origin, confidence=confidence, evidence=evidence)
