from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ddgen.errors import InputError
from ddgen.model.relation import ArrowBatch, DeclaredReference, Relation, TreeBatch
from ddgen.sources import sqlite_connection
from ddgen.sources.sqlite import SqliteSource

from .binary_cases import codes, data_types, declared, records, spec_of


def make(path: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return path


def relations(path: Path) -> dict[str, Relation]:
    spec = spec_of(path)
    assert SqliteSource.accepts(spec)
    return {relation.name: relation for relation in SqliteSource.relations(spec)}


def test_keys_types_and_comments_are_declared(tmp_path: Path) -> None:
    found = relations(
        make(
            tmp_path / "shop.db",
            "CREATE TABLE Customer (id INTEGER PRIMARY KEY, mail TEXT NOT NULL UNIQUE, born DATE)",
            """CREATE TABLE line ( -- Lines of orders
                pos INT, "order" INT, customer INT REFERENCES customer, -- who pays
                at DATETIME, price DECIMAL(10,2), done BOOLEAN, size NUMERIC(4), plain,
                PRIMARY KEY ("order", pos), UNIQUE (customer, at),
                FOREIGN KEY (pos, "order") REFERENCES LINE ("ORDER", POS))""",
            "CREATE UNIQUE INDEX part ON line (price) WHERE done",
            "CREATE UNIQUE INDEX lowered ON customer (lower(mail))",
            "CREATE VIEW late AS SELECT pos, at FROM line",
        )
    )
    customer, line = found["Customer"], found["line"]
    assert list(found) == ["Customer", "line", "late"]
    assert (customer.primary_key, customer.unique_keys) == (("id",), [("mail",)])
    assert {path: field.nullable for path, field in declared(customer).items()} == {
        "id": False, "mail": False, "born": True,
    }  # fmt: skip
    assert (line.primary_key, line.unique_keys) == (("order", "pos"), [("customer", "at")])
    assert line.references == [
        DeclaredReference(("customer",), "Customer", ("id",)),
        DeclaredReference(("pos", "order"), "line", ("order", "pos")),
    ]
    assert (line.comment, declared(line)["customer"].comment) == ("Lines of orders", "who pays")
    assert data_types(line) == {
        "pos": None, "order": None, "customer": None, "at": "timestamp", "price": "decimal", "done": "boolean",
        "size": None, "plain": None,
    }  # fmt: skip
    assert declared(line)["price"].physical_type == "DECIMAL(10,2)"
    assert found["late"].reading["kind"] == "view"


def test_every_value_keeps_the_type_it_is_stored_with(tmp_path: Path) -> None:
    path = make(
        tmp_path / "m.db",
        "CREATE TABLE m (a, b)",
        "INSERT INTO m VALUES (1, 'x'), (2.5, NULL), ('t', 'y'), (x'00ff', 'z'), (NULL, ''), (9223372036854775807, '')",
    )
    relation = relations(path)["m"]
    [batch] = relation.batches()
    assert isinstance(batch, TreeBatch)
    assert [row["a"] for row in batch.values] == [1, 2.5, "t", b"\x00\xff", None, 2**63 - 1]
    assert [type(row["a"]) for row in batch.values[:2]] == [int, float]


def test_columns_of_one_type_come_as_arrow(tmp_path: Path) -> None:
    path = make(
        tmp_path / "n.db",
        "CREATE TABLE n (id INTEGER PRIMARY KEY, t TEXT, f REAL, e)",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 5000)"
        " INSERT INTO n SELECT x, 't' || x, x + 0.5, NULL FROM c",
    )
    relation = relations(path)["n"]
    batches = list(relation.batches())
    assert all(isinstance(batch, ArrowBatch) for batch in batches)
    assert records(relation) == [{"id": n, "t": f"t{n}", "f": n + 0.5, "e": None} for n in range(1, 5001)]
    assert relation.row_estimate == 5000


def test_an_absurd_row_estimate_is_none(tmp_path: Path) -> None:
    path = make(
        tmp_path / "s.db",
        "CREATE TABLE s (id INTEGER PRIMARY KEY)",
        "INSERT INTO s VALUES (1), (9000000000000)",
        "CREATE TABLE none (id INTEGER PRIMARY KEY)",
    )
    found = relations(path)
    assert found["s"].row_estimate is None
    assert found["none"].row_estimate == 0


def test_hostile_names_and_special_tables(tmp_path: Path) -> None:
    path = make(
        tmp_path / "a b?#%.db",
        """CREATE TABLE "we""ird; DROP TABLE x" ("a""b" INT, "" TEXT, "select" INT)""",
        """INSERT INTO "we""ird; DROP TABLE x" VALUES (1, 'e', 2)""",
        "CREATE TABLE wr (k TEXT PRIMARY KEY, v INT) WITHOUT ROWID",
        "INSERT INTO wr VALUES ('k', 1)",
        "CREATE TABLE g (a INT, b INT GENERATED ALWAYS AS (a * 2), c INT AS (a * 3) STORED) STRICT",
        "INSERT INTO g (a) VALUES (2)",
        "CREATE TABLE seq (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        "CREATE VIRTUAL TABLE doc USING fts5(title, body)",
        "INSERT INTO doc VALUES ('t', 'b')",
    )
    found = relations(path)
    assert list(found) == ['we"ird; DROP TABLE x', "wr", "g", "seq", "doc"]
    assert records(found['we"ird; DROP TABLE x']) == [{'a"b': 1, "": "e", "select": 2}]
    assert records(found["wr"]) == [{"k": "k", "v": 1}]
    assert records(found["g"]) == [{"a": 2, "b": 4, "c": 6}]
    assert records(found["doc"]) == [{"title": "t", "body": "b"}]


def test_wrong_bytes_in_a_text_are_replaced_and_told_once(tmp_path: Path) -> None:
    path = make(
        tmp_path / "l.db",
        "CREATE TABLE l (id INTEGER, t TEXT)",
        "INSERT INTO l VALUES (1, 'fine'), (2, CAST(x'636166e9' AS TEXT)), (3, CAST(x'e9' AS TEXT))",
    )
    relation = relations(path)["l"]
    assert [row["t"] for row in records(relation)] == [
        "fine", "caf\N{REPLACEMENT CHARACTER}", "\N{REPLACEMENT CHARACTER}",
    ]  # fmt: skip
    assert [(problem.code, problem.field, problem.severity.value) for problem in relation.problems] == [
        ("encoding", "t", "warning")
    ]


def test_changes_in_the_write_ahead_log_are_read(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "w.db")) as writer:
        writer.execute("PRAGMA journal_mode = WAL")
        writer.execute("CREATE TABLE t (a)")
        writer.execute("INSERT INTO t VALUES (1)")
        writer.commit()
        assert records(relations(tmp_path / "w.db")["t"]) == [{"a": 1}]


def test_a_locked_database_is_said_to_be_locked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite_connection, "BUSY_SECONDS", 0.05)
    path = make(tmp_path / "k.db", "CREATE TABLE t (a)")
    with closing(sqlite3.connect(path)) as writer:
        writer.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError) as caught:
            SqliteSource.relations(spec_of(path))
    assert caught.value.code == "locked"


def test_a_damaged_table_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    path = make(
        tmp_path / "d.db",
        "PRAGMA page_size = 512",
        "CREATE TABLE a (n INTEGER, t TEXT)",
        "WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM c WHERE x < 900)"
        " INSERT INTO a SELECT x, printf('%0100d', x) FROM c",
        "CREATE TABLE b (n INTEGER)",
        "INSERT INTO b VALUES (1), (2)",
    )
    with closing(sqlite3.connect(path)) as connection:
        pages = [
            page
            for (page,) in connection.execute(
                "SELECT rootpage FROM sqlite_schema WHERE name IN ('a', 'b') ORDER BY name"
            )
        ]
    data = bytearray(path.read_bytes())
    middle = 512 * ((pages[0] + pages[1]) // 2)
    data[middle : middle + 512] = b"\xff" * 512
    path.write_bytes(data)
    found = relations(path)
    rows = records(found["a"])
    assert 0 < len(rows) < 900
    assert [row["n"] for row in rows] == list(range(1, len(rows) + 1))
    assert codes(found["a"]) == ["damaged"]
    assert records(found["b"]) == [{"n": 1}, {"n": 2}]


def test_a_damaged_catalogue_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "c.db", "CREATE TABLE t (a)")
    data = bytearray(path.read_bytes())
    data[100:200] = b"\xff" * 100
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        SqliteSource.relations(spec_of(path))
    assert caught.value.code == "damaged"


def test_a_view_of_nothing_is_a_warning(tmp_path: Path) -> None:
    path = make(
        tmp_path / "v.db",
        "CREATE TABLE gone (a)", "CREATE TABLE t (a)", "CREATE VIEW v AS SELECT a FROM gone", "DROP TABLE gone",
    )  # fmt: skip
    found = relations(path)
    assert records(found["v"]) == []
    assert [problem.severity.value for problem in found["v"].problems] == ["warning"]
    assert records(found["t"]) == []
    assert codes(found["t"]) == []


def test_an_encrypted_file_is_none(tmp_path: Path) -> None:
    (tmp_path / "e.sqlite").write_bytes(bytes(range(256)) * 16)
    assert not SqliteSource.accepts(spec_of(tmp_path / "e.sqlite"))


def test_the_file_is_never_changed(tmp_path: Path) -> None:
    path = make(tmp_path / "u.db", "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
    shutil.copy(path, tmp_path / "copy")
    assert records(relations(path)["t"]) == [{"a": 1}]
    assert path.read_bytes() == (tmp_path / "copy").read_bytes()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["copy", "u.db"]


def test_what_is_declared_as_json_is_what_it_stands_for(tmp_path: Path) -> None:
    path = make(
        tmp_path / "j.db",
        "CREATE TABLE t (id INT, doc JSON, text TEXT)",
        """INSERT INTO t VALUES (1, '{"a": [1, 98765432109876543210]}', '{"a": 1}')""",
        "INSERT INTO t VALUES (2, 'no json', 'x'), (3, 7, NULL)",
    )
    assert records(relations(path)["t"]) == [
        {"id": 1, "doc": {"a": [1, 98765432109876543210]}, "text": '{"a": 1}'},
        {"id": 2, "doc": "no json", "text": "x"},
        {"id": 3, "doc": 7, "text": None},
    ]


def test_a_table_that_is_called_otherwise_here_is_still_read(tmp_path: Path) -> None:
    path = make(tmp_path / "shop.db", "CREATE TABLE users (id INTEGER)", "INSERT INTO users VALUES (7)")
    (table,) = relations(path).values()
    table.name = "shop_users"
    assert records(table) == [{"id": 7}]
    assert not table.problems
