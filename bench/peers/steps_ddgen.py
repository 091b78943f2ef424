"""Builds the dictionary of a file with ddgen, and prints what each step took: seconds of processor, as JSON."""

from __future__ import annotations

import json
import sys
import time
from contextlib import ExitStack

from ddgen import pipeline


def main() -> None:
    """Run the steps one by one."""
    spent: dict[str, float] = {}
    with ExitStack() as stack:
        run = pipeline.Run(pipeline.BuildRequest(sources=(sys.argv[1],)), lambda _event: None, stack)
        for step in pipeline.STEPS:
            begun = time.process_time()
            step(run)
            spent[step.__name__] = time.process_time() - begun
    print(json.dumps({"fields": sum(len(table.fields) for table in run.dictionary.tables), "seconds": spent}))


if __name__ == "__main__":
    main()
