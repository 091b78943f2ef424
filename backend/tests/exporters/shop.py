"""A realistic shop: three kinds of table, nested fields, personal data, damage, and claims of every origin."""

from __future__ import annotations

from ddgen.model.claim import Kind, Origin
from ddgen.model.dictionary import Dictionary, Field, Relationship, Sampling, Table
from ddgen.model.problem import Place, Problem, Severity
from ddgen.model.profile import Distinct, Histogram, Lengths, Oddity, Profile, Shape, ValueCount

from .parts import ROWS, bell, described, field, profile_of, quantiles, says, settled, tops


def _customer_identifier() -> Field:
    return field(
        "id",
        "integer",
        0,
        profile_of(
            2_104,
            distinct=Distinct(count=2_104, exact=True),
            unique=True,
            min=1,
            max=2_104,
            mean=1052.5,
            stddev=607.4,
            quantiles=quantiles(22, 106, 527, 1053, 1578, 1999, 2083),
            histogram=Histogram(
                of="number", edges=[1.0, 527.0, 1053.0, 1579.0, 2104.0], counts=[526, 526, 526, 526], exact=True
            ),
            samples=[17, 902, 1544],
        ),
        physical_type="BIGINT",
        nullable=False,
        claims=[*described("Customer ID", "Identifies a customer."), says(Kind.KEY, "id", Origin.SOURCE)],
    )


def _customer_email() -> Field:
    return field(
        "email",
        "string",
        1,
        profile_of(
            2_104,
            null=6,
            distinct=Distinct(count=2_071, exact=False, error=0.0081),
            lengths=Lengths(min=9, max=41, mean=22.7, histogram=bell("length", [9.0, 14.0, 20.0, 27.0, 41.0])),
            top_values=[ValueCount(value="info@example.org", count=4, error=1)],
            shapes=[Shape(shape="aaaa.aaaa@aaaa.aaa", count=1_811), Shape(shape="aaaa99@aaaa.aa", count=240)],
            samples=["ada@example.org", "grace.hopper@example.com"],
            sample_size=2_104,
            oddities=[
                Oddity(
                    kind="padding",
                    count=12,
                    example=" ada@example.org ",
                    first=[Place(line=18, record=17), Place(line=204, record=203)],
                )
            ],
        ),
        physical_type="VARCHAR(255)",
        nullable=True,
        claims=[
            *described("E-mail Address", "Address used to sign in and for order confirmations.", Origin.HUMAN, 1.0),
            says(
                Kind.DESCRIPTION,
                "E-mail address of the customer.",
                Origin.AI,
                model="example-model-1",
                prompt_hash="ab12",
                confidence=0.86,
                evidence=["99.7 % of values are e-mail addresses"],
            ),
            says(Kind.DESCRIPTION, "Text of 9 to 41 characters.", Origin.RULE, confidence=0.4),
            says(
                Kind.SEMANTIC_TYPE,
                "contact.email",
                Origin.RULE,
                confidence=0.98,
                evidence=["2,092 of 2,098 values match", "the name says email"],
            ),
            says(
                Kind.PII,
                {
                    "category": "contact.email",
                    "sensitivity": 2,
                    "why": ["2,092 of 2,098 values are e-mail addresses", "the name says email"],
                },
                Origin.RULE,
            ),
            says(Kind.TAG, "gdpr", Origin.HUMAN),
        ],
    )


def _customer_birth() -> Field:
    return field(
        "birth_date",
        "date",
        2,
        profile_of(
            2_104,
            null=310,
            null_tokens={"N/A": 14, "-": 3},
            distinct=Distinct(count=1_690, exact=True),
            min="1931-02-11",
            max="2008-12-30",
            quantiles=quantiles(
                "1938-01-01", "1946-05-01", "1964-03-11", "1979-06-02", "1991-10-30", "2003-02-01", "2007-07-07"
            ),
            histogram=bell("date", ["1931-02-11", "1950-01-01", "1970-01-01", "1990-01-01", "2008-12-30"]),
            oddities=[Oddity(kind="date_order_ambiguous", count=41, example="03/04/1991", first=[Place(line=7)])],
        ),
        claims=[
            *described("Birth Date", "Day the customer was born.", Origin.SOURCE, 1.0),
            says(Kind.COMMENT, "Day the customer was born.", Origin.SOURCE),
            says(
                Kind.PII,
                {"category": "person.birth_date", "sensitivity": 3, "why": ["dates of 1931 to 2008"]},
                Origin.RULE,
                confidence=0.7,
            ),
        ],
    )


def _customer_zip_code() -> Field:
    return field(
        "zip",
        "string | integer",
        3,
        profile_of(
            2_104,
            distinct=Distinct(count=804, exact=True),
            lengths=Lengths(min=4, max=10, mean=5.1),
            top_values=tops({"01234": 31, "94103": 28, "10001": 22, "60601": 9}),
            shapes=[Shape(shape="99999", count=2_090), Shape(shape="99999-9999", count=14)],
            oddities=[Oddity(kind="leading_zero", count=212, example="01234", first=[Place(line=2, byte=61)])],
        ),
        types={"string": 2_100, "integer": 4},
        claims=described("ZIP Code", "Postal code; some begin with a zero."),
    )


def _customer_fields() -> list[Field]:
    return [_customer_identifier(), _customer_email(), _customer_birth(), _customer_zip_code()]


def _order_status() -> Field:
    return field(
        "status",
        "string",
        2,
        profile_of(
            distinct=Distinct(count=4, exact=True),
            all_values_listed=True,
            lengths=Lengths(min=4, max=9, mean=6.2),
            top_values=tops({"shipped": 9_100, "paid": 2_205, "cancelled": 1_101, "new": 74}),
        ),
        claims=described("Status", "How far the order has come.", Origin.AI, 0.81, model="example-model-1"),
    )


def _order_total() -> Field:
    return field(
        "total",
        "decimal",
        3,
        profile_of(
            null=37,
            distinct=Distinct(count=8_911, exact=False, error=0.0081),
            min=-12.5,
            max=10_493.99,
            mean=118.3391,
            stddev=204.118,
            scale=2,
            quantiles=quantiles(1.99, 4.5, 19.99, 54.0, 129.9, 480.0, 999.0, exact=False),
            histogram=bell("number", [float(edge) for edge in range(0, 10_500, 350)], exact=False),
            oddities=[Oddity(kind="thousands_mark", count=88, example="1,204.00", first=[Place(record=9)])],
        ),
        claims=[*described("Order Total", "Amount charged, tax included."), says(Kind.UNIT, "EUR", Origin.HUMAN)],
    )


def _order_head() -> list[Field]:
    return [
        field(
            "id",
            "uuid",
            0,
            profile_of(distinct=Distinct(count=ROWS, exact=True), unique=True),
            claims=[*described("Order ID", "Identifies an order."), says(Kind.KEY, "id", Origin.RULE)],
        ),
        field(
            "customer_id",
            "integer",
            1,
            profile_of(distinct=Distinct(count=1_998, exact=True), min=1, max=2_110),
            claims=[
                *described("Customer", "Who ordered."),
                says(Kind.REFERENCES, "customers.id", Origin.RULE, confidence=0.93),
            ],
        ),
        _order_status(),
        _order_total(),
        field(
            "is_gift",
            "boolean",
            4,
            profile_of(
                missing=11_204,
                distinct=Distinct(count=2, exact=True),
                all_values_listed=True,
                top_values=tops({False: 1_010, True: 266}),
            ),
            claims=described("Is Gift", "Wrapped or not."),
        ),
    ]


def _order_items() -> list[Field]:
    items = Lengths(min=0, max=24, mean=2.4, histogram=bell("length", [0.0, 1.0, 2.0, 4.0, 8.0, 24.0]))
    return [
        field(
            "items",
            "array[object]",
            5,
            profile_of(missing=3, elements=items),
            claims=described("Items", "What was ordered, a line each."),
        ),
        field(
            "items[].sku",
            "string",
            6,
            profile_of(
                29_950,
                records=12_401,
                distinct=Distinct(count=640, exact=True),
                lengths=Lengths(min=8, max=8, mean=8.0),
                shapes=[Shape(shape="AAA-9999", count=29_950)],
                top_values=tops({"LMP-0042": 912, "CHR-0007": 877}),
            ),
            claims=described("SKU", "The article's number."),
        ),
        field(
            "items[].qty",
            "integer",
            7,
            profile_of(
                29_950,
                records=12_401,
                distinct=Distinct(count=9, exact=True),
                min=1,
                max=40,
                mean=1.7,
                top_values=tops({1: 20_000, 2: 8_000, 3: 1_000}),
            ),
        ),
    ]


def _order_tail() -> list[Field]:
    return [
        field("shipping", "object", 8, profile_of(null=220)),
        field(
            "shipping.address.`post code`",
            "string",
            9,
            profile_of(parent_absent=220, missing=14, distinct=Distinct(count=3_100, exact=True)),
        ),
        field("by_country{}", "map[integer]", 10, profile_of(elements=Lengths(min=1, max=9, mean=1.1))),
        field(
            "by_country{}.count",
            "integer",
            11,
            profile_of(13_100, records=ROWS, distinct=Distinct(count=88, exact=True), min=0, max=12_000),
        ),
        field("legacy", "unknown", 12, profile_of(null=ROWS), nullable=True),
    ]


def _problems() -> list[Problem]:
    return [
        Problem(
            code="ragged_row",
            severity=Severity.WARNING,
            message="a row has 9 cells, 8 expected",
            source="orders.csv",
            table="orders",
            count=14,
            places=[Place(line=77), Place(line=1_904)],
            hint="Missing cells count as missing",
        ),
        Problem(
            code="truncated",
            message="the file ends inside a string",
            source="events.json",
            table="events",
            places=[Place(byte=104_857_600)],
        ),
    ]


def _customers() -> Table:
    return Table(
        id="t1",
        name="customers",
        uri="shop.sqlite#customers",
        format="sqlite",
        row_count=2_104,
        rows_profiled=2_104,
        size_bytes=1_400_000,
        fields=_customer_fields(),
        reading={"encoding": "utf-8"},
        claims=[
            *described(
                "Customers",
                "People and companies that have an account.\nOne row each, never deleted.",
                Origin.HUMAN,
                1.0,
            ),
            says(Kind.GRAIN, "one row per customer", Origin.RULE),
            says(Kind.PRIMARY_KEY, ["id"], Origin.SOURCE),
            says(Kind.COMMENT, "master data", Origin.SOURCE),
        ],
    )


def _orders() -> Table:
    return Table(
        id="t2",
        name="orders",
        uri="data/orders.jsonl.gz",
        format="json",
        record_path="data[]",
        row_count=40_000,
        rows_profiled=ROWS,
        size_bytes=88_000_000,
        fields=[*_order_head(), *_order_items(), *_order_tail()],
        maps={"by_country": True},
        reading={"compression": "gzip", "encoding": "utf-8"},
        claims=[*described("Orders", "Orders with their items."), says(Kind.PRIMARY_KEY, ["id"], Origin.RULE)],
    )


def _links() -> list[Relationship]:
    return [
        Relationship(
            from_=["orders.customer_id"],
            to=["customers.id"],
            kind="inferred",
            confidence=0.93,
            inclusion=0.9981,
            orphans=3,
        ),
        Relationship(from_=["archive.a", "archive.b"], to=["orders.id", "orders.status"], kind="declared"),
    ]


def shop() -> Dictionary:
    """Three tables with everything a dictionary may say."""
    archive = Table(
        id="t3",
        name="archive",
        uri="archive.csv",
        format="csv",
        row_count=0,
        complete=False,
        fields=[field("note", "unknown", 0, Profile())],
    )
    nothing = Table(id="t4", name="nothing", uri="nothing.csv", format="csv", row_count=0)
    return settled(
        "Web shop",
        [_customers(), _orders(), archive, nothing],
        relationships=_links(),
        problems=_problems(),
        sample=Sampling(rows=ROWS),
    )
