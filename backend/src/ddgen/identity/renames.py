"""Which fields of a table are fields of an earlier one under another name: told by their facts, never by names alone.

Only fields that share a rare fact are compared, so that wide tables take time in proportion to their width.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from ddgen.identity.likeness import Agreement, Facts, agreements, comparable
from ddgen.identity.nesting import segments_of
from ddgen.model.claim import Claim, Kind, Status
from ddgen.model.dictionary import Field, Table
from ddgen.model.path import Path, format_path

LEAST_SCORE = 0.85
"""How well the facts of both have to agree, weighed."""

LEAST_BITS = 10.0
"""How much has to agree: a field with less to tell it by is not recognised."""

MARGIN = 2.0
"""By how many bits one field has to be more alike than any other."""

_MOST_HOLDERS = 8
"""A fact of more fields than these tells none of them apart."""

_TELLING = 5
"""So many values in the same shares are no accident."""

_MOST_INSIDE = 0.5
"""Share of the fields in an object from which it is the renamed one."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A field that looks like an earlier one: `score` is how well their facts agree, 0 to 1; `bits` is how much."""

    old: str
    new: str
    score: float
    bits: float
    why: tuple[str, ...]
    """The facts that agree, the most telling first."""

    @property
    def confidence(self) -> float:
        """How sure it is, at most 0.95: only a person knows."""
        return round(min(0.95, self.score * (1 - 2 ** (-self.bits / 5))), 2)


def renames(old: Table, new: Table) -> dict[str, str]:
    """The new paths of renamed fields by their old ones, with what lies in a renamed object.

    What the new table says of it holds, and else what their facts tell.
    """
    living = {field.path for field in old.fields if not field.removed}
    now = {field.path for field in new.fields if not field.removed}
    missing = living - now
    said = {
        field.renamed_from: field.path
        for field in new.fields
        if field.renamed_from is not None and field.renamed_from in missing and field.path not in living
    }
    gone = missing - said.keys()
    alike = recognised(old, new, gone, now - living - set(said.values()))
    return said | {one.old: one.new for one in alike}


def recognised(old: Table, new: Table, gone: Collection[str], came: Collection[str]) -> list[Alike]:
    """The fields of `new` among `came` that look like fields of `old` among `gone`.

    Each is recognised once at most; where two are as much alike, neither is, nor what a person has said to be another.
    """
    if not gone or not came:
        return []
    kept = {field.path for field in old.fields} & {field.path for field in new.fields} - set(gone) - set(came)
    facts = _facts(old.fields, gone, kept), _facts(new.fields, came, kept)
    refused = {(claim.value, field.path) for field in new.fields for claim in field.claims if _refused(claim)}
    pairs = _best(pair for pair in _pairs(*facts) if (pair.old, pair.new) not in refused)
    return [one for one in [*pairs, *_inside(pairs, gone, came)] if (one.old, one.new) not in refused]


def _refused(claim: Claim) -> bool:
    return claim.kind is Kind.RENAMED_FROM and claim.status is Status.REJECTED


def _facts(fields: Sequence[Field], wanted: Collection[str], kept: Collection[str]) -> list[Facts]:
    """The facts of the wanted fields, with the nearest neighbours that have kept their names."""
    runs: list[list[Field]] = [[]]
    edges: list[str | None] = [None]
    for field in fields:
        if field.path in kept:
            runs.append([])
            edges.append(field.path)
        elif field.path in wanted:
            runs[-1].append(field)
    edges.append(None)
    return [
        Facts(field, (edges[place], edges[place + 1], rank))
        for place, run in enumerate(runs)
        for rank, field in enumerate(run)
    ]


def _tokens(facts: Facts) -> Iterator[Hashable]:
    """Facts by which a field can be found."""
    profile = facts.profile
    kinds = ".".join(sorted(facts.kinds))
    before, after, rank = facts.around
    yield "name", kinds, facts.name
    yield from (("before", before, (rank + one) // 2) for one in (0, 1))
    yield "around", before, after
    yield "exact", facts.exact or facts.field.path
    yield "points", kinds, tuple(float(f"{point:.2g}") for point in facts.points or ()[1:4])
    yield "distinct", kinds, facts.distinct, profile.values
    yield "references", facts.field.references
    yield "key", facts.field.is_primary_key
    yield "values", kinds, frozenset(facts.shares)
    yield "shapes", kinds, tuple(facts.shapes)[:1]
    yield "type", kinds, facts.field.semantic_type
    for value in list(facts.shares)[:20]:
        yield "value", kinds, value


def _pairs(old: Sequence[Facts], new: Sequence[Facts]) -> Iterator[Alike]:
    """The pairs that share a fact which few others have, and are alike enough.

    Where exactly one field of each side has the same numbers or the same list of values, no others are compared.
    """
    weighed = {(one, other): _alike(old[one], new[other]) for one, other in _evident(old, new)}
    told = [pair for pair, found in weighed.items() if found is not None]
    done = {one for one, _ in told}, {other for _, other in told}
    holders: dict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for side, many in enumerate((old, new)):
        for place, facts in enumerate(many):
            for token in set(_tokens(facts)) if place not in done[side] else ():
                holders[token][side].append(place)
    met = {
        (one, other)
        for before, after in holders.values()
        if max(len(before), len(after)) <= _MOST_HOLDERS
        for one in before
        for other in after
    }
    for pair in sorted(met.union(told)):
        found = weighed[pair] if pair in weighed else _alike(old[pair[0]], new[pair[1]])
        if found is not None:
            yield found


def _evident(old: Sequence[Facts], new: Sequence[Facts]) -> Iterator[tuple[int, int]]:
    """The places of pairs that alone have the same numbers, or the same values in the same shares."""
    known: tuple[dict[Hashable, list[int]], ...] = (defaultdict(list), defaultdict(list))
    for side, many in enumerate((old, new)):
        for place, facts in enumerate(many):
            if facts.exact is not None:
                known[side][facts.exact].append(place)
            elif len(facts.shares) >= _TELLING:
                known[side][frozenset(facts.shares.items())].append(place)
    for fact, places in known[0].items():
        others = known[1].get(fact, ())
        if len(places) == len(others) == 1:
            yield places[0], others[0]


def _alike(old: Facts, new: Facts) -> Alike | None:
    if not comparable(old, new):
        return None
    evidence = list(agreements(old, new))
    bits = sum(one.share * one.weight for one in evidence)
    of = sum(one.weight for one in evidence)
    if bits < LEAST_BITS or bits < LEAST_SCORE * of:
        return None
    return Alike(old.field.path, new.field.path, round(bits / of, 3), round(2 * bits - of, 3), _why(evidence))


def _why(evidence: Sequence[Agreement]) -> tuple[str, ...]:
    told = sorted(evidence, key=lambda one: -one.share * one.weight)
    return tuple(one.what for one in told if one.share >= LEAST_SCORE)


def _best(pairs: Iterable[Alike]) -> list[Alike]:
    """The most alike first; a field that is as much like another one is left."""
    ranked = sorted(pairs, key=lambda one: (-one.bits, one.old, one.new))
    by_old: dict[str, list[Alike]] = defaultdict(list)
    by_new: dict[str, list[Alike]] = defaultdict(list)
    for one in ranked:
        by_old[one.old].append(one)
        by_new[one.new].append(one)
    taken: set[tuple[bool, str]] = set()
    doubtful: set[tuple[bool, str]] = set()
    found = []
    for one in ranked:
        ends = _ends(one)
        if ends & taken or ends & doubtful:
            continue
        rivals = [
            other for other in (*by_old[one.old], *by_new[one.new]) if other is not one and not _ends(other) & taken
        ]
        if all(one.bits - other.bits >= MARGIN for other in rivals):
            found.append(one)
            taken |= ends
        else:
            doubtful |= ends
    return sorted(found, key=lambda one: one.new)


def _ends(one: Alike) -> set[tuple[bool, str]]:
    """Both fields, told apart by whether they are old."""
    return {(True, one.old), (False, one.new)}


def _inside(pairs: Sequence[Alike], gone: Collection[str], came: Collection[str]) -> Iterator[Alike]:
    """What lies in renamed objects under the same name, though its own facts were too few to tell, and they themselves.

    An object is renamed where most of what was in it is now, under the same names, in another one.
    """
    votes = Counter(holders for one in pairs for holders in _common(segments_of(one.old), segments_of(one.new)))
    sizes = _leaves(gone)
    told = {one.old for one in pairs} | {one.new for one in pairs}
    moved = {
        old: new
        for (old, new), number in sorted(votes.items(), key=lambda vote: vote[1])
        if number >= 2 and number > _MOST_INSIDE * sizes[old]
    }
    for path in sorted(gone):
        segments = segments_of(path)
        for length in range(len(segments), 0, -1):
            target = moved.get(segments[:length])
            now = format_path(target + segments[length:]) if target is not None else None
            if now is not None and now in came and path in gone and not {path, now} & told:
                told |= {path, now}
                yield Alike(
                    path, now, 1.0, LEAST_BITS, ("what it holds" if length == len(segments) else "what holds it",)
                )
                break


def _common(old: Path, new: Path) -> Iterator[tuple[Path, Path]]:
    """The holders of two paths that end alike, as in `address.city` and `home.city`."""
    length = 1
    while length < min(len(old), len(new)) and old[-length:] == new[-length:]:
        yield old[:-length], new[:-length]
        length += 1


def _leaves(paths: Collection[str]) -> Counter[Path]:
    """How many fields that hold no others lie in each holder."""
    all_ = [segments_of(path) for path in paths]
    holding = {segments[:length] for segments in all_ for length in range(1, len(segments))}
    return Counter(
        segments[:length] for segments in all_ if segments not in holding for length in range(1, len(segments))
    )
