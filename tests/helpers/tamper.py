"""Change rows behind the program's back, as somebody with the database in hand could."""

from __future__ import annotations

from pg_server import ON_SERVER

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.model import bound


def run(sql: str, *parameters: object) -> None:
    """Run a statement; `?` marks parameters on both engines."""
    bound().execute_sql(sql.replace("?", bound().param), parameters)


def unguard(table: str, *verbs: str) -> None:
    """Remove the guards of a table's rows; both of them unless told which."""
    where = f" ON {table}" if ON_SERVER else ""
    for verb in verbs or ("update", "delete"):
        bound().execute_sql(f"DROP TRIGGER {table}_no_{verb}{where}")


def unbind() -> None:
    """Let rows of this connection refer to rows that are not there."""
    bound().execute_sql(
        "SET session_replication_role = replica" if ON_SERVER else "PRAGMA foreign_keys = 0"
    )


def uncheck(table: str) -> None:
    """Let a table hold what its checks forbid."""
    if not ON_SERVER:
        bound().execute_sql("PRAGMA ignore_check_constraints = 1")
        return
    sql = "SELECT conname FROM pg_constraint WHERE contype = 'c' AND conrelid = CAST(? AS regclass)"
    for (name,) in rows_of(sql, (table,)):
        bound().execute_sql(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
