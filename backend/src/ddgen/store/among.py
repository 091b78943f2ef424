"""Questions about many numbers at once, with one parameter however many there are."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, BigInteger, ColumnElement, Connection, any_, bindparam, func, select


def among(connection: Connection, column: ColumnElement[Any], numbers: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column is one of the numbers. A list of parameters would be written out and read for each question."""
    wanted = list(numbers)
    if connection.dialect.name == "sqlite":
        each = func.json_each(json.dumps(wanted)).table_valued("value")
        return column.in_(select(each.c.value))
    return column == any_(bindparam(None, wanted, ARRAY(BigInteger)))
