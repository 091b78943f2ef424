"""Runs every file of a torture folder through ddgen and prints the score of each set and every difference.

The folder holds any of `json_torture`, `csv_torture` and `columnar`, each with an `expectations.json` that lists its
files and what is to be made of them.
"""

from __future__ import annotations

import argparse
import json
import queue
import sys
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from torture import columnar_files, csv_files, json_files
from torture.product import PATIENCE, Product
from torture.verdict import Expectation, Verdict

Judge = Callable[[Product, Path, Expectation], Verdict]

HEADING = "set           kind     files right wrong   score   paths   found   right"

SETS: dict[str, Judge] = {
    "json_torture": json_files.judge,
    "csv_torture": csv_files.judge,
    "columnar": columnar_files.judge,
}


def evaluate(folder: Path, judge: Judge, *, processes: int = 2, patience: float = PATIENCE) -> list[Verdict]:
    """The verdict on every file of one set."""
    expectations = json.loads((folder / "expectations.json").read_text(encoding="utf-8"))
    with ExitStack() as stack:
        idle: queue.Queue[Product] = queue.Queue()
        for _ in range(processes):
            idle.put(stack.enter_context(Product(patience)))

        def one(expectation: Expectation) -> Verdict:
            product = idle.get()
            try:
                return judge(product, folder, expectation)
            finally:
                idle.put(product)

        with ThreadPoolExecutor(processes) as pool:
            return list(pool.map(one, expectations))


def table(verdicts: dict[str, list[Verdict]]) -> list[str]:
    """The scores, one line for each kind of expectation in each set."""
    lines = [HEADING]
    for name, those in verdicts.items():
        kinds = sorted({verdict.kind for verdict in those})
        lines += [_line(name, kind, [verdict for verdict in those if verdict.kind == kind]) for kind in kinds]
        if len(kinds) > 1:
            lines.append(_line(name, "all", those))
    return lines


def _line(name: str, kind: str, verdicts: Sequence[Verdict]) -> str:
    right = sum(not verdict.differences for verdict in verdicts)
    stated = sum(verdict.paths_stated for verdict in verdicts)
    found = sum(verdict.paths_found for verdict in verdicts)
    exact = sum(verdict.paths_right for verdict in verdicts)
    paths = f"  {stated:>6} {found / stated:>7.1%} {exact / stated:>7.1%}" if stated else ""
    numbers = f"{len(verdicts):>5} {right:>5} {len(verdicts) - right:>5} {right / len(verdicts):>7.1%}"
    return f"{name:<13} {kind:<8} {numbers}{paths}"


def differences(verdicts: dict[str, list[Verdict]], most: int) -> Iterable[str]:
    """Every difference, one line each, at most `most` for one file."""
    for name, those in verdicts.items():
        for verdict in those:
            for said in verdict.differences[:most]:
                yield f"{name}/{verdict.file}: {' '.join(said.split())}"
            if len(verdict.differences) > most:
                yield f"{name}/{verdict.file}: and {len(verdict.differences) - most} more"


def main() -> int:
    """Evaluate the folder that the command line names; 2 where it holds no set, 1 for differences if strict."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, help="holds json_torture, csv_torture, columnar, or some of them")
    parser.add_argument("--strict", action="store_true", help="exit with 1 where there is any difference")
    parser.add_argument("--most", type=int, default=30, help="differences shown for one file (default: 30)")
    parser.add_argument("--patience", type=float, default=PATIENCE, help="seconds before a file counts as a hang")
    asked = parser.parse_args()
    sets = {name: judge for name, judge in SETS.items() if (asked.folder / name / "expectations.json").is_file()}
    if not sets:
        parser.error(f"{asked.folder}: none of {', '.join(SETS)} with an expectations.json in it")
    verdicts = {name: evaluate(asked.folder / name, judge, patience=asked.patience) for name, judge in sets.items()}
    print(*table(verdicts), "", *(list(differences(verdicts, asked.most)) or ["no differences"]), sep="\n")
    return int(asked.strict and any(verdict.differences for those in verdicts.values() for verdict in those))


if __name__ == "__main__":
    sys.exit(main())
