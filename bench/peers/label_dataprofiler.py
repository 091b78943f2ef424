"""DataProfiler with its labeler: the label of each column of the CSV files named in a JSON list on standard input."""

from __future__ import annotations

import csv
import json
import logging
import os
import sys
import warnings

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
warnings.simplefilter("ignore")

import dataprofiler  # noqa: E402 - the lines above silence what it loads
import pandas as pd  # noqa: E402 - same

logging.disable(logging.INFO)
options = dataprofiler.ProfilerOptions()
options.set({"*.is_enabled": False})
options.set({"structured_options.data_labeler.is_enabled": True, "structured_options.multiprocess.is_enabled": False})


def labels(path: str) -> list[tuple[str, str]]:
    """Each column's header and label; UNKNOWN where it could not decide."""
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 - as the labels name it
        header = next(csv.reader(file))
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    frame.columns = [str(place) for place in range(len(header))]  # equal headers would be renamed
    profile = dataprofiler.Profiler(frame, options=options)
    found = {stats["column_name"]: stats.get("data_label") or "" for stats in profile.report()["data_stats"]}
    return [(name, found.get(str(place), "").partition("|")[0]) for place, name in enumerate(header)]


print(json.dumps([labels(path) for path in json.load(sys.stdin)]))
