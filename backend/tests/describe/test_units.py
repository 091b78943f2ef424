"""Fields on their way to a text, and why some are given up."""

from __future__ import annotations

import pytest

from ddgen.describe.facts import TableFacts
from ddgen.describe.firewall import TableView
from ddgen.describe.futile import ITEM
from ddgen.describe.units import Batch, Unit
from ddgen.llm.failure import Cause, Failure
from ddgen.model.claim import Origin

from .asked import some

REFUSED = Failure(Cause.BAD_OUTPUT, "the model's item was not usable: echo", code=ITEM)
STOPPED = Failure(Cause.STOPPED, "stopped by a person")
UNFIT = Failure(Cause.UNFIT, "its answers were no use")


def unit() -> Unit:
    return Unit(TableFacts("orders"), some(1)[0])


async def test_who_waits_hears_of_it_when_it_is_settled() -> None:
    one = unit()
    one.settle()
    assert not one.done.done(), "nothing was given up"
    one.give_up(STOPPED)
    assert not one.done.done()
    one.settle()
    one.settle()
    text = one.done.result()
    assert (text.origin, text.failure, text.reason) == (Origin.RULE, STOPPED, "stopped: stopped by a person")


@pytest.mark.parametrize(
    ("before", "failure", "told", "ended_by"),
    [
        (None, STOPPED, STOPPED, STOPPED),
        (REFUSED, STOPPED, REFUSED, STOPPED),
        (REFUSED, REFUSED, REFUSED, REFUSED),
        (None, UNFIT, UNFIT, UNFIT),
        (REFUSED, UNFIT, UNFIT, REFUSED),
        (Failure(Cause.TIMEOUT), UNFIT, UNFIT, UNFIT),
    ],
)
async def test_what_a_reader_is_told_and_what_ended_the_asking(
    before: Failure | None, failure: Failure, told: Failure, ended_by: Failure
) -> None:
    one = unit()
    one.failure = before
    one.give_up(failure)
    assert (one.failure, one.ended_by) == (told, ended_by)


async def test_halves_hold_every_field_once() -> None:
    units = tuple(unit() for _ in range(5))
    first, second = Batch(TableView("orders"), units, lean=True).halves()
    assert first.units + second.units == units
    assert (len(first.units), first.lean, second.lean) == (3, True, True)
