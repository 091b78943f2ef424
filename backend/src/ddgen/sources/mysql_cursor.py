"""A cursor over rows that the server is still sending, which can be left before they have all come."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pymysql
from pymysql.cursors import SSCursor


class StreamCursor(SSCursor):  # type: ignore[misc] # PyMySQL ships no types
    """An unbuffered cursor that knows whether all its rows have come."""

    ended = False

    def fetch(self, size: int) -> Sequence[Any]:
        """The next rows; none at the end."""
        rows: Sequence[Any] = self.fetchmany(size)
        self.ended = len(rows) < size
        return rows

    def leave(self) -> None:
        """Take what is under way up to the server's word that the query has ended, or to the end of the connection."""
        result = self._result
        try:
            self.close()
        except (pymysql.Error, OSError, AttributeError):  # the last where the connection is closed already
            self.connection = None
        if result is not None:
            result.unbuffered_active = False
