"""Runs labelled data through ddgen, hands its answers to the scorer that lies beside the data, and prints the scores.

    python bench/semantics.py FOLDER [--split dev] [--set keys ...] [--no-peers] [--write]

FOLDER holds `score.py` and, in a folder a split, `names`, `keys`, `types`, `dictionaries`, `semtypes` and `pii`.
Peers label the same data beside ddgen; those that cannot be installed are named. With `--write` the tables go into
docs/benchmarks.md. No model is asked.
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import meaning_peers
import pyarrow as pa
import report
import vocabulary
from meaning_peers import Peer
from report import Goal

import ddgen
from ddgen.model.dictionary import Field

PAGE = Path(__file__).parent.parent / "docs" / "benchmarks.md"
Answer = dict[str, Any]
Answers = Iterator[Answer]


def answer(table: str, field: Field) -> Answer:
    """What ddgen says of a field, in the words of the scorer."""
    return {
        "table": table,
        "path": field.path.replace("`", ""),
        "type": vocabulary.data_type(field.data_type),
        "semantic_type": vocabulary.label(field.semantic_type),
        "pii": field.pii is not None,
        "business_name": field.business_name,
        "description": field.description,
        "is_primary_key": field.is_primary_key,
        "references": field.references,
    }


def answers(table: str, source: object) -> Answers:
    """The answers for one source, under the scorer's name of its table."""
    for found in ddgen.build(source).tables:
        for field in found.fields:
            yield answer(table, field)


def names(root: Path) -> Answers:
    """Names of fields, with the rows that are given for some tables, else without a value."""
    columns: dict[str, list[str]] = defaultdict(list)
    with (root / "names" / "names.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            table = f"{row['source']}/{row['table']}"
            if row["column"] not in columns[table]:
                columns[table].append(row["column"])
    for table, fields in columns.items():
        yield from answers(table, {table.partition("/")[2]: without_values(fields)})


def keys(root: Path) -> Answers:
    """Databases whose declared keys were taken away."""
    for name, facts in json.loads((root / "keys" / "keys.json").read_text("utf-8")).items():
        for table in ddgen.build(root / "keys" / facts["files"]["nokeys"]).tables:
            for field in table.fields:
                yield answer(f"{name}/{table.name}", field)


def types(root: Path) -> Answers:
    """Data types of exported tables."""
    labels = json.loads((root / "types" / "types.json").read_text("utf-8"))
    for table, file in {label["table"]: label["file"] for label in labels}.items():
        yield from answers(table, root / "types" / file)


def labelled(root: Path) -> Answers:
    """Semantic types and personal data."""
    labels = json.loads((root / "semtypes" / "labels.json").read_text("utf-8"))
    for table, file in {label["table"]: label["file"] for label in labels}.items():
        yield from answers(table, root / "semtypes" / file)


def dictionaries(root: Path) -> Answers:
    """Tables with descriptions by people."""
    for gold in sorted((root / "dictionaries").rglob("*.gold.json")):
        facts = json.loads(gold.read_text("utf-8"))
        table = f"{gold.parent.relative_to(root / 'dictionaries').as_posix()}/{facts['table']}"
        if facts["file"]:
            yield from answers(table, gold.parent / facts["file"])
        elif "sqlite" in facts:
            found = ddgen.build(gold.parent / facts["sqlite"], tables=[facts["sqlite_table"]]).tables
            yield from (answer(table, field) for one in found for field in one.fields)
        else:
            yield from answers(table, {facts["table"]: without_values([field["path"] for field in facts["fields"]])})


def without_values(fields: list[str]) -> pa.Table:
    """A table of which nothing but its fields is known."""
    return pa.table([pa.nulls(1, pa.string()) for _ in fields], names=fields)


SETS: dict[str, tuple[Callable[[Path], Answers], tuple[str, ...]]] = {
    "names": (names, ("names",)),
    "keys": (keys, ("keys",)),
    "types": (types, ("types",)),
    "semtypes": (labelled, ("semtypes", "pii")),
    "dictionaries": (dictionaries, ("dictionaries",)),
}
"""What answers a set, and the scorer's sets that these answers are for."""


def score(folder: Path, split: str, given: list[Answer], sets: tuple[str, ...], *more: str) -> dict[str, Any]:
    """The scorer's result. Raises RuntimeError where it fails."""
    with tempfile.TemporaryDirectory() as place:
        predictions, result = Path(place, "answers.json"), Path(place, "scores.json")
        predictions.write_text(json.dumps(given), encoding="utf-8")
        command = [sys.executable, str(folder / "score.py"), "--split", split, "--pred", str(predictions)]
        command += ["--set", ",".join(sets), "--json", str(result), *more]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip()[-500:])
        scores: dict[str, Any] = json.loads(result.read_text("utf-8"))
        return scores


def find(scores: Any, *path: str) -> float | None:
    """The figure at a place of the scorer's result, None where it is not there."""
    for step in path:
        scores = scores.get(step) if isinstance(scores, dict) else None
    return float(scores) if isinstance(scores, int | float) else None


FIGURES = (
    ("Semantic types, core labels, named, strict F1", ("core", "semtypes", "ALL_named", "strict", "f1"), 0.88),
    ("Semantic types, core labels, opaque, strict F1", ("core", "semtypes", "ALL_opaque", "strict", "f1"), 0.80),
    ("Semantic types, all labels, strict F1", ("semtypes", "ALL", "strict", "f1"), 0.75),
    ("Personal data, named, F1", ("pii", "ALL_named", "f1"), 0.92),
    ("Personal data, opaque headers, F1", ("pii", "ALL_opaque", "f1"), 0.80),
    ("Personal data, false-positive rate", ("pii", "ALL", "fpr"), -0.03),
    ("Primary keys, recall", ("keys", "ALL", "pk_recall_holds"), 0.97),
    ("Primary keys, precision", ("keys", "ALL", "pk_precision"), 0.97),
    ("Foreign keys that hold, recall", ("keys", "ALL", "fk_recall_inferable"), 0.97),
    ("Foreign keys, precision", ("keys", "ALL", "fk_precision"), 0.95),
    ("Data types, clear fields", ("types", "db_csv", "strict"), 0.995),
    ("Data types, ambiguous fields", ("types", "db_ambiguous(not in ALL)", "strict"), 0.70),
    ("Names, not trivial, exact", ("names", "ALL", "nontrivial_em"), 0.50),
    ("Names, all, exact", ("names", "ALL", "em_norm"), None),
    ("Descriptions, words beyond the name, recall", ("dictionaries", "MACRO", "beyond_name_recall"), 0.15),
)
"""What is shown, where the scorer says it, and the goal; a negative goal is a ceiling."""


def goals(scores: dict[str, Any]) -> list[Goal]:
    """The figures beside their goals."""
    rows = []
    for title, path, goal in FIGURES:
        found = find(scores, *path)
        if found is None:
            continue
        reached = goal is None or (found <= -goal if goal < 0 else found >= goal)
        wanted = "" if goal is None else f"at most {-goal:g}" if goal < 0 else f"at least {goal:g}"
        rows.append(Goal(title, wanted, f"{found:.3f}", reached))
    return rows


def nameguess(scores: dict[str, Any]) -> list[Goal]:
    """The parts of the names that were made by annotators, each by itself."""
    found = (scores.get("names") or {}).items()
    parts = {name: part for name, part in found if name.startswith("nameguess") and "em_norm" in part}
    return [
        Goal(f"Names, {name}, exact", "at least 0.6", f"{part['em_norm']:.3f}", part["em_norm"] >= 0.6)
        for name, part in sorted(parts.items())
    ]


def measured(folder: Path, split: str, wanted: list[str]) -> tuple[dict[str, Any], list[list[str]]]:
    """The scores of all wanted sets, and what each took."""
    scores: dict[str, Any] = {}
    costs = []
    for name in wanted:
        make, sets = SETS[name]
        started = time.perf_counter()
        given = list(make(folder / split))
        seconds = time.perf_counter() - started
        scores |= score(folder, split, given, sets)
        if name == "semtypes":
            scores["core"] = score(folder, split, given, ("semtypes",), "--core")
        costs.append([name, f"{len(given):,}", f"{seconds:.1f}"])
        print(f"{name}: {len(given):,} fields in {seconds:.1f} s", file=sys.stderr)
    return scores, costs


def peers(folder: Path, split: str, wanted: list[str]) -> list[Peer]:
    """Those who answer the wanted sets beside ddgen, each with its scores."""
    sets = [name for one in wanted for name in SETS[one][1]]
    found = list(meaning_peers.baselines(folder, split, sets))
    if "semtypes" in wanted:
        found += meaning_peers.programs(folder, split, score)
    if "types" in wanted:
        found.append(meaning_peers.duckdb_types(folder, split, score))
    for one in found:
        print(f"{one.name}: {one.trouble or f'{one.seconds or 0:.1f} s'}", file=sys.stderr)
    return found


BESIDE = (
    (
        "Types and personal data",
        (
            ("Core, named", ("core", "semtypes", "ALL_named", "strict", "f1")),
            ("Core, opaque", ("core", "semtypes", "ALL_opaque", "strict", "f1")),
            ("Core, all", ("core", "semtypes", "ALL", "strict", "f1")),
            ("All labels", ("semtypes", "ALL", "strict", "f1")),
            ("Personal, named", ("pii", "ALL_named", "f1")),
            ("Personal, opaque", ("pii", "ALL_opaque", "f1")),
            ("False positives", ("pii", "ALL", "fpr")),
        ),
    ),
    (
        "Keys",
        (
            ("Primary, recall", ("keys", "ALL", "pk_recall_holds")),
            ("Primary, precision", ("keys", "ALL", "pk_precision")),
            ("Foreign, recall", ("keys", "ALL", "fk_recall_inferable")),
            ("Foreign, precision", ("keys", "ALL", "fk_precision")),
        ),
    ),
    (
        "Data types",
        (
            ("Clear", ("types", "db_csv", "strict")),
            ("Ambiguous", ("types", "db_ambiguous(not in ALL)", "strict")),
        ),
    ),
    (
        "Names and descriptions",
        (
            ("Not trivial, exact", ("names", "ALL", "nontrivial_em")),
            ("All, exact", ("names", "ALL", "em_norm")),
            ("Words beyond the name", ("dictionaries", "MACRO", "beyond_name_recall")),
        ),
    ),
)
"""Tables of ddgen beside others: the subject, and the columns with where the scorer says them."""


def beside(ours: dict[str, Any], others: list[Peer]) -> str:
    """The tables of all who answered, and who did not and why."""
    tables = []
    for subject, columns in BESIDE:
        rows = [_row(one, columns) for one in (Peer("ddgen", ours), *others)]
        shown = [row for row in rows if any(row[1:])]
        if len(shown) > 1:
            tables.append(report.table([subject, *(title for title, _ in columns)], shown))
    missing = [f"{one.name}: {one.trouble}." for one in others if one.trouble]
    return "\n".join([*tables, *missing])


def _row(one: Peer, columns: tuple[tuple[str, tuple[str, ...]], ...]) -> list[str]:
    figures = (find(one.scores, *path) for _, path in columns)
    return [one.name, *("" if figure is None else f"{figure:.3f}" for figure in figures)]


def main() -> int:
    """Measure and print; write the page where asked."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--split", default="dev")
    parser.add_argument("--set", action="append", choices=[*SETS], dest="sets")
    parser.add_argument("--no-peers", action="store_true", help="only ddgen")
    parser.add_argument("--write", action="store_true", help="write docs/benchmarks.md")
    asked = parser.parse_args()
    if not (asked.folder / "score.py").is_file():
        parser.exit(2, f"{asked.folder}: no score.py there\n")
    folder, sets = asked.folder.resolve(), asked.sets or [*SETS]
    scores, costs = measured(folder, asked.split, sets)
    others = [] if asked.no_peers else peers(folder, asked.split, sets)
    text = "\n".join(
        [
            report.machine(),
            "",
            report.goals([*goals(scores), *nameguess(scores)]),
            beside(scores, others),
            report.table(["Set", "Fields", "Seconds for reading, profiling and meaning"], costs),
        ]
    )
    print(text)
    if asked.write:
        report.write(PAGE, text, report.MEANING_PART)
    return 0


if __name__ == "__main__":
    sys.exit(main())
