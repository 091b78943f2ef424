"""Logins by OpenID Connect: against a provider that misbehaves, and against a real one in a process of its own."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx2
import jwt
import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi.testclient import TestClient

from ddgen.api.app import create_app
from ddgen.api.config import LoginProvider, ServerSettings
from ddgen.api.oidc import Login, Provider
from ddgen.api.runner import runner
from ddgen.errors import ExternalServiceError, Forbidden, Unauthenticated, UsageError
from ddgen.store.records import Put
from ddgen.store.store import Store

from .conftest import BASE
from .provider import ALGORITHMS, AUDIENCE, Fake, provided
from .serving import served

API = "/api/v1"
Opened = Callable[..., TestClient]


@pytest.fixture
def fake() -> Iterator[Fake]:
    with provided() as made:
        yield made


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def provider(fake: Fake, clock: Callable[[], float] = time.monotonic) -> Provider:
    return Provider(LoginProvider(fake.issuer, AUDIENCE), clock)


def choosy(fake: Fake, said: dict[str, str]) -> Provider:
    return Provider(LoginProvider(fake.issuer, AUDIENCE, **said))


@pytest.mark.parametrize("algorithm", ALGORITHMS)
@pytest.mark.parametrize("marked", [True, False])
def test_tokens_of_each_kind_of_key(fake: Fake, algorithm: str, marked: bool) -> None:
    fake.marked = marked
    fake.add("k2", algorithm)
    assert provider(fake).login(fake.token("k2")) == Login("mara", None)


def test_a_token_for_several_and_without_a_key_id_is_believed(fake: Fake) -> None:
    token = jwt.encode(
        jwt.decode(fake.token("k1", aud=["other", AUDIENCE]), options={"verify_signature": False}),
        fake.keys["k1"][1],
        "RS256",
    )
    assert provider(fake).login(token).name == "mara"


@pytest.mark.parametrize(
    "claims",
    [
        {"aud": "another"},
        {"aud": None},
        {"iss": "http://127.0.0.1:1"},
        {"iss": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"nbf": 4_000_000_000},
        {"iat": 4_000_000_000},
        {"sub": None},
        {"sub": 7},
    ],
)
def test_a_token_that_says_what_is_wrong_is_not_believed(fake: Fake, claims: dict[str, object]) -> None:
    with pytest.raises(Unauthenticated, match="not to be believed"):
        provider(fake).login(fake.token("k1", **claims))


def test_what_others_could_have_signed_is_not_believed(fake: Fake) -> None:
    asked = provider(fake)
    good = fake.token("k1")
    claims = jwt.decode(good, options={"verify_signature": False})
    private = fake.keys["k1"][1]
    other = Fake(issuer=fake.issuer)
    other.add("k1")
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    unsigned = jwt.encode(claims, None, "none", headers={"kid": "k1"})  # type: ignore[arg-type]  # as attackers do
    shared = _by_hand({"alg": "HS256", "kid": "shared"}, claims, b"secret")
    confused = _by_hand({"alg": "HS256", "kid": "k1"}, claims, public)
    for token in (unsigned, shared, confused, other.token("k1"), good[:-8] + "AAAAAAAA", "a.b.c", "", "x" * 5000):
        with pytest.raises(Unauthenticated):
            asked.login(token)
    changed = good.split(".")
    changed[1] = base64.urlsafe_b64encode(json.dumps({**claims, "sub": "root"}).encode()).decode().rstrip("=")
    with pytest.raises(Unauthenticated):
        asked.login(".".join(changed))


def _by_hand(header: dict[str, str], claims: dict[str, object], secret: bytes) -> str:
    """A token that libraries refuse to make: signed with a public key as if it were a secret."""
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims)]
    mark = hmac.new(secret, b".".join(parts), hashlib.sha256).digest()
    return b".".join([*parts, base64.urlsafe_b64encode(mark).rstrip(b"=")]).decode()


def test_new_keys_are_asked_for_and_unknown_ones_not_at_every_request(fake: Fake) -> None:
    clock = Clock()
    asked = provider(fake, clock)
    asked.login(fake.token("k1"))
    asked.login(fake.token("k1"))
    assert fake.asked == 1
    fake.add("k2")
    with pytest.raises(Unauthenticated, match="does not have"):
        asked.login(fake.token("k2"))
    clock.now += 31
    assert asked.login(fake.token("k2")).name == "mara"
    assert fake.asked == 2
    token = fake.token("k1")
    del fake.keys["k1"]
    clock.now += 3601
    with pytest.raises(Unauthenticated, match="does not have"):
        asked.login(token)


def test_known_keys_serve_while_the_provider_is_away(fake: Fake) -> None:
    clock = Clock()
    asked = provider(fake, clock)
    token = fake.token("k1")
    asked.login(token)
    fake.status = 503
    clock.now += 3601
    assert asked.login(token).name == "mara"


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": 500},
        {"status": 302},
        {"padding": 2 << 20},
        {"about": {"issuer": "http://127.0.0.1:1"}},
        {"about": {"jwks_uri": "http://login.example.org/keys"}},
        {"about": {"jwks_uri": "file:///etc/passwd"}},
        {"about": {"jwks_uri": None}},
    ],
)
def test_a_provider_that_cannot_be_asked_is_told(fake: Fake, wrong: dict[str, object]) -> None:
    clock = Clock()
    asked, token = provider(fake, clock), fake.token("k1")
    for name, value in wrong.items():
        setattr(fake, name, value)
    for _ in range(2):
        with pytest.raises(ExternalServiceError, match="the login provider"):
            asked.login(token)
    fake.status, fake.padding, fake.about = 200, 0, {}
    clock.now += 6
    assert asked.login(token).name == "mara"


@pytest.mark.parametrize(
    ("said", "claims", "found"),
    [
        ({}, {}, Login("mara", None)),
        ({"name_claim": "email"}, {"email": "m@example.org", "email_verified": True}, Login("m@example.org", None)),
        ({"role_claim": "groups"}, {"groups": ["staff", "ddgen-read", "ddgen-write"]}, Login("mara", "write")),
        ({"role_claim": "role"}, {"role": "ddgen-admin"}, Login("mara", "admin")),
        ({"role_claim": "scope"}, {"scope": "openid ddgen-review"}, Login("mara", "review")),
        ({"role_claim": "a.roles"}, {"a": {"roles": ["ddgen-read"]}}, Login("mara", "read")),
        ({"role_claim": "https://x.example/roles"}, {"https://x.example/roles": ["ddgen-read"]}, Login("mara", "read")),
    ],
)
def test_names_and_roles_of_tokens(fake: Fake, said: dict[str, str], claims: dict[str, object], found: Login) -> None:
    assert choosy(fake, said).login(fake.token("k1", **claims)) == found


@pytest.mark.parametrize(
    ("said", "claims"),
    [
        ({"name_claim": "email"}, {"email": "m@example.org"}),
        ({"name_claim": "email"}, {"email": "m@example.org", "email_verified": "true"}),
        ({"name_claim": "upn"}, {}),
        ({"name_claim": "upn"}, {"upn": "a\nb"}),
        ({"name_claim": "upn"}, {"upn": "x" * 201}),
        ({"role_claim": "groups"}, {}),
        ({"role_claim": "groups"}, {"groups": ["admin", "write"]}),
        ({"role_claim": "groups"}, {"groups": {"ddgen-admin": True}}),
        ({"role_claim": "groups.deep"}, {"groups": ["ddgen-admin"]}),
    ],
)
def test_a_token_that_names_nobody_or_no_role_may_nothing(
    fake: Fake, said: dict[str, str], claims: dict[str, object]
) -> None:
    with pytest.raises(Forbidden):
        choosy(fake, said).login(fake.token("k1", **claims))


@pytest.mark.parametrize(
    ("login", "auth", "said"),
    [
        (LoginProvider("http://login.example.org", "ddgen"), True, "no address of a login provider"),
        (LoginProvider("login.example.org", "ddgen"), True, "no address of a login provider"),
        (LoginProvider("https://[", "ddgen"), True, "no address of a login provider"),
        (LoginProvider("https://login.example.org", ""), True, "needs an audience"),
        (LoginProvider("https://login.example.org", "ddgen"), False, "nobody is asked to log in"),
    ],
)
def test_settings_that_would_not_be_safe_are_refused(login: LoginProvider, auth: bool, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        ServerSettings(auth=auth, login=login).checked()


@pytest.fixture
def opened(fake: Fake, store: Store, settings: ServerSettings) -> Iterator[Opened]:
    """Clients of servers that take tokens."""
    made: list[TestClient] = []

    def opened(**said: str) -> TestClient:
        asking = replace(
            settings, auth=True, failed_rate="5/minute", login=LoginProvider(fake.issuer, AUDIENCE, **said)
        )
        made.append(TestClient(create_app(asking, store, runner(asking, store)), base_url=BASE))
        return made[-1]

    yield opened
    for client in made:
        client.close()


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def test_a_login_is_the_user_of_that_name_with_role_and_grants(
    opened: Opened, fake: Fake, store: Store, put: Put
) -> None:
    client, token = opened(), bearer(fake.token("k1"))
    nobody = client.get(f"{API}/me", headers=token)
    assert (nobody.status_code, "no user mara" in nobody.json()["detail"]) == (403, True)
    store.people.create("mara", role="read", actor="op")
    assert client.get(f"{API}/me", headers=token).json()["name"] == "mara"
    [field, *_] = client.get(f"{API}/dictionaries/{put.dictionary_id}/fields", headers=token).json()["items"]

    def edit() -> int:
        any_version, said = {**token, "If-Match": "*"}, {"description": "By Mara."}
        return client.patch(f"{API}/fields/{field['id']}", headers=any_version, json=said).status_code

    assert edit() == 403
    store.people.grant(put.dictionary_id, "mara", "write", actor="op")
    assert edit() == 200
    assert store.audit.page().items[0].actor == "mara"
    assert client.get(f"{API}/keys", headers=token).status_code == 403
    store.people.change("mara", disabled=True, actor="op")
    assert client.get(f"{API}/me", headers=token).status_code == 403


def test_a_role_in_the_token_needs_no_user(opened: Opened, fake: Fake) -> None:
    client = opened(role_claim="groups")
    reader, writer = (bearer(fake.token("k1", groups=[f"ddgen-{role}"])) for role in ("read", "write"))
    assert [client.get(f"{API}/sources", headers=one).status_code for one in (reader, writer)] == [403, 200]


def test_keys_of_our_own_work_beside_and_while_the_provider_is_away(opened: Opened, fake: Fake, store: Store) -> None:
    client = opened()
    key = bearer(store.keys.create("k", ["read"], actor="op").secret)
    fake.status = 500
    assert client.get(f"{API}/dictionaries", headers=key).status_code == 200
    away = client.get(f"{API}/dictionaries", headers=bearer(fake.token("k1")))
    assert (away.status_code, away.json()["type"]) == (503, "/problems/external_service")


def test_wrong_tokens_are_refused_as_such_and_counted(opened: Opened, fake: Fake) -> None:
    client, wrong = opened(), fake.token("k1", aud="another")
    answers = [client.get(f"{API}/dictionaries", headers=bearer(wrong)) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [401] * 5 + [429]
    assert answers[0].headers["WWW-Authenticate"] == 'Bearer error="invalid_token"'
    assert all(wrong not in answer.text for answer in answers)


@pytest.fixture
def real(tmp_path: Path) -> Iterator[str]:
    """The address of a real provider."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-W", "ignore", "-m", "oidc_provider_mock", "--port", str(port)]
    with (tmp_path / "provider.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        issuer = f"http://127.0.0.1:{port}"
        try:
            until = time.monotonic() + 60
            while True:
                try:
                    httpx2.get(f"{issuer}/.well-known/openid-configuration").raise_for_status()
                    break
                except httpx2.TransportError:
                    assert time.monotonic() < until, (tmp_path / "provider.log").read_text()
                    time.sleep(0.1)
            yield issuer
        finally:
            process.terminate()
            process.wait(20)


def token_by_code(issuer: str, who: str, client_id: str) -> str:
    """An ID token by the flow with a code, as an application gets it when somebody has logged in."""
    about = httpx2.get(f"{issuer}/.well-known/openid-configuration").json()
    back = "http://127.0.0.1/back"
    asked = {"client_id": client_id, "redirect_uri": back, "response_type": "code", "scope": "openid email profile"}
    answer = httpx2.post(about["authorization_endpoint"], params=asked, data={"sub": who})
    assert answer.status_code == 302
    [code] = parse_qs(urlsplit(answer.headers["location"]).query)["code"]
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": client_id,
        "client_secret": "s",
    }
    told = httpx2.post(about["token_endpoint"], data=sent)
    assert told.status_code == 200, told.text
    return str(told.json()["id_token"])


def test_the_whole_way_with_a_real_provider(real: str, tmp_path: Path) -> None:
    httpx2.put(
        f"{real}/users/mara", json={"email": "mara@example.org", "groups": ["staff", "ddgen-write"]}
    ).raise_for_status()
    options = ("--auth", "--oidc-issuer", real, "--oidc-audience", AUDIENCE, "--oidc-role-claim", "groups")
    with (
        served(str(tmp_path / "s.sqlite"), *options, keep=tmp_path) as base,
        closing(httpx2.Client(base_url=base)) as client,
    ):
        assert client.get(f"{API}/me").status_code == 401
        mine = client.get(f"{API}/me", headers=bearer(token_by_code(real, "mara", AUDIENCE)))
        assert (mine.status_code, mine.json()["name"], mine.json()["scope"]) == (200, "mara", "write")
        other = client.get(f"{API}/me", headers=bearer(token_by_code(real, "mara", "another-application")))
        assert other.status_code == 401
        assert client.get(f"{API}/me", headers=bearer(token_by_code(real, "bob", AUDIENCE))).status_code == 403
    assert "eyJ" not in (tmp_path / "log").read_text()
