"""The customers who came after the first one at a site, and the days on which the others left."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.bulk import insert_rows, next_id, run_many
from billing_tui.foundation.model import bound
from billing_tui.operations.demo.place import AccountRow, ServiceRow
from billing_tui.records import tables
from billing_tui.records.account_number import AccountNumber
from billing_tui.records.kinds import AccountStatus

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.foundation.model import Table
    from billing_tui.operations.demo.people import Holder
    from billing_tui.operations.demo.tenures import Tenure

_COLUMNS: dict[type[Table], tuple[str, ...]] = {
    tables.Customer: (
        "id", "number", "kind", "name", "mailing_name", "email", "language",
        "version",
    ),
    tables.Phone: ("customer_id", "digits", "kind"),
    tables.Account: (
        "id", "number", "customer_id", "location_id", "cycle_id", "status", "opened", "closed",
        "legacy_number", "version",
    ),
    tables.MailingAddress: ("account_id", "lines", "zip", "from_day"),
    tables.AccountFlag: ("account_id", "kind", "reason", "from_day", "to_day", "staff_id"),
    tables.Service: (
        "id", "account_id", "service_point_id", "kind", "schedule", "rate_class", "from_day",
        "to_day", "billing_hold",
    ),
    tables.ServiceAttribute: ("service_id", "name", "value", "from_day"),
}  # fmt: skip


def _last_day(closed: date) -> date:
    """The last day of a service whose final read was taken on `closed`."""
    return closed - timedelta(days=1)


class Movers:
    """Gathers the rows of later occupants; `flush` inserts them. They are not in the index yet."""

    def __init__(self, staff_id: int) -> None:
        self._staff_id = staff_id
        self._ids: dict[type[Table], int] = {
            table: next_id(table) for table in (tables.Customer, tables.Account, tables.Service)
        }
        self._rows: dict[type[Table], list[tuple[Any, ...]]] = {table: [] for table in _COLUMNS}
        self._left: list[AccountRow] = []

    def _next(self, table: type[Table]) -> int:
        found = self._ids[table]
        self._ids[table] = found + 1
        return found

    def leaves(self, account: AccountRow) -> None:
        """The customer has gone: the services end with the final read."""
        self._left.append(account)

    def moves_in(self, first: AccountRow, tenure: Tenure, location: tuple[int, int]) -> AccountRow:
        """The rows of a later occupant, who takes the services that the first one took.

        Args:
            first: the first customer of the site.
            tenure: who comes, and when.
            location: rows of the location and of its cycle.
        """
        account_id, opened = self._next(tables.Account), tenure.opened.isoformat()
        number = AccountNumber(int(first.number.partition("-")[0]), tenure.occupant)
        closed = tenure.closed.isoformat() if tenure.closed else None
        customer_id = self._customer(tenure.holder)
        self._rows[tables.Account].append(
            (
                account_id, str(number), customer_id, *location, AccountStatus.ACTIVE.value,
                opened, closed, "", 1,
            )
        )  # fmt: skip
        self._mail_and_flags(account_id, tenure)
        services = [self._service(account_id, row, tenure) for row in first.services]
        return AccountRow(account_id, str(number), tenure, services)

    def _customer(self, holder: Holder) -> int:
        row_id = self._next(tables.Customer)
        self._rows[tables.Customer].append(
            (
                row_id, f"C{row_id:07d}", holder.kind.value, holder.name, holder.mailing_name,
                holder.email, holder.language, 1,
            )
        )  # fmt: skip
        self._rows[tables.Phone] += [(row_id, digits, "home") for digits in holder.phones]
        return row_id

    def _mail_and_flags(self, account_id: int, tenure: Tenure) -> None:
        if tenure.mailing:
            self._rows[tables.MailingAddress].append(
                (account_id, *tenure.mailing, tenure.opened.isoformat())
            )
        self._rows[tables.AccountFlag] += [
            (
                account_id,
                flag.kind.value,
                flag.reason,
                flag.from_day.isoformat(),
                flag.to_day.isoformat() if flag.to_day else None,
                self._staff_id,
            )
            for flag in tenure.flags
        ]

    def _service(self, account_id: int, like: ServiceRow, tenure: Tenure) -> ServiceRow:
        service_id, opened = self._next(tables.Service), tenure.opened.isoformat()
        last = _last_day(tenure.closed).isoformat() if tenure.closed else None
        codes = (like.kind, like.schedule, like.rate_class)
        self._rows[tables.Service].append(
            (service_id, account_id, like.point_id, *codes, opened, last, 0)
        )
        self._rows[tables.ServiceAttribute] += [
            (service_id, name, value, opened) for name, value in like.own.items()
        ]
        return ServiceRow(service_id, like.point_id, *codes, tenure.opened, like.own)

    def flush(self) -> None:
        """Insert what was gathered, and end the services of those who left."""
        for table, rows in self._rows.items():
            insert_rows(table, _COLUMNS[table], rows)
        self._rows = {table: [] for table in _COLUMNS}
        gone = [(one.tenure.closed, one.id) for one in self._left if one.tenure.closed]
        for sql, days in (
            ("UPDATE account SET closed = ? WHERE id = ?", gone),
            (
                "UPDATE service SET to_day = ? WHERE account_id = ?",
                [(_last_day(closed), row) for closed, row in gone],
            ),
        ):
            ended = [(day.isoformat(), row) for day, row in days]
            run_many(sql.replace("?", bound().param), ended)
        self._left.clear()
