"""Who a token of a login provider speaks for, by OpenID Connect.

The provider describes itself (OpenID Connect Discovery 1.0, section 4) and publishes its keys (RFC 7517). A token is an
ID token or an access token in the form of a JWT, signed by one of these keys, for our audience.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx2
import jwt

from ddgen.api.config import LoginProvider, is_safe
from ddgen.errors import ExternalServiceError, Forbidden, Unauthenticated
from ddgen.store.keys import SCOPES

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that the provider alone has. Others (`HS256`, `none`) anybody could make from what is public."""

ROLE_MARK = "ddgen-"
"""What roles in tokens begin with, so that `admin` of another application is none of ours."""

_LEEWAY = 60
"""Seconds by which clocks may differ."""

_FRESH = 3600.0
"""Seconds for which keys are not asked for again."""

_PATIENCE = 30.0
"""Seconds between two questions for keys that are not known: anybody can name one."""

_PAUSE = 5.0
"""Seconds until a provider is asked again that gave no answer."""

_TIMEOUT = 10.0
_MOST_BYTES = 1 << 20
_LONGEST_NAME = 200
_DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class Login:
    """Whom a token speaks for; `role` is None where tokens do not say it."""

    name: str
    role: str | None


class Provider:
    """A login provider; its keys are asked for when the first token comes. For many threads."""

    def __init__(self, settings: LoginProvider, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._clock = clock
        self._lock = threading.Lock()
        self._keys: list[dict[str, Any]] = []
        self._stale = self._next = clock()
        self._trouble: ExternalServiceError | None = None

    def login(self, token: str) -> Login:
        """Whom a token speaks for.

        Raises Unauthenticated where it is not to be believed, Forbidden where it names nobody, and ExternalServiceError
        where the provider gives no answer.
        """
        claims = self._claims(token)
        return Login(self._name(claims), self._role(claims))

    def _claims(self, token: str) -> Mapping[str, Any]:
        try:
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in ALGORITHMS:
                raise Unauthenticated("this token is not signed as it has to be", hint=f"By {', '.join(ALGORITHMS)}")
            key = self._key(header)
            claims: Mapping[str, Any] = jwt.decode(
                token,
                key,
                algorithms=ALGORITHMS,
                audience=self._settings.audience,
                issuer=self._settings.issuer,
                leeway=_LEEWAY,
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except (jwt.PyJWTError, ValueError) as error:
            hint = "Log in anew; its audience, issuer and time have to be right"
            raise Unauthenticated(f"this token is not to be believed ({type(error).__name__})", hint=hint) from error
        return claims

    def _key(self, header: Mapping[str, Any]) -> jwt.PyJWK:
        """The key that a token names. Raises Unauthenticated where there is none, jwt.PyJWTError for one of no use."""
        found = self._find(header)
        if found is None or self._clock() >= self._stale:
            self._refresh(wait=found is None)
            found = self._find(header)
        if found is None:
            raise Unauthenticated("this token is signed with a key that its provider does not have", hint="Log in anew")
        return jwt.PyJWK(found, algorithm=found.get("alg") or header["alg"])

    def _find(self, header: Mapping[str, Any]) -> dict[str, Any] | None:
        """The one key that fits, if there is one: a token that names none fits a single key."""
        found = [key for key in self._keys if header.get("kid") in {key.get("kid"), None}]
        return found[0] if len(found) == 1 else None

    def _refresh(self, *, wait: bool) -> None:
        """Ask for the keys, unless somebody does or has just done. Raises ExternalServiceError where none are known."""
        if not self._lock.acquire(blocking=wait):
            return
        try:
            if self._clock() >= self._next:
                self._ask()
            if self._trouble is not None and not self._keys:
                raise self._trouble
        finally:
            self._lock.release()

    def _ask(self) -> None:
        try:
            self._keys, self._trouble = _published(self._settings.issuer), None
        except ExternalServiceError as error:
            self._trouble = error
            self._next = self._clock() + _PAUSE
        else:
            self._next = self._clock() + _PATIENCE
            self._stale = self._clock() + _FRESH

    def _name(self, claims: Mapping[str, Any]) -> str:
        wanted = self._settings.name_claim
        name = claims.get(wanted)
        if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
            raise Forbidden(f"the token names nobody in {wanted}", hint="The operator sets --oidc-name-claim")
        if wanted == "email" and claims.get("email_verified") is not True:
            raise Forbidden("the provider has not verified this e-mail address", hint="Verify it there")
        return name

    def _role(self, claims: Mapping[str, Any]) -> str | None:
        """The highest role that the token has. Raises Forbidden where it should have one and has none."""
        wanted = self._settings.role_claim
        if wanted is None:
            return None
        found = _at(claims, wanted)
        said = found if isinstance(found, list) else str(found).split()
        roles = [scope for scope in SCOPES if f"{ROLE_MARK}{scope}" in said]
        if not roles:
            known = ", ".join(f"{ROLE_MARK}{scope}" for scope in SCOPES)
            raise Forbidden(f"the token has no role in {wanted}", hint=f"The provider gives one of {known}")
        return roles[-1]


def _at(claims: Mapping[str, Any], place: str) -> Any:
    """A claim by name, or by names with dots where claims hold claims, as in `realm_access.roles`."""
    if place in claims:
        return claims[place]
    first, _, rest = place.partition(".")
    inner = claims.get(first)
    return _at(inner, rest) if rest and isinstance(inner, dict) else None


def _signs(key: Mapping[str, Any]) -> bool:
    return key.get("kty") in {"RSA", "EC", "OKP"} and key.get("use", "sig") == "sig"


def _published(issuer: str) -> list[dict[str, Any]]:
    """The keys that a provider publishes. Raises ExternalServiceError."""
    about = _asked(issuer.rstrip("/") + _DISCOVERY)
    place = about.get("jwks_uri")
    if about.get("issuer") != issuer or not isinstance(place, str) or not is_safe(place):
        hint = f"{_DISCOVERY} has to name this very issuer, and an https address of keys"
        raise ExternalServiceError("the login provider describes another one", reason="login", hint=hint)
    keys = _asked(place).get("keys")
    return [key for key in keys if isinstance(key, dict) and _signs(key)] if isinstance(keys, list) else []


def _asked(url: str) -> dict[str, Any]:
    """The JSON object at an address. Raises ExternalServiceError."""
    hint = "Try again, or use a key of ddgen's own"
    try:
        with httpx2.Client(timeout=_TIMEOUT, follow_redirects=False) as client, client.stream("GET", url) as answer:
            content = b""
            for some in answer.iter_bytes():
                content += some
                if len(content) > _MOST_BYTES:
                    raise ExternalServiceError("the login provider answers too much", reason="login", hint=hint)
            found = json.loads(content) if answer.status_code == 200 else None
    except (httpx2.HTTPError, httpx2.InvalidURL, ValueError) as error:
        said = f"the login provider gives no answer ({type(error).__name__})"
        raise ExternalServiceError(said, reason="login", hint=hint) from error
    if not isinstance(found, dict):
        raise ExternalServiceError("the login provider gives no answer of use", reason="login", hint=hint)
    return found
