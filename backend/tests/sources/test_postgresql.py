"""PostgreSQL, against the real server on this machine."""

from __future__ import annotations

import os
import socket
import struct
import threading
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

import ddgen
from ddgen.errors import InputError
from ddgen.model.dictionary import Dictionary
from ddgen.model.relation import ArrowBatch, DeclaredReference, Tagged
from ddgen.sources import postgresql_session

from .binary_cases import codes, data_types, declared, records
from .database_cases import absent, build, opened, refused

SERVER = "postgresql://127.0.0.1:5432/test"
SECRET = "s3cr3t-%40-word"  # noqa: S105 - made up


class Schema:
    """A schema of our own, with a user who may do nothing."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.name = f"ddgen_{uuid.uuid4().hex[:12]}"
        self.url = f"{SERVER}?schema={self.name}"

    @property
    def user(self) -> str:
        """A role that `reader` makes."""
        return f"{self.name}_reader"

    def reader(self, grants: str) -> str:
        """The address for a user who has only these grants on the schema."""
        self.run(f"CREATE ROLE {self.user} LOGIN; GRANT USAGE ON SCHEMA {self.name} TO {self.user}; {grants}")
        return self.url.replace("://", f"://{self.user}@")

    def run(self, statements: str) -> None:
        """Execute statements in the schema; $user is the reader."""
        self.connection.execute(statements.replace("$user", self.user).encode())

    def drop(self) -> None:
        """Leave nothing behind."""
        self.run(f"DROP SCHEMA {self.name} CASCADE")
        if self.connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [self.user]).fetchone():
            self.run(f"DROP OWNED BY {self.user}; DROP ROLE {self.user}")


@pytest.fixture
def schema() -> Iterator[Schema]:
    try:
        connection = psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        absent("PostgreSQL at 127.0.0.1:5432", error)
    with connection:
        made = Schema(connection)
        made.run(f"CREATE SCHEMA {made.name}; SET search_path = {made.name}, public")
        yield made
        made.drop()


def test_keys_types_and_comments_are_declared(schema: Schema) -> None:
    schema.run(
        """
        CREATE TYPE mood AS ENUM ('sad', 'it''s ok');
        CREATE DOMAIN email AS varchar(80) CHECK (VALUE ~ '@');
        CREATE TABLE "Customer" (id serial PRIMARY KEY, mail email NOT NULL UNIQUE, feels mood, past mood[]);
        CREATE TABLE line (pos int, "order" int, customer int REFERENCES "Customer", price numeric(10,2), late bool,
          PRIMARY KEY ("order", pos), CHECK (price > 0), UNIQUE (customer, pos) INCLUDE (price),
          FOREIGN KEY (pos, "order") REFERENCES line (pos, "order"), UNIQUE (pos, "order"));
        CREATE UNIQUE INDEX part ON line (price) WHERE late;
        CREATE UNIQUE INDEX lowered ON "Customer" (lower(mail));
        CREATE UNIQUE INDEX plain ON line (price, late);
        COMMENT ON TABLE line IS 'Lines of orders'; COMMENT ON COLUMN line.customer IS 'who pays';
        """
    )
    with opened(schema.url) as found:
        customer, line = found["Customer"], found["line"]
        assert list(found) == ["Customer", "line"]
        assert (customer.primary_key, customer.unique_keys) == (("id",), [("mail",)])
        assert {path: field.nullable for path, field in declared(customer).items()} == {
            "id": False, "mail": False, "feels": True, "past": True,
        }  # fmt: skip
        physical = {path: field.physical_type for path, field in declared(customer).items()}
        assert physical == {
            "id": "integer",
            "mail": f"{schema.name}.email (character varying(80))",
            "feels": f"{schema.name}.mood enum('sad', 'it''s ok')",
            "past": f"{schema.name}.mood[] enum('sad', 'it''s ok')",
        }
        assert customer.reading == {"kind": "table", "checks": ["mail: CHECK (((VALUE)::text ~ '@'::text))"]}
        assert line.primary_key == ("order", "pos")
        assert line.unique_keys == [("customer", "pos"), ("pos", "order"), ("price", "late")]
        assert line.references == [
            DeclaredReference(("customer",), "Customer", ("id",)),
            DeclaredReference(("pos", "order"), "line", ("pos", "order")),
        ]
        assert line.reading["checks"] == ["(price > (0)::numeric)"]
        assert (line.comment, declared(line)["customer"].comment) == ("Lines of orders", "who pays")
        assert data_types(line) == {
            "pos": "integer", "order": "integer", "customer": "integer", "price": "decimal", "late": "boolean",
        }  # fmt: skip
        assert line.uri == "postgresql://127.0.0.1:5432/test#line"


VALUES = (
    ("int", "7", 7, "integer"),
    ("bigint", "-9223372036854775808", -(2**63), "integer"),
    ("numeric(10,2)", "1.50", Decimal("1.50"), "decimal"),
    ("numeric", "12345678901234567890123456789012345678901234567890.5",
     Decimal("12345678901234567890123456789012345678901234567890.5"), "decimal"),
    ("money", "1234.5", Decimal("1234.50"), "decimal"),
    ("real", "0.1", 0.1, "float"),
    ("boolean", "t", True, "boolean"),
    ("text", "\N{SNOWMAN} it's", "\N{SNOWMAN} it's", "string"),
    ("char(5)", "ab", "ab", "string"),
    ("bytea", r"\x00ff", b"\x00\xff", "binary"),
    ("uuid", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", uuid.UUID("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"), "uuid"),
    ("date", "2024-02-29", date(2024, 2, 29), "date"),
    ("date", "infinity", "infinity", "date"),
    ("date", "0044-03-15 BC", "0044-03-15 BC", "date"),
    ("time", "10:00:00.25", time(10, 0, 0, 250_000), "time"),
    ("timetz", "10:00:00+02", "10:00:00+02", "time"),
    ("timestamp", "2024-01-01 10:00:00.5", datetime(2024, 1, 1, 10, 0, 0, 500_000), "timestamp"),  # noqa: DTZ001 - it has none
    ("timestamptz", "2024-01-01 10:00:00+02", datetime(2024, 1, 1, 8, tzinfo=UTC), "timestamp"),
    ("timestamptz", "-infinity", "-infinity", "timestamp"),
    ("interval", "2 days 03:04:05.5", timedelta(2, 11_045, 500_000), "interval"),
    ("jsonb", '{"a": {"b": [1, 2]}, "k": 12345678901234567890}', {"a": {"b": [1, 2]}, "k": 12345678901234567890}, None),
    ("json", "null", None, None),
    ("int[]", "{1,NULL,3}", [1, None, 3], "array"),
    ("int[]", "{{1,2},{3,4}}", [[1, 2], [3, 4]], "array"),
    ("date[]", "{2024-01-01,infinity}", [date(2024, 1, 1), "infinity"], "array"),
    ("int4range", "[1,5)", "[1,5)", "string"),
    ("point", "(1,2)", "(1,2)", "geometry"),
    ("inet", "10.0.0.1", "10.0.0.1", "string"),
    ("bit(3)", "101", "101", "string"),
    ("mood", "sad", "sad", "string"),
    ("mood[]", "{sad,ok}", ["sad", "ok"], "array"),
    ("shout", "HO", "HO", "string"),
    ("shout[]", "{HO,HUM}", ["HO", "HUM"], "array"),
    ("address", "(Main,7)", {"street": "Main", "no": 7}, "object"),
    ("address[]", '{"(Main,7)"}', [{"street": "Main", "no": 7}], "array"),
    ("geo.geometry", "(1,2)", "POINT(1 2)", "geometry"),
)  # fmt: skip


def test_every_type_gives_its_own_values(schema: Schema) -> None:
    schema.run(
        f"""
        CREATE TYPE mood AS ENUM ('sad', 'ok'); CREATE TYPE address AS (street text, no int);
        CREATE DOMAIN shout AS text CHECK (VALUE = upper(VALUE));
        CREATE TYPE {schema.name}.geometry;
        CREATE FUNCTION geometry_in(cstring) RETURNS geometry IMMUTABLE STRICT LANGUAGE internal AS 'textin';
        CREATE FUNCTION geometry_out(geometry) RETURNS cstring IMMUTABLE STRICT LANGUAGE internal AS 'textout';
        CREATE TYPE geometry (INPUT = geometry_in, OUTPUT = geometry_out, LIKE = text);
        CREATE FUNCTION st_astext(geometry) RETURNS text IMMUTABLE LANGUAGE sql AS $$ SELECT 'POINT(1 2)' $$;
        """
    )
    columns = ", ".join(f"c{n} {kind.replace('geo.', '')}" for n, (kind, *_) in enumerate(VALUES))
    schema.run(f"CREATE TABLE t ({columns})")
    texts = [given for _, given, *_ in VALUES]
    schema.connection.execute(sql.SQL("INSERT INTO t VALUES ({})").format(sql.SQL(", ").join(map(sql.Literal, texts))))
    with opened(schema.url) as found:
        [row] = records(found["t"])
        assert row == {f"c{n}": wanted for n, (_, _, wanted, _) in enumerate(VALUES)}
        assert data_types(found["t"]) == {f"c{n}": kind for n, (*_, kind) in enumerate(VALUES)}
        assert codes(found["t"]) == []


def test_months_have_no_length(schema: Schema) -> None:
    schema.run("CREATE TABLE t (i interval); INSERT INTO t VALUES ('1 year -2 mons 3 days 00:00:01.5'), (NULL)")
    with opened(schema.url) as found:
        [batch] = found["t"].batches()
        assert isinstance(batch, ArrowBatch)
        [length, none] = batch.batch.column(0).to_pylist()
        assert (length.months, length.days, length.nanoseconds, none) == (10, 3, 1_500_000_000, None)
    field = ddgen.build(schema.url).tables[0].fields[0]
    assert (field.data_type, field.profile.values) == ("interval", 1)
    assert Tagged("interval", "P10M3DT1.5S").type == field.data_type


def test_a_partitioned_table_is_one_and_views_are_tables(schema: Schema) -> None:
    schema.run(
        """
        CREATE TABLE o (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE o1 PARTITION OF o FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
        CREATE TABLE o2 PARTITION OF o FOR VALUES FROM ('2025-01-01') TO ('2026-01-01') PARTITION BY RANGE (at);
        CREATE TABLE o21 PARTITION OF o2 DEFAULT;
        INSERT INTO o SELECT n, date '2024-01-01' + n FROM generate_series(0, 699) n;
        CREATE VIEW v AS SELECT id FROM o; CREATE MATERIALIZED VIEW m AS SELECT id FROM o;
        CREATE MATERIALIZED VIEW unfilled AS SELECT id FROM o WITH NO DATA;
        CREATE TABLE nothing (); ANALYZE o; ANALYZE m;
        """
    )
    with opened(schema.url) as found:
        kinds = {name: relation.reading["kind"] for name, relation in found.items()}
        assert kinds == {
            "o": "table", "v": "view", "m": "materialised view", "unfilled": "materialised view", "nothing": "table",
        }  # fmt: skip
        assert {name: relation.row_estimate for name, relation in found.items() if name in "ovm"} == {
            "o": 700, "v": None, "m": 700,
        }  # fmt: skip
        assert found["o"].primary_key == ("id", "at")
        assert [len(records(found[name])) for name in found] == [700, 700, 700, 0, 0]
        assert [(name, codes(found[name])) for name in found if found[name].problems] == [("unfilled", ["empty"])]


def test_tables_beyond_public_are_named_with_their_schema(schema: Schema) -> None:
    schema.run(f"CREATE TABLE public.{schema.name} (a int); CREATE TABLE t (a int)")
    try:
        with opened(f"{SERVER}?schema=public,{schema.name}") as found:
            assert {schema.name, f"{schema.name}.t"} <= set(found)
    finally:
        schema.run(f"DROP TABLE public.{schema.name}")


def test_all_tables_are_of_one_state(schema: Schema) -> None:
    schema.run("CREATE TABLE a (n int); CREATE TABLE b (n int); INSERT INTO a VALUES (1)")
    with opened(schema.url) as found:
        assert records(found["a"]) == [{"n": 1}]
        schema.run("INSERT INTO a VALUES (2); INSERT INTO b VALUES (2)")
        assert (records(found["b"]), records(found["a"])) == ([], [{"n": 1}])


def test_nothing_can_be_written(schema: Schema) -> None:
    schema.run(
        "CREATE TABLE t (a int); CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql SET search_path FROM CURRENT AS"
        " $$ BEGIN INSERT INTO t VALUES (1); RETURN 1; END $$; CREATE VIEW v AS SELECT f() AS a"
    )
    with opened(schema.url) as found:
        assert records(found["v"]) == []
        assert [problem.message for problem in found["v"].problems] == [
            "the view v cannot be read: cannot execute INSERT in a read-only transaction"
        ]
        assert codes(found["t"]) == []
    assert schema.connection.execute("SELECT count(*) FROM t").fetchone() == (0,)


def test_a_failing_view_leaves_the_snapshot_to_the_others(schema: Schema) -> None:
    schema.run(
        "CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) n; CREATE VIEW v AS SELECT 1 / (n - 900) AS z FROM t"
    )
    with opened(schema.url) as found:
        read = len(records(found["v"]))
        [problem] = found["v"].problems
        assert problem.severity.value == "warning"
        assert problem.message.startswith("the view v cannot be read: division by zero")
        assert read < 900
        schema.run("DELETE FROM t")
        assert len(records(found["t"])) == 1000
        with pytest.raises(InputError, match="division by zero"):
            list(found["v"].batches())


def test_a_table_without_permission_is_told_and_the_rest_goes_on(schema: Schema) -> None:
    schema.run("CREATE TABLE a (n int); CREATE TABLE b (n int, secret text); CREATE TABLE c (n int)")
    schema.run("INSERT INTO b VALUES (1, 'x'); INSERT INTO c VALUES (3)")
    with opened(schema.reader("GRANT SELECT ON c TO $user; GRANT SELECT (n) ON b TO $user")) as found:
        assert [records(found[name]) for name in "abc"] == [[], [{"n": 1}], [{"n": 3}]]
        assert [[problem.message for problem in found[name].problems] for name in "abc"] == [
            ["no permission to read the table a"], ["no permission to read the columns secret"], [],
        ]  # fmt: skip
        assert list(declared(found["b"])) == ["n", "secret"]


def test_a_schema_without_permission_is_told_once(schema: Schema) -> None:
    schema.run("CREATE TABLE a (n int); CREATE TABLE b (n int)")
    url = schema.reader(f"REVOKE USAGE ON SCHEMA {schema.name} FROM $user")
    problem = refused(url)
    assert (problem.code, problem.message) == ("permission", "this user may use no schema here that holds a table")


def test_row_security_is_told(schema: Schema) -> None:
    schema.run("CREATE TABLE t (n int); INSERT INTO t VALUES (1), (2); ALTER TABLE t ENABLE ROW LEVEL SECURITY")
    with opened(schema.reader("GRANT SELECT ON t TO $user; CREATE POLICY p ON t USING (n = 1)")) as found:
        assert records(found["t"]) == [{"n": 1}]
        assert codes(found["t"]) == ["row_security"]


def test_a_lost_connection_keeps_what_was_read(schema: Schema) -> None:
    schema.run("CREATE TABLE a AS SELECT n FROM generate_series(1, 100000) n; CREATE TABLE b AS SELECT 1 AS n")
    with opened(schema.url) as found:
        batches = found["a"].batches()
        first = next(batches)
        schema.run("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE relation = 'a'::regclass")
        assert list(batches) == []
        [problem] = found["a"].problems
        assert (problem.code, problem.severity.value) == ("lost", "error")
        assert f"the first {first.count} rows were read" in problem.message
        assert records(found["b"]) == [{"n": 1}]
        assert codes(found["b"]) == ["snapshot"]


def test_a_slow_view_is_given_up_and_the_rest_goes_on(schema: Schema) -> None:
    schema.run("CREATE VIEW slow AS SELECT pg_sleep(20)::text; CREATE TABLE t AS SELECT 1 AS n")
    with opened(f"{schema.url}&timeout=1") as found:
        assert records(found["slow"]) == []
        assert codes(found["slow"]) == ["timeout"]
        assert records(found["t"]) == [{"n": 1}]


def test_a_lock_is_not_waited_for_without_end(schema: Schema, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql_session, "LOCK_SECONDS", 0.2)
    schema.run("CREATE TABLE a (n int); CREATE TABLE b (n int)")
    with opened(schema.url) as found, schema.connection.transaction():
        schema.run("LOCK TABLE a")
        assert [records(found[name]) for name in "ab"] == [[], []]
        assert [codes(found[name]) for name in "ab"] == [["locked"], []]


def test_tables_can_be_read_at_once_and_left_in_the_middle(schema: Schema) -> None:
    schema.run("CREATE TABLE a AS SELECT n FROM generate_series(1, 1000) n; CREATE TABLE b AS SELECT * FROM a")
    with opened(schema.url) as found:
        pairs = list(zip(found["a"].batches(), found["b"].batches(), strict=True))
        assert sum(one.count for one, _ in pairs) == 1000
        left = found["a"].batches()
        next(left)
        del left
        assert len(records(found["b"])) == 1000
        assert codes(found["a"]) == codes(found["b"]) == []
        schema.run("SET lock_timeout = '1s'; DROP TABLE a")


@pytest.mark.parametrize("kind", ["TABLE", "MATERIALIZED VIEW", "VIEW"])
def test_a_sample_is_drawn_by_the_server(schema: Schema, kind: str) -> None:
    schema.run("CREATE KIND t AS SELECT n FROM generate_series(1, 50000) n".replace("KIND", kind))
    with opened(schema.url) as found:
        found["t"].wanted_rows = 1000
        read = sorted(row["n"] for row in records(found["t"]))
        assert found["t"].row_count == 50_000
        assert 1000 <= len(read) <= 1400
        assert 20_000 < sum(read) / len(read) < 30_000
    table = ddgen.build(schema.url, sample=1000).tables[0]
    assert (table.row_count, table.rows_profiled) == (50_000, 1000)


def test_names_need_not_be_words(schema: Schema) -> None:
    schema.run('CREATE TABLE "we""ird; %s DROP" ("a""b" int, "100 %" int, "select" int, "Ünï" int)')
    schema.run('INSERT INTO "we""ird; %s DROP" VALUES (1, 2, 3, 4)')
    with opened(schema.url) as found:
        assert records(found['we"ird; %s DROP']) == [{'a"b': 1, "100 %": 2, "select": 3, "Ünï": 4}]


def test_a_database_without_an_encoding_is_read_leniently(schema: Schema) -> None:
    schema.run(f"CREATE DATABASE {schema.name} ENCODING SQL_ASCII TEMPLATE template0 LC_COLLATE 'C' LC_CTYPE 'C'")
    url = f"postgresql://127.0.0.1:5432/{schema.name}"
    try:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(
                b"CREATE TABLE t AS SELECT E'caf\\xe9' AS a, date '2024-01-01' AS d, 7 AS n, json '[1]' AS j"
            )
        with opened(url) as found:
            assert records(found["t"]) == [
                {"a": "caf\N{REPLACEMENT CHARACTER}", "d": date(2024, 1, 1), "n": 7, "j": [1]}
            ]
    finally:
        schema.run(f"DROP DATABASE {schema.name} WITH (FORCE)")


def test_what_cannot_be_opened_is_one_clear_line(schema: Schema) -> None:
    assert schema.name
    missing = refused("postgresql://127.0.0.1:5432/no_such_database")
    assert (missing.code, missing.message) == ("missing", 'database "no_such_database" does not exist')
    user = refused("postgresql://no_such_user@127.0.0.1:5432/test")
    assert (user.code, user.message) == ("user", 'role "no_such_user" does not exist')
    down = refused(f"postgresql://someone:{SECRET}@127.0.0.1:1/test")
    assert (down.code, down.message, down.source) == ("refused", "Connection refused", "postgresql://127.0.0.1:1/test")
    option = refused(f"{SERVER}?nonsense=1")
    assert 'invalid connection option "nonsense"' in option.message


def test_the_command_line_goes_on_and_leaves_with_three(schema: Schema, tmp_path: Path) -> None:
    schema.run("CREATE TABLE a (n int); CREATE TABLE c (n int); INSERT INTO c VALUES (3)")
    url = schema.reader("GRANT SELECT ON c TO $user").replace("@", f":{SECRET}@")
    done, everything = build(url, tmp_path)
    assert done.returncode == 3, done.stderr
    assert done.stderr.count("no permission to read the table a") == 1
    dictionary = Dictionary.model_validate_json((tmp_path / "d.json").read_text("utf-8"))
    assert {table.name: (table.row_count, table.complete) for table in dictionary.tables} == {
        "a": (0, False), "c": (1, True),
    }  # fmt: skip
    assert dictionary.name == "test"
    assert not [part for part in (SECRET, SECRET.replace("%40", "@"), schema.user) if part in everything]


class Gate:
    """What a server says that lets nobody in; it notes the password that came (PostgreSQL's protocol, 55.2.1)."""

    def __init__(self) -> None:
        self.came: list[str] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://ann@127.0.0.1:{self._socket.getsockname()[1]}/shop?sslmode=disable&gssencmode=disable"
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._socket.accept()
            except OSError:
                return
            with client:
                client.recv(4096)
                client.sendall(b"R" + struct.pack("!ii", 8, 3))
                answer = client.recv(4096)
                if answer:
                    self.came.append(answer[5:-1].decode())
                    fields = b'SFATAL\0C28P01\0Mpassword authentication failed for user "ann"\0\0'
                    client.sendall(b"E" + struct.pack("!i", len(fields) + 4) + fields)

    def close(self) -> None:
        """Listen no more."""
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()


@pytest.fixture
def gate() -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.close()


@pytest.mark.parametrize("place", ["address", "query", "PGPASSWORD", "DDGEN_DB_PASSWORD", "standard input"])
def test_a_wrong_password_is_one_line_and_never_shown(gate: Gate, place: str, tmp_path: Path) -> None:
    url, stdin, environment = gate.url, "", {}
    match place:
        case "address":
            url = url.replace("ann@", f"ann:{SECRET}@")
        case "query":
            url += f"&password={SECRET}"
        case "standard input":
            url, stdin = url.replace("ann@", "ann:-@"), "s3cr3t-@-word\nmore\n"
        case variable:
            environment[variable] = "s3cr3t-@-word"
    done, everything = build(url, tmp_path, stdin, **environment)
    assert done.returncode == 3
    assert gate.came == ["s3cr3t-@-word"]
    [line] = done.stderr.strip().splitlines()[-1:]
    assert 'password authentication failed for user "ann". Put it into PGPASSWORD' in line
    assert not [part for part in (SECRET, "s3cr3t") if part in everything]


def test_a_password_that_is_missing_is_asked_for(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PGPASSWORD", raising=False)
    monkeypatch.setenv("PGPASSFILE", os.devnull)
    problem = refused(gate.url)
    assert (problem.code, gate.came) == ("password", [])
    assert "PGPASSWORD" in (problem.hint or "")


def test_texts_and_json_columns_have_the_same_fields_inside(schema: Schema) -> None:
    schema.run(
        """
        CREATE TABLE t (id int, told text, doc jsonb);
        INSERT INTO t SELECT n, json_build_object('a', n, 'l', json_build_array('x', null))::text,
          json_build_object('a', n, 'l', json_build_array('x', null)) FROM generate_series(1, 100) AS n;
        """
    )
    (table,) = ddgen.build(schema.url).tables
    fields = {field.path: field for field in table.fields}
    assert list(fields) == ["id", "told", "told.a", "told.l", "told.l[]", "doc", "doc.a", "doc.l", "doc.l[]"]
    assert (fields["told"].physical_type, fields["told"].holds) == ("JSON in text", "json")
    assert (fields["doc"].physical_type, fields["doc"].data_type) == ("jsonb", "object")
    for inner in ("a", "l", "l[]"):
        assert fields[f"told.{inner}"].profile == fields[f"doc.{inner}"].profile
        assert (fields[f"told.{inner}"].inside, fields[f"doc.{inner}"].inside) == ("told", None)
