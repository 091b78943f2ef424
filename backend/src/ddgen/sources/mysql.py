"""MySQL and MariaDB databases: tables, views, their types, keys, checks and comments."""

from __future__ import annotations

from typing import ClassVar

from ddgen.model.relation import Relation
from ddgen.sources.mysql_catalogue import relations
from ddgen.sources.mysql_session import MysqlSession
from ddgen.sources.spec import Source, SourceSpec


class MysqlSource(Source):
    """Reads MySQL and MariaDB databases by address: `mysql://user@host/database`, `mariadb://...`."""

    name: ClassVar[str] = "mysql"

    @classmethod
    def accepts(cls, spec: SourceSpec) -> bool:
        """An address of that scheme."""
        return spec.address is not None and spec.address.kind == cls.name

    @classmethod
    def relations(cls, spec: SourceSpec) -> list[Relation]:
        """A relation for each table and view; of all databases that this user sees where the address names none.

        Raises InputError where the server cannot be reached or does not let us in.
        """
        if spec.address is None:
            return []
        session = MysqlSession(spec.address)
        found: list[Relation] = []
        try:
            found += relations(session, spec.address)
        finally:
            if not found:
                session.close()
        return found
