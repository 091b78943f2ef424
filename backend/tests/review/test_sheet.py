"""A workbook that comes home: whatever became of its rows, columns and cells on the way."""

from __future__ import annotations

import shutil
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ddgen.errors import DdgenError, DocumentError, InputError
from ddgen.exporters.excel_form import BASE, SHEET
from ddgen.model.claim import Kind, Origin, Status, winner
from ddgen.model.dictionary import Dictionary, Field
from ddgen.review.returned import Report

from . import house
from .workbooks import LETTER, cell, edited, export, taken


@pytest.fixture
def shop() -> Dictionary:
    return house.shop()


@pytest.fixture
def book(shop: Dictionary, tmp_path: Path) -> Path:
    return export(shop, tmp_path / "d.xlsx")


def at(dictionary: Dictionary, table: str, path: str) -> Field:
    owner = dictionary.table(table)
    assert owner is not None
    found = owner.field(path)
    assert found is not None
    return found


def verdicts(report: Report) -> Counter[str]:
    return Counter(change.verdict for change in report.changes)


def test_an_unedited_workbook_changes_nothing(shop: Dictionary, book: Path) -> None:
    before = shop.to_json()
    report = taken(shop, book)
    assert (report.changes, report.warnings) == ([], [])
    assert report.compared > 40
    assert shop.to_json() == before


def test_an_edited_cell_is_a_persons_claim_and_the_old_one_stays(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", "description").value = "Their address.  \r\n"
    report = taken(shop, book)
    email = at(shop, "customers", "email")
    won = winner(email.claims, Kind.DESCRIPTION)
    assert won is not None
    assert (won.value, won.origin, won.by) == ("Their address.", Origin.HUMAN, "Ada")
    assert email.description == "Their address."
    assert "Where the customer reads mail." in [claim.value for claim in email.claims]
    assert [(change.verdict, change.where) for change in report.changes] == [("applied", f"{SHEET}!F5")]
    assert shop.reviews is not None
    assert [review.action for review in shop.reviews] == ["edit"]


def test_importing_twice_equals_once(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", "description").value = None
        cell(open_, "customers.email", "pii").value = "identity"
        cell(open_, "customers.customer_id", "status").value = "approved"
        cell(open_, "orders.customer_id", "status").value = "rejected"
        cell(open_, "orders", "owner").value = "Sales"
        cell(open_, "orders", "note").value = "Ask Bo."
    first = taken(shop, book)
    once = shop.to_json()
    second = taken(shop, book)
    assert verdicts(first) == {"applied": 6}
    assert verdicts(second) == {"already": 6}
    assert shop.to_json() == once
    assert at(shop, "customers", "email").description is None
    orders = shop.table("orders")
    assert orders is not None
    assert (orders.owner, orders.note) == ("Sales", "Ask Bo.")


def test_both_changed_is_a_conflict_the_sheet_wins_and_nothing_is_lost(shop: Dictionary, book: Path) -> None:
    newer = house.said(Kind.DESCRIPTION, "Written meanwhile.", Origin.HUMAN)
    newer.time = datetime(2099, 1, 1, tzinfo=UTC)
    at(shop, "customers", "email").claims.append(newer)
    shop.settle()
    with edited(book) as open_:
        cell(open_, "customers.email", "description").value = "Mine."
    (change,) = taken(shop, book).changes
    said = (change.verdict, change.was, change.current, change.mine)
    assert said == ("conflict", "Where the customer reads mail.", "Written meanwhile.", "Mine.")
    email = at(shop, "customers", "email")
    assert email.description == "Mine."
    assert newer in email.claims


def test_a_newer_dictionary_keeps_what_nobody_edited(shop: Dictionary, book: Path) -> None:
    newer = house.said(Kind.DESCRIPTION, "Written meanwhile.", Origin.HUMAN)
    at(shop, "customers", "email").claims.append(newer)
    shop.settle()
    assert taken(shop, book).changes == []
    assert at(shop, "customers", "email").description == "Written meanwhile."


def test_approving_is_of_the_text_that_was_seen(shop: Dictionary, book: Path) -> None:
    email = at(shop, "customers", "email")
    email.claims.append(house.said(Kind.DESCRIPTION, "A later model says.", Origin.AI))
    seen = next(claim for claim in email.claims if claim.value == "Where the customer reads mail.")
    seen.status = Status.WITHDRAWN
    shop.settle()
    with edited(book) as open_:
        cell(open_, "customers.email", "status").value = "Approved "
    (change,) = taken(shop, book).changes
    assert change.verdict == "conflict"
    assert (email.description, seen.status) == ("Where the customer reads mail.", Status.APPROVED)


def test_rows_sorted_columns_moved_renamed_and_added(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        page = open_[SHEET]
        cell(open_, "orders.customer_id", "description").value = "Who ordered."
        rows = [[one.value for one in row] for row in page.iter_rows(min_row=1)]
        head, body = rows[:2], sorted(rows[2:], key=lambda row: str(row[5]))
        head[1][5] = "Beschreibung"
        moved = [["spare" if number > 1 else None, *reversed(row)] for number, row in enumerate([*head, *body])]
        for row, values in enumerate(moved, 1):
            for column, value in enumerate(values, 1):
                page.cell(row, column).value = value
                page.cell(row, column).data_type = "n" if value is None else "s"
        page.row_dimensions[5].hidden = True
    report = taken(shop, book)
    assert verdicts(report) == {"applied": 1, "ignored": 1}
    (extra,) = report.of("ignored")
    assert (extra.mine, extra.reason) == (f"{len(body)} cells", "it is none of our columns")
    assert at(shop, "orders", "customer_id").description == "Who ordered."


def test_rows_deleted_and_added_and_columns_deleted_are_told(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        page = open_[SHEET]
        page.delete_rows(3)
        page.delete_cols(LETTER["semantic_type"])
        page.append(["orders", "nowhere", None, None, "A name"])
    report = taken(shop, book)
    assert [warning.partition(":")[0] for warning in report.warnings] == [
        "nothing is taken from columns that are gone",
        "1 row of the workbook are gone",
    ]
    (change,) = report.changes
    assert (change.place, change.column, change.verdict, change.mine) == (
        "orders.nowhere",
        "business_name",
        "ignored",
        "A name",
    )


def test_rows_that_say_different_things_of_one_field_are_not_guessed_at(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        page = open_[SHEET]
        page.append([one.value for one in page[5]])
        page.cell(page.max_row, LETTER["description"]).value = "One."
        page.cell(5, LETTER["description"]).value = "Other."
        for row in (5, page.max_row):
            page.cell(row, LETTER["owner"]).value = "Bo"
        last = page.max_row
    report = taken(shop, book)
    assert verdicts(report) == {"ignored": 2, "applied": 1}
    assert {change.where for change in report.of("ignored")} == {f"{SHEET}!F5", f"{SHEET}!F{last}"}
    assert f"{SHEET}!F5, {SHEET}!F{last}" in str(report.of("ignored")[0].reason)
    assert at(shop, "customers", "email").owner == "Bo"


def test_without_the_hidden_row_and_ids_titles_and_names_serve(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        cell(open_, "orders.items[].sku", "description").value = "What was sold."
        page = open_[SHEET]
        page.delete_cols(LETTER["id"])
        page.delete_rows(1)
    report = taken(shop, book)
    assert (report.warnings, verdicts(report)) == ([], {"applied": 1})
    assert at(shop, "orders", "items[].sku").description == "What was sold."


def test_a_column_that_was_copied_is_taken_once(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        page = open_[SHEET]
        for row in range(1, page.max_row + 1):
            page.cell(row, len(LETTER) + 1).value = page.cell(row, LETTER["business_name"]).value
        page.cell(5, len(LETTER) + 1).value = "Copied"
        page.cell(5, LETTER["business_name"]).value = "E-mail"
    report = taken(shop, book)
    assert verdicts(report) == {"applied": 1, "ignored": 1}
    assert at(shop, "customers", "email").business_name == "E-mail"


def test_a_row_that_was_torn_apart_is_told(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", "description").value = "Mine."
        cell(open_, "customers.email", "field").value = "remark"
    (change,) = taken(shop, book).changes
    assert change.verdict == "ignored"
    assert "not together any more" in str(change.reason)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (datetime(2024, 2, 1, tzinfo=UTC).replace(tzinfo=None), "date or time"),
        (True, "truth value"),
        ("#REF!", "shows the error #REF!"),
        ("=1+1", "no saved result"),
    ],
)
def test_what_a_spreadsheet_made_of_a_text_is_told(shop: Dictionary, book: Path, value: object, said: str) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", "description").value = value
    (change,) = taken(shop, book).changes
    assert change.verdict == "ignored"
    assert said in str(change.reason)
    assert at(shop, "customers", "email").description == "Where the customer reads mail."


def test_a_number_is_taken_as_text_and_said(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", "business_name").value = 42.0
    (change,) = taken(shop, book).changes
    assert (change.verdict, change.reason) == ("applied", "a number stood there; taken as text")
    assert at(shop, "customers", "email").business_name == "42"


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("pii", "nonsense!", "as in contact:2"),
        ("pii", None, "write none"),
        ("semantic_type", "contact.emial", "unknown"),
        ("status", "perhaps", "choose one of"),
    ],
)
def test_what_means_nothing_is_told(shop: Dictionary, book: Path, key: str, value: object, reason: str) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", key).value = value
    (change,) = taken(shop, book).changes
    assert change.verdict == "ignored"
    assert reason in str(change.reason)


def test_a_text_longer_than_a_cell_is_not_cut(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        assert cell(open_, "customers.terms", "description").protection.locked
        assert not cell(open_, "customers.terms", "owner").protection.locked
        cell(open_, "customers.terms", "description").value = "Short."
    (change,) = taken(shop, book).changes
    assert (change.verdict, change.reason) == ("ignored", "the text is longer than a cell: edit it with ddgen review")
    assert at(shop, "customers", "terms").description == house.LONG


def test_without_its_base_it_is_compared_with_the_dictionary_alone(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        del open_[BASE]
        cell(open_, "customers.email", "description").value = "Mine."
        cell(open_, "customers.customer_id", "description").value = None
    report = taken(shop, book)
    assert "is gone" in report.warnings[0]
    assert at(shop, "customers", "email").description == "Mine."
    assert at(shop, "customers", "customer_id").description is not None
    assert report.of("conflict") == []


def test_a_damaged_base_is_told(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        open_[BASE]["D4"].value = "not json"
    assert "is damaged" in taken(shop, book).warnings[0]


def test_a_field_that_is_gone_keeps_what_was_written(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        cell(open_, "customers.remark", "description").value = "Kept."
    customers = shop.table("customers")
    assert customers is not None
    customers.fields = [field for field in customers.fields if field.path != "remark"]
    (change,) = taken(shop, book).changes
    assert (change.verdict, "kept with the removed field" in str(change.reason)) == ("conflict", True)
    kept = at(shop, "customers", "remark")
    assert (kept.removed, kept.description) == (True, "Kept.")


def test_the_wrong_dictionary_is_refused(book: Path) -> None:
    with pytest.raises(DocumentError, match="of the dictionary shop, not of other"):
        taken(house.dictionary(house.table("customers"), name="other"), book)
    with pytest.raises(DocumentError, match="not one of its rows"):
        taken(house.dictionary(house.table("elsewhere"), name="shop"), book)


def test_other_workbooks_and_other_files_are_refused(shop: Dictionary, tmp_path: Path) -> None:
    from openpyxl import Workbook

    plain = tmp_path / "plain.xlsx"
    Workbook().save(plain)
    broken = tmp_path / "broken.xlsx"
    broken.write_bytes(b"PK\x03\x04 nothing")
    for path, kind in ((plain, DocumentError), (broken, InputError), (tmp_path / "none.xlsx", DdgenError)):
        with pytest.raises(kind) as told:
            taken(shop, path)
        assert "\n" not in str(told.value)


def test_answers_to_questions_are_told_of(shop: Dictionary, book: Path) -> None:
    with edited(book) as open_:
        page = open_.create_sheet("Questions")
        page.append(["Question", "Answer"])
        page.append(["What is A?", "Active"])
    (change,) = taken(shop, book).changes
    assert (change.verdict, change.mine, change.where) == ("ignored", "Active", "Questions!B2")


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
def test_a_workbook_saved_again_by_libreoffice(shop: Dictionary, book: Path, tmp_path: Path) -> None:
    with edited(book) as open_:
        cell(open_, "customers.email", "description").value = "Their address."
    out = tmp_path / "out"
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", out, book], check=True, capture_output=True, timeout=200)
    report = taken(shop, out / book.name)
    assert (report.warnings, verdicts(report)) == ([], {"applied": 1})
    assert at(shop, "customers", "email").description == "Their address."
