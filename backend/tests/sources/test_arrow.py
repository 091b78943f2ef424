from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch, TreeBatch
from ddgen.sources.arrow import ArrowSource
from ddgen.sources.arrow_types import data_type, plain_type

from .binary_cases import codes, data_types, declared, records, rows_of, spec_of

ROWS = [{"n": n, "t": f"text {n}"} for n in range(300)]


def write_file(path: Path, rows: list[dict[str, Any]] = ROWS, chunk: int = 100) -> Path:
    table = pa.Table.from_pylist(rows)
    with pa.ipc.new_file(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=chunk)
    return path


def write_stream(path: Path, chunk: int = 100) -> Path:
    table = pa.Table.from_pylist(ROWS)
    with pa.ipc.new_stream(path, table.schema) as writer:
        writer.write_table(table, max_chunksize=chunk)
    return path


@pytest.mark.parametrize("write", [write_file, write_stream])
def test_files_and_streams_are_read_whatever_their_suffix(tmp_path: Path, write: Any) -> None:
    spec = spec_of(write(tmp_path / "data.bin"))
    assert ArrowSource.accepts(spec)
    [relation] = ArrowSource.relations(spec)
    assert records(relation) == ROWS
    assert records(relation) == ROWS
    assert data_types(relation) == {"n": "integer", "t": "string"}
    assert codes(relation) == []


def test_compressed_feather_is_read(tmp_path: Path) -> None:
    table = pa.Table.from_pylist(ROWS)
    options = pa.ipc.IpcWriteOptions(compression="zstd")
    with pa.ipc.new_file(tmp_path / "f.feather", table.schema, options=options) as writer:
        writer.write_table(table)
    [relation] = ArrowSource.relations(spec_of(tmp_path / "f.feather"))
    assert records(relation) == ROWS


def test_a_file_without_its_footer_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_file(tmp_path / "cut.arrow")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 6 // 10])
    [relation] = ArrowSource.relations(spec_of(path))
    assert records(relation) == ROWS[:100]
    assert codes(relation) == ["damaged"]


def test_a_stream_that_breaks_off_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    path = write_stream(tmp_path / "cut.arrows")
    data = path.read_bytes()
    path.write_bytes(data[: len(data) * 8 // 10])
    [relation] = ArrowSource.relations(spec_of(path))
    assert records(relation) == ROWS[:200]
    assert codes(relation) == ["damaged"]
    assert "record 200" in relation.problems[0].message


def test_rubbish_behind_the_magic_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bad.arrow"
    path.write_bytes(b"ARROW1\0\0" + b"\x07" * 100)
    with pytest.raises(InputError) as caught:
        ArrowSource.relations(spec_of(path))
    assert caught.value.code == "damaged"


def test_text_is_no_arrow(tmp_path: Path) -> None:
    path = tmp_path / "a.arrow"
    path.write_bytes(b"\xff\xff\xff\xffnot a schema")
    assert not ArrowSource.accepts(spec_of(path))


def test_large_batches_are_sliced(tmp_path: Path) -> None:
    table = pa.table({"n": pa.array(range(150_000), pa.int32())})
    with pa.ipc.new_file(tmp_path / "big.arrow", table.schema) as writer:
        writer.write_table(table)
    [relation] = ArrowSource.relations(spec_of(tmp_path / "big.arrow"))
    assert [len(rows_of(batch)) for batch in relation.batches()] == [32_768] * 4 + [18_928]


def test_views_and_run_ends_become_plain_and_extensions_their_storage(tmp_path: Path) -> None:
    table = pa.table(
        {
            "view": pa.array(["a", "b"], pa.string_view()),
            "nested": pa.array([["x"], None], pa.list_(pa.string_view())),
            "runs": pa.RunEndEncodedArray.from_arrays(pa.array([2], pa.int32()), pa.array([7])),
            "json": pa.ExtensionArray.from_storage(pa.json_(pa.string()), pa.array(["{}", "1"])),
            "uuid": pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0" * 16, b"1" * 16], pa.binary(16))),
        }
    )
    with pa.ipc.new_file(tmp_path / "x.arrow", table.schema) as writer:
        writer.write_table(table)
    [relation] = ArrowSource.relations(spec_of(tmp_path / "x.arrow"))
    [batch] = relation.batches()
    assert isinstance(batch, ArrowBatch)
    assert batch.batch.schema.types == [
        pa.large_string(),
        pa.list_(pa.large_string()),
        pa.int64(),
        pa.string(),
        pa.uuid(),
    ]
    assert batch.batch.column("runs").to_pylist() == [7, 7]
    assert data_types(relation)["uuid"] == "uuid"
    assert declared(relation)["view"].physical_type == "string_view"


def test_a_union_keeps_the_type_of_every_value(tmp_path: Path) -> None:
    union = pa.UnionArray.from_sparse(
        pa.array([0, 1], pa.int8()), [pa.array([1, None]), pa.array([None, "x"])], ["n", "s"]
    )
    others = pa.array([[("k", 1)], None], pa.map_(pa.string(), pa.int8()))
    table = pa.table({"u": union, "m": others})
    with pa.ipc.new_file(tmp_path / "u.arrow", table.schema) as writer:
        writer.write_table(table)
    [relation] = ArrowSource.relations(spec_of(tmp_path / "u.arrow"))
    [batch] = relation.batches()
    assert isinstance(batch, TreeBatch)
    assert batch.values == [{"u": 1, "m": {"k": 1}}, {"u": "x", "m": None}]


LEAVES = [pa.int8(), pa.float16(), pa.string_view(), pa.binary_view(), pa.uuid(), pa.date32(), pa.bool8(), pa.null()]
TYPES = st.recursive(
    st.sampled_from(LEAVES),
    lambda inner: (
        inner.map(pa.list_)
        | inner.map(pa.large_list)
        | inner.map(pa.list_view)
        | inner.map(lambda kind: pa.map_(pa.string_view(), kind))
        | st.lists(inner, max_size=3).map(lambda kinds: pa.struct([(f"f{i}", kind) for i, kind in enumerate(kinds)]))
    ),
    max_leaves=6,
)


@given(TYPES)
def test_plain_types_are_plain_and_mean_the_same(kind: pa.DataType) -> None:
    plain = plain_type(kind)
    assert plain_type(plain) == plain
    assert data_type(plain) == data_type(kind)
    assert "view" not in str(plain)
