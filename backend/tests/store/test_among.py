from __future__ import annotations

import pytest
from sqlalchemy import insert, select

from ddgen.store import schema
from ddgen.store.among import among
from ddgen.store.store import Store


@pytest.mark.parametrize("wanted", [[], [3], [1, 3, 2**40], list(range(-70_000, 3))])
def test_rows_of_many_numbers(store: Store, wanted: list[int]) -> None:
    n = schema.words.c.n
    with store.database.transaction() as connection:
        connection.execute(insert(schema.words), [{"n": place, "word": f"word{place}"} for place in range(5)])
        found = connection.execute(select(n).where(among(connection, n, wanted))).scalars()
        assert sorted(found) == [place for place in range(5) if place in wanted]
