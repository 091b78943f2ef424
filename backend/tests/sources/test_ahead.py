"""Reading ahead changes nothing but the time at which items are made."""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from ddgen.sources.ahead import ahead


def test_items_come_in_their_order_and_all_of_them() -> None:
    assert list(ahead(number for number in range(1, 100))) == list(range(1, 100))
    assert list(ahead(number for number in list[int]())) == []


def test_the_next_item_is_made_while_the_present_one_is_worked_on() -> None:
    made = threading.Event()

    def items() -> Generator[int]:
        yield 1
        made.set()
        yield 2

    read = ahead(items())
    assert next(read) == 1
    assert made.wait(10)
    assert list(read) == [2]


def test_what_making_an_item_raises_is_raised_in_its_place() -> None:
    def items() -> Generator[int]:
        yield 1
        raise ValueError("broken")

    read = ahead(items())
    assert next(read) == 1
    with pytest.raises(ValueError, match="broken"):
        next(read)


def test_who_stops_early_leaves_nothing_open() -> None:
    closed = threading.Event()

    def items() -> Generator[int]:
        try:
            yield from range(1, 1_000)
        finally:
            closed.set()

    read = ahead(items())
    assert next(read) == 1
    read.close()
    assert closed.is_set()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("ddgen-ahead")]
