"""Packed JSON of fields, tables and dictionaries, kept once for each content and never changed.

What equals a default is left out and comes back when it is read; what is packed is small, since most words of it are
in `_WORDS` already. A first byte says how it is packed.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import Connection, insert, select

from ddgen.errors import StoreError
from ddgen.store import numbers, schema
from ddgen.store.among import among

T = TypeVar("T")

_FORM = b"\x01"
_HASH_BYTES = 16
_LEVEL = 6
_AT_ONCE = 500
"""Parameters of one statement: SQLite knew no more than 999 once."""

_WORDS = (
    b'"comment":"","grain":"","primary_key":["id"],"reading":{},"maps":{},"record_path":"","uri":"","format":"csv"'
    b'"stddev":,"lengths":{"min":,"max":,"mean":,"histogram":{"of":"length","edges":[],"counts":[],"exact":true}}'
    b'"histogram":{"of":"number","edges":[0.0,1.0],"counts":[],"exact":false}"elements":{"notes":[],"oddities":[],'
    b'"is_unique":true,"is_primary_key":true,"references":"","tags":[],"removed":true,"masked":"shapes","unit":""'
    b'"codes":{"codes":[{"value":"","label":"","count":"codes","semantic_type","references","tag","unit","key","pii",'
    b'"pii":{"category":"contact.email","sensitivity":2,"why":["laws":[],"against":[]},"not_personal":["'
    b'{"path":"","name":"","position":0,"data_type":"timestamp","data_type":"boolean","data_type":"integer",'
    b'"types":{"float":,"date":,"integer":,"string":},"physical_type":"VARCHAR","nullable":true,"profile":{"total":,'
    b'"values":,"null":,"missing":,"parent_absent":,"null_tokens":{},"empty":,"records":,"distinct":{"count":'
    b',"exact":true},"unique":true,"min":"","max":"","mean":,"quantiles":{"p1":,"p5":,"p25":,"p50":,"p75":,"p95":'
    b',"p99":,"exact":true},"top_values":[{"value":"","count":1},{"value":null,"count":,"error":}],'
    b'"all_values_listed":true,"shapes":[{"shape":"Aaa 99","count":}],"shapes_exact":false,"samples":[],"sample_size":'
    b'10000},"semantic_type":"","confidence":0.9,"considered":[{"type":"","confidence":,"why":""}],'
    b'"status":"approved","status":"rejected","status":"withdrawn","model":"","prompt_hash":"","time":"2026-'
    b'"business_name":"","description":"","claims":[{"id":"","kind":"business_name","value":"","origin":"human",'
    b'"confidence":0.8,"evidence":[""]},{"id":"","kind":"description","value":"","origin":"rule","confidence":'
)
"""Never to be changed: what is packed with it can only be read with it. Another one would get another first byte."""


@dataclass(frozen=True, slots=True)
class Packed:
    """What is kept of a body: its hash, and its JSON in little room."""

    hash: bytes
    data: bytes


def pack(text: bytes) -> bytes:
    """JSON in little room."""
    squeezer = zlib.compressobj(_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS, zdict=_WORDS)
    return _FORM + squeezer.compress(text) + squeezer.flush()


def unpack(data: bytes) -> bytes:
    """The JSON that was packed. Raises StoreError where it cannot be."""
    if data[:1] != _FORM:
        raise StoreError("a body is packed in a way that this ddgen does not know", hint="Install the newest ddgen")
    opener = zlib.decompressobj(-zlib.MAX_WBITS, zdict=_WORDS)
    try:
        text = opener.decompress(data[1:]) + opener.flush()
    except zlib.error as error:
        raise StoreError("a body is damaged", hint="ddgen store restore brings back a backup") from error
    if not opener.eof:
        raise StoreError("a body was cut", hint="ddgen store restore brings back a backup")
    return text


def body_of(part: BaseModel, *, without: frozenset[str] = frozenset()) -> Packed:
    """The body of a part of a dictionary."""
    text = part.model_dump_json(by_alias=True, exclude_defaults=True, exclude=set(without)).encode()
    return Packed(hash_of(text), pack(text))


def hash_of(text: bytes) -> bytes:
    """The name that a content has among the bodies of a dictionary."""
    return blake2b(text, digest_size=_HASH_BYTES).digest()


def keep(connection: Connection, dictionary_n: int, made: Sequence[Packed]) -> list[int]:
    """The number of each body, which is written if it is not there yet."""
    wanted = {body.hash: body.data for body in made}
    known = _known(connection, dictionary_n, list(wanted))
    missing = [name for name in wanted if name not in known]
    fresh = numbers.take(connection, schema.bodies, len(missing))
    known |= dict(zip(missing, fresh, strict=True))
    if missing:
        rows = [
            {"n": known[name], "dictionary_n": dictionary_n, "hash": name, "data": wanted[name]} for name in missing
        ]
        connection.execute(insert(schema.bodies), rows)
    return [known[body.hash] for body in made]


def _known(connection: Connection, dictionary_n: int, names: Sequence[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    table = schema.bodies.c
    for some in chunks(names):
        query = select(table.hash, table.n).where(table.dictionary_n == dictionary_n, table.hash.in_(some))
        found |= {bytes(row.hash): row.n for row in connection.execute(query)}
    return found


def load(connection: Connection, wanted: Iterable[int]) -> dict[int, bytes]:
    """The JSON of bodies by number. Raises StoreError where one is missing."""
    asked = sorted(set(wanted))
    found: dict[int, bytes] = {}
    for some in chunks(asked):
        query = select(schema.bodies.c.n, schema.bodies.c.data).where(among(connection, schema.bodies.c.n, some))
        found |= {n: unpack(data) for n, data in connection.execute(query).all()}
    if len(found) != len(asked):
        raise StoreError("a body is missing", hint="ddgen store check tells what is damaged")
    return found


def chunks(items: Sequence[T]) -> Iterator[Sequence[T]]:
    """The items, some at once."""
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]
