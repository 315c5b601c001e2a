"""The last touches: statuses, notes, and what is planted in the records of the open cycle."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import insert_rows, run_many
from billing_tui.foundation.model import bound
from billing_tui.operations.demo.dice import seeded
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.search_index import reindex
from billing_tui.records.tables import Note, ServiceAttribute

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.place import AccountRow, Place


def _status(account: AccountRow) -> AccountStatus:
    if not account.finished:
        closed = account.tenure.closed
        return AccountStatus.ACTIVE if closed is None else AccountStatus.FINAL_PENDING
    return AccountStatus.FINAL_BILLED if account.owed else AccountStatus.CLOSED


def settle_statuses(places: Iterable[Place]) -> None:
    """Write the statuses in which accounts end: closed once the final bill is paid."""
    sql = "UPDATE account SET status = ? WHERE id = ?".replace("?", bound().param)
    changed = (
        (status.value, account.id)
        for place in places
        for account in place.accounts
        if (status := _status(account)) is not AccountStatus.ACTIVE
    )
    run_many(sql, changed)


def write_notes(seed: int, places: Iterable[Place], staff: Sequence[int], today: date) -> None:
    """The remarks on accounts, at some hour of some day since they were opened."""
    rng = seeded(seed, "notes")

    def rows() -> Iterator[tuple[Any, ...]]:
        for place in places:
            for account in place.accounts:
                last = account.tenure.closed or today
                for text in account.tenure.notes:
                    back = rng.randint(0, min(700, (last - account.tenure.opened).days))
                    clock = time(rng.randint(16, 23), rng.randint(0, 59), tzinfo=UTC)
                    at = datetime.combine(last - timedelta(days=back), clock)
                    kept = (rng.choice(staff), "note", text, int(rng.random() < 0.08))
                    yield account.id, at.isoformat(timespec="milliseconds"), *kept

    columns = ("account_id", "at", "staff_id", "kind", "text", "sticky")
    insert_rows(Note, columns, sorted(rows(), key=lambda row: (row[1], row[0])))


def index_changes(places: Iterable[Place]) -> None:
    """Bring the search index up to date where people moved or meters were exchanged."""
    reindex(
        account.id
        for place in places
        if place.exchanged or len(place.accounts) > 1 or place.accounts[0].tenure.closed
        for account in place.accounts
    )


def _service(place: Place, kind: str) -> int:
    return next(row.id for row in place.accounts[-1].services if row.kind == kind)


def _end_attribute(service: int, name: str, last_day: date) -> None:
    sql = "UPDATE service_attribute SET to_day = ? WHERE service_id = ? AND name = ?"
    run_many(sql.replace("?", bound().param), [(last_day.isoformat(), service, name)])


def plant_in_records(by_role: Mapping[str, Place], turn: Turn) -> None:
    """What is planted in the services of the open cycle, from the middle of its period on."""
    last_day = turn.last_read_day + timedelta(days=12)
    if "no-cart" in by_role:
        service = _service(by_role["no-cart"], "refuse")
        _end_attribute(service, "carts", last_day)
        start = (last_day + timedelta(days=1)).isoformat()
        columns = ("service_id", "name", "value", "from_day")
        insert_rows(ServiceAttribute, columns, [(service, "carts", "0", start)])
    if "parked" in by_role:
        _end_attribute(_service(by_role["parked"], "refuse"), "cart_size", last_day)
