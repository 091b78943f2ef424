from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from ddgen.store.store import Store

Run = Callable[..., Any]


def test_a_key_is_made_listed_and_revoked(ddgen: Run, tmp_path: Path) -> None:
    place = tmp_path / "s.sqlite"
    made = ddgen("keys", "create", "nightly", "--scope", "write", "--days", "90", "--store", place)
    secret = made.stdout.strip()
    assert (made.returncode, secret.startswith("ddg_")) == (0, True)
    prefix = "_".join(secret.split("_")[:2])
    with Store.open(place) as store:
        known = store.keys.verify(secret)
        assert known is not None
        assert known.scopes == ("write",)
    listed = ddgen("keys", "list", "--store", place)
    assert secret not in listed.stdout
    assert listed.stdout.startswith(f"{prefix}  nightly  write  last used 20")
    assert ddgen("keys", "revoke", secret, "--store", place).returncode == 0
    with Store.open(place) as store:
        assert store.keys.verify(secret) is None
    assert "revoked" in ddgen("keys", "list", "--store", place).stdout


def test_a_key_that_cannot_be_is_told_in_a_line(ddgen: Run, tmp_path: Path) -> None:
    place = tmp_path / "s.sqlite"
    wrong = ddgen("keys", "create", "k", "--scope", "all", "--store", place)
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (2, 1)
    unknown = ddgen("keys", "revoke", "nothing", "--store", place)
    assert (unknown.returncode, "ddgen keys list" in unknown.stderr) == (2, True)
    for _ in range(2):
        ddgen("keys", "create", "twice", "--store", place)
    several = ddgen("keys", "revoke", "twice", "--store", place)
    assert (several.returncode, "several keys" in several.stderr) == (2, True)
