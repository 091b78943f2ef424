"""Which fields of a dictionary need a model's words, and how the words become claims.

Nobody is paid to say again what a person or the source has said.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ddgen.describe.facts import facts_of, table_facts_of
from ddgen.describe.texts import Ask, FieldText
from ddgen.llm.failure import Cause
from ddgen.model.claim import Claim, Kind, Origin, Status
from ddgen.model.dictionary import Field, Table
from ddgen.model.problem import Problem, Severity
from ddgen.types.declaration import Send
from ddgen.types.table import TypeTable

KINDS = (Kind.BUSINESS_NAME, Kind.DESCRIPTION)
_FIELDS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """A field, and the kinds of claims that it lacks."""

    field: Field
    kinds: frozenset[Kind]


def wanted(table: Table, previous: Table | None = None) -> list[Wanted]:
    """The fields for which neither a person nor the source has said everything."""
    before = {field.path: field.claims for field in previous.fields} if previous is not None else {}
    found = ((field, _open(field, before.get(field.path, []))) for field in table.fields if not field.removed)
    return [Wanted(field, kinds) for field, kinds in found if kinds]


def _open(field: Field, before: Sequence[Claim]) -> frozenset[Kind]:
    settled = {claim.kind for claim in (*field.claims, *before) if claim.alive and _settles(claim)}
    return frozenset(KINDS) - settled


def _settles(claim: Claim) -> bool:
    return claim.origin in {Origin.HUMAN, Origin.SOURCE} or claim.status is Status.APPROVED


def ask_of(table: Table, fields: Iterable[Wanted], types: TypeTable | None = None) -> Ask:
    """The question for these fields of a table, whose claims are settled; `types` say what may be seen of values."""
    return Ask(table_facts_of(table), [facts_of(table, one.field, _send(one.field, types)) for one in fields])


def _send(field: Field, types: TypeTable | None) -> Send | None:
    """What a person's own types say of the values of a field; of several the strictest."""
    order: tuple[Send, ...] = ("none", "shape", "values")
    own = [one.llm.send for one in types or () if one.user and one.counts_as == field.semantic_type]
    return min(own, key=order.index, default=None)


def add_texts(fields: Iterable[Wanted], texts: Iterable[FieldText]) -> None:
    """Add what a model wrote as claims; where it did not, the claims by rule say why."""
    for one, text in zip(fields, texts, strict=True):
        if text.origin is Origin.AI:
            one.field.claims += [claim for claim in text.claims() if claim.kind in one.kinds]
        elif text.reason is not None:
            for claim in one.field.claims:
                if claim.origin is Origin.RULE and claim.kind in one.kinds:
                    claim.evidence.append(f"no text of a model: {text.reason}")


def problems(server: str, done: Iterable[tuple[Table, Sequence[Wanted], Sequence[FieldText]]]) -> list[Problem]:
    """One problem for each reason why fields have no text of a model, with how many and which."""
    lost: dict[Cause, list[tuple[str, str]]] = defaultdict(list)
    for table, fields, texts in done:
        for one, text in zip(fields, texts, strict=True):
            if text.failure is not None:
                lost[text.failure.cause].append((f"{table.name}.{one.field.path}", text.reason or ""))
    if Cause.UNFIT in lost:
        # What an unfit model wrote and what it was not asked for are one trouble, with one way out of it.
        lost[Cause.UNFIT] += lost.pop(Cause.BAD_OUTPUT, [])
    ranked = sorted(lost.items(), key=lambda item: -len(item[1]))
    return [_problem(server, cause, fields) for cause, fields in ranked]


def _problem(server: str, cause: Cause, fields: Sequence[tuple[str, str]]) -> Problem:
    """The problem of these fields, each with its name and reason."""
    count, (_, reason) = len(fields), fields[0]
    names = ", ".join(name for name, _ in fields[:_FIELDS_NAMED])
    more = f" and {count - _FIELDS_NAMED:,} more" if count > _FIELDS_NAMED else ""
    one = "1 field has its text by rule" if count == 1 else f"{count:,} fields have their texts by rule"
    return Problem(
        code=f"ai_{cause.value}",
        source=server,
        severity=Severity.WARNING,
        message=f"{one}: {reason} ({names}{more})",
        hint=HINTS.get(cause.value, "Run again to ask for the rest; texts that were written are kept"),
    )


HINTS = {
    "waiting": "`ddgen ai batches` says how far it is; build again with --ai batch once it is done",
    "auth": "Check OPENAI_API_KEY and OPENAI_BASE_URL; `ddgen ai check` tests them",
    "quota": "The account has no credit left; add some, or use a local server",
    "network": "Is the server running? `ddgen ai check` tests it",
    "settings": "`ddgen ai check` says what is missing",
    "blocked": "`ddgen ai check` says why this address is not asked",
    "timeout": "Raise OPENAI_REQUEST_TIMEOUT, or choose a faster model",
    "bad_output": "Another model may do better; the texts by rule stand meanwhile",
    "unfit": "Choose another, larger model: OPENAI_MODEL=..., or load it in the server; `ddgen ai check` tests it",
}
