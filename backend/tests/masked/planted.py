"""Invented persons whose every value is known, planted into a CSV file, nested JSON and a database."""

from __future__ import annotations

import csv
import json
import sqlite3
from dataclasses import dataclass
from pathlib import Path

_NAMES = (
    ("Wilhelmina", "Grzybowska"),
    ("Thaddeus", "Okonkwo"),
    ("Philippa", "Szczepanski"),
    ("Bartholomew", "Lindqvist"),
    ("Seraphina", "Oyelaran"),
    ("Cornelius", "Vandermeer"),
)
_CARDS = (
    "4539578763621486",
    "5425233430109903",
    "4916338506082832",
    "2223000048410010",
    "4024007103939509",
    "5555341244441115",
)
_IBANS = (
    "DE75512108001245126199",
    "GB33BUKB20201555555555",
    "FR7630006000011234567890189",
    "ES7921000813610123456789",
    "NL02ABNA0123456789",
    "CH5604835012345678009",
)
_NATIONAL = ("536-90-4399", "219-09-9998", "457-55-5462", "612-41-7753", "318-27-4406", "507-88-1934")
_STREETS = ("Quittenweg", "Holunderallee", "Schlehenstraße", "Mispelgasse", "Ebereschenplatz", "Sanddornweg")
_ILLS = ("Sarkoidose", "Morbus Bechterew", "Zystinose", "Hidradenitis", "Narkolepsie", "Mukoviszidose")


@dataclass(frozen=True)
class Person:
    """What is known of one invented person."""

    number: int
    given: str
    family: str

    @property
    def email(self) -> str:
        return f"{self.given.lower()}.{self.family.lower()}@{self.family.lower()}-privat.example"

    @property
    def values(self) -> dict[str, str]:
        """By the name of a field, the person's value, each unlike anything else in the data."""
        number = self.number
        return {
            "email": self.email,
            "first_name": self.given,
            "last_name": self.family,
            "phone": f"+49 1512 74{number}8{number}63",
            "ssn": _NATIONAL[number],
            "card_number": _CARDS[number],
            "iban": _IBANS[number],
            "date_of_birth": f"19{63 + 5 * number}-0{2 + number}-1{9 - number}",
            "ip_address": f"203.0.113.{171 + 7 * number}",
            "mac_address": f"3C:5A:B4:9{number}:E7:D{number}",
            "username": f"{self.given[:4].lower()}{self.family[:5].lower()}{4107 + 13 * number}",
            "password": f"Kx{number}!vQz{number}#{self.given[-3:]}72",
            "api_key": f"sk_live_{number}aQ7{self.family[:6]}Rt5Wm9Zp{number}c",
            "street": f"{_STREETS[number]} {61 + number}b",
            "passport_number": f"C0{number}X74K{number}3",
            "salary": str(48_317 + 7_193 * number),
            "diagnosis": _ILLS[number],
            "latitude": f"{47.31847 + 1.01931 * number:.5f}",
            "longitude": f"{8.57213 + 1.00917 * number:.5f}",
        }


PEOPLE = tuple(Person(number, given, family) for number, (given, family) in enumerate(_NAMES))
SECRETS = tuple(value for person in PEOPLE for value in person.values.values())
"""More than a hundred different values, none of which may be seen in anything that is written."""


def _rows(times: int) -> list[dict[str, str]]:
    """Records of the people; each occurs as often as asked, so that values are frequent ones too."""
    return [
        {"row": str(turn * len(PEOPLE) + person.number), **person.values} for turn in range(times) for person in PEOPLE
    ]


def plant(folder: Path) -> list[Path]:
    """Write the data; the files."""
    return [_text(folder / "people.csv"), _documents(folder / "visits.json"), _database(folder / "crm.sqlite")]


def _text(path: Path) -> Path:
    """Named columns, opaque ones, and notes in which persons are spoken of."""
    rows = _rows(2)
    with path.open("w", encoding="utf-8", newline="") as file:
        names = [*rows[0], "c1", "c2", "notes", "contact", "product"]
        writer = csv.DictWriter(file, names)
        writer.writeheader()
        for row, person in zip(rows, PEOPLE * 2, strict=True):
            note = f"Spoke with {person.given} {person.family}, will write to {person.email} this week"
            contact = person.email if person.number % 2 else person.values["phone"]
            product = person.email if person.number == 3 else f"Lamp {person.number}"
            writer.writerow(
                row
                | {
                    "c1": person.email,
                    "c2": person.values["iban"],
                    "notes": note,
                    "contact": contact,
                    "product": product,
                }
            )
    return path


def _documents(path: Path) -> Path:
    """Nested values, a map whose keys are addresses, and a document inside of a text."""
    records = [
        {
            "visit": person.number,
            "patient": {"name": {"first": person.given, "last": person.family}, "born": person.values["date_of_birth"]},
            "reach": {"mails": [person.email], "phones": [{"kind": "home", "number": person.values["phone"]}]},
            "seen_by_mail": {other.email: other.number for other in PEOPLE},
            "diagnosis": {"text": person.values["diagnosis"]},
            "raw": json.dumps({"user": person.email, "ip": person.values["ip_address"]}),
            "charge": {"card_number": person.values["card_number"], "amount": 10.5 + person.number},
        }
        for person in PEOPLE * 3
    ]
    path.write_text(json.dumps(records), encoding="utf-8")
    return path


def _database(path: Path) -> Path:
    """Keys that are personal, references to them with orphans, and a key that is nearly one."""
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE accounts (email TEXT PRIMARY KEY, full_name TEXT, national_id TEXT)")
        database.execute("CREATE TABLE logins (login_id INTEGER PRIMARY KEY, account TEXT REFERENCES accounts(email))")
        database.execute("CREATE TABLE badges (badge_id TEXT, holder_name TEXT, ssn TEXT)")
        for person in PEOPLE[:4]:
            known = (person.email, f"{person.given} {person.family}", person.values["ssn"])
            database.execute("INSERT INTO accounts VALUES (?, ?, ?)", known)
        for turn in range(3):
            for person in PEOPLE:
                database.execute("INSERT INTO logins VALUES (?, ?)", (turn * 10 + person.number, person.email))
        for turn in range(40):
            person = PEOPLE[turn % len(PEOPLE)]
            key = f"B{turn:03}" if turn < 39 else "B001"
            database.execute(
                "INSERT INTO badges VALUES (?, ?, ?)", (key, f"{person.given} {person.family}", person.values["ssn"])
            )
    database.close()
    return path
