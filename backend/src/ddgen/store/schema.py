"""The tables of the store, as the newest migration leaves them.

Rows refer to each other by small numbers (`n`); `id` is what clients see. Times are microseconds since 1970 in UTC.
A body is the packed JSON of one field, one table or the rest of a dictionary: kept once for each content, never
changed. The head of a field is its body and, where people have spoken since, all its claims anew (`claims`).
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)
from sqlalchemy.types import TypeEngine

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _number() -> TypeEngine[int]:
    """A row number: what SQLite counts by itself has to be an INTEGER there."""
    return BigInteger().with_variant(Integer, "sqlite")


def _key() -> Column[int]:
    return Column("n", _number(), primary_key=True, autoincrement=True)


def _of(table: str, name: str, *, null: bool = False, when_gone: str = "CASCADE") -> Column[int]:
    """A reference to a row that takes this one with it when it goes."""
    return Column(name, _number(), ForeignKey(f"{table}.n", ondelete=when_gone), nullable=null)


def _of_dictionary() -> Column[int]:
    return _of("dictionaries", "dictionary_n")


def _text(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, Text, nullable=null)


def _count(name: str, *, null: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=null)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False)


dictionaries = Table(
    "dictionaries",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    _text("title", null=True),
    _count("revision"),
    _count("version"),
    _count("tables"),
    _count("fields"),
    _count("body_n", null=True),
    _text("content_hash"),
    _flag("edited"),
    _count("generated_at"),
    _count("created_at"),
    _count("updated_at"),
    Index("ix_dictionaries_updated_at_n", "updated_at", "n"),
)
"""`revision` counts every change of the head; `version` is the last version's number, `content_hash` its hash;
`body_n` is what is not of one table alone; `edited` where people have changed the head since the last version."""

versions = Table(
    "versions",
    metadata,
    _key(),
    _of_dictionary(),
    _count("number"),
    _text("content_hash"),
    _text("author"),
    _count("at"),
    _text("cause"),
    _text("summary"),
    Column("manifest", LargeBinary, nullable=False),
    UniqueConstraint("dictionary_n", "number"),
)

bodies = Table(
    "bodies",
    metadata,
    _key(),
    _of_dictionary(),
    Column("hash", LargeBinary, nullable=False),
    Column("data", LargeBinary, nullable=False),
    UniqueConstraint("dictionary_n", "hash"),
)

tables = Table(
    "tables",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    _of_dictionary(),
    _text("key"),
    _text("name"),
    _count("ordinal"),
    _text("business_name", null=True),
    _text("description", null=True),
    _text("status"),
    _text("name_status"),
    _text("description_status"),
    _count("row_count", null=True),
    _count("fields"),
    _flag("removed"),
    _flag("gone"),
    _text("owner", null=True),
    _count("body_n", null=True),
    Column("claims", LargeBinary),
    _count("first_version"),
    _count("first_body_n", null=True),
    _count("row_version"),
    _count("updated_at"),
    UniqueConstraint("dictionary_n", "key"),
    Index("ix_tables_order", "dictionary_n", "ordinal", "n"),
)
"""`gone`: no longer in the dictionary at all; the row stays, so that its id and history do."""

fields = Table(
    "fields",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    _of_dictionary(),
    _of("tables", "table_n"),
    _text("path"),
    _text("name"),
    _count("ordinal"),
    _text("data_type"),
    _text("semantic_type", null=True),
    _text("pii_category", null=True),
    Column("pii_sensitivity", SmallInteger),
    _text("business_name", null=True),
    _text("description", null=True),
    _text("status"),
    _text("name_status"),
    _text("description_status"),
    _flag("removed"),
    _flag("gone"),
    _text("owner", null=True),
    _count("body_n", null=True),
    Column("claims", LargeBinary),
    _count("first_version"),
    _count("first_body_n", null=True),
    _count("row_version"),
    _count("updated_at"),
    UniqueConstraint("table_n", "path"),
    Index("ix_fields_order", "dictionary_n", "table_n", "ordinal", "n"),
    Index("ix_fields_name", "dictionary_n", "name", "n"),
    Index("ix_fields_status", "status", "dictionary_n", "n"),
)

history = Table(
    "history",
    metadata,
    _key(),
    _of_dictionary(),
    _of("tables", "table_n", null=True),
    _of("fields", "field_n", null=True),
    _count("revision"),
    _count("at"),
    _text("actor"),
    _text("action"),
    _text("kind", null=True),
    _text("claim_id", null=True),
    _text("comment", null=True),
    _text("batch", null=True),
    Column("changes", LargeBinary),
    _count("version", null=True),
    _count("body_n", null=True),
    _count("undoes", null=True),
    Index("ix_history_field_n_n", "field_n", "n"),
    Index("ix_history_table_n_n", "table_n", "n"),
    Index("ix_history_dictionary_n_n", "dictionary_n", "n"),
    Index("ix_history_undoes", "undoes"),
)
"""What happened to a field or table, only ever added to: what people decided (`changes`: each claim before and
after), and the versions in which a run changed it (`version`, `body_n`). This is where reviews are."""

runs = Table(
    "runs",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    _of("dictionaries", "dictionary_n", null=True, when_gone="SET NULL"),
    _text("name"),
    _text("state"),
    _text("step", null=True),
    _count("done"),
    _count("total", null=True),
    _text("submitted_by"),
    _text("request"),
    _text("error", null=True),
    _text("result", null=True),
    _count("cost"),
    _count("requests"),
    _count("prompt_tokens"),
    _count("completion_tokens"),
    _count("created_at"),
    _count("started_at", null=True),
    _count("finished_at", null=True),
    _count("row_version"),
    Index("ix_runs_created", "created_at", "n"),
    Index("ix_runs_state", "state", "n"),
    Index("ix_runs_dictionary_n_n", "dictionary_n", "n"),
)
"""`cost` is in millionths of a US dollar, so that sums are exact."""

run_events = Table(
    "run_events",
    metadata,
    Column("run_n", _number(), ForeignKey("runs.n", ondelete="CASCADE"), primary_key=True),
    Column("seq", _number(), primary_key=True, autoincrement=False),
    _count("at"),
    _text("kind"),
    _text("data"),
)

schedules = Table(
    "schedules",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    _text("cron"),
    _text("zone"),
    _text("request"),
    _text("created_by"),
    _count("created_at"),
    _text("last_run_id", null=True),
    _count("last_at", null=True),
)
"""Runs that the clock asks for; `request` is that of a run."""

users = Table(
    "users",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False, unique=True),
    _text("email", null=True),
    _text("role"),
    _count("created_at"),
    _count("disabled_at", null=True),
)

keys = Table(
    "keys",
    metadata,
    _key(),
    Column("id", Text, nullable=False, unique=True),
    _of("users", "user_n", null=True),
    _text("name"),
    Column("prefix", Text, nullable=False, unique=True),
    Column("hash", LargeBinary, nullable=False),
    _text("scopes"),
    _text("created_by"),
    _count("created_at"),
    _count("expires_at", null=True),
    _count("last_used_at", null=True),
    _count("revoked_at", null=True),
)

grants = Table(
    "grants",
    metadata,
    Column("dictionary_n", _number(), ForeignKey("dictionaries.n", ondelete="CASCADE"), primary_key=True),
    Column("subject", Text, primary_key=True),
    _text("role"),
)
"""What a user may do with one dictionary, where that differs from the user's role."""

audit = Table(
    "audit",
    metadata,
    _key(),
    _count("at"),
    _text("actor"),
    _text("action"),
    _text("target", null=True),
    _text("dictionary_id", null=True),
    _text("detail", null=True),
    Index("ix_audit_actor_n", "actor", "n"),
    Index("ix_audit_dictionary_id_n", "dictionary_id", "n"),
)
"""Who did what, kept when what it was done to is deleted: so it refers to nothing."""

idempotency = Table(
    "idempotency",
    metadata,
    Column("scope", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    _text("request_hash"),
    _text("response", null=True),
    _count("created_at"),
    _count("expires_at"),
    Index("ix_idempotency_expires_at", "expires_at"),
)

settings = Table("settings", metadata, Column("name", Text, primary_key=True), _text("value"), _count("updated_at"))

connections = Table(
    "connections",
    metadata,
    _key(),
    Column("name", Text, nullable=False, unique=True),
    _text("url"),
    _count("created_at"),
    _text("created_by"),
)
"""Addresses of data under a name; secrets in them stand as names of variables of the environment."""

answers = Table(
    "answers",
    metadata,
    Column("key", Text, primary_key=True),
    _text("text"),
    _count("checksum"),
    _count("created"),
    _count("used"),
    Index("ix_answers_used", "used"),
)
"""Answers of models that workers share."""

futile = Table(
    "futile",
    metadata,
    Column("key", Text, primary_key=True),
    _count("attempts"),
    Column("given_up", Boolean, nullable=False),
    _count("at"),
)
"""Questions to models that got no answer of use."""

words = Table("words", metadata, _key(), Column("word", Text, nullable=False, unique=True))
"""Every word that can be searched for, to find what was meant where a query holds another."""

word_slips = Table(
    "word_slips",
    metadata,
    Column("slip", Text, primary_key=True),
    Column("word_n", _number(), primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Each word with one letter left out: two words of a slip in common differ by one slip of the pen, or little more."""
