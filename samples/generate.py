"""Writes the sample shop: a small business's data as one meets it, invented and messy.

    python samples/generate.py [FOLDER]      (default: samples/shop)

The seed is fixed and only `Random.random()` is used, whose sequence Python keeps, so every run writes the same
records. What the compressing and database libraries add of their own is set to fixed values too.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sqlite3
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, TypeVar

import words

SEED = 20240131
CUSTOMERS = 1_500
ORDERS = 1_100
PRODUCTS = 160
EVENTS_A_MONTH = 1_800
FIRST_DAY = date(2023, 1, 2)

Item = TypeVar("Item")


class Dice:
    """Chances drawn from one seeded stream."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def below(self, limit: int) -> int:
        """A whole number from 0 to `limit` - 1."""
        return int(self._random() * limit)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`."""
        return low + self.below(high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def some(self, items: Sequence[Item], most: int) -> list[Item]:
        """Up to `most` different items, in their own order."""
        wanted = {self.below(len(items)) for _ in range(self.below(most + 1))}
        return [items[index] for index in sorted(wanted)]

    def one_in(self, number: int) -> bool:
        """True once in `number` times."""
        return self.below(number) == 0

    def day(self, days: int = 540) -> date:
        """A day of the shop's life."""
        return FIRST_DAY + timedelta(days=self.below(days))

    def moment(self, days: int = 540) -> datetime:
        """A second of the shop's life."""
        start = datetime(FIRST_DAY.year, FIRST_DAY.month, FIRST_DAY.day, tzinfo=UTC)
        return start + timedelta(seconds=self.below(days * 86_400))


def postal_code(dice: Dice, form: str) -> str:
    """A postal code of that form."""
    digits = 10_000 if "04d" in form else 1_000 if "03d" in form else 10
    return form.format(dice.below(digits))


def phone(dice: Dice) -> str:
    """A fictitious number (555-01xx), written as people write them."""
    number = f"{dice.below(100):02d}"
    return dice.pick([f"+1 202 555 01{number}", f"(202) 555-01{number}", f"202.555.01{number}", f"20255501{number}"])


def signup_date(dice: Dice) -> str:
    """A day in one of the three ways that three former systems wrote it."""
    day = dice.day()
    styles = [f"{day:%Y-%m-%d}"] * 6 + [f"{day:%d/%m/%Y}"] * 3 + [f"{day.day} {MONTHS[day.month - 1]} {day.year}"]
    return dice.pick(styles)


MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


def customer(dice: Dice, number: int) -> list[str]:
    """One row of customers.csv."""
    first, last = dice.pick(words.FIRST_NAMES), dice.pick(words.LAST_NAMES)
    country, city, form, _ = dice.pick(words.CITIES)
    plain = unicodedata.normalize("NFKD", f"{first}.{last}".replace("'", "").replace("ø", "o").replace("ß", "ss"))
    local = plain.lower().encode("ascii", "ignore").decode()
    mailbox = number - 1 if dice.one_in(150) and number > 1 else number
    birth = date(1938, 1, 1) + timedelta(days=dice.below(24_000))
    cents = dice.between(0, 400_000) * dice.between(1, 3)
    points = "N/A" if dice.one_in(40) else str(dice.below(5_000))
    return [
        str(number),
        f"{local}.{mailbox}@example.{dice.pick(['com', 'org', 'net'])}" if mailbox == number else "shared@example.com",
        f"  {first} " if dice.one_in(30) else first,
        last,
        "" if dice.one_in(8) else phone(dice),
        "" if dice.one_in(12) else f"{birth:%Y-%m-%d}",
        postal_code(dice, form),
        city,
        country,
        points,
        dice.pick(["Y", "Y", "N"]),
        f"${cents // 100:,}.{cents % 100:02d}",
        signup_date(dice),
        str(dice.between(1, number)) if dice.one_in(6) else "",
        dice.pick(words.NOTES) if dice.one_in(7) else "",
    ]


CUSTOMER_HEADER = (
    "customer_id,email,first_name,last_name,phone,birth_date,zip,city,country,loyalty_points,opt_in,"
    "lifetime_value,signup_date,referred_by,notes"
).split(",")


def sku(number: int) -> str:
    """The article number of the product of that number."""
    return f"{words.NOUNS[number % len(words.NOUNS)][:2].upper()}-{number:04d}"


def order_item(dice: Dice) -> dict[str, Any]:
    """One line of an order."""
    item: dict[str, Any] = {
        "sku": sku(dice.below(PRODUCTS)),
        "qty": dice.between(1, 4),
        "price": dice.between(199, 14_999) / 100,
        "discounts": [
            {"code": dice.pick(["SPRING10", "WELCOME", "VIP-5"]), "amount": dice.between(1, 9)}
            for _ in range(dice.pick([0, 0, 0, 1, 2]))
        ],
    }
    if dice.one_in(9):
        item["engraving"] = dice.pick(["For Zoë", "A & B", "50 years", ""])
    return item


def address(dice: Dice) -> dict[str, Any]:
    """Where an order goes."""
    country, city, form, _ = dice.pick(words.CITIES)
    street = f"{dice.between(1, 140)} {dice.pick(words.STREETS)}"
    return {"street": street, "city": city, "zip": postal_code(dice, form), "country": country}


def shipping(dice: Dice) -> dict[str, Any] | None:
    """How an order travels; None for goods fetched in the shop."""
    if dice.one_in(12):
        return None
    sent: dict[str, Any] = {"method": dice.pick(["post", "post", "courier", "pickup point"]), "address": address(dice)}
    if not dice.one_in(5):
        sent["weight_kg"] = dice.between(1, 300) / 10
    return sent


def order(dice: Dice, number: int) -> dict[str, Any]:
    """One document of orders.jsonl."""
    buyer = dice.between(1, CUSTOMERS + 4)  # a few ordered as guests and are no customers
    items = [order_item(dice) for _ in range(dice.between(1, 4))]
    placed = dice.moment()
    document: dict[str, Any] = {
        "order_id": f"ORD-{number:06d}",
        "customer": {"id": str(buyer) if dice.one_in(25) else buyer, "segment": dice.pick(["consumer", "business"])},
        "placed_at": f"{placed:%Y-%m-%dT%H:%M:%SZ}",
        "status": dice.pick(words.STATUSES),
        "items": items,
        "total": round(sum(item["qty"] * item["price"] for item in items), 2),
        "tags": dice.some(words.TAGS, 3),
        "meta.source": dice.pick(["web", "app", "phone"]),
        "price_by_country": {
            code: {"amount": dice.between(500, 20_000), "vat": dice.pick([0, 7, 19, 21])}
            for code in dice.some(words.PRICE_COUNTRIES, 4)
        },
        "events_by_day": {f"{dice.day():%Y-%m-%d}": dice.between(1, 9) for _ in range(dice.below(4))},
    }
    if not dice.one_in(15):
        document["shipping"] = shipping(dice)
    if dice.one_in(3):
        document["coupon"] = None if dice.one_in(2) else dice.pick(["SPRING10", "WELCOME"])
    if dice.one_in(10):
        document["utm[campaign]"] = dice.pick(["newsletter", "autumn sale"])
    if number == ORDERS // 2:
        document["ledger_id"] = 123456789012345678901234567890
    elif dice.one_in(4):
        document["ledger_id"] = dice.below(10**9)
    return document


MONTHLY_HEADER = ["event_id", "occurred_at", "customer_id", "page", "search_term", "duration_s", "basket_eur"]


def web_event(dice: Dice, number: int, month: int) -> list[str]:
    """One row of a month's web events, as a German system writes them."""
    page = dice.pick(words.PAGES)
    cents = dice.between(100, 250_000)
    euros = f"{cents // 100:,}".replace(",", ".") + f",{cents % 100:02d}"
    clock = f"{dice.below(24):02d}:{dice.below(60):02d}:{dice.below(60):02d}"
    return [
        str(number),
        f"{dice.between(1, 28):02d}.{month:02d}.2024 {clock}",
        "" if dice.one_in(3) else str(dice.between(1, CUSTOMERS)),
        page,
        dice.pick(words.SEARCHES) if page == "/search" else "",
        f"{dice.below(300)},{dice.below(10)}",
        euros if page in {"/cart", "/checkout"} else "-",
    ]


SCHEMA = """
CREATE TABLE categories (
  category_id INTEGER PRIMARY KEY,
  parent_id INTEGER REFERENCES categories (category_id), -- empty for the top of the tree
  name TEXT NOT NULL -- as shown in the shop's menu
);
CREATE TABLE suppliers (
  supplier_id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE,
  contact_email TEXT,
  iban TEXT -- account that we pay to
);
/* Where goods are kept. */
CREATE TABLE warehouses (
  code TEXT PRIMARY KEY, -- printed on the gate
  city TEXT NOT NULL,
  country TEXT NOT NULL, -- ISO 3166-1, two letters
  latitude REAL,
  longitude REAL
);
CREATE TABLE products (
  sku TEXT PRIMARY KEY, -- article number, on every label
  name TEXT NOT NULL,
  category_id INTEGER NOT NULL REFERENCES categories (category_id),
  supplier_id INTEGER REFERENCES suppliers (supplier_id),
  ean TEXT, -- barcode, 13 digits, may start with 0
  price_ct INTEGER, -- in cents, without tax
  weight_kg REAL,
  active INTEGER NOT NULL DEFAULT 1,
  listed_on TEXT
);
CREATE TABLE stock (
  warehouse_code TEXT NOT NULL REFERENCES warehouses (code),
  sku TEXT NOT NULL REFERENCES products (sku),
  quantity INTEGER NOT NULL, -- below zero: sold before it arrived
  counted_at INTEGER, -- seconds since 1970
  PRIMARY KEY (warehouse_code, sku)
);
CREATE VIEW product_stock AS
  SELECT p.sku, p.name, sum(s.quantity) AS quantity FROM products p LEFT JOIN stock s USING (sku)
  GROUP BY p.sku, p.name;
"""


def ean(dice: Dice) -> str:
    """A 13-digit barcode of the range kept for use inside a shop, with its check digit (GS1)."""
    digits = f"0{dice.between(200_000, 299_999)}{dice.below(100_000):05d}"
    odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
    return f"{digits}{-(odd + 3 * even) % 10}"


def product(dice: Dice, number: int) -> tuple[Any, ...]:
    """One row of products; one price is a text, as SQLite permits."""
    return (
        sku(number),
        f"{dice.pick(words.ADJECTIVES)} {words.NOUNS[number % len(words.NOUNS)]}",
        dice.between(4, len(words.CATEGORIES)),
        None if dice.one_in(20) else dice.between(1, len(words.SUPPLIERS)),
        None if dice.one_in(10) else ean(dice),
        "call us" if number == PRODUCTS - 1 else dice.between(199, 14_999),
        None if dice.one_in(6) else dice.between(1, 900) / 100,
        0 if dice.one_in(9) else 1,
        f"{dice.day(300):%Y-%m-%d}",
    )


def stock(dice: Dice) -> Iterator[tuple[Any, ...]]:
    """The rows of stock."""
    for number in range(PRODUCTS):
        for code, *_ in dice.some(words.WAREHOUSES, 4):
            yield code, sku(number), dice.between(-3, 400), 1_704_067_200 + dice.below(5_000_000)


def supplier(number: int, name: str) -> tuple[Any, ...]:
    """One row of suppliers."""
    mail = None if number == 3 else f"orders{number}@example.org"
    account = f"00000000{number * 7_919:010d}"  # a bank that does not exist
    check = 98 - int(f"{account}131400") % 97  # ISO 7064 MOD 97-10, with DE as 1314
    return number, name, mail, f"DE{check:02d}{account}"


def write_database(path: Path, dice: Dice) -> None:
    """The shop's database."""
    path.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as database:
        database.execute("PRAGMA page_size = 4096")
        database.executescript(SCHEMA)
        database.executemany("INSERT INTO categories VALUES (?, ?, ?)", words.CATEGORIES)
        suppliers = [supplier(number, name) for number, name in enumerate(words.SUPPLIERS, 1)]
        database.executemany("INSERT INTO suppliers VALUES (?, ?, ?, ?)", suppliers)
        database.executemany("INSERT INTO warehouses VALUES (?, ?, ?, ?, ?)", words.WAREHOUSES)
        products = [product(dice, number) for number in range(PRODUCTS)]
        database.executemany("INSERT INTO products VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", products)
        database.executemany("INSERT INTO stock VALUES (?, ?, ?, ?)", stock(dice))
        database.commit()
    image = bytearray(path.read_bytes())
    image[96:100] = (3_040_000).to_bytes(4, "big")  # the writing library's version (fileformat.html, 1.3.16)
    path.write_bytes(image)


def csv_text(header: list[str], rows: Iterator[list[str]], delimiter: str = ",", end: str = "\n") -> str:
    """Rows as CSV."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=end)
    writer.writerow(header)
    writer.writerows(rows)
    return buffer.getvalue()


def packed(content: bytes) -> bytes:
    """Content as gzip, without the time and name that a header may carry."""
    buffer = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=9, fileobj=buffer, mtime=0) as file:
        file.write(content)
    return buffer.getvalue()


def main(folder: Path) -> None:
    """Write every file of the shop into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    dice = Dice(SEED)
    customers = csv_text(CUSTOMER_HEADER, (customer(dice, number) for number in range(1, CUSTOMERS + 1)))
    (folder / "customers.csv").write_bytes(customers.encode())
    orders = (json.dumps(order(dice, number), ensure_ascii=False) for number in range(1, ORDERS + 1))
    (folder / "orders.jsonl").write_bytes("".join(f"{line}\n" for line in orders).encode())
    for month in (1, 2):
        first = month * 100_000
        rows = (web_event(dice, first + number, month) for number in range(EVENTS_A_MONTH))
        text = csv_text(MONTHLY_HEADER, rows, delimiter=";", end="\r\n")
        (folder / f"web_events_2024-{month:02d}.csv.gz").write_bytes(packed(text.encode("cp1252")))
    write_database(folder / "shop.sqlite", dice)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "shop")
