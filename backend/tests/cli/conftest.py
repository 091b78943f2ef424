"""A small dictionary with something of everything, and the command as people run it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ddgen.model.claim import Claim, Kind, Origin
from ddgen.model.dictionary import Dictionary, Engine, Field, Relationship, Table
from ddgen.model.problem import Place
from ddgen.model.profile import (
    Distinct,
    Histogram,
    Lengths,
    Oddity,
    Profile,
    Quantiles,
    Shape,
    ValueCount,
)

BELL = "\x07"


Run = Callable[..., subprocess.CompletedProcess[str]]


def _integer() -> Field:
    profile = Profile(
        total=1200,
        values=1190,
        null_tokens={"N/A": 10},
        distinct=Distinct(count=900, exact=True),
        min=1,
        max=4999,
        mean=2500.5,
        stddev=1440.2,
        quantiles=Quantiles(p1=50, p5=250, p25=1250, p50=2500, p75=3750, p95=4750, p99=4950, exact=True),
        histogram=Histogram(of="number", edges=[0, 1000, 2000, 5000], counts=[10, 0, 1180], exact=True),
    )
    return Field(path="points", name="points", position=0, data_type="integer", profile=profile)


def _email() -> Field:
    profile = Profile(
        total=1200,
        values=1200,
        distinct=Distinct(count=1190, exact=False, error=0.008),
        lengths=Lengths(min=9, max=40, mean=22.5),
        shapes=[Shape(shape="aaa@aaa.aa", count=1100), Shape(shape="9", count=100)],
        samples=["ada@example.com", f"bell{BELL}@example.com"],
        sample_size=1200,
        oddities=[Oddity(kind="padding", count=3, example=" ada", first=[Place(line=7)])],
    )
    claims = [
        Claim(kind=Kind.BUSINESS_NAME, value="E-mail address", origin=Origin.RULE, confidence=0.8),
        Claim(kind=Kind.DESCRIPTION, value="Where the customer reads mail.", origin=Origin.HUMAN),
        Claim(
            kind=Kind.PII,
            value={"category": "contact.email", "sensitivity": 2, "why": ["99 % look like e-mail addresses"]},
            origin=Origin.RULE,
            evidence=["1,188 of 1,200 values match"],
        ),
    ]
    return Field(path="contact.email", name="email", position=1, data_type="string", profile=profile, claims=claims)


def _status() -> Field:
    profile = Profile(
        total=2000,
        values=900,
        missing=1100,
        distinct=Distinct(count=2, exact=True),
        lengths=Lengths(min=4, max=7, mean=5.0),
        top_values=[ValueCount(value="open", count=600), ValueCount(value="shipped", count=300)],
        all_values_listed=True,
    )
    return Field(
        path="items[].status",
        name="status",
        position=0,
        data_type="string | integer",
        types={"string": 890, "integer": 10},
        profile=profile,
    )


@pytest.fixture
def shop() -> Dictionary:
    customers = Table(
        id="t1",
        name="customers",
        uri="customers.csv",
        format="csv",
        row_count=1200,
        size_bytes=48_000,
        fields=[_integer(), _email()],
        claims=[Claim(kind=Kind.PRIMARY_KEY, value=["points"], origin=Origin.SOURCE)],
    )
    orders = Table(
        id="t2",
        name=f"orders{BELL}",
        uri="orders.jsonl",
        format="json",
        row_count=2000,
        complete=False,
        fields=[_status(), Field(path="points", name="points", position=1, data_type="unknown")],
    )
    link = Relationship(from_=["orders.points"], to=["customers.points"], kind="inferred", confidence=0.9, orphans=4)
    dictionary = Dictionary(
        name="shop",
        generated_at=datetime(2024, 1, 31, tzinfo=UTC),
        engine=Engine(version="0"),
        tables=[customers, orders],
        relationships=[link],
    )
    dictionary.settle()
    return dictionary


@pytest.fixture
def ddgen() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run the command in a process of its own."""

    def run(*arguments: object, **options: Any) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ddgen", *map(str, arguments)]
        return subprocess.run(command, capture_output=True, encoding="utf-8", check=False, **options)

    return run


@pytest.fixture
def at(tmp_path: Path, ddgen: Run) -> Run:
    """The command in a folder with some data, on a store of its own."""
    (tmp_path / "orders.csv").write_text("id,city\n1,Rome\n2,Oslo\n", encoding="utf-8")

    def run(*arguments: object) -> subprocess.CompletedProcess[str]:
        return ddgen(*arguments, "--store", tmp_path / "store.sqlite", cwd=tmp_path)

    return run
