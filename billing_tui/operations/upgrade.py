"""Bring an office's tables to what this release expects (playhouse.migrations).

A new office is created from the models and counts as fully migrated. An older one refuses to open
until `upgrade_office` has backed it up and run what is pending.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import peewee

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.database import UnsafeDatabase, open_store
from billing_tui.foundation.errors import NotFound, Refused
from billing_tui.foundation.guards import guard_statements
from billing_tui.foundation.model import bind

if TYPE_CHECKING:
    from datetime import datetime

    from billing_tui.foundation.database import Store
    from billing_tui.foundation.home import Home

MIGRATIONS = Path(__file__).parent / "migrations"
"""Where the numbered scripts stand."""

_HISTORY = "schema_migration"


@dataclass(frozen=True, slots=True)
class Upgraded:
    """What an upgrade did.

    Attributes:
        ran: names of the migrations, in order; empty when the office was up to date.
        backup: the copy that was made before; None on a server, which has its own.
    """

    ran: tuple[str, ...]
    backup: Path | None


def _shipped(folder: Path) -> list[str]:
    return sorted(path.stem for path in folder.glob("[0-9]*.py"))


def pending(folder: Path = MIGRATIONS) -> list[str]:
    """Migrations that the bound database has not seen, in order.

    Raises:
        UnsafeDatabase: it has seen some that this release does not know, or is no office.
    """
    try:
        applied = {name for (name,) in rows_of(f"SELECT name FROM {_HISTORY}")}
    except peewee.DatabaseError as error:
        raise UnsafeDatabase("This database holds no office of this program.") from error
    shipped = _shipped(folder)
    unknown = applied - set(shipped)
    if unknown:
        raise UnsafeDatabase(
            f"This office was upgraded by a newer release ({max(unknown)}); use that one."
        )
    return [name for name in shipped if name not in applied]


def mark_as_current(store: Store, folder: Path = MIGRATIONS) -> None:
    """Record that a database made from the models needs none of the migrations."""
    from playhouse.migrations import Runner

    Runner(store.database, str(folder), table_name=_HISTORY).fake()


def _back_up(store: Store, home: Home, moment: datetime) -> Path | None:
    if not store.is_sqlite:
        return None
    home.backups.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = home.backups / f"before-upgrade-{moment:%Y%m%dT%H%M%S}.db"
    if target.exists():
        raise Refused(f"{target} is there already; move it away first.")
    store.database.execute_sql("VACUUM INTO ?", (str(target),))
    return target


def _renew_guards(store: Store) -> None:
    """Drop and set the triggers anew, since tables and columns may have changed."""
    from billing_tui.operations.schema import all_tables

    for model in all_tables():
        for statement in guard_statements(model, sqlite=store.is_sqlite):
            name = statement.split('"')[1]
            if store.is_sqlite:
                store.database.execute_sql(f'DROP TRIGGER IF EXISTS "{name}"')
            store.database.execute_sql(statement)


def upgrade_office(home: Home, moment: datetime, *, folder: Path = MIGRATIONS) -> Upgraded:
    """Back the office up and run what is pending; nothing happens when nothing is.

    Each migration is one transaction: killed in between, the upgrade goes on when called again.

    Args:
        home: whose office.
        moment: names the backup.
        folder: where the scripts stand.

    Raises:
        NotFound: there is no office.
        UnsafeDatabase: it belongs to a newer release.
    """
    from playhouse.migrations import Runner

    if not home.exists():
        raise NotFound(f"There is no office in {home.root}.")
    store = open_store(home.url, gate=home.gate)
    bind(store.database)
    try:
        if not pending(folder):
            return Upgraded((), None)
        backup = _back_up(store, home, moment)
        ran = Runner(store.database, str(folder), table_name=_HISTORY).up()
        _renew_guards(store)
        return Upgraded(tuple(ran), backup)
    finally:
        store.database.close()
