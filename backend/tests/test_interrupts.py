"""A batch is measured whole or not at all, whenever a person stops the run."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator

import pytest

from ddgen.interrupts import held

STOPS = (signal.SIGINT, signal.SIGTERM)


@pytest.fixture(autouse=True)
def stopping() -> Iterator[None]:
    """Both signals raise KeyboardInterrupt, as under the command line."""
    before = {number: signal.signal(number, signal.default_int_handler) for number in STOPS}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def stopped_while(stops: list[signal.Signals], error: Exception | None = None) -> list[str]:
    """What is done inside when so many signals come."""
    done = []
    raised = KeyboardInterrupt if error is None else type(error)
    with contextlib.suppress(raised):
        with held():
            for stop in stops:
                signal.raise_signal(stop)
                done.append("inside")
            if error is not None:
                raise error
        done.append("behind")
    return done


@pytest.mark.parametrize("stop", STOPS)
def test_what_is_under_way_is_finished_first(stop: signal.Signals) -> None:
    assert stopped_while([stop]) == ["inside"]
    assert signal.getsignal(stop) is signal.default_int_handler


def test_a_second_one_is_not_waited_with() -> None:
    assert stopped_while([signal.SIGINT, signal.SIGTERM]) == ["inside"]


def test_without_any_all_goes_on() -> None:
    assert stopped_while([]) == ["behind"]


def test_errors_inside_are_raised_as_they_are() -> None:
    assert stopped_while([signal.SIGINT], ValueError("mine")) == ["inside"]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_what_an_application_does_by_itself_stays() -> None:
    came: list[int] = []
    signal.signal(signal.SIGINT, lambda number, _: came.append(number))
    with held():
        signal.raise_signal(signal.SIGINT)
        assert came == [signal.SIGINT]


def test_in_other_threads_nothing_is_held() -> None:
    done = []

    def work() -> None:
        with held():
            done.append("inside")

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done == ["inside"]
