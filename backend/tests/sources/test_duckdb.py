from __future__ import annotations

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch, DeclaredReference, Relation
from ddgen.sources.duckdb import DuckdbSource

from .binary_cases import codes, data_types, declared, records, rows_of, spec_of


def make(path: Path, *statements: str) -> Path:
    with closing(duckdb.connect(str(path))) as connection:
        for statement in statements:
            connection.execute(statement)
    return path


def relations(path: Path) -> dict[str, Relation]:
    spec = spec_of(path)
    assert DuckdbSource.accepts(spec)
    return {relation.name: relation for relation in DuckdbSource.relations(spec)}


def test_keys_comments_and_schemas_are_declared(tmp_path: Path) -> None:
    found = relations(
        make(
            tmp_path / "shop.duckdb",
            "CREATE TABLE customer (id INTEGER PRIMARY KEY, mail VARCHAR NOT NULL UNIQUE)",
            "COMMENT ON TABLE customer IS 'Who buys'",
            "COMMENT ON COLUMN customer.mail IS 'Where to write'",
            "CREATE TABLE line (a INT, b INT, customer INT REFERENCES customer (id), PRIMARY KEY (b, a))",
            "CREATE VIEW v AS SELECT mail FROM customer",
            "CREATE SCHEMA other",
            """CREATE TABLE other."we""ird" ("x""y" INT)""",
            """INSERT INTO other."we""ird" VALUES (7)""",
        )
    )
    assert set(found) == {"customer", "line", "v", 'other.we"ird'}
    customer, line = found["customer"], found["line"]
    assert (customer.comment, customer.primary_key, customer.unique_keys) == ("Who buys", ("id",), [("mail",)])
    assert (declared(customer)["mail"].comment, declared(customer)["mail"].nullable) == ("Where to write", False)
    assert line.primary_key == ("b", "a")
    assert line.references == [DeclaredReference(("customer",), "customer", ("id",))]
    assert found["v"].reading["kind"] == "view"
    assert records(found['other.we"ird']) == [{'x"y': 7}]


def test_every_type_can_be_read(tmp_path: Path) -> None:
    columns = {
        "h": ("HUGEINT", "170141183460469231731687303715884105727", "integer"),
        "u": ("UHUGEINT", "340282366920938463463374607431768211455", "integer"),
        "d": ("DECIMAL(38,10)", "1.5", "decimal"),
        "tz": ("TIMESTAMPTZ", "'2024-01-02 03:04:05+00'", "timestamp"),
        "ns": ("TIMESTAMP_NS", "'2024-01-02 03:04:05.123456789'", "timestamp"),
        "t": ("TIME", "'12:00'", "time"),
        "i": ("INTERVAL", "INTERVAL 1 MONTH", "interval"),
        "e": ("ENUM('a', 'b')", "'a'", "string"),
        "id": ("UUID", "'00000000-0000-0000-0000-000000000007'", "uuid"),
        "b": ("BIT", "'0101'", "string"),
        "bl": ("BLOB", "'\\xAA'::BLOB", "binary"),
        "l": ("INTEGER[]", "[1, NULL]", "array"),
        "a": ("INTEGER[2]", "[1, 2]", "array"),
        "s": ("STRUCT(x INTEGER, y VARCHAR)", "{'x': 1, 'y': 'z'}", "object"),
        "m": ("MAP(VARCHAR, INTEGER)", "MAP {'k': 1}", "map"),
    }
    path = make(
        tmp_path / "types.duckdb",
        f"CREATE TABLE t ({', '.join(f'{name} {kind}' for name, (kind, _, _) in columns.items())})",
        f"INSERT INTO t VALUES ({', '.join(value for _, value, _ in columns.values())})",  # noqa: S608 - constants above
    )
    relation = relations(path)["t"]
    types = data_types(relation)
    assert {name: types[name] for name in columns} == {name: word for name, (_, _, word) in columns.items()}
    assert (types["l[]"], types["s.y"], types["m{}"]) == ("integer", "string", "integer")
    assert declared(relation)["e"].physical_type == "ENUM('a', 'b')"
    assert relation.reading["maps"] == ["m"]
    assert relation.reading["read as text"] == ["u", "b"]
    [batch] = relation.batches()
    assert isinstance(batch, ArrowBatch)
    assert batch.batch.column("u").to_pylist() == ["340282366920938463463374607431768211455"]
    assert batch.batch.column("h").to_pylist() == [2**127 - 1]
    assert batch.batch.column("b").to_pylist() == ["0101"]
    assert codes(relation) == []


def test_a_union_keeps_the_type_of_every_value(tmp_path: Path) -> None:
    path = make(
        tmp_path / "u.duckdb",
        "CREATE TABLE t (u UNION(n INTEGER, s VARCHAR), i INTERVAL)",
        "INSERT INTO t VALUES (1, INTERVAL 2 DAY), ('x', NULL)",
    )
    assert [row["u"] for row in records(relations(path)["t"])] == [1, "x"]


def test_rows_are_streamed_and_can_be_read_again(tmp_path: Path) -> None:
    path = make(tmp_path / "n.duckdb", "CREATE TABLE n AS SELECT range AS n FROM range(200000)")
    relation = relations(path)["n"]
    assert relation.row_estimate == 200_000
    for _ in range(2):
        sizes = [len(rows_of(batch)) for batch in relation.batches()]
        assert sum(sizes) == 200_000
        assert max(sizes) <= 65_536


def test_json_is_what_it_stands_for(tmp_path: Path) -> None:
    path = make(
        tmp_path / "j.duckdb",
        "CREATE TABLE t (id INT, doc JSON, many JSON[])",
        """INSERT INTO t VALUES (1, '{"a": [1, {"b": null}]}', ['{"c": 1}']), (2, '"text"', NULL), (3, NULL, [])""",
    )
    relation = relations(path)["t"]
    assert records(relation) == [
        {"id": 1, "doc": {"a": [1, {"b": None}]}, "many": ['{"c": 1}']},
        {"id": 2, "doc": "text", "many": None},
        {"id": 3, "doc": None, "many": []},
    ]
    assert declared(relation)["doc"].physical_type == "JSON"


def test_a_view_that_cannot_be_resolved_is_a_warning(tmp_path: Path) -> None:
    path = make(
        tmp_path / "v.duckdb",
        "CREATE TABLE gone (a INT)", "CREATE VIEW v AS FROM gone", "DROP TABLE gone", "CREATE TABLE t AS SELECT 1 AS a",
    )  # fmt: skip
    found = relations(path)
    assert records(found["t"]) == [{"a": 1}]
    assert records(found["v"]) == []
    assert [problem.severity.value for problem in found["v"].problems] == ["warning"]


def test_a_view_cannot_read_other_files(tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    path = make(tmp_path / "v.duckdb", f"CREATE VIEW v AS FROM read_csv('{tmp_path / 'secret.csv'}')")
    relation = relations(path)["v"]
    assert records(relation) == []
    assert codes(relation) == ["unreadable"]


def test_a_database_in_use_is_said_to_be_locked(tmp_path: Path) -> None:
    path = make(tmp_path / "k.duckdb", "CREATE TABLE t (a INT)")
    holder = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"
    with subprocess.Popen(
        [sys.executable, "-c", holder, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(InputError) as caught:
            DuckdbSource.relations(spec_of(path))
        process.communicate("")
    assert caught.value.code == "locked"


@pytest.mark.parametrize("size", [100, 5000, 20_000])
def test_a_cut_file_is_refused_as_damaged(tmp_path: Path, size: int) -> None:
    path = make(tmp_path / "c.duckdb", "CREATE TABLE t AS SELECT range AS n FROM range(100000)")
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(InputError) as caught:
        DuckdbSource.relations(spec_of(path))
    assert caught.value.code == "damaged"
