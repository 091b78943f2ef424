"""The least that can be done: parse JSON lines with orjson and count the types at each path."""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import orjson

counts: dict[str, Counter[type]] = {}


def walk(value: Any, path: str) -> None:
    """Count the type of a value and of all below it."""
    counter = counts.get(path)
    if counter is None:
        counter = counts[path] = Counter()
    kind = type(value)
    counter[kind] += 1
    if kind is dict:
        for key, item in value.items():
            walk(item, f"{path}.{key}")
    elif kind is list:
        below = path + "[]"
        for item in value:
            walk(item, below)


started = time.perf_counter()
with Path(sys.argv[1]).open("rb") as file:
    for line in file:
        walk(orjson.loads(line), "")
print(json.dumps({"fields": len(counts), "seconds": time.perf_counter() - started}))
