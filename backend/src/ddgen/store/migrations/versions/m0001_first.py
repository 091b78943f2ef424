"""The first form of the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

SEARCH = {
    "sqlite": [
        """CREATE VIRTUAL TABLE search USING fts5(
            scope, names, kinds, texts, shown, detail=column, prefix='2 3', tokenize='unicode61 remove_diacritics 0'
        )""",
    ],
    "postgresql": [
        "CREATE TABLE search (n BIGINT PRIMARY KEY, found TSVECTOR NOT NULL)",
        "CREATE INDEX ix_search_found ON search USING gin (found) WITH (fastupdate = off)",
    ],
}
"""What a search looks into, one row for each field (at twice its number) and table (one more than that)."""


def upgrade() -> None:  # long: each table is spelt out, as it was then
    """Make all tables in an empty database."""
    op.create_table(
        "audit",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=True),
        sa.Column("dictionary_id", sa.Text(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_audit")),
    )
    op.create_index("ix_audit_actor_n", "audit", ["actor", "n"], unique=False)
    op.create_index("ix_audit_dictionary_id_n", "audit", ["dictionary_id", "n"], unique=False)
    op.create_table(
        "connections",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_connections")),
        sa.UniqueConstraint("name", name=op.f("uq_connections_name")),
    )
    op.create_table(
        "dictionaries",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("tables", sa.BigInteger(), nullable=False),
        sa.Column("fields", sa.BigInteger(), nullable=False),
        sa.Column("body_n", sa.BigInteger(), nullable=True),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("edited", sa.Boolean(), nullable=False),
        sa.Column("generated_at", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_dictionaries")),
        sa.UniqueConstraint("id", name=op.f("uq_dictionaries_id")),
        sa.UniqueConstraint("name", name=op.f("uq_dictionaries_name")),
    )
    op.create_index("ix_dictionaries_updated_at_n", "dictionaries", ["updated_at", "n"], unique=False)
    op.create_table(
        "idempotency",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("request_hash", sa.Text(), nullable=False),
        sa.Column("response", sa.Text(), nullable=True),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("scope", "key", name=op.f("pk_idempotency")),
    )
    op.create_index("ix_idempotency_expires_at", "idempotency", ["expires_at"], unique=False)
    op.create_table(
        "settings",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_settings")),
    )
    op.create_table(
        "users",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=True),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("disabled_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_users")),
        sa.UniqueConstraint("id", name=op.f("uq_users_id")),
        sa.UniqueConstraint("name", name=op.f("uq_users_name")),
    )
    op.create_table(
        "word_slips",
        sa.Column("slip", sa.Text(), nullable=False),
        sa.Column("word_n", NUMBER, autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("slip", "word_n", name=op.f("pk_word_slips")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "words",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("word", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_words")),
        sa.UniqueConstraint("word", name=op.f("uq_words_word")),
    )
    op.create_table(
        "bodies",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("dictionary_n", NUMBER, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_bodies_dictionary_n"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_bodies")),
        sa.UniqueConstraint("dictionary_n", "hash", name=op.f("uq_bodies_dictionary_n_hash")),
    )
    op.create_table(
        "grants",
        sa.Column("dictionary_n", NUMBER, nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_grants_dictionary_n"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("dictionary_n", "subject", name=op.f("pk_grants")),
    )
    op.create_table(
        "keys",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("user_n", NUMBER, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=True),
        sa.Column("last_used_at", sa.BigInteger(), nullable=True),
        sa.Column("revoked_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(["user_n"], ["users.n"], name=op.f("fk_keys_user_n"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_keys")),
        sa.UniqueConstraint("id", name=op.f("uq_keys_id")),
        sa.UniqueConstraint("prefix", name=op.f("uq_keys_prefix")),
    )
    op.create_table(
        "runs",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dictionary_n", NUMBER, nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=True),
        sa.Column("done", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=True),
        sa.Column("submitted_by", sa.Text(), nullable=False),
        sa.Column("request", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("result", sa.Text(), nullable=True),
        sa.Column("cost", sa.BigInteger(), nullable=False),
        sa.Column("requests", sa.BigInteger(), nullable=False),
        sa.Column("prompt_tokens", sa.BigInteger(), nullable=False),
        sa.Column("completion_tokens", sa.BigInteger(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_runs_dictionary_n"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_runs")),
        sa.UniqueConstraint("id", name=op.f("uq_runs_id")),
    )
    op.create_index("ix_runs_created", "runs", ["created_at", "n"], unique=False)
    op.create_index("ix_runs_dictionary_n_n", "runs", ["dictionary_n", "n"], unique=False)
    op.create_index("ix_runs_state", "runs", ["state", "n"], unique=False)
    op.create_table(
        "tables",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dictionary_n", NUMBER, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("business_name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name_status", sa.Text(), nullable=False),
        sa.Column("description_status", sa.Text(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("fields", sa.BigInteger(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("body_n", sa.BigInteger(), nullable=True),
        sa.Column("claims", sa.LargeBinary(), nullable=True),
        sa.Column("first_version", sa.BigInteger(), nullable=False),
        sa.Column("first_body_n", sa.BigInteger(), nullable=True),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_tables_dictionary_n"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_tables")),
        sa.UniqueConstraint("dictionary_n", "key", name=op.f("uq_tables_dictionary_n_key")),
        sa.UniqueConstraint("id", name=op.f("uq_tables_id")),
    )
    op.create_index("ix_tables_order", "tables", ["dictionary_n", "ordinal", "n"], unique=False)
    op.create_table(
        "versions",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("dictionary_n", NUMBER, nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("manifest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_versions_dictionary_n"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_versions")),
        sa.UniqueConstraint("dictionary_n", "number", name=op.f("uq_versions_dictionary_n_number")),
    )
    op.create_table(
        "fields",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("dictionary_n", NUMBER, nullable=False),
        sa.Column("table_n", NUMBER, nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("ordinal", sa.BigInteger(), nullable=False),
        sa.Column("data_type", sa.Text(), nullable=False),
        sa.Column("semantic_type", sa.Text(), nullable=True),
        sa.Column("pii_category", sa.Text(), nullable=True),
        sa.Column("pii_sensitivity", sa.SmallInteger(), nullable=True),
        sa.Column("business_name", sa.Text(), nullable=True),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("name_status", sa.Text(), nullable=False),
        sa.Column("description_status", sa.Text(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("gone", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=True),
        sa.Column("body_n", sa.BigInteger(), nullable=True),
        sa.Column("claims", sa.LargeBinary(), nullable=True),
        sa.Column("first_version", sa.BigInteger(), nullable=False),
        sa.Column("first_body_n", sa.BigInteger(), nullable=True),
        sa.Column("row_version", sa.BigInteger(), nullable=False),
        sa.Column("updated_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_fields_dictionary_n"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["table_n"], ["tables.n"], name=op.f("fk_fields_table_n"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_fields")),
        sa.UniqueConstraint("id", name=op.f("uq_fields_id")),
        sa.UniqueConstraint("table_n", "path", name=op.f("uq_fields_table_n_path")),
    )
    op.create_index("ix_fields_name", "fields", ["dictionary_n", "name", "n"], unique=False)
    op.create_index("ix_fields_order", "fields", ["dictionary_n", "table_n", "ordinal", "n"], unique=False)
    op.create_index("ix_fields_status", "fields", ["status", "dictionary_n", "n"], unique=False)
    op.create_table(
        "run_events",
        sa.Column("run_n", NUMBER, nullable=False),
        sa.Column("seq", NUMBER, autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("data", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["run_n"], ["runs.n"], name=op.f("fk_run_events_run_n"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("run_n", "seq", name=op.f("pk_run_events")),
    )
    op.create_table(
        "history",
        sa.Column("n", NUMBER, autoincrement=True, nullable=False),
        sa.Column("dictionary_n", NUMBER, nullable=False),
        sa.Column("table_n", NUMBER, nullable=True),
        sa.Column("field_n", NUMBER, nullable=True),
        sa.Column("revision", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=True),
        sa.Column("claim_id", sa.Text(), nullable=True),
        sa.Column("comment", sa.Text(), nullable=True),
        sa.Column("batch", sa.Text(), nullable=True),
        sa.Column("changes", sa.LargeBinary(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=True),
        sa.Column("body_n", sa.BigInteger(), nullable=True),
        sa.Column("undoes", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["dictionary_n"], ["dictionaries.n"], name=op.f("fk_history_dictionary_n"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["field_n"], ["fields.n"], name=op.f("fk_history_field_n"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["table_n"], ["tables.n"], name=op.f("fk_history_table_n"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("n", name=op.f("pk_history")),
    )
    op.create_index("ix_history_dictionary_n_n", "history", ["dictionary_n", "n"], unique=False)
    op.create_index("ix_history_field_n_n", "history", ["field_n", "n"], unique=False)
    op.create_index("ix_history_table_n_n", "history", ["table_n", "n"], unique=False)
    op.create_index("ix_history_undoes", "history", ["undoes"], unique=False)
    for statement in SEARCH[op.get_context().dialect.name]:
        op.execute(statement)


def downgrade() -> None:  # long: same
    """Leave an empty database."""
    op.execute("DROP TABLE search")

    op.drop_index("ix_history_undoes", table_name="history")
    op.drop_index("ix_history_table_n_n", table_name="history")
    op.drop_index("ix_history_field_n_n", table_name="history")
    op.drop_index("ix_history_dictionary_n_n", table_name="history")
    op.drop_table("history")
    op.drop_table("run_events")
    op.drop_index("ix_fields_status", table_name="fields")
    op.drop_index("ix_fields_order", table_name="fields")
    op.drop_index("ix_fields_name", table_name="fields")
    op.drop_table("fields")
    op.drop_table("versions")
    op.drop_index("ix_tables_order", table_name="tables")
    op.drop_table("tables")
    op.drop_index("ix_runs_state", table_name="runs")
    op.drop_index("ix_runs_dictionary_n_n", table_name="runs")
    op.drop_index("ix_runs_created", table_name="runs")
    op.drop_table("runs")
    op.drop_table("keys")
    op.drop_table("grants")
    op.drop_table("bodies")
    op.drop_table("words")
    op.drop_table("word_slips")
    op.drop_table("users")
    op.drop_table("settings")
    op.drop_index("ix_idempotency_expires_at", table_name="idempotency")
    op.drop_table("idempotency")
    op.drop_index("ix_dictionaries_updated_at_n", table_name="dictionaries")
    op.drop_table("dictionaries")
    op.drop_table("connections")
    op.drop_index("ix_audit_dictionary_id_n", table_name="audit")
    op.drop_index("ix_audit_actor_n", table_name="audit")
    op.drop_table("audit")
