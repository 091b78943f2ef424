"""What is told to people and programs when a run failed or found what breaks readers of the data."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from ddgen import settings
from ddgen.diff.change import Verdict
from ddgen.diff.compare import compare
from ddgen.errors import DdgenError, NotFound, Transient, UsageError
from ddgen.jobs import mail, webhook
from ddgen.jobs.attempt import WORKER
from ddgen.store.runs import RunRow
from ddgen.store.store import Store

MOST = 20
"""Changes that a notice names; the rest is counted."""

Told = Literal["told", "again", "refused"]


@dataclass(frozen=True, slots=True)
class Channels:
    """How notices leave, as the operator has set it."""

    webhooks: webhook.Sender = field(default_factory=webhook.Sender)
    mails: mail.Post | None = None

    @classmethod
    def load(cls) -> Self:
        """As DDGEN_WEBHOOK_* and DDGEN_SMTP_* say. Raises UsageError."""
        return cls(
            webhook.Sender(_variable("DDGEN_WEBHOOK_SECRET"), webhook.allowed(_variable("DDGEN_WEBHOOK_ALLOW") or "")),
            mail.post(_variable("DDGEN_SMTP_URL"), _variable("DDGEN_SMTP_FROM")),
        )


def _variable(name: str) -> str | None:
    found = settings.variable(name)
    return None if found is None else found[0]


def notice(store: Store, run: RunRow) -> dict[str, Any] | None:
    """What there is to tell of a run that is over; None where there is nothing."""
    about = {"run_id": run.id, "dictionary": run.name, "dictionary_id": run.dictionary_id, "state": run.state}
    if run.state == "failed":
        error = run.error or {}
        return {"event": "run.failed", **about, "code": error.get("code"), "message": error.get("detail")}
    found = _breaking(store, run) if run.state == "succeeded" else []
    if not found:
        return None
    version = (run.result or {})["version"]
    return {"event": "run.breaking", **about, "version": version, "count": len(found), "changes": found[:MOST]}


def _breaking(store: Store, run: RunRow) -> list[str]:
    """The breaking changes of the version that the run has cut, a line each."""
    result = run.result or {}
    if run.dictionary_id is None or not result.get("cut") or result["version"] < 2:
        return []
    try:
        old = store.document(run.dictionary_id, result["version"] - 1)
        new = store.document(run.dictionary_id, result["version"])
    except NotFound:  # removed meanwhile
        return []
    changes = compare(old, new).of(Verdict.BREAKING)
    return [f"{one.table}{f'.{one.path}' if one.path else ''}: {one.message}" for one in changes]


def places(run: RunRow) -> list[str]:
    """Whom the run has to tell, e-mail addresses last."""
    return [*run.request.get("webhooks", ()), *run.request.get("emails", ())]


def tell(store: Store, run: RunRow, number: int, channels: Channels, *, last: bool) -> Told:
    """Tell one of `places`; whether to try again. How it went is an event of the run."""
    place = places(run)[number]
    said = notice(store, run)
    if said is None:
        return "told"
    try:
        _send(channels, place, said, f"{run.id}-{number}")
    except DdgenError as error:
        again = isinstance(error, Transient) and not last
        if not again:
            store.runs.append(run.id, [("untold", {"to": shown(place), "message": str(error)})], actor=WORKER)
        return "again" if again else "refused"
    store.runs.append(run.id, [("told", {"to": shown(place), "message": said["event"]})], actor=WORKER)
    return "told"


def _send(channels: Channels, place: str, said: dict[str, Any], key: str) -> None:
    if "://" in place:
        channels.webhooks.send(place, said, key=key, at=datetime.now(UTC))
        return
    if channels.mails is None:
        hint = "Set DDGEN_SMTP_URL where the worker runs"
        raise UsageError("no mail server is set", where=place, hint=hint)
    channels.mails.send(place, said)


def shown(place: str) -> str:
    """A place as events name it: what follows the host of an address may be a secret."""
    parts = urlsplit(place)
    return f"{parts.scheme}://{parts.hostname}" if "://" in place else place
