"""Presidio's recognisers by patterns and check digits, without a model: what most values of each column seem to be.

A column is called by the entity that at least half of up to 50 different values are, each as a whole and with the
score that Presidio takes for likely. The CSV files stand in a JSON list on standard input.
"""

from __future__ import annotations

import csv
import inspect
import json
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any

import presidio_analyzer.predefined_recognizers as known
import tldextract
from presidio_analyzer import PatternRecognizer

LIKELY = 0.4
WHOLE = 0.8
MOST = 50

tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())  # the list that it comes with: nothing is fetched


def recognizers() -> Iterator[Any]:
    """All of them that are made without being given anything."""
    for _, one in sorted(inspect.getmembers(known, inspect.isclass)):
        if issubclass(one, PatternRecognizer):
            try:
                yield one()
            except (TypeError, ValueError):  # it wants a pattern, or a service
                continue


FOUND_BY = list(recognizers())


def entity(text: str) -> str:
    """The likeliest entity that takes in most of a value, or nothing."""
    results = [one for by in FOUND_BY for one in by.analyze(text, by.supported_entities, None)]
    whole = [one for one in results if one.end - one.start >= WHOLE * len(text) and one.score >= LIKELY]
    return max(whole, key=lambda one: one.score).entity_type if whole else ""


def labels(path: str) -> list[tuple[str, str]]:
    """Each column's header and entity."""
    with open(path, encoding="utf-8", newline="") as file:  # noqa: PTH123 - as the labels name it
        header, *rows = csv.reader(file)
    found = []
    for place, name in enumerate(header):
        texts = list(dict.fromkeys(row[place].strip() for row in rows if len(row) > place and row[place].strip()))
        counts = Counter(entity(text) for text in texts[:MOST])
        best, count = counts.most_common(1)[0] if counts else ("", 0)
        found.append((name, best if count >= 0.5 * min(MOST, len(texts)) else ""))
    return found


print(json.dumps([labels(path) for path in json.load(sys.stdin)]))
