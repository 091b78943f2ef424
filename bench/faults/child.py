"""A run in a process of its own, to be interrupted, killed, or run beside another: prints its texts as JSON.

python child.py '{"program": "ddgen", "base_url": "...", "count": 40, "batch": 4, "cache": "...", "file_size": 0}'
"""

from __future__ import annotations

import asyncio
import json
import resource
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.ours import TABLE
from faults.ring import Knobs, fields


def by_ddgen(order: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The run of `ddgen build`, with the settings a person would give."""
    from ddgen.describe.session import Session
    from ddgen.describe.texts import Ask
    from ddgen.model.claim import Origin
    from ddgen.settings import load_ai

    with tempfile.TemporaryDirectory() as empty:
        settings = load_ai(
            environ={},
            cwd=Path(empty),
            config_dir=Path(empty),
            base_url=order["base_url"],
            api_key="a-key",
            model="test-model",
            rate_limit_rpm=0,
            fields_per_request=order["batch"],
            cache_path=order["cache"],
        )
        with Session(settings) as session:
            texts = session.describe([Ask(TABLE, fields(order["count"]))])[0]
            return [(*text.pair, text.origin is Origin.AI) for text in texts]


def by_peer(order: dict[str, Any]) -> list[tuple[str, str, bool]]:
    """The run of an application around a peer."""
    from scorecard import PROGRAMS

    async def run() -> list[tuple[str, str, bool]]:
        peer = PROGRAMS[order["program"]](Knobs(order["base_url"], batch=order["batch"], scale=1.0))
        try:
            texts = await peer.describe(fields(order["count"]))
        finally:
            await peer.aclose()
        return [(text.description, text.business_name, text.by_model) for text in texts]

    return asyncio.run(run())


def main() -> None:
    """Do what was ordered."""
    order = json.loads(sys.argv[1])
    if order.get("file_size"):
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_size"], order["file_size"]))
    print(json.dumps(by_ddgen(order) if order["program"] == "ddgen" else by_peer(order)))


if __name__ == "__main__":
    main()
