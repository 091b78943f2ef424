"""Full text over the head."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Row

from ddgen.model.dictionary import Field, Table
from ddgen.store.head import Rows


def update(connection: Connection, dictionary_n: int, tables: Rows, fields: Rows) -> None:
    """Keep the index as the head is."""


def update_part(connection: Connection, row: Row[Any], content: Field | Table) -> None:
    """The same for one field or table."""


def forget(connection: Connection, dictionary_n: int) -> None:
    """Take a dictionary out of the index."""
