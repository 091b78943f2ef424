"""What Alembic runs: the migrations, in the transaction of who calls."""

from __future__ import annotations

from alembic import context

from ddgen.store.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=False)
context.run_migrations()
