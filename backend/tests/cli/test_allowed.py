from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.cli.allowed import addresses, folders
from ddgen.errors import UsageError


def test_what_is_allowed_is_taken_as_given(tmp_path: Path) -> None:
    assert folders([tmp_path]) == (tmp_path,)
    assert (folders(None), addresses(None)) == ((), {})
    given = ["shop=postgresql://me:${SHOP_PASSWORD}@db/shop", "file = sqlite:///shop.db"]
    assert addresses(given) == {
        "shop": "postgresql://me:${SHOP_PASSWORD}@db/shop",
        "file": "sqlite:///shop.db",
    }


@pytest.mark.parametrize("said", ["shop", "=sqlite:///shop.db", "shop=shop.db", "shop=postgresql://me:secret@db/shop"])
def test_what_names_no_database_or_holds_a_password_is_refused(said: str) -> None:
    with pytest.raises(UsageError) as told:
        addresses([said])
    assert "secret" not in str(told.value)


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no such folder"):
        folders([tmp_path / "none"])
