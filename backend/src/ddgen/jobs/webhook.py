"""Webhooks: signed, to public addresses only unless an operator allows others, and without following redirects.

The signature is HMAC-SHA256 over the time in seconds since 1970, a dot, and the body, as hexadecimal digits:
`X-Ddgen-Signature: v1=...`, beside `X-Ddgen-Timestamp`. Who listens refuses what is old or signed otherwise.
`X-Ddgen-Delivery` is the same whenever a notice is sent again.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import json
import socket
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import SplitResult, urlsplit

from ddgen.errors import ExternalServiceError, UsageError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

SECONDS = 10.0
_AGAIN = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class Allowed:
    """Hosts and networks that may be told although they are not public."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = ()

    def has(self, host: str, address: Address) -> bool:
        """Whether this is one of them."""
        return host in self.hosts or any(address in network for network in self.networks)


def allowed(listed: str) -> Allowed:
    """The hosts and networks in a list with commas, as in `hooks.lan, 10.2.0.0/16`."""
    hosts, networks = set(), []
    for one in filter(None, (part.strip().lower() for part in listed.split(","))):
        try:
            networks.append(ipaddress.ip_network(one))
        except ValueError:
            hosts.add(one)
    return Allowed(frozenset(hosts), tuple(networks))


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends webhooks, signed with `secret`."""

    secret: str | None = field(default=None, repr=False)
    allowed: Allowed = Allowed()

    def send(self, url: str, said: dict[str, Any], *, key: str, at: datetime) -> None:
        """Post `said` once.

        Raises UsageError for what will never work, and ExternalServiceError for what may later.
        """
        parts = _parts(url)
        if not self.secret:
            hint = "Set DDGEN_WEBHOOK_SECRET where the worker runs"
            raise UsageError("webhooks are signed, and no secret is set", where=_origin(parts), hint=hint)
        body = json.dumps(said, ensure_ascii=False).encode()
        stamp = str(int(at.timestamp()))
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "ddgen",
            "X-Ddgen-Event": str(said["event"]),
            "X-Ddgen-Delivery": key,
            "X-Ddgen-Timestamp": stamp,
            "X-Ddgen-Signature": signature(self.secret, stamp, body),
        }
        _judge(self._post(parts, body, headers), _origin(parts))

    def _post(self, parts: SplitResult, body: bytes, headers: dict[str, str]) -> int:
        host, port = parts.hostname or "", parts.port or {"http": 80, "https": 443}[parts.scheme]
        connection = _To(host, port, self._address(host, port), encrypted=parts.scheme == "https")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", target, body, headers)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise ExternalServiceError(f"no answer: {type(error).__name__}", where=_origin(parts)) from error
        finally:
            connection.close()

    def _address(self, host: str, port: int) -> str:
        """The address that the name stands for now, checked; it is the one that is connected to."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise ExternalServiceError("the name is not known", where=host) from error
        addresses = [ipaddress.ip_address(str(entry[4][0])) for entry in found]
        for address in addresses:
            if not (is_public(address) or self.allowed.has(host, address)):
                hint = "An operator may allow it with DDGEN_WEBHOOK_ALLOW"
                raise UsageError("the address is not public, so it is not told", where=host, hint=hint)
        return str(addresses[0])


class _To(http.client.HTTPConnection):
    """A connection to an address that was checked, under the name that it was found by."""

    def __init__(self, host: str, port: int, address: str, *, encrypted: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self._address = address
        self._encrypted = encrypted

    def connect(self) -> None:
        """Connect to the address; over TLS the certificate has to be the name's."""
        plain = socket.create_connection((self._address, self.port), SECONDS)
        self.sock = plain
        if self._encrypted:
            self.sock = ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """What a listener compares with."""
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"v1={digest}"


def is_public(address: Address) -> bool:
    """Whether an address is one of the public network; those with another one inside are judged by that."""
    if isinstance(address, ipaddress.IPv6Address):
        inside = [address.ipv4_mapped, address.sixtofour, *(address.teredo or ())]
        if any(inner is not None and not is_public(inner) for inner in inside):
            return False
    return address.is_global and not address.is_multicast


def check(url: str) -> None:
    """Raise UsageError for what is no address of a webhook."""
    _parts(url)


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UsageError("this is no address", where="webhook") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname or port == 0:
        raise UsageError("the address should begin with https:// and name a host", where="webhook")
    if parts.username is not None or _unfit(url):
        raise UsageError("the address should hold no user, password, space or control character", where="webhook")
    return parts


def _unfit(text: str) -> bool:
    return any(letter <= " " or letter == "\x7f" for letter in text) or not text.isascii()


def _origin(parts: SplitResult) -> str:
    return f"{parts.scheme}://{parts.hostname}"


def _judge(status: int, where: str) -> None:
    if 200 <= status < 300:
        return
    if status in _AGAIN or status >= 500:
        raise ExternalServiceError(f"it answered {status}", where=where)
    said = "it sends us elsewhere, which is not followed" if 300 <= status < 400 else f"it refused, with {status}"
    raise UsageError(said, where=where, hint="Correct the address of the webhook")
