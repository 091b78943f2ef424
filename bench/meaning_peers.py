"""What others say of the same labelled data: programs in environments of their own, and the naive rules of the scorer.

A program's labels are given the words of the scorer; what has none counts as nothing said. Whether a label is personal
is taken from the scorer's own table of labels (`vocab.py`).
"""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import environments

Answer = dict[str, Any]
Scores = dict[str, Any]
HERE = Path(__file__).parent
PATIENCE = 1800
"""Seconds after which a program is ended and counts as failed."""

DATAPROFILER = {
    "ADDRESS": "address",
    "BAN": "bank_account",
    "CREDIT_CARD": "credit_card",
    "DATE": "date",
    "TIME": "time",
    "DATETIME": "datetime",
    "DRIVERS_LICENSE": "drivers_license",
    "EMAIL_ADDRESS": "email",
    "UUID": "uuid",
    "HASH_OR_KEY": "hash",
    "IPV4": "ipv4",
    "IPV6": "ipv6",
    "MAC_ADDRESS": "mac_address",
    "PERSON": "person_name",
    "PHONE_NUMBER": "phone",
    "SSN": "ssn",
    "URL": "url",
    "US_STATE": "state",
}
PRESIDIO = {
    "EMAIL_ADDRESS": "email",
    "PHONE_NUMBER": "phone",
    "URL": "url",
    "CREDIT_CARD": "credit_card",
    "IBAN_CODE": "iban",
    "US_SSN": "ssn",
    "IP_ADDRESS": "ip_address",
    "DATE_TIME": "date",
    "CRYPTO": "btc_address",
    "MAC_ADDRESS": "mac_address",
    "UUID": "uuid",
    "US_BANK_NUMBER": "bank_account",
    "US_ITIN": "tax_id",
    "ABA_ROUTING_NUMBER": "aba_routing",
    "MEDICAL_LICENSE": "medical_id",
    "UK_NHS": "medical_id",
}
ENDINGS = (
    ("DRIVER_LICENSE", "drivers_license"),
    ("PASSPORT", "passport"),
    ("PLATE", "license_plate"),
    ("VEHICLE_REGISTRATION", "license_plate"),
    ("VAT_CODE", "vat_id"),
    ("VAT_ID", "vat_id"),
    ("POSTCODE", "postal_code"),
)
"""How Presidio's entities of single countries end; all others are numbers of persons."""


@dataclass
class Peer:
    """One who is measured beside ddgen: its scores by set as the scorer writes them, or why there are none."""

    name: str
    scores: Scores = field(default_factory=dict)
    seconds: float | None = None
    trouble: str | None = None


def dataprofiler_word(label: str) -> str | None:
    """The scorer's word for a label of DataProfiler."""
    return DATAPROFILER.get(label)


def presidio_word(entity: str) -> str | None:
    """The scorer's word for an entity of Presidio."""
    if not entity or entity in PRESIDIO:
        return PRESIDIO.get(entity)
    return next((word for ending, word in ENDINGS if entity.endswith(ending)), "national_id")


PROGRAMS: tuple[tuple[str, str, Callable[[str], str | None]], ...] = (
    ("DataProfiler 0.14, its labeler", "dataprofiler_labeler", dataprofiler_word),
    ("Presidio 2.2, patterns only", "presidio", presidio_word),
)
"""Programs that label columns: the name, the environment, and what its labels mean."""

BASELINES = (
    ("Header rules", "header", ("semtypes", "pii")),
    ("Keys by name", "keyname", ("keys",)),
    ("Names split, in title case", "title", ("names", "dictionaries")),
)
"""Naive rules that the scorer has itself: the name, the scorer's name, and the sets."""


def baselines(folder: Path, split: str, wanted: Sequence[str]) -> Iterator[Peer]:
    """The naive rules for the sets that are wanted."""
    for name, rule, sets in BASELINES:
        asked = [one for one in sets if one in wanted]
        if not asked:
            continue
        peer = Peer(name)
        started = time.perf_counter()
        try:
            peer.scores = _scored(folder, split, ["--baseline", rule, "--set", ",".join(asked)])
            if "semtypes" in asked:
                core = _scored(folder, split, ["--baseline", rule, "--set", "semtypes", "--core"])
                peer.scores["core"] = core
        except RuntimeError as error:
            peer.trouble = str(error)
        peer.seconds = time.perf_counter() - started
        yield peer


def programs(folder: Path, split: str, score: Callable[..., Scores]) -> Iterator[Peer]:
    """The programs that label columns; one that cannot be installed or fails is named with the reason."""
    labels = json.loads((folder / split / "semtypes" / "labels.json").read_text("utf-8"))
    files = {label["table"]: folder / split / "semtypes" / label["file"] for label in labels}
    for name, environment, word in PROGRAMS:
        peer = Peer(name, trouble=environments.ready(environment))
        if peer.trouble is None:
            started = time.perf_counter()
            try:
                said = _labels(environment, list(files.values()))
                given = list(_answers(folder, files, said, word))
                peer.scores = score(folder, split, given, ("semtypes", "pii"))
                peer.scores["core"] = score(folder, split, given, ("semtypes",), "--core")
            except (RuntimeError, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
                peer.trouble = str(error).strip().splitlines()[-1][:200]
            peer.seconds = time.perf_counter() - started
        yield peer


def duckdb_types(folder: Path, split: str, score: Callable[..., Scores]) -> Peer:
    """The types that DuckDB gives to the columns of a CSV file."""
    import duckdb

    labels = json.loads((folder / split / "types" / "types.json").read_text("utf-8"))
    peer = Peer(f"DuckDB {duckdb.__version__}")
    given = []
    started = time.perf_counter()
    for table, file in {label["table"]: label["file"] for label in labels}.items():
        path = str(folder / split / "types" / file)
        try:
            found = duckdb.read_csv(path)
        except duckdb.Error as error:
            peer.trouble = f"{table}: {str(error).splitlines()[0][:120]}"
            continue
        given += [
            {"table": table, "path": name, "type": str(kind).partition("(")[0].lower()}
            for name, kind in zip(found.columns, found.types, strict=True)
        ]
    peer.seconds = time.perf_counter() - started
    peer.scores = score(folder, split, given, ("types",))
    return peer


def _scored(folder: Path, split: str, more: list[str]) -> Scores:
    """What the scorer writes. Raises RuntimeError where it fails."""
    with tempfile.TemporaryDirectory() as place:
        result = Path(place, "scores.json")
        command = [sys.executable, str(folder / "score.py"), "--split", split, *more, "--json", str(result)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(_last_word(done))
        scores: Scores = json.loads(result.read_text("utf-8"))
        return scores


def _labels(environment: str, files: list[Path]) -> list[list[tuple[str, str]]]:
    """What a program says of the columns of files. Raises RuntimeError where it fails."""
    script = HERE / "peers" / f"label_{environment.partition('_')[0]}.py"
    done = subprocess.run(
        [str(environments.python(environment)), str(script)],
        input=json.dumps([str(file) for file in files]),
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    if done.returncode:
        raise RuntimeError(_last_word(done))
    said: list[list[tuple[str, str]]] = json.loads(done.stdout.strip().splitlines()[-1])
    return said


def _last_word(done: subprocess.CompletedProcess[str]) -> str:
    """The last line of a program's errors, or the code it ended with."""
    return (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1][:200]


def _answers(
    folder: Path, files: dict[str, Path], said: list[list[tuple[str, str]]], word: Callable[[str], str | None]
) -> Iterator[Answer]:
    personal = _personal(folder)
    for table, columns in zip(files, said, strict=True):
        for name, label in columns:
            meant = word(label)
            yield {"table": table, "path": name, "semantic_type": meant, "pii": meant in personal}


def _personal(folder: Path) -> frozenset[str]:
    """The scorer's words for what is personal beyond doubt."""
    spec = importlib.util.spec_from_file_location("scorer_vocabulary", folder / "vocab.py")
    if spec is None or spec.loader is None:
        return frozenset()
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return frozenset(name for name, facts in module.V.items() if facts[0] is True)
