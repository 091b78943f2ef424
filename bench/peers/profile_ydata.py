"""ydata-profiling in its minimal mode: the facts of a CSV, or of JSON lines made flat by pandas, as its JSON.

With `facts` as second argument it stops before it writes them.
"""

from __future__ import annotations

import json
import os
import sys
import time
import warnings
from pathlib import Path
from typing import Any

import pandas as pd

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from ydata_profiling import ProfileReport

started = time.perf_counter()
source = Path(sys.argv[1])
if source.suffix == ".csv":
    frame = pd.read_csv(source)
else:
    with source.open(encoding="utf-8") as file:
        frame = pd.json_normalize([json.loads(line) for line in file])
report: Any = ProfileReport(frame, minimal=True, progress_bar=False)
description = report.get_description()
if "facts" not in sys.argv[2:]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        Path(os.devnull).write_text(report.to_json(), encoding="utf-8")
print(json.dumps({"fields": len(description.variables), "seconds": time.perf_counter() - started}))
