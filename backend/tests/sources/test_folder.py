from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ddgen.sources.folder import bare_stem, common_name, is_data, is_hidden, split_name, walk


@pytest.mark.parametrize(
    ("name", "stem", "suffix"),
    [
        ("orders.csv", "orders", ".csv"),
        ("ORDERS.CSV.GZ", "ORDERS", ".csv"),
        ("orders.csv.zst", "orders", ".csv"),
        ("orders.tar.bz2", "orders", ".tar"),
        ("orders", "orders", ""),
        ("orders.gz", "orders", ""),
        ("v1.2", "v1.2", ""),
        ("orders.2024-01-31", "orders.2024-01-31", ""),
        ("orders.2024.csv", "orders.2024", ".csv"),
        (".csv", ".csv", ""),
        ("été 2024.json", "été 2024", ".json"),
        ("a.something-too-long", "a.something-too-long", ""),
    ],
)
def test_a_name_is_a_stem_and_a_suffix(name: str, stem: str, suffix: str) -> None:
    assert split_name(name) == (stem, suffix)


@given(
    st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1).filter(lambda n: n != ".")
)
def test_any_name_can_be_split(name: str) -> None:
    stem, suffix = split_name(name)
    assert stem
    assert name.lower().startswith((stem + suffix).lower()) or suffix == suffix.lower()


@pytest.mark.parametrize("name", ["orders.csv", "orders", "a/b/orders.JSON", "data.txt", "readmes.csv.gz", "x.dat"])
def test_what_may_be_data(name: str) -> None:
    assert is_data(name)


@pytest.mark.parametrize(
    "name", ["README.md", "readme.txt", "LICENSE", "load.py", "_SUCCESS", "x.csv.crc", "MANIFEST", "a/b.sql", "x.SWP"]
)
def test_what_lies_beside_data(name: str) -> None:
    assert not is_data(name)


@pytest.mark.parametrize(
    ("name", "hidden"),
    [
        (".git/config", True),
        ("a/.b/c.csv", True),
        ("__MACOSX/._orders.csv", True),
        ("a.b/c.csv", False),
        ("orders.csv", False),
    ],
)
def test_what_is_hidden(name: str, hidden: bool) -> None:
    assert is_hidden(name) == hidden


@pytest.mark.parametrize(
    ("stem", "bare"),
    [
        ("orders_2024-01-31", "orders"),
        ("orders-20240131T120000Z", "orders"),
        ("2024_orders", "orders"),
        ("orders2024Q1", "orders"),
        ("orders_q1_eu", "orders_eu"),
        ("orders v2", "orders"),
        ("orders_jan_2024", "orders"),
        ("orders-Sept-24", "orders"),
        ("marches", "marches"),
        ("part-00001-8f14e45f-ceea-467f-a8a2-0123456789ab-c000", "part_c"),
        ("iso3166", "iso"),
        ("b2b", "b_b"),
        ("covid19_cases_03", "covid_cases"),
        ("2024", ""),
        ("données 2024", "données"),
    ],
)
def test_dates_and_numbers_go_from_a_stem(stem: str, bare: str) -> None:
    assert bare_stem(stem) == bare


@given(st.text("ab-_ 019"), st.integers(0, 99))
def test_numbers_in_the_same_place_do_not_matter(stem: str, number: int) -> None:
    assert bare_stem(f"{stem}_{number}") == bare_stem(f"{stem}_{number + 1}")


@pytest.mark.parametrize(
    ("stem", "folder", "name"),
    [
        ("orders_2024-01", "data", "orders"),
        ("part-00001", "sales", "sales"),
        ("2024-01", "sales", "sales"),
        ("chunk", "sales", "sales"),
        ("2024-01", "", "2024-01"),
        ("partners_1", "data", "partners"),
    ],
)
def test_a_table_is_named_by_what_its_files_share_or_by_their_folder(stem: str, folder: str, name: str) -> None:
    assert common_name(stem, folder) == name


def never(_: Path) -> bool:
    return False


def names(folder: Path, found: list[Path]) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in found]


def test_files_are_found_in_order_and_hidden_ones_are_not(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", "z/y.csv", "c/d/e.csv", ".x.csv", ".git/f.csv", "__MACOSX/g.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    denied: list[OSError] = []
    assert names(tmp_path, list(walk(tmp_path, never, denied.append))) == ["a.csv", "b.csv", "c/d/e.csv", "z/y.csv"]
    assert denied == []


def test_a_folder_that_is_one_data_set_is_given_whole(tmp_path: Path) -> None:
    (tmp_path / "set" / "year=1").mkdir(parents=True)
    (tmp_path / "set" / "year=1" / "0.parquet").touch()
    (tmp_path / "a.csv").touch()
    found = list(walk(tmp_path, lambda path: path.name == "set", lambda _: None))
    assert names(tmp_path, found) == ["set", "a.csv"]
    assert list(walk(tmp_path, lambda path: path == tmp_path, lambda _: None)) == [tmp_path]


def test_links_that_run_in_circles_end(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "a" / "self").symlink_to(tmp_path / "a" / "self")
    (tmp_path / "a" / "x.csv").touch()
    assert names(tmp_path, list(walk(tmp_path, never, lambda _: None))) == ["a/self", "a/x.csv"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir(mode=0)
    denied: list[OSError] = []
    assert list(walk(tmp_path, never, denied.append)) == []
    assert [error.filename for error in denied] == [str(tmp_path / "a")]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    denied: list[OSError] = []
    assert list(walk(tmp_path / "gone", never, denied.append)) == []
    assert isinstance(denied[0], FileNotFoundError)
