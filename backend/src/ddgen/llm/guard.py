"""Which servers may be talked to: the form of a base_url, and which addresses a name may stand for.

Cloud metadata services and link-local addresses are never allowed, however they are written. Loopback and private
networks are, because models run there; plain http only there.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from ddgen.llm.failure import CallFailed, Cause, Failure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

METADATA_NAMES = frozenset(
    "metadata metadata.google.internal metadata.goog metadata.azure.internal metadata.platformequinix.com "
    "metadata.packet.net metadata.tencentyun.com instance-data instance-data.ec2.internal".split()
)
METADATA_ADDRESSES = frozenset(
    ipaddress.ip_address(text) for text in ("fd00:ec2::254", "fd20:ce::254", "100.100.100.200", "168.63.129.16")
)
PRIVATE = tuple(
    ipaddress.ip_network(text)
    for text in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "::1/128", "fc00::/7")
)
"""Loopback, private use (RFC 1918, RFC 4193), and the shared space that overlay networks use (RFC 6598)."""

TRANSLATED = tuple(ipaddress.ip_network(text) for text in ("64:ff9b::/96", "64:ff9b:1::/48"))
LOCAL_SUFFIXES = (".localhost", ".local", ".lan", ".home.arpa")
OPENAI_HOST = re.compile(r"(?:[a-z0-9-]+\.)?api\.openai\.com")
OLD_FORM = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)(?:\.(?:0x[0-9a-f]*|[0-9]+)){0,3}", re.IGNORECASE)
FORBIDDEN_CHARACTERS = re.compile(r"[\s\x00-\x1f\x7f\\]")


@dataclass(frozen=True, slots=True)
class Origin:
    """A checked server. `local_only`: names must stand for loopback or private addresses when they are resolved."""

    scheme: str
    host: str
    port: int
    base_url: str
    local_only: bool

    def __str__(self) -> str:
        """`https://host:port`, as latches, breakers and caches name it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def _refuse(detail: str, cause: Cause = Cause.BLOCKED) -> CallFailed:
    return CallFailed(Failure(cause, detail))


def check_address(address: Address, *, local_only: bool = False) -> None:
    """Raise CallFailed (BLOCKED) unless this address may be connected to."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _translated(address)
        if inner is not None:
            raise _refuse("an IPv4 address inside an IPv6 one is not allowed; write the IPv4 address")
    if address in METADATA_ADDRESSES or address.is_link_local:
        raise _refuse("link-local and metadata addresses are never asked")
    if address.is_unspecified or address.is_multicast or (address.is_reserved and not _private(address)):
        raise _refuse("this address is not one of a server")
    if address in ipaddress.ip_network("0.0.0.0/8"):
        raise _refuse("this address is not one of a server; for this machine write 127.0.0.1")
    if local_only and not _private(address):
        raise _refuse("plain http, or a local name, leads to a public address; use https, or allow http on purpose")


def _translated(address: ipaddress.IPv6Address) -> Address | None:
    inside = any(address in network for network in TRANSLATED)
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if inside else None


def _private(address: Address) -> bool:
    return any(address in network for network in PRIVATE)


def literal(host: str) -> Address | None:
    """The address that a host is written as, None for a name.

    Raises CallFailed (BLOCKED) for spellings that only some programs understand: one number, octal, hexadecimal.
    """
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        old_form = OLD_FORM.fullmatch(host)
    if old_form:
        raise _refuse("write the address with four decimal numbers")
    return None


def _host(parts: SplitResult) -> str:
    host = unicodedata.normalize("NFKC", parts.hostname or "").rstrip(".").lower()
    if not host:
        raise _refuse("the server's address has no host", Cause.SETTINGS)
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        raise _refuse("the server's name cannot be encoded", Cause.SETTINGS) from None


def _split(url: str) -> tuple[SplitResult, int]:
    if FORBIDDEN_CHARACTERS.search(url):
        raise _refuse("the server's address contains spaces, control characters or backslashes", Cause.SETTINGS)
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise _refuse("the server's address cannot be read", Cause.SETTINGS) from None
    if parts.scheme not in {"http", "https"}:
        raise _refuse("the server's address must begin with https:// or http://")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise _refuse("the server's address must not contain a user or password; set the key instead")
    if parts.query or parts.fragment or "#" in url or "?" in url:
        raise _refuse("the server's address must end with its path", Cause.SETTINGS)
    if port == 0:
        raise _refuse("the server's port must be between 1 and 65535", Cause.SETTINGS)
    return parts, port or {"http": 80, "https": 443}[parts.scheme]


def check_base_url(url: str, *, allow_http: bool = False) -> Origin:
    """The origin of a base_url that may be asked.

    Asks no name server: what names stand for is checked at each connection (`check_address`), where `local_only` says
    that only loopback and private addresses will do. A base_url without a path gets `/v1`. Raises CallFailed with
    BLOCKED (never allowed, or not without `allow_http`) or SETTINGS (not an address of a server), and what to change.
    """
    parts, port = _split(url)
    host = _host(parts)
    address = literal(host)
    plain = parts.scheme == "http" and not allow_http
    if host in METADATA_NAMES:
        raise _refuse("link-local and metadata addresses are never asked")
    if address is not None:
        check_address(address, local_only=plain)
        host = str(address)
    shown = f"[{host}]" if ":" in host else host
    base_url = f"{parts.scheme}://{shown}:{port}{parts.path.rstrip('/') or '/v1'}"
    return Origin(parts.scheme, host, port, base_url, plain or _local_name(host))


def _local_name(host: str) -> bool:
    return host == "localhost" or host.endswith(LOCAL_SUFFIXES)


def is_local(url: str) -> bool:
    """Whether a base_url leads to this machine or a private network; names are resolved, an unknown one is not local.

    A url that may not be asked is not local.
    """
    try:
        origin = check_base_url(url)
    except CallFailed:
        return False
    address = literal(origin.host)
    if address is not None:
        return _private(address)
    if _local_name(origin.host):
        return True
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return False
    return bool(found) and all(_private(ipaddress.ip_address(entry[4][0])) for entry in found)


def is_openai(url: str) -> bool:
    """Whether a base_url is OpenAI's own API, over https and at its own port."""
    try:
        origin = check_base_url(url)
    except CallFailed:
        return False
    return origin.scheme == "https" and origin.port == 443 and OPENAI_HOST.fullmatch(origin.host) is not None
