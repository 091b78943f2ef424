"""What all databases share, with a session that needs no server."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pytest

from ddgen.errors import InputError
from ddgen.model.relation import DeclaredField
from ddgen.sources.database import Column, DatabaseRelation, Fetch, Row, Session, is_wanted, table_name
from ddgen.sources.database_values import as_they_are

from .binary_cases import codes, declared, records
from .database_cases import refused


class Script(Session):
    """Gives rows that are at hand, then fails if told to."""

    display = "mysql://host/db"
    snapshots = 1

    def __init__(self, rows: Sequence[Row], failure: InputError | None = None) -> None:
        self.given, self.failure, self.queries, self.closed = rows, failure, list[str](), False

    @contextmanager
    def rows(self, query: str, parameters: Sequence[object] = ()) -> Iterator[Fetch]:
        self.queries.append(query)
        rest: list[Row] = [(len(self.given),)] if "count(*)" in query else list(self.given)

        def fetch(size: int) -> Sequence[Row]:
            taken, rest[:] = rest[:size], rest[size:]
            if not taken and self.failure is not None:
                raise self.failure
            return taken

        assert parameters == ()
        yield fetch

    def quoted(self, name: str) -> str:
        return f"[{name}]"

    def sampled(self, table: str, kind: str, share: float) -> str:
        return f"{table} {kind} {share:.3f}"

    def close(self) -> None:
        self.closed = True


def relation(session: Session, *names: str, denied: Sequence[str] = ()) -> DatabaseRelation:
    made = DatabaseRelation(session, "t", "mysql", "[t]", "table")
    made.add([Column(DeclaredField((name,)), f"[{name}]", as_they_are) for name in names], denied)
    return made


def test_rows_come_in_growing_batches() -> None:
    made = relation(Script([(number, str(number)) for number in range(5_000)]), "a", "b")
    assert [batch.count for batch in made.batches()] == [256, 512, 1024, 2048, 1160]
    assert records(made)[4_999] == {"a": 4_999, "b": "4999"}


def test_a_failure_keeps_what_came_before_it() -> None:
    session = Script([(1,), (2,)], InputError("it broke", code="lost", hint="Run again"))
    made = relation(session, "a")
    assert records(made) == [{"a": 1}, {"a": 2}]
    [problem] = made.problems
    assert str(problem) == (
        "mysql://host/db#t: the table t cannot be read: it broke; the first 2 rows were read. Run again"
    )
    with pytest.raises(InputError, match="it broke"):
        list(made.batches())


def test_columns_without_permission_are_declared_and_not_asked_for() -> None:
    session = Script([(1,)])
    made = relation(session, "a", "b", denied=["b"])
    assert records(made) == [{"a": 1}]
    assert list(declared(made)) == ["a", "b"]
    assert session.queries == ["SELECT [a] FROM [t]"]
    assert codes(made) == ["permission"]


def test_without_a_column_nothing_is_asked() -> None:
    session = Script([(1,)])
    assert records(relation(session)) == []
    assert records(relation(session, "a", denied=["a"])) == []
    assert session.queries == []


@pytest.mark.parametrize(
    ("wanted", "query"),
    [(10, "SELECT [a] FROM [t] table 0.061"), (1_000, "SELECT [a] FROM [t]"), (909, "SELECT [a] FROM [t]")],
)
def test_a_sample_is_asked_for_with_some_to_spare(wanted: int, query: str) -> None:
    session = Script([(number,) for number in range(1_000)])
    made = relation(session, "a")
    made.wanted_rows = wanted
    list(made.batches())
    assert session.queries == ["SELECT count(*) FROM [t]", query]
    assert made.row_count == 1_000


def test_a_later_state_is_told() -> None:
    session = Script([(1,)])
    made = relation(session, "a")
    session.snapshots = 2
    assert records(made) == [{"a": 1}]
    assert codes(made) == ["snapshot"]


def test_closing_ends_the_session() -> None:
    session = Script([])
    relation(session).close()
    assert session.closed


def test_names_and_schemas() -> None:
    assert (table_name("public", "t", "public"), table_name("a", "t", "public")) == ("t", "a.t")
    assert is_wanted("a", ())
    assert is_wanted("a", ("a", "b"))
    assert not is_wanted("c", ("a", "b"))


@pytest.mark.parametrize(
    ("kind", "module", "driver"), [("postgresql", "psycopg", "psycopg"), ("mysql", "pymysql", "PyMySQL")]
)
def test_a_driver_that_is_missing_is_named(
    kind: str, module: str, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    problem = refused(f"{kind}://127.0.0.1:1/db")
    assert (problem.code, problem.message) == ("driver", f"{driver} is needed to read it and not installed")
    assert problem.hint == "pip install 'data-dictionary-generator[db]'"
