"""What abbreviations mean in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from ddgen.errors import InputError, OutputError, UsageError
from ddgen.types.glossary import Entry, Glossary

CSV = """abbreviation,expansion,scope
cntr,contract,
CD,code,orders
stat_cd,Status of the Order,orders.*
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "glossary.csv"
    path.write_text(CSV, encoding="utf-8-sig")
    return path


def test_scopes(file: Path) -> None:
    glossary = Glossary.load(file)
    assert [entry.abbreviation for entry in glossary.entries] == ["cntr", "cd", "stat_cd"]
    assert glossary.meaning(["cntr"], "anything") == Entry("cntr", "contract")
    assert glossary.meaning(["cd"], "orders") is not None
    assert glossary.meaning(["cd"], "customers") is None
    assert glossary.meaning(["stat", "cd"], "Orders", "STAT_CD") is not None


def test_a_later_entry_and_a_scoped_one_win() -> None:
    glossary = Glossary([Entry("st", "street", "shops"), Entry("st", "status"), Entry("st", "state")])
    found = [glossary.meaning(["st"], table) for table in ("shops", "orders")]
    assert [one.expansion for one in found if one] == ["street", "state"]


def test_a_header_may_be_missing_and_lines_may_be_notes(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("# ours\n\ncust,client\n", encoding="utf-8")
    assert Glossary.load(path).entries == [Entry("cust", "client")]


def test_bad_lines_name_their_place(tmp_path: Path) -> None:
    path = tmp_path / "g.csv"
    path.write_text("abbreviation,expansion,scope\ncust,client,\nord,,\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"g\.csv, line 3: an entry without"):
        Glossary.load(path)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file"):
        Glossary.load(tmp_path / "none.csv")
    (tmp_path / "bytes.csv").write_bytes(b"\xff\xfe\x00\x81")
    with pytest.raises(InputError, match="UTF-8"):
        Glossary.load(tmp_path / "bytes.csv")


def test_saved_as_loaded(file: Path, tmp_path: Path) -> None:
    glossary = Glossary.load(file)
    glossary.save(tmp_path / "again.csv")
    assert Glossary.load(tmp_path / "again.csv").entries == glossary.entries
    with pytest.raises(OutputError):
        glossary.save(tmp_path / "none" / "g.csv")


def test_what_stands_in_the_file_stays(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    text = "\ufeff# ours, since 2019\nabbreviation,expansion,scope,who\ncust,client,,Ada\n\n# to ask\nzq,quarantine"
    path.write_bytes(text.encode())
    glossary = Glossary.load(path)
    assert glossary.entries == [Entry("cust", "client"), Entry("zq", "quarantine")]
    glossary.add(Entry("dt", "date", "orders"))
    glossary.save(path)
    glossary.save(path)
    assert path.read_bytes().decode() == f"{text}\ndt,date,orders\n"


@pytest.mark.parametrize(
    ("name", "meaning", "learnt"),
    [
        ("cust_nbr", "Client Number", [("cust", "client")]),
        ("ord_xv", "Order cross validation", [("xv", "cross validation")]),
        ("zq_dt", "Quarantine Date", [("zq", "quarantine")]),
        ("cust_nbr", "Customer Number", []),
        ("zq_qz", "Quarantine Zone", []),
        ("order_date", "Order Date", []),
        ("zq", "", []),
    ],
)
def test_a_persons_words_are_learnt(name: str, meaning: str, learnt: list[tuple[str, str]]) -> None:
    glossary = Glossary()
    new = glossary.learn(name, meaning)
    assert [(one.abbreviation, one.expansion) for one in new] == learnt
    assert glossary.learn(name, meaning) == []


def test_learnt_entries_count_at_once() -> None:
    glossary = Glossary()
    glossary.learn("zq_dt", "Quarantine Date", scope="animals")
    assert glossary.meaning(["zq"], "animals") == Entry("zq", "quarantine", "animals")
    assert glossary.meaning(["zq"], "orders") is None
