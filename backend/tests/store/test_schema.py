"""The tables have what their users count on."""

from __future__ import annotations

from ddgen.store.schema import metadata


def test_every_row_number_is_called_n_and_every_reference_ends_in_n() -> None:
    for table in metadata.tables.values():
        for key in table.foreign_keys:
            assert key.parent.name.endswith("_n"), key
            assert key.column.name == "n"
            assert key.ondelete in {"CASCADE", "SET NULL"}, key
            first = [next(iter(index.columns)).name for index in table.indexes]
            keys = [next(iter(one.columns)).name for one in table.constraints if len(one.columns)]  # type: ignore[attr-defined]  # of keys
            assert key.parent.name in first + keys or table.name == "keys", f"{key.parent} has no index"
