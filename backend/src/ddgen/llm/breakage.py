"""In plain words, why a connection came to nothing: never the name of a library's class, never a text of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence

OTHERWISE = "no connection"
DEEPEST = 10
"""Exceptions of a chain that are looked at."""

TRANSPORTS = ("httpcore2", "httpx2", "h11", "anyio", "ssl")
"""Packages whose errors are raised while another one is being handled that says more, without naming it their cause."""

ENDED = re.compile(r"disconnected|closed connection|peer closed|incomplete", re.IGNORECASE)
"""What the client says of a connection that the server ended; all else that it calls a protocol error is no HTTP."""

WORDS = (
    ("RemoteProtocolError", "what came back is not HTTP"),
    ("ReadError", "the connection broke while the answer was read"),
    ("WriteError", "the connection broke while the request was sent"),
    ("CloseError", "the connection broke"),
)


def reason(error: BaseException) -> str:
    """Why there was no connection, or no whole answer over one."""
    chain = list(_origins(error))
    names = {kind.__name__ for link in chain for kind in type(link).__mro__}
    if "gaierror" in names:
        return "the name of the server is not known"
    if "SSLError" in names:
        return f"TLS failed{_tls(chain)}"
    number = next((link.errno for link in chain if isinstance(link, OSError) and link.errno), None)
    if number is not None:
        return os.strerror(number).lower()
    if "RemoteProtocolError" in names and any(ENDED.search(str(link)) for link in chain):
        return "the server ended the connection before its answer was complete"
    return next((words for name, words in WORDS if name in names), OTHERWISE)


def _tls(chain: Sequence[BaseException]) -> str:
    """OpenSSL's reason, such as CERTIFICATE_VERIFY_FAILED, in lower case."""
    reasons = (getattr(link, "reason", None) for link in chain)
    named = next((one for one in reasons if isinstance(one, str) and re.fullmatch(r"[A-Z0-9_]{1,64}", one)), None)
    return f": {named.replace('_', ' ').lower()}" if named else ""


def _origins(error: BaseException) -> Iterator[BaseException]:
    """The exception and what it came from, as far down as there is anything."""
    link: BaseException | None = error
    for _ in range(DEEPEST):
        if link is None:
            return
        yield link
        link = link.__cause__ or (link.__context__ if type(link).__module__.startswith(TRANSPORTS) else None)
