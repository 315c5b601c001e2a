"""Triggers by which the database itself refuses to change what must stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.model import column_names, table_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.foundation.model import Table

_SAYS = "rows are never changed once they stand; reverse or supersede them"


def _sqlite(table: str, event: str, condition: str) -> str:
    verb = event.split(maxsplit=1)[0].lower()
    return (
        f'CREATE TRIGGER IF NOT EXISTS "{table}_no_{verb}" BEFORE {event} ON "{table}" '
        f"WHEN {condition} BEGIN SELECT RAISE(ABORT, '{table} {_SAYS}'); END"
    )


def _postgres(table: str, event: str, condition: str) -> Iterator[str]:
    verb = event.split(maxsplit=1)[0].lower()
    name = f"{table}_no_{verb}"
    yield (
        f'CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN '
        f"IF {condition} THEN "
        f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = "
        f"'{table} {_SAYS}'; END IF; "
        f"IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW; END $$"
    )
    yield f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"'
    yield (
        f'CREATE TRIGGER "{name}" BEFORE {event} ON "{table}" FOR EACH ROW '
        f'EXECUTE FUNCTION "{name}"()'
    )


def guard_statements(model: type[Table], *, sqlite: bool) -> Iterator[str]:
    """The statements that guard one table; none where its rows may change."""
    condition = "1=1" if model.append_only else model.frozen_when
    if condition is None:
        return
    table = table_name(model)
    watched = [name for name in column_names(model) if name not in model.frozen_except]
    update = "UPDATE OF " + ", ".join(f'"{name}"' for name in watched)
    for event in (update, "DELETE"):
        if sqlite:
            yield _sqlite(table, event, condition)
        else:
            yield from _postgres(table, event, condition)
