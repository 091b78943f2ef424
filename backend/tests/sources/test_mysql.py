"""MySQL and MariaDB, against the real MariaDB server on this machine."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pymysql
import pytest

import ddgen
from ddgen.errors import InputError, UsageError
from ddgen.model.dictionary import Dictionary
from ddgen.model.relation import DeclaredReference
from ddgen.sources import mysql_session

from .binary_cases import codes, data_types, declared, records
from .database_cases import absent, build, opened, refused

SERVER = "mysql://root@127.0.0.1:3306"
SECRET = "s3cr3t-%40-word"  # noqa: S105 - made up


class Database:
    """A database of our own, with a user who may do nothing."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.name = f"ddgen_{uuid.uuid4().hex[:12]}"
        self.url = f"{SERVER}/{self.name}"

    def reader(self, *grants: str, password: str = "") -> str:
        """The address for a user who has only these grants."""
        secret = password.replace("%40", "@")
        self.run(f"CREATE USER '{self.name}'@'%' IDENTIFIED BY '{secret}'", *grants)
        return self.url.replace("root@", f"{self.name}:{password}@" if password else f"{self.name}@")

    def run(self, *statements: str) -> list[Any]:
        """Execute statements in the database; $user is the reader. The rows of the last."""
        with self.connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement.replace("$user", f"'{self.name}'@'%'"))
            return list(cursor.fetchall())

    def drop(self) -> None:
        """Leave nothing behind."""
        self.run(f"DROP DATABASE {self.name}", "DROP USER IF EXISTS $user")


@pytest.fixture
def database() -> Iterator[Database]:
    try:
        connection = pymysql.connect(host="127.0.0.1", user="root", autocommit=True, connect_timeout=5)
    except pymysql.OperationalError as error:
        absent("MySQL or MariaDB at 127.0.0.1:3306", error)
    with connection:
        made = Database(connection)
        made.run(f"CREATE DATABASE {made.name} CHARACTER SET utf8mb4", f"USE {made.name}")
        yield made
        made.drop()


def test_keys_types_and_comments_are_declared(database: Database) -> None:
    database.run(
        "CREATE TABLE customer (id int unsigned AUTO_INCREMENT PRIMARY KEY, mail varchar(80) NOT NULL UNIQUE,"
        " feels enum('sad', 'it''s ok') COMMENT 'today', note text, UNIQUE (note(10)))",
        "CREATE TABLE line (pos int, `order` int, customer int unsigned, price decimal(10,2), doc json,"
        " PRIMARY KEY (`order`, pos), UNIQUE (customer, pos), CHECK (price > 0),"
        " FOREIGN KEY (customer) REFERENCES customer (id)) COMMENT 'Lines of orders'",
        "CREATE TABLE part (id int PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 4",
        "CREATE VIEW late AS SELECT pos FROM line",
        "CREATE SEQUENCE no_table",
    )
    with opened(database.url) as found:
        customer, line = found["customer"], found["line"]
        assert {name: relation.reading["kind"] for name, relation in found.items()} == {
            "customer": "table", "late": "view", "line": "table", "part": "table",
        }  # fmt: skip
        assert (customer.primary_key, customer.unique_keys) == (("id",), [("mail",)])
        assert {path: (field.physical_type, field.nullable) for path, field in declared(customer).items()} == {
            "id": ("int(10) unsigned", False),
            "mail": ("varchar(80)", False),
            "feels": ("enum('sad','it''s ok')", True),
            "note": ("text", True),
        }
        assert (line.comment, declared(customer)["feels"].comment) == ("Lines of orders", "today")
        assert (line.primary_key, line.unique_keys) == (("order", "pos"), [("customer", "pos")])
        assert line.references == [DeclaredReference(("customer",), "customer", ("id",))]
        assert line.reading["checks"] == ["`price` > 0"]
        assert data_types(line) == {
            "pos": "integer", "order": "integer", "customer": "integer", "price": "decimal", "doc": None,
        }  # fmt: skip
        assert found["part"].reading["partitioned"] is True
        assert (line.uri, found["late"].comment) == (f"{database.url.replace('root@', '')}#line", None)


NOON = datetime(2024, 1, 1, 12)  # noqa: DTZ001 - it has none
VALUES: tuple[tuple[str, str, Any, str | None], ...] = (
    ("int", "7", 7, "integer"),
    ("bigint unsigned", "18446744073709551615", 2**64 - 1, "integer"),
    ("bigint", "-9223372036854775808", -(2**63), "integer"),
    ("year", "2024", 2024, "integer"),
    ("decimal(10,2)", "1.50", Decimal("1.50"), "decimal"),
    ("float", "0.1", 0.1, "float"),
    ("double", "1e300", 1e300, "float"),
    ("varchar(20)", "'\N{SNOWMAN} it''s'", "\N{SNOWMAN} it's", "string"),
    ("varchar(20) CHARACTER SET latin1", "'caf\u00e9'", "caf\u00e9", "string"),
    ("enum('a','b')", "'b'", "b", "string"),
    ("set('a','b','c')", "'a,c'", ["a", "c"], "array"),
    ("set('a','b')", "''", [], "array"),
    ("varbinary(5)", "x'00ff'", b"\x00\xff", "binary"),
    ("blob", "x'00ff'", b"\x00\xff", "binary"),
    ("bit(1)", "b'1'", True, "boolean"),
    ("bit(12)", "b'100000001'", 257, "integer"),
    ("date", "'2024-02-29'", date(2024, 2, 29), "date"),
    ("date", "'0000-00-00'", "0000-00-00", "date"),
    ("datetime(3)", "'2024-01-01 12:00:00.5'", NOON.replace(microsecond=500_000), "timestamp"),
    ("datetime", "'0000-00-00 00:00:00'", "0000-00-00 00:00:00", "timestamp"),
    ("timestamp", "'2024-01-01 12:00:00'", NOON.replace(tzinfo=UTC), "timestamp"),
    ("time", "'10:00:01'", time(10, 0, 1), "time"),
    ("time", "'-100:00:01'", -timedelta(hours=100, seconds=1), "time"),
    ("json", """'{"a": [1, {"b": null}]}'""", {"a": [1, {"b": None}]}, None),
    ("point", "point(1, 2)", "POINT(1 2)", "geometry"),
    ("uuid", "'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "uuid"),
    ("inet6", "'::1'", "::1", "string"),
    ("int", "NULL", None, "integer"),
)


def test_every_type_gives_its_own_values(database: Database) -> None:
    columns = ", ".join(f"c{n} {kind}" for n, (kind, *_) in enumerate(VALUES))
    database.run("SET sql_mode = '', time_zone = '+00:00'", f"CREATE TABLE t ({columns})")
    database.run(f"INSERT t VALUES ({', '.join(given for _, given, *_ in VALUES)})")  # noqa: S608 - values of this file
    with opened(database.url) as found:
        [row] = records(found["t"])
        assert row == {f"c{n}": wanted for n, (_, _, wanted, _) in enumerate(VALUES)}
        assert data_types(found["t"]) == {f"c{n}": kind for n, (*_, kind) in enumerate(VALUES)}
        assert codes(found["t"]) == []


def test_a_small_integer_is_a_boolean_as_long_as_it_is_0_or_1(database: Database) -> None:
    database.run("CREATE TABLE t (yes tinyint(1), no tinyint(1))", "INSERT INTO t VALUES (0, 2), (1, 1), (NULL, NULL)")
    table = ddgen.build(database.url).tables[0]
    assert [(field.path, field.data_type) for field in table.fields] == [("yes", "boolean"), ("no", "integer")]


def test_without_a_database_all_are_read(database: Database) -> None:
    database.run("CREATE TABLE t (a int)", "INSERT INTO t VALUES (1)")
    url = database.reader(f"GRANT SELECT ON {database.name}.* TO $user").rpartition("/")[0]
    with opened(f"{url}?schema={database.name}") as found:
        assert {name: records(relation) for name, relation in found.items()} == {"t": [{"a": 1}]}


def test_all_tables_are_of_one_state(database: Database) -> None:
    database.run("CREATE TABLE a (n int)", "CREATE TABLE b (n int)", "INSERT INTO a VALUES (1)")
    with opened(database.url) as found:
        assert records(found["a"]) == [{"n": 1}]
        database.run("INSERT INTO a VALUES (2)", "INSERT INTO b VALUES (2)")
        assert (records(found["b"]), records(found["a"])) == ([], [{"n": 1}])


def test_a_failing_view_leaves_the_snapshot_to_the_others(database: Database) -> None:
    database.run(
        "CREATE TABLE t (n int)", "INSERT INTO t VALUES (1), (2)", "CREATE TABLE gone (n int)",
        "CREATE VIEW bad AS SELECT n FROM gone", "DROP TABLE gone",
    )  # fmt: skip
    with opened(database.url) as found:
        assert records(found["bad"]) == []
        [problem] = found["bad"].problems
        assert problem.severity.value == "warning"
        assert "references invalid table(s)" in problem.message
        database.run("DELETE FROM t")
        assert len(records(found["t"])) == 2


def test_a_table_without_permission_is_told_and_the_rest_goes_on(database: Database) -> None:
    database.run("CREATE TABLE a (n int)", "CREATE TABLE b (n int, secret text)", "INSERT INTO b VALUES (1, 'x')")
    url = database.reader(
        f"GRANT INSERT ON {database.name}.a TO $user",
        f"GRANT SELECT (n), INSERT (secret) ON {database.name}.b TO $user",
    )
    with opened(url) as found:
        assert [records(found[name]) for name in "ab"] == [[], [{"n": 1}]]
        assert [[problem.message for problem in found[name].problems] for name in "ab"] == [
            ["no permission to read the table a"], ["no permission to read the columns secret"],
        ]  # fmt: skip


def big(database: Database) -> None:
    database.run("CREATE TABLE a AS SELECT seq AS n, repeat('x', 500) AS t FROM seq_1_to_60000")
    database.run("CREATE TABLE b AS SELECT 1 AS n")


def threads(database: Database) -> list[int]:
    query = "SELECT id FROM information_schema.processlist WHERE db = database() AND id <> connection_id()"
    return [thread for (thread,) in database.run(query)]


def test_a_lost_connection_keeps_what_was_read(database: Database) -> None:
    big(database)
    with opened(database.url) as found:
        batches = found["a"].batches()
        next(batches)
        [thread] = threads(database)
        database.run(f"KILL {thread}")
        read = 256 + sum(batch.count for batch in batches)
        assert read < 60_000
        [problem] = found["a"].problems
        assert (problem.code, problem.severity.value) == ("lost", "error")
        assert f"the first {read:,} rows were read" in problem.message
        assert records(found["b"]) == [{"n": 1}]
        assert codes(found["b"]) == ["snapshot"]


def test_tables_can_be_read_at_once_and_left_in_the_middle(database: Database) -> None:
    big(database)
    with opened(database.url) as found:
        left = found["a"].batches()
        next(left)
        assert records(found["b"]) == [{"n": 1}]
        database.run("DELETE FROM b")
        del left
        assert records(found["b"]) == [{"n": 1}]
        assert codes(found["a"]) == codes(found["b"]) == []
        assert len(threads(database)) == 1


def test_a_slow_view_is_given_up_and_the_rest_goes_on(database: Database) -> None:
    database.run("CREATE VIEW slow AS SELECT sleep(20) AS n", "CREATE TABLE t AS SELECT 1 AS n")
    with opened(f"{database.url}?timeout=0.5") as found:
        assert records(found["slow"]) == []
        assert codes(found["slow"]) == ["timeout"]
        assert records(found["t"]) == [{"n": 1}]
        assert len(threads(database)) <= 2


def test_a_lock_is_not_waited_for_without_end(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mysql_session, "LOCK_SECONDS", 1)
    database.run("CREATE TABLE a (n int)", "CREATE TABLE b (n int)")
    with opened(database.url) as found:
        database.run("LOCK TABLE a WRITE")
        assert [records(found[name]) for name in "ab"] == [[], []]
        assert [codes(found[name]) for name in "ab"] == [["locked"], []]
        database.run("UNLOCK TABLES")


def test_a_failure_at_a_later_reading_is_raised(database: Database) -> None:
    database.run("CREATE TABLE t (n int)", "INSERT INTO t VALUES (1)")
    with opened(database.url) as found:
        assert records(found["t"]) == [{"n": 1}]
        found["t"].close()
        database.run("DROP TABLE t")
        with pytest.raises(InputError, match="doesn't exist"):
            list(found["t"].batches())


def test_a_sample_is_drawn_by_the_server(database: Database) -> None:
    database.run("CREATE TABLE t AS SELECT seq AS n FROM seq_1_to_50000")
    with opened(database.url) as found:
        found["t"].wanted_rows = 1000
        read = sorted(row["n"] for row in records(found["t"]))
        assert found["t"].row_count == 50_000
        assert 1000 <= len(read) <= 1400
        assert 20_000 < sum(read) / len(read) < 30_000
    table = ddgen.build(database.url, sample=1000).tables[0]
    assert (table.row_count, table.rows_profiled) == (50_000, 1000)


def test_names_need_not_be_words(database: Database) -> None:
    database.run(
        "CREATE TABLE `we``ird; %s DROP` (`a``b` int, `100 %` int, `select` int, `\u00dcn\u00ef` int)",
        "INSERT INTO `we``ird; %s DROP` VALUES (1, 2, 3, 4)",
    )
    with opened(database.url) as found:
        assert records(found["we`ird; %s DROP"]) == [{"a`b": 1, "100 %": 2, "select": 3, "\u00dcn\u00ef": 4}]


def test_what_cannot_be_opened_is_one_clear_line(database: Database) -> None:
    assert database.name
    missing = refused(f"{SERVER}/no_such_database")
    assert (missing.code, missing.message) == ("missing", "Unknown database 'no_such_database'")
    down = refused(f"mysql://someone:{SECRET}@127.0.0.1:1/test")
    assert (down.code, down.source) == ("refused", "mysql://127.0.0.1:1/test")
    assert refused("mysql://someone@no-such-host.invalid/test").code == "host"
    with pytest.raises(UsageError, match=r"unknown in an address: nonsense"):
        refused(f"{SERVER}/test?nonsense=1")


@pytest.mark.parametrize("place", ["address", "MYSQL_PWD", "DDGEN_DB_PASSWORD", "standard input"])
def test_passwords_open_and_are_never_shown(database: Database, place: str, tmp_path: Path) -> None:
    database.run("CREATE TABLE a (n int)", "CREATE TABLE c (n int)", "INSERT INTO c VALUES (3)")
    grants = f"GRANT INSERT ON {database.name}.a TO $user", f"GRANT SELECT ON {database.name}.c TO $user"
    url, stdin, environment = database.reader(*grants, password=SECRET), "", {}
    if place == "standard input":
        url, stdin = url.replace(SECRET, "-"), "s3cr3t-@-word\n"
    elif place != "address":
        url, environment[place] = url.replace(f":{SECRET}", ""), "s3cr3t-@-word"
    done, everything = build(url, tmp_path, stdin, **environment)
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("no permission to read the table a") == 1
    dictionary = Dictionary.model_validate_json((tmp_path / "d.json").read_text("utf-8"))
    assert {table.name: (table.row_count, table.complete) for table in dictionary.tables} == {
        "a": (0, False), "c": (1, True),
    }  # fmt: skip
    assert "s3cr3t" not in everything


def test_a_wrong_password_is_one_line_and_never_shown(database: Database, tmp_path: Path) -> None:
    url = database.reader(password=SECRET[1:]).replace(SECRET[1:], SECRET)
    done, everything = build(url, tmp_path)
    assert done.returncode == 3
    [line] = done.stderr.strip().splitlines()[-1:]
    assert "Access denied for user" in line
    assert "MYSQL_PWD" in line
    assert "s3cr3t" not in everything


def test_texts_and_json_columns_have_the_same_fields_inside(database: Database) -> None:
    told = "json_object('a', seq, 'l', json_array('x', null))"
    database.run(
        "CREATE TABLE t (id int, told text, doc json)",
        f"INSERT INTO t SELECT seq, {told}, {told} FROM seq_1_to_100",  # noqa: S608 - constants above
    )
    (table,) = ddgen.build(database.url).tables
    fields = {field.path: field for field in table.fields}
    assert list(fields) == ["id", "told", "told.a", "told.l", "told.l[]", "doc", "doc.a", "doc.l", "doc.l[]"]
    assert (fields["told"].physical_type, fields["told"].holds) == ("JSON in text", "json")
    assert (fields["doc"].holds, fields["doc"].data_type) == (None, "object")
    for inner in ("a", "l", "l[]"):
        assert fields[f"told.{inner}"].profile == fields[f"doc.{inner}"].profile
