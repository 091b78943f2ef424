"""A reader that asks for some fields only gets these, with the same values, from sources that can leave others out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ddgen.model.problem import Problems
from ddgen.model.relation import ArrowBatch, Relation, TextBatch
from ddgen.sources.files import opened

NAMES = ["id", "a.b", "note", "amount"]
ROWS = 3_000


def csv(folder: Path, name: str = "t.csv") -> Path:
    path = folder / name
    rows = "".join(f'{number},x{number},"a\n""{number}""",{number / 4}\n' for number in range(ROWS))
    path.write_text(f"{','.join(NAMES)}\n{rows}")
    return path


def parquet(folder: Path, name: str = "t.parquet") -> Path:
    columns = {name: [f"{name} {number}" for number in range(ROWS)] for name in NAMES}
    pq.write_table(pa.table(columns), folder / name, row_group_size=1_000)
    return folder / name


def values(relation: Relation) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for batch in relation.batches():
        if isinstance(batch, TextBatch):
            columns = dict(zip(batch.names, batch.columns, strict=True))
        else:
            assert isinstance(batch, ArrowBatch)
            columns = dict(zip(batch.batch.schema.names, batch.batch.columns, strict=True))
        for name, column in columns.items():
            found.setdefault(name, []).extend(column.to_pylist())
    return found


@pytest.mark.parametrize("made", [csv, parquet])
@pytest.mark.parametrize("wanted", [["amount"], ["note", "id"]])
def test_others_are_left_out(tmp_path: Path, made: Any, wanted: list[str]) -> None:
    with opened([made(tmp_path)], Problems()) as [relation]:
        whole = values(relation)
        with relation.only(wanted):
            some = values(relation)
        assert some == {name: whole[name] for name in NAMES if name in wanted}
        assert values(relation) == whole
    assert all(len(column) == ROWS for column in whole.values())


@pytest.mark.parametrize("made", [csv, parquet])
@pytest.mark.parametrize("wanted", [["a.b"], ["nobody"]])
def test_what_cannot_be_chosen_comes_with_all_others(tmp_path: Path, made: Any, wanted: list[str]) -> None:
    with opened([made(tmp_path)], Problems()) as [relation]:
        whole = values(relation)
        with relation.only(wanted):
            some = values(relation)
    assert {name: some[name] for name in wanted if name in whole} == {n: whole[n] for n in wanted if n in whole}


def test_files_of_one_table_are_told(tmp_path: Path) -> None:
    for number in (1, 2):
        csv(tmp_path, f"part{number}.csv")
    with opened([tmp_path], Problems()) as [relation], relation.only({"id"}):
        assert list(values(relation)) == ["id"]
