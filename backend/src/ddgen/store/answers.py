"""Answers of models that all workers of a store share, and which questions got no answer of use."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, func, select, text, update

from ddgen.store import schema
from ddgen.store.act import Act, Desk
from ddgen.store.bodies import chunks
from ddgen.store.ids import stamp

MAX_AGE = timedelta(days=30)
MOST = 500_000
"""Texts that are kept; of more, those that were not used for longest leave."""

_KEPT_NOTES = timedelta(days=90)
_TOUCH_AFTER = timedelta(hours=1)
"""Reading marks a text as used at most once in so long: a run over known fields hardly writes."""

_TIDY_EVERY = 1_000
"""Texts written between two looks at how many there are."""

_WORKER = "worker"
_MICROS = 1_000_000
_A, _F = schema.answers.c, schema.futile.c
_PUT = text(
    "INSERT INTO answers (key, text, checksum, created, used) VALUES (:key, :text, :checksum, :at, :at)"
    " ON CONFLICT (key) DO UPDATE SET text = excluded.text, checksum = excluded.checksum,"
    " created = excluded.created, used = excluded.used"
)
_GIVE_UP = text(
    "INSERT INTO futile (key, attempts, given_up, at) VALUES (:key, 1, :first, :at)"
    " ON CONFLICT (key) DO UPDATE SET attempts = futile.attempts + :counted,"
    " given_up = futile.attempts >= :chances, at = excluded.at"
)


class Answers(Desk):
    """Texts (JSON) by key, for 30 days each. One with a checksum that does not fit is not returned. Thread-safe."""

    _written = _TIDY_EVERY
    """Texts written since the last look; at first there is one."""

    def get_many(self, keys: Iterable[str]) -> dict[str, str]:
        """The texts there are."""
        wanted, at = [key for key in keys if _storable(key)], self.clock()
        found: dict[str, str] = {}
        unused: list[str] = []
        with self._read() as connection:
            for some in chunks(wanted):
                query = select(schema.answers).where(_A.key.in_(some), _A.created > stamp(at - MAX_AGE))
                for row in connection.execute(query).all():
                    if row.checksum == _checksum(row.key, row.text):
                        found[row.key] = row.text
                        unused += [row.key] if row.used < stamp(at - _TOUCH_AFTER) else []
        if unused:
            self._act(_WORKER, lambda act: _touch(act, unused))
        return found

    def put_many(self, texts: Mapping[str, str]) -> None:
        """Keep these texts, in place of older ones under the same keys."""
        kept = {key: text for key, text in sorted(texts.items()) if _storable(key + text)}
        if not kept:
            return
        self._act(_WORKER, lambda act: _put(act, kept))
        self._written += len(kept)
        if self._written >= _TIDY_EVERY:
            self._written = 0
            self._act(_WORKER, _tidy)

    def clear(self) -> int:
        """Forget all texts; how many there were."""
        return int(self._act(_WORKER, lambda act: act.connection.execute(delete(schema.answers)).rowcount))

    def count(self) -> int:
        """How many texts there are."""
        with self._read() as connection:
            return int(connection.execute(select(func.count()).select_from(schema.answers)).scalar_one())

    def give_up(self, keys: Iterable[str], run: str = "", *, chances: int = 0) -> None:  # noqa: ARG002 - as a journal is told
        """These questions got nothing of use; with `chances`, that is not for good at first."""
        rows = [
            {"key": key, "first": not chances, "counted": int(bool(chances)), "chances": chances}
            for key in sorted(set(keys))
            if _storable(key)
        ]
        if rows:
            self._act(_WORKER, lambda act: act.connection.execute(_GIVE_UP, [{**row, "at": act.stamp} for row in rows]))

    def futile(self, units: Sequence[str], since: float) -> dict[str, float]:
        """Of these questions, those that got nothing of use after `since`, and when that was (Unix seconds)."""
        found: dict[str, float] = {}
        with self._read() as connection:
            for some in chunks([unit for unit in units if _storable(unit)]):
                query = select(_F.key, _F.at).where(_F.key.in_(some), _F.given_up, _F.at > int(since * _MICROS))
                found |= {key: at / _MICROS for key, at in connection.execute(query).all()}
        return found

    def forget_futile(self) -> int:
        """Forget which questions got nothing of use; how many there were."""
        return int(self._act(_WORKER, lambda act: act.connection.execute(delete(schema.futile)).rowcount))


def _put(act: Act, texts: Mapping[str, str]) -> None:
    rows = [
        {"key": key, "text": kept, "checksum": _checksum(key, kept), "at": act.stamp} for key, kept in texts.items()
    ]
    act.connection.execute(_PUT, rows)


def _touch(act: Act, keys: Sequence[str]) -> None:
    for some in chunks(sorted(keys)):
        act.connection.execute(update(schema.answers).where(_A.key.in_(some)).values(used=act.stamp))


def _tidy(act: Act) -> None:
    """Forget what is old, and of too many texts the longest unused."""
    act.connection.execute(delete(schema.answers).where(_A.created <= stamp(act.at - MAX_AGE)))
    act.connection.execute(delete(schema.futile).where(_F.at <= stamp(act.at - _KEPT_NOTES)))
    many: Any = act.connection.execute(select(func.count()).select_from(schema.answers)).scalar_one()
    if many > MOST:
        oldest = select(_A.key).order_by(_A.used).limit(many - MOST + MOST // 10)
        act.connection.execute(delete(schema.answers).where(_A.key.in_(oldest)))


def _checksum(key: str, kept: str) -> int:
    return zlib.crc32(kept.encode(), zlib.crc32(key.encode()))


def _storable(text: str) -> bool:
    """Whether a database can hold it: no halves of surrogate pairs, no NUL."""
    return "\0" not in text and not any("\ud800" <= one <= "\udfff" for one in text)
