"""200 secrets of many kinds, the same in every run: what declarations know, and what none does."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ddgen.describe.prompt import MARKER

COUNT = 200
GIVEN = "Maria Jürgen Xiomara Priya Zbigniew Chidi Aiko Fatima Giovanni Oksana".split()
FAMILY = "Kowalska Müller Quispe Adeyemi Iyer Nkosi Takahashi Okonkwo Shevchenko Feuerstein".split()
RARE = "Thandiwe Bronisław Itziar Oluwaseun Brzeziński Goñi Østergård Wanyama Tuilagi Ngqobe".split()
"""On no list of names, so that only their capitals and their place in a sentence tell."""

ALNUM = string.ascii_letters + string.digits
STREETS = ("{n} Larkspur Lane", "Fliederstraße {n}", "{n} rue de la Pompe", "Calle Serrano {n}", "{n} Old Mill Road")


@dataclass(frozen=True)
class Secret:
    """A text that must not leave. One that is `rare` can be told only by its place in a sentence."""

    kind: str
    text: str

    @property
    def rare(self) -> bool:
        return self.kind == "rare name"

    def leaks_into(self, prompt: str) -> bool:
        """Whether the prompt holds it, or a telling part of it: a name, or seven characters with digits among them."""
        plain = prompt.replace(MARKER, " ").casefold()
        if "name" in self.kind:
            return any(part.casefold() in plain for part in self.text.split())
        text = self.text.casefold()
        windows = {text[start : start + 7] for start in range(max(1, len(text) - 6))}
        telling = {part for part in windows if sum(map(str.isdigit, part)) >= 2}
        return any(part in plain for part in telling | {text})


def _digits(rng: random.Random, count: int) -> str:
    return "".join(rng.choice("123456789") for _ in range(count))


def _letters(rng: random.Random, count: int, alphabet: str = string.ascii_uppercase) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def _luhn(rng: random.Random, prefix: str, length: int) -> str:
    body = prefix + _digits(rng, length - len(prefix) - 1)
    doubled = (int(one) * (2 if place % 2 == 0 else 1) for place, one in enumerate(reversed(body)))
    return f"{body}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


def _iban(rng: random.Random) -> str:
    bban = _digits(rng, 18)
    check = 98 - int(f"{bban}131400") % 97
    return f"DE{check:02d}{bban}"


def _name(rng: random.Random) -> str:
    return f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}"


KINDS: dict[str, Callable[[random.Random], str]] = {
    "e-mail": lambda rng: f"{rng.choice(FAMILY).lower()}.{_digits(rng, 2)}@{_letters(rng, 6).lower()}.example",
    "phone": lambda rng: f"+{rng.choice(['49', '44', '1', '234'])} {_digits(rng, 3)} {_digits(rng, 7)}",
    "us phone": lambda rng: f"({_digits(rng, 3)}) {_digits(rng, 3)}-{_digits(rng, 4)}",
    "card": lambda rng: _luhn(rng, rng.choice(["4", "51", "34"]), rng.choice([15, 16])),
    "iban": _iban,
    "ssn": lambda rng: f"{_digits(rng, 3)}-{_digits(rng, 2)}-{_digits(rng, 4)}",
    "ip": lambda rng: ".".join(str(rng.randint(100, 250)) for _ in range(4)),
    "mac": lambda rng: ":".join(f"{rng.randint(16, 255):02x}" for _ in range(6)),
    "api key": lambda rng: f"sk_live_{_letters(rng, 24, ALNUM)}",
    "cloud key": lambda rng: f"AKIA{_letters(rng, 16, string.ascii_uppercase + '234567')}",
    "git token": lambda rng: f"ghp_{_letters(rng, 36, ALNUM)}",
    "jwt": lambda rng: f"eyJhbGciOi.{_letters(rng, 20, ALNUM)}.{_letters(rng, 20, ALNUM)}",
    "url with password": lambda rng: f"postgres://app:{_letters(rng, 9, ALNUM)}@db{_digits(rng, 2)}.internal/prod",
    "signed url": lambda rng: f"https://files.example/x?sig={_letters(rng, 20, ALNUM)}",
    "password hash": lambda rng: f"$2b$12${_letters(rng, 40, ALNUM)}",
    "random hex": lambda rng: f"{rng.getrandbits(128):032x}",
    "short hex": lambda rng: f"a{rng.getrandbits(40):010x}7f",
    "base64 key": lambda rng: base64.b64encode(rng.randbytes(18)).decode(),
    "base64 padded": lambda rng: base64.b64encode(rng.randbytes(16)).decode(),
    "random letters": lambda rng: _letters(rng, 20),
    "mixed token": lambda rng: _letters(rng, 14, ALNUM) + "7Q",
    "uuid": lambda rng: f"{rng.getrandbits(32):08x}-{rng.getrandbits(16):04x}-4abc-8def-{rng.getrandbits(48):012x}",
    "unusual national id": lambda rng: f"{_digits(rng, 4)}-{_letters(rng, 2)}-{_digits(rng, 4)}-{_letters(rng, 1)}",
    "bare number": lambda rng: _digits(rng, rng.choice([9, 10, 11, 13])),
    "spaced number": lambda rng: " ".join(_digits(rng, 3) for _ in range(4)),
    "licence code": lambda rng: f"{_letters(rng, 3)}{_digits(rng, 6)}{_letters(rng, 2)}",
    "password": lambda rng: f"Tr{_digits(rng, 1)}ub{_digits(rng, 1)}dor&{_digits(rng, 2)}{_letters(rng, 2)}",
    "word password": lambda rng: f"{rng.choice(['Dragonfly', 'Quetzal', 'Zeppelin'])}{_digits(rng, 3)}!",
    "name": _name,
    "rare name": lambda rng: " ".join(rng.sample(RARE, 2)),
    "name in capitals": lambda rng: (
        f"{rng.choice(['ANNA', 'PETER', 'PRIYA'])} {rng.choice(['MUELLER', 'NOWAK', 'SHARMA'])}"
    ),
    "address": lambda rng: rng.choice(STREETS).format(n=_digits(rng, 2)),
    "home folder": lambda rng: f"/home/{_letters(rng, 7).lower()}/tax.pdf",
    "seed": lambda rng: f"{_letters(rng, 5)}-{_letters(rng, 5)}-{_digits(rng, 5)}-{_letters(rng, 5)}",
}


def secrets(seed: int = 20) -> list[Secret]:
    """All of them; every kind several times, each text once."""
    rng = random.Random(seed)  # noqa: S311 - a test's data
    kinds = list(KINDS)
    found: dict[str, Secret] = {}
    while len(found) < COUNT:
        kind = kinds[len(found) % len(kinds)]
        text = KINDS[kind](rng)
        if text not in found:
            found[text] = Secret(kind, text)
    return list(found.values())


def sentences(secret: Secret) -> Iterator[str]:
    """Free texts that hold it."""
    yield f"The customer wrote that {secret.text} should be used from now on."
    yield f"Please do not share {secret.text}, it is needed for the delivery."
