"""whylogs: the summary of a CSV, read by pandas."""

from __future__ import annotations

import json
import sys
import time

import pandas as pd
import whylogs

started = time.perf_counter()
frame = pd.read_csv(sys.argv[1])
summary = whylogs.log(pandas=frame).profile().view().to_pandas()
print(json.dumps({"fields": len(summary), "seconds": time.perf_counter() - started}))
