"""What names say about references."""

from __future__ import annotations

import pytest

from ddgen.semantics.reference_names import (
    counts_things,
    ends_with_key_word,
    entity_words,
    is_measure,
    is_plain_key,
    names_table,
    own_key,
    plain_words,
    points_within,
    same_column,
    shared_prefix,
    word_group,
)

TELLING = [
    ("customer_id", "customers"),
    ("CustomerID", "tbl_Customer"),
    ("custid", "customers"),
    ("billing_country_code", "countries"),
    ("dept_no", "departments"),
    ("media_type_id", "MediaType"),
    ("sourcepaperid", "papers"),
    ("organisation_id", "organizations"),
    ("product_ids", "products"),
    ("id_client", "clients"),
    ("autore", "autori"),
    ("profesor_id", "profesores"),
]
PLAUSIBLE = [
    ("approved_by", "users"),
    ("leiter", "mitarbeiter"),
    ("manager_id", "employees"),
    ("support_rep_id", "employee"),
    ("category_id", "product_categories"),
]
WEAK = [("shipped_via", "shippers"), ("category", "product_category"), ("state_name", "states")]
NONE = [("amount", "accounts"), ("business", "users"), ("zip", "ships"), ("", "users"), ("id", "users")]


@pytest.mark.parametrize(
    ("low", "high", "pairs"), [(0.85, 1.0, TELLING), (0.6, 0.84, PLAUSIBLE), (0.01, 0.6, WEAK[1:]), (0.0, 0.0, NONE)]
)
def test_how_well_a_name_names_a_table(low: float, high: float, pairs: list[tuple[str, str]]) -> None:
    scores = {pair: names_table(*pair) for pair in pairs}
    assert all(low <= score <= high for score in scores.values()), scores


@pytest.mark.parametrize(
    ("name", "table", "own"),
    [
        ("id", "whatever", True),
        ("uid", "users", True),
        ("txid", "daily_transactions", True),
        ("emp_no", "employees", True),
        ("order_id", "ORDERS", True),
        ("id_profesor", "profesores", True),
        ("venueid", "venue", True),
        ("num_commande", "commandes", True),
        ("paid", "payments", False),
        ("customer_id", "orders", False),
        ("name", "names", False),
    ],
)
def test_a_tables_own_key(name: str, table: str, own: bool) -> None:
    assert (own_key(name, table) >= 0.75) == own


def test_a_column_called_like_a_key() -> None:
    assert same_column("customer_id", "customer_id", "customers") == 1.0
    assert same_column("customer_id", "customer_id", "contacts") < 1.0
    assert same_column("ship_customer_id", "customer_id", "customers") > 0.9
    assert same_column("id", "id", "customers") == 0.0
    assert same_column("l_orderkey", "o_orderkey", "orders", ("l", "o")) >= 0.85


def test_a_prefix_that_all_columns_share() -> None:
    assert shared_prefix(["l_orderkey", "l_partkey", "l_comment"]) == "l"
    assert shared_prefix(["l_orderkey", "l_partkey", "comment"]) == ""
    assert shared_prefix(["id", "id_type"]) == ""
    assert names_table("c_nation_key", "nation", "c") > names_table("c_nation_key", "c")


@pytest.mark.parametrize(
    ("name", "within"), [("parent_id", True), ("ReportsTo", True), ("report_id", False), ("name", False)]
)
def test_names_that_speak_of_the_same_table(name: str, within: bool) -> None:
    assert points_within(name) == within


def test_measures_and_numbers_of_things() -> None:
    assert [is_measure(name) for name in ("unit_price", "num_orders", "order_id", "")] == [True, True, False, False]
    assert counts_things("students", "student")
    assert not counts_things("student", "students")
    assert not counts_things("student_ids", "students")


def test_key_words() -> None:
    assert [is_plain_key(name) for name in ("id", "Code", "order_id", "sku")] == [True, True, False, False]
    assert [ends_with_key_word(name) for name in ("sku", "order_ids", "orders")] == [True, True, False]


def test_words_of_names() -> None:
    assert plain_words("HTTPServerID_2 fooBar") == ("http", "server", "id", "2", "foo", "bar")
    assert entity_words("tbl_Customers_2024") == {"customer"}
    assert "id" in word_group("key")


def test_the_name_of_what_rows_are_is_like_a_key_of_them() -> None:
    assert same_column("state_name", "state_name", "states") > same_column("state_name", "state_name", "highlow")
