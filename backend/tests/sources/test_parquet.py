from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch
from ddgen.sources.parquet import ParquetSource

from .binary_cases import codes, data_types, declared, records, spec_of


def write(path: Path, columns: dict[str, object], **options: object) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(pa.table(columns), path, **options)
    return path


def test_a_file_is_one_table_with_all_nested_paths_declared(tmp_path: Path) -> None:
    item = pa.struct([pa.field("sku", pa.string(), nullable=False), ("price", pa.decimal128(10, 2))])
    schema = pa.schema(
        [
            pa.field("id", pa.int64(), nullable=False, metadata={"comment": "Order number"}),
            ("items", pa.list_(item)),
            ("counts", pa.map_(pa.string(), pa.int32())),
            ("at", pa.timestamp("us", "UTC")),
            ("kind", pa.dictionary(pa.int8(), pa.string())),
        ],
        metadata={"description": "Orders of the shop"},
    )
    table = pa.table({"id": [1], "items": [[]], "counts": [[]], "at": [None], "kind": ["a"]}, schema=schema)
    pq.write_table(table, tmp_path / "orders.parquet")

    [relation] = ParquetSource.relations(spec_of(tmp_path / "orders.parquet"))

    assert (relation.name, relation.comment, relation.row_estimate) == ("orders", "Orders of the shop", 1)
    assert data_types(relation) == {
        "id": "integer",
        "items": "array",
        "items[]": "object",
        "items[].sku": "string",
        "items[].price": "decimal",
        "counts": "map",
        "counts{}": "integer",
        "at": "timestamp",
        "kind": "string",
    }
    fields = declared(relation)
    assert (fields["id"].nullable, fields["id"].comment, fields["id"].physical_type) == (False, "Order number", "int64")
    assert fields["items[].sku"].nullable is False
    assert relation.reading["maps"] == ["counts"]


def test_row_groups_are_read_in_order_with_growing_progress(tmp_path: Path) -> None:
    path = write(tmp_path / "n.parquet", {"n": list(range(100_000))}, row_group_size=20_000)
    [relation] = ParquetSource.relations(spec_of(path))
    batches = [batch for batch in relation.batches() if isinstance(batch, ArrowBatch)]
    assert [batch.first for batch in batches] == list(range(0, 100_000, 20_000))
    assert [batch.done for batch in batches] == sorted(batch.done for batch in batches)
    assert 0 < batches[-1].done < (relation.size or 0)
    assert records(relation) == [{"n": n} for n in range(100_000)]


def test_small_row_groups_are_read_together(tmp_path: Path) -> None:
    path = write(tmp_path / "n.parquet", {"n": list(range(1000))}, row_group_size=100)
    [relation] = ParquetSource.relations(spec_of(path))
    assert [batch.count for batch in relation.batches()] == [1000]


def test_wide_records_come_in_small_batches(tmp_path: Path) -> None:
    path = write(tmp_path / "wide.parquet", {"t": ["x" * 8_000_000 + str(n) for n in range(20)]}, use_dictionary=False)
    [relation] = ParquetSource.relations(spec_of(path))
    sizes = [batch.batch.num_rows for batch in relation.batches() if isinstance(batch, ArrowBatch)]
    assert sum(sizes) == 20
    assert max(sizes) <= 9


def test_a_partitioned_folder_is_one_table_with_its_keys_as_fields(tmp_path: Path) -> None:
    sales = tmp_path / "sales"
    write(sales / "year=2023/month=01/a.parquet", {"amount": [1.0, 2.0]})
    write(sales / "year=2024/month=02/b.parquet", {"amount": [3.0]})
    write(sales / "year=2024/month=__HIVE_DEFAULT_PARTITION__/c.parquet", {"amount": [4.0]})
    (sales / "_SUCCESS").touch()
    spec = spec_of(sales)

    assert ParquetSource.accepts(spec)
    [relation] = ParquetSource.relations(spec)
    assert relation.name == "sales"
    assert data_types(relation) == {"amount": "float", "year": "integer", "month": "string"}
    assert records(relation) == [
        {"amount": 1.0, "year": 2023, "month": "01"},
        {"amount": 2.0, "year": 2023, "month": "01"},
        {"amount": 3.0, "year": 2024, "month": "02"},
        {"amount": 4.0, "year": 2024, "month": None},
    ]
    assert relation.row_estimate == 4
    assert relation.reading["partitions"] == ["year", "month"]


def test_alike_files_of_a_folder_are_one_table_and_others_their_own(tmp_path: Path) -> None:
    folder = tmp_path / "lake"
    write(folder / "orders_2023.parquet", {"id": [1], "total": [2.0]})
    write(folder / "orders_2024.parquet", {"id": [2], "total": [3.0], "note": ["late"]})
    write(folder / "customers.parquet", {"email": ["a@b.c"], "name": ["Ann"]})
    found = {relation.name: relation for relation in ParquetSource.relations(spec_of(folder))}
    assert set(found) == {"customers", "orders"}
    assert records(found["orders"]) == [{"id": 1, "total": 2.0}, {"id": 2, "total": 3.0, "note": "late"}]
    assert list(declared(found["orders"])) == ["id", "total", "note"]
    assert (found["orders"].uri, found["customers"].uri) == ("lake", "lake/customers.parquet")


def test_a_folder_with_other_data_is_left_to_others(tmp_path: Path) -> None:
    write(tmp_path / "mixed/a.parquet", {"a": [1]})
    (tmp_path / "mixed/b.csv").write_text("a\n1\n")
    assert not ParquetSource.accepts(spec_of(tmp_path / "mixed"))
    (tmp_path / "empty").mkdir()
    assert not ParquetSource.accepts(spec_of(tmp_path / "empty"))


@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_half_a_file_is_refused_as_damaged(tmp_path: Path, keep: float) -> None:
    path = write(tmp_path / "half.parquet", {"n": list(range(1000))})
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    assert ParquetSource.accepts(spec_of(path))
    with pytest.raises(InputError) as caught:
        ParquetSource.relations(spec_of(path))
    assert caught.value.code == "damaged"
    assert caught.value.where == "half.parquet"


def test_a_damaged_row_group_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = write(tmp_path / "bad.parquet", {"n": list(range(3000))}, row_group_size=1000, use_dictionary=False)
    column = pq.read_metadata(path).row_group(1).column(0)
    data = bytearray(path.read_bytes())
    start = column.data_page_offset
    data[start : start + column.total_compressed_size] = b"\xff" * column.total_compressed_size
    path.write_bytes(data)
    [relation] = ParquetSource.relations(spec_of(path))
    assert [row["n"] for row in records(relation)] == [*range(1000), *range(2000, 3000)]
    assert codes(relation) == ["damaged"]
    assert "row group 2" in relation.problems[0].message
    assert "1,000 records" in relation.problems[0].message


def test_a_damaged_file_in_a_folder_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    write(tmp_path / "d/a.parquet", {"n": [1]})
    (tmp_path / "d/b.parquet").write_bytes(b"PAR1 but no more")
    [relation] = ParquetSource.relations(spec_of(tmp_path / "d"))
    assert records(relation) == [{"n": 1}]
    assert [problem.source for problem in relation.problems] == ["d/b.parquet"]


def test_duplicate_names_stay_two_fields(tmp_path: Path) -> None:
    table = pa.table([pa.array([1]), pa.array(["x"])], names=["a", "a"])
    pq.write_table(table, tmp_path / "dup.parquet")
    [relation] = ParquetSource.relations(spec_of(tmp_path / "dup.parquet"))
    assert records(relation) == [{"a": 1, "a#2": "x"}]
    assert list(declared(relation)) == ["a", "`a#2`"]


def test_wrong_bytes_in_a_text_are_replaced_and_told(tmp_path: Path) -> None:
    raw = pa.array([b"fine", b"caf\xe9", None], pa.binary())
    text = pa.Array.from_buffers(pa.string(), len(raw), raw.buffers())
    nested = pa.ListArray.from_arrays(pa.array([0, 1, 2, 3], pa.int32()), text)
    pq.write_table(pa.table({"t": text, "l": nested}), tmp_path / "latin.parquet")
    [relation] = ParquetSource.relations(spec_of(tmp_path / "latin.parquet"))
    assert records(relation) == [
        {"t": "fine", "l": ["fine"]},
        {"t": "caf\N{REPLACEMENT CHARACTER}", "l": ["caf\N{REPLACEMENT CHARACTER}"]},
        {"t": None, "l": [None]},
    ]
    assert [(problem.code, problem.severity.value, problem.field) for problem in relation.problems] == [
        ("encoding", "warning", "t"),
        ("encoding", "warning", "l"),
    ]


def test_comments_of_spark_and_iceberg_are_found(tmp_path: Path) -> None:
    spark = {
        "type": "struct",
        "fields": [
            {"name": "id", "type": "long", "nullable": True, "metadata": {"comment": "Key"}},
            {
                "name": "lines",
                "type": {
                    "type": "array",
                    "elementType": {
                        "type": "struct",
                        "fields": [{"name": "sku", "type": "string", "metadata": {"comment": "Article"}}],
                    },
                },
                "metadata": {},
            },
        ],
    }
    iceberg = {"type": "struct", "fields": [{"id": 3, "name": "at", "type": "date", "doc": "Day of sale"}]}
    metadata = {"org.apache.spark.sql.parquet.row.metadata": json.dumps(spark), "iceberg.schema": json.dumps(iceberg)}
    lines = pa.list_(pa.struct([("sku", pa.string())]))
    schema = pa.schema([("id", pa.int64()), ("lines", lines), ("at", pa.date32())], metadata=metadata)
    table = pa.table({"id": [1], "lines": [[{"sku": "x"}]], "at": [dt.date(2024, 1, 2)]}, schema=schema)
    pq.write_table(table, tmp_path / "s.parquet")
    [relation] = ParquetSource.relations(spec_of(tmp_path / "s.parquet"))
    comments = {path: field.comment for path, field in declared(relation).items() if field.comment}
    assert comments == {"id": "Key", "lines[].sku": "Article", "at": "Day of sale"}


def test_geometry_columns_of_geoparquet_are_named_so(tmp_path: Path) -> None:
    metadata = {"geo": json.dumps({"version": "1.1.0", "columns": {"shape": {"encoding": "WKB"}}})}
    schema = pa.schema([("shape", pa.binary())], metadata=metadata)
    pq.write_table(pa.table({"shape": [b"\x01"]}, schema=schema), tmp_path / "g.parquet")
    [relation] = ParquetSource.relations(spec_of(tmp_path / "g.parquet"))
    assert data_types(relation) == {"shape": "geometry"}


def test_a_file_without_rows_still_has_its_fields(tmp_path: Path) -> None:
    path = write(tmp_path / "none.parquet", {"a": pa.array([], pa.int8())})
    [relation] = ParquetSource.relations(spec_of(path))
    assert (records(relation), data_types(relation), codes(relation)) == ([], {"a": "integer"}, [])
