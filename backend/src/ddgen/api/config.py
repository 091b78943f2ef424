"""What the operator of a server decides."""

from __future__ import annotations

import getpass
import ipaddress
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from ddgen.api.rates import Rate
from ddgen.errors import UsageError
from ddgen.settings import AiSettings

API = "/api/v1"
LOCAL_NAMES = ("localhost", "127.0.0.1", "[::1]")
_MEGABYTE = 1 << 20


@dataclass(frozen=True, slots=True)
class LoginProvider:
    """A provider of OpenID Connect whose tokens are taken beside keys, and what in them says who it is."""

    issuer: str
    audience: str
    name_claim: str = "sub"
    role_claim: str | None = None
    """Where tokens hold a role; without it the role is that of the user of that name."""

    def checked(self) -> LoginProvider:
        """This provider, if it can be asked safely. Raises UsageError."""
        if find_spec("jwt") is None:
            hint = "Install it: pip install 'data-dictionary-generator[oidc]'"
            raise UsageError("logins by OpenID Connect are not installed", hint=hint)
        if not is_safe(self.issuer):
            hint = "As in https://login.example.org/realms/data; http is for this machine alone"
            raise UsageError("this is no address of a login provider", where=self.issuer, hint=hint)
        if not self.audience:
            hint = "Tokens for other applications would be taken too: say which are ours, with --oidc-audience"
            raise UsageError("a login provider needs an audience", where="--oidc-issuer", hint=hint)
        return self


@dataclass(frozen=True, slots=True)
class ServerSettings:
    """How a server is to behave. Sizes are in bytes."""

    host: str = "127.0.0.1"
    port: int = 8765
    auth: bool = False
    """Whether a key is asked for."""

    login: LoginProvider | None = None
    """Whose tokens are taken beside keys."""

    hosts: tuple[str, ...] = LOCAL_NAMES
    """Names by which the server may be called, without ports; `*` is any."""

    source_roots: tuple[Path, ...] = ()
    """Folders whose files runs may read."""

    connections: Mapping[str, str] = field(default_factory=dict)
    """Addresses of databases that runs may read, by name; a password stands as `${VARIABLE}`."""

    uploads: Path = field(default_factory=lambda: Path(tempfile.gettempdir()) / f"ddgen-uploads-{_user()}")
    max_upload: int = 2048 * _MEGABYTE
    max_body: int = 4 * _MEGABYTE
    rate: str = "12000/minute"
    """Requests of one client."""

    failed_rate: str = "20/minute"
    """Wrong keys from one address."""

    run_limit: int = 2
    """Runs at a time in the process of the server; others wait. With 0 they are left to workers."""

    user_run_limit: int = 20
    """Runs of one client that wait or run, at most."""

    ai: AiSettings | None = None
    """Where models may be asked, and how."""

    def checked(self) -> ServerSettings:
        """These settings, if they are safe and sound.

        Raises UsageError where a server that others can reach asks for no key, for a login provider that cannot be
        asked safely or for nothing, and for rates that are none.
        """
        for said in (self.rate, self.failed_rate):
            Rate.parse(said)
        if self.login is not None:
            self.login.checked()
            if not self.auth:
                raise UsageError("nobody is asked to log in", where="--oidc-issuer", hint="Add --auth")
        if not self.auth and not is_local(self.host):
            raise UsageError(
                "others could reach this address, and nobody would have to say who they are",
                where=f"--host {self.host}",
                hint="Add --auth and make a key (ddgen keys create NAME --scope admin), or stay at 127.0.0.1",
            )
        return self


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "server"


def is_local(host: str) -> bool:
    """Whether an address can only be reached from this machine."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"


def is_safe(url: str) -> bool:
    """Whether what an address tells can be believed: it is asked by https, or on this machine."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_local(host)))
