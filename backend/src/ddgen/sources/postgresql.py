"""PostgreSQL databases: schemas, tables, views, partitions, their types, keys, checks and comments."""

from __future__ import annotations

from typing import ClassVar

from ddgen.model.relation import Relation
from ddgen.sources.postgresql_catalogue import relations
from ddgen.sources.postgresql_session import PostgresqlSession
from ddgen.sources.spec import Source, SourceSpec


class PostgresqlSource(Source):
    """Reads PostgreSQL databases by address: `postgresql://user@host/database`."""

    name: ClassVar[str] = "postgresql"

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """An address of that scheme."""
        return spec.address is not None and spec.address.kind == cls.name

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """A relation for each table, partitioned table, view, materialised view and foreign table.

        Raises InputError where the server cannot be reached or does not let us in.
        """
        if spec.address is None:
            return []
        session = PostgresqlSession(spec.address)
        found: list[Relation] = []
        try:
            found += relations(session, spec.address.schemas)
        finally:
            if not found:
                session.close()
        return found
