"""Reading ahead: the next item is made by a thread of its own while the present one is worked on."""

from __future__ import annotations

from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

Item = TypeVar("Item")


def ahead(items: Generator[Item]) -> Generator[Item]:
    """The same items, each made while the one before is worked on.

    What making them raises is raised here, in its place. Nothing else may touch `items` until this ends.
    """
    with closing(items), ThreadPoolExecutor(1, thread_name_prefix="ddgen-ahead") as thread:
        coming = thread.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = thread.submit(next, items, None)
            yield item
