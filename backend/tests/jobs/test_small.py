"""What DBOS may write down."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from ddgen.jobs.small import OnlySmall

SMALL = OnlySmall()


@pytest.mark.parametrize(
    "data",
    [
        None,
        True,
        3,
        0.5,
        "01a22f2f-09cb-74d0-8523-06c85e24decc",
        [1, "again"],
        {"args": ["run-1"], "kwargs": {"number": 2}},
        datetime(2026, 3, 1, 6, tzinfo=UTC),
    ],
)
def test_small_things_come_back(data: object) -> None:
    assert SMALL.deserialize(SMALL.serialize(data)) == data


@pytest.mark.parametrize("data", ["ann@example.com", "two words", "/data/orders.csv", "x" * 101, b"bytes", {"a b": 1}])
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(TypeError, match="nothing that DBOS is told"):
        SMALL.serialize(data)


def test_of_an_exception_only_its_class_is_kept() -> None:
    written = SMALL.serialize(ValueError("could not convert 'Zacharias'"))
    assert "Zacharias" not in written
    assert str(SMALL.deserialize(written)) == "ValueError"
