from __future__ import annotations

import threading
import time
from collections.abc import Callable

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ddgen.api import aside


async def test_what_is_quick_does_not_wait_for_what_is_long() -> None:
    free, done = threading.Event(), []

    async def one(work: Callable[[], object], name: str, *, long: bool) -> None:
        await aside.aside(work, long=long)
        done.append(name)

    async with anyio.create_task_group() as group:
        for _ in range(3 * aside.LONG):
            group.start_soon(lambda: one(lambda: free.wait(20), "long", long=True))
        await anyio.sleep(0.05)
        async with anyio.create_task_group() as quick:
            quick.start_soon(lambda: one(lambda: None, "quick", long=False))
        assert done == ["quick"]
        free.set()
    assert done.count("long") == 3 * aside.LONG


@pytest.mark.parametrize(("long", "most"), [(False, aside.QUICK), (True, aside.LONG)])
async def test_few_threads_work_at_once(long: bool, most: int) -> None:
    lock, now, seen = threading.Lock(), [0], []

    def work() -> None:
        with lock:
            now[0] += 1
            seen.append(now[0])
        time.sleep(0.01)
        with lock:
            now[0] -= 1

    async with anyio.create_task_group() as group:
        for _ in range(5 * most):
            group.start_soon(lambda: aside.aside(work, long=long))
    assert max(seen) == most


def test_endpoints_keep_their_names_parameters_and_errors() -> None:
    router = aside.router("things")

    @router.get("/things/{number}")
    @aside.takes_long
    def get_thing(number: int) -> dict[str, int]:
        """A thing."""
        if number > 9:
            raise ValueError("too large")
        return {"number": number, "main": int(threading.current_thread() is threading.main_thread())}

    app = FastAPI()
    app.include_router(router)
    client = TestClient(app)
    assert client.get("/things/7").json() == {"number": 7, "main": 0}
    assert client.get("/things/x").status_code == 422
    with pytest.raises(ValueError, match="too large"):
        client.get("/things/10")
    [operation] = app.openapi()["paths"]["/things/{number}"].values()
    assert (operation["tags"], operation["description"]) == (["things"], "A thing.")
