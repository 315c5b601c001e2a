"""Open the office: the database bound, its schema as this release expects it, the desk found."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.access.staff import setting
from billing_tui.access.tables import Setting
from billing_tui.foundation.database import UnsafeDatabase, open_store
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.model import bind, create_tables
from billing_tui.foundation.moments import USUAL_ZONE, keep_zone
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.upgrade import mark_as_current, pending

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_tui.foundation.database import Store
    from billing_tui.foundation.home import Home


@dataclass(frozen=True, slots=True)
class Office:
    """An open office.

    Attributes:
        home: its folder.
        store: its database.
        utility: its name, as screens and bills show it.
        mode: live, demo or training.
        business_day: the day on which work counts; None means the calendar's.
    """

    home: Home
    store: Store
    utility: str
    mode: str
    business_day: date | None

    def close(self) -> None:
        """Close the database connection of this thread."""
        self.store.database.close()


def found_office(
    home: Home, settings: Mapping[str, str], *, staff: Callable[[Store], object] | None = None
) -> Office:
    """Set up an office in an empty home: tables, guards, settings, and whom `staff` adds."""
    from billing_tui.operations.schema import all_tables  # every room; opening needs none of them

    home.prepare()
    store = open_store(home.url, gate=home.gate)
    bind(store.database)
    if store.database.table_exists("setting"):
        raise UnsafeDatabase(f"There is an office in {home.root} already.")
    facts = {"mode": "live", "utility": ""} | dict(settings)
    rows = [{"name": name, "value": value} for name, value in facts.items()]
    with write_transaction(store):
        create_tables(store.database, all_tables())
        mark_as_current(store)
        Setting.insert_many(rows).execute()
        if staff is not None:
            staff(store)
    return _office(home, store)


def open_office(home: Home) -> Office:
    """Open the office of a home.

    Raises:
        NotFound: there is none.
        UnsafeDatabase: it was made by a newer release, or must be upgraded first.
    """
    if not home.exists():
        raise NotFound(f"There is no office in {home.root}; `billing-tui demo` makes one.")
    store = open_store(home.url, gate=home.gate)
    bind(store.database)
    waiting = pending()
    if waiting:
        raise UnsafeDatabase(
            f"This office was made by an older release ({len(waiting)} changes are waiting). "
            "Ask everybody to sign off and run `billing-tui upgrade`."
        )
    return _office(home, store)


def _office(home: Home, store: Store) -> Office:
    keep_zone(setting("zone", USUAL_ZONE))
    day = setting("business_day")
    return Office(
        home,
        store,
        setting("utility"),
        setting("mode", "live"),
        date.fromisoformat(day) if day else None,
    )
