from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ddgen.model.problem import Problems
from ddgen.model.relation import Relation
from ddgen.sources.chain import ChainedRelation
from ddgen.sources.files import choose, resolve
from ddgen.sources.grouping import Table, join_alike, unique_table_names
from ddgen.sources.spool import Spool

HEADER = "id,amount\n"


def tables_in(folder: Path) -> list[Table]:
    with Spool() as spool:
        found = resolve([folder], Problems(), spool)
        return [(each.spec, relation) for each in found for relation in choose(each.spec).relations(each.spec)]


def joined(folder: Path, **files: str) -> dict[str, list[str]]:
    """The tables that files become (`__` in a name stands for a point), each with the files of its records in order."""
    for name, text in files.items():
        path = folder / name.replace("__", ".").replace("of_", "of/")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return {relation.name: files_of(relation) for _, relation in join_alike(tables_in(folder))}


def files_of(relation: Relation) -> list[str]:
    return list(dict.fromkeys(Path(batch.source).name for batch in relation.batches()))


def database(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()


def test_names_that_differ_in_dates_and_numbers_are_one_table(tmp_path: Path) -> None:
    text = f"{HEADER}1,2.5\n"
    files = {f"orders_{part}__csv": text for part in ("2024_01_31", "20240229", "mar_2024", "v2", "7")}
    assert list(joined(tmp_path, **files)) == ["orders"]


def test_parts_come_in_natural_order(tmp_path: Path) -> None:
    files = {f"part_{number}__csv": f"{HEADER}{number},2\n" for number in (10, 9, 1, 100)}
    assert joined(tmp_path, **files) == {tmp_path.name: ["part_1.csv", "part_9.csv", "part_10.csv", "part_100.csv"]}


def test_letter_case_of_a_name_does_not_matter(tmp_path: Path) -> None:
    assert joined(tmp_path, Orders_1__csv=f"{HEADER}1,2\n", orders_2__CSV=f"{HEADER}3,4\n") == {
        "Orders": ["Orders_1.csv", "orders_2.CSV"]
    }


@pytest.mark.parametrize("header", ["id,total\n", "amount,id\n", "id,amount,note\n", "ID,amount\n", "id\n"])
def test_a_header_that_differs_keeps_files_apart(tmp_path: Path, header: str) -> None:
    row = ",".join("1" for _ in header.split(",")) + "\n"
    found = joined(tmp_path, orders_1__csv=f"{HEADER}1,2\n", orders_2__csv=header + row * 2)
    assert set(found) == {"orders_1", "orders_2"}


def test_files_find_their_own_group_among_several(tmp_path: Path) -> None:
    old, new = f"{HEADER}1,2\n", "id,amount,note\n1,2,x\n"
    files = {"orders_1__csv": old, "orders_2__csv": new, "orders_3__csv": old, "orders_4__csv": new}
    found = [files_of(relation) for _, relation in join_alike(tables_in_written(tmp_path, files))]
    assert found == [["orders_1.csv", "orders_3.csv"], ["orders_2.csv", "orders_4.csv"]]


def tables_in_written(folder: Path, files: dict[str, str]) -> list[Table]:
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return tables_in(folder)


def test_other_names_and_other_kinds_stay_apart(tmp_path: Path) -> None:
    found = joined(
        tmp_path,
        orders_1__csv=f"{HEADER}1,2\n",
        orders_2__jsonl='{"id": 1, "amount": 2}\n' * 2,
        items_1__csv=f"{HEADER}1,2\n",
    )
    assert set(found) == {"orders_1", "orders_2", "items_1"}


def test_another_delimiter_or_compression_does_not_keep_files_apart(tmp_path: Path) -> None:
    found = joined(tmp_path, orders_1__csv=f"{HEADER}1,2\n3,4\n", orders_2__csv="id;amount\n1;2\n3;4\n")
    assert found == {"orders": ["orders_1.csv", "orders_2.csv"]}


def test_documents_are_alike_if_their_first_records_share_keys(tmp_path: Path) -> None:
    records = [{"id": 1, "at": 2}, {"id": 1, "at": 2, "by": 3}, {"lat": 1, "lon": 2}, {"other": 1}]
    files = {f"log_{n}__json": json.dumps([record, record]) for n, record in enumerate(records)}
    found = [files_of(relation) for _, relation in join_alike(tables_in_written(tmp_path, files))]
    assert found == [["log_0.json", "log_1.json"], ["log_2.json"], ["log_3.json"]]


def test_documents_without_keys_stay_apart(tmp_path: Path) -> None:
    found = joined(tmp_path, log_1__json="[1, 2, 3]", log_2__json="[4, 5]", log_3__json='["{}"]')
    assert set(found) == {"log_1", "log_2", "log_3"}


def test_a_first_record_beyond_the_beginning_or_too_deep_has_no_keys(tmp_path: Path) -> None:
    deep = '{"a":' * 5000 + "1" + "}" * 5000
    huge = json.dumps({"a": "x" * 70_000})
    found = joined(tmp_path, big_1__jsonl=f"{huge}\n{huge}\n", big_2__jsonl=f"{huge}\n", deep_1__json=deep)
    assert set(found) == {"big_1", "big_2", "deep_1"}


def test_files_of_several_tables_are_not_joined(tmp_path: Path) -> None:
    for year in (2023, 2024):
        database(tmp_path / f"shop_{year}.db", "CREATE TABLE orders (id INTEGER)")
        database(tmp_path / f"shop_{year}.db", "CREATE TABLE people (id INTEGER)")
    assert len(join_alike(tables_in(tmp_path))) == 4


def test_databases_of_one_table_are_joined_only_if_it_is_the_same(tmp_path: Path) -> None:
    for year, table in ((2022, "people"), (2023, "orders"), (2024, "orders")):
        database(tmp_path / f"shop_{year}.db", f"CREATE TABLE {table} (id INTEGER)")
    found = {relation.name: type(relation) is ChainedRelation for _, relation in join_alike(tables_in(tmp_path))}
    assert found == {"people": False, "orders": True}


def test_a_joined_table_tells_the_pattern_of_its_files(tmp_path: Path) -> None:
    joined(tmp_path, orders_1__csv=f"{HEADER}1,2\n", orders_2__csv=f"{HEADER}3,4\n")
    ((_, relation),) = join_alike(tables_in(tmp_path))
    assert relation.uri == str(tmp_path / "*orders*.csv")


def names(folder: Path) -> list[str]:
    return [relation.name for relation in unique_table_names(tables_in(folder))]


def test_tables_of_one_name_are_told_apart_by_their_folders(tmp_path: Path) -> None:
    for folder in ("us", "eu"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "Orders.csv").write_text(f"{HEADER}1,2\n", encoding="utf-8")
    assert sorted(names(tmp_path)) == ["eu_Orders", "us_Orders"]


def test_tables_of_one_name_are_told_apart_by_their_databases(tmp_path: Path) -> None:
    for shop in ("north", "south"):
        database(tmp_path / f"{shop}.db", "CREATE TABLE orders (id INTEGER)")
    assert sorted(names(tmp_path)) == ["north_orders", "south_orders"]


def test_names_that_differ_in_case_only_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "orders.csv").write_text(f"{HEADER}1,2\n", encoding="utf-8")
    (tmp_path / "ORDERS.csv").write_text(f"{HEADER}1,2\n", encoding="utf-8")
    found = names(tmp_path)
    assert len({name.lower() for name in found}) == 2


def test_a_number_given_never_meets_a_name_that_is_there(tmp_path: Path) -> None:
    for name in ("orders.csv", "orders.tsv", "orders_2.csv"):
        (tmp_path / name).write_text(f"{HEADER}1,2\n", encoding="utf-8")
    found = names(tmp_path)
    assert len(set(found)) == 3
    assert "orders_2" in found
