"""A login provider on this machine that answers as a test wants it, with keys of the test's own."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from jwt.algorithms import ECAlgorithm, OKPAlgorithm, RSAAlgorithm

AUDIENCE = "ddgen"
ALGORITHMS: dict[str, Any] = {"RS256": RSAAlgorithm, "PS256": RSAAlgorithm, "ES256": ECAlgorithm, "EdDSA": OKPAlgorithm}


def new_key(algorithm: str) -> Any:
    if algorithm == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    if algorithm == "EdDSA":
        return ed25519.Ed25519PrivateKey.generate()
    return rsa.generate_private_key(65537, 2048)


@dataclass
class Fake:
    """What it answers; `asked` counts the questions for keys."""

    issuer: str = ""
    keys: dict[str, tuple[str, Any]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    status: int = 200
    padding: int = 0
    asked: int = 0
    marked: bool = True
    """Whether keys say for which algorithm they are."""

    def add(self, kid: str, algorithm: str = "RS256") -> None:
        self.keys[kid] = (algorithm, new_key(algorithm))

    def published(self) -> dict[str, Any]:
        found = []
        for kid, (algorithm, private) in self.keys.items():
            public = ALGORITHMS[algorithm].to_jwk(private.public_key(), as_dict=True)
            found.append({**public, "kid": kid, "use": "sig", **({"alg": algorithm} if self.marked else {})})
        return {"keys": [*found, {"kty": "oct", "k": "c2VjcmV0", "kid": "shared"}], "padding": "x" * self.padding}

    def token(self, kid: str, **claims: Any) -> str:
        """A token, right but for the claims that say otherwise; None leaves one out."""
        algorithm, private = self.keys[kid]
        now = int(time.time())
        said = {"iss": self.issuer, "aud": AUDIENCE, "sub": "mara", "iat": now, "exp": now + 300, **claims}
        held = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(held, private, algorithm, headers={"kid": kid})


@contextmanager
def provided() -> Iterator[Fake]:
    """A provider with one key, `k1`."""
    fake = Fake()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            fake.asked += self.path == "/keys"
            about = {"issuer": fake.issuer, "jwks_uri": f"{fake.issuer}/keys", **fake.about}
            body = json.dumps(fake.published() if self.path == "/keys" else about).encode()
            self.send_response(fake.status)
            self.send_header("Location", f"{fake.issuer}/elsewhere")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_arguments: Any) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        fake.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        fake.add("k1")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield fake
        finally:
            server.shutdown()
            thread.join()
