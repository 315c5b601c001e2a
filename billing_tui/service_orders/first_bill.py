"""From which bill on a change counts, as a clerk tells it to the caller."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from billing_tui.foundation.bulk import rows_of

_NEXT = """
SELECT i.name, i.read_day, i.bill_day FROM cycle_instance i
JOIN account a ON a.cycle_id = i.cycle_id
WHERE a.id = ? AND i.{column} {than} ?
AND NOT EXISTS (SELECT 1 FROM bill_run r WHERE r.instance_id = i.id
                AND r.state IN ('Posted', 'Printed', 'Closed'))
ORDER BY i.{column} LIMIT 1
"""


class NextBill(NamedTuple):
    """A planned bill of an account's cycle."""

    name: str
    read_day: date
    bill_day: date


def _next(account_id: int, column: str, than: str, day: date) -> NextBill | None:
    sql = _NEXT.replace("{column}", column).replace("{than}", than)
    rows = rows_of(sql, (account_id, day.isoformat()))
    if not rows:
        return None
    name, read_day, bill_day = rows[0]
    return NextBill(name, date.fromisoformat(read_day), date.fromisoformat(bill_day))


def first_bill(account_id: int, from_day: date) -> NextBill | None:
    """The first planned bill whose period reaches a day; None where none is planned so far.

    A period ends the day before its read day.
    """
    return _next(account_id, "read_day", ">", from_day)


def attribute_counts(account_id: int, from_day: date) -> str:
    """From which bill on an attribute counts that changes on a day.

    A bill counts the value of its period's last day, for the whole of the period.
    """
    found = first_bill(account_id, from_day)
    if found is None:
        return "Counts on the first bill whose period reaches that day; none is planned yet."
    return (
        f"Counts on the bill of {found.bill_day:%m/%d/%y}, for the whole period read on "
        f"{found.read_day:%m/%d/%y}."
    )


def days_count(account_id: int, from_day: date) -> str:
    """From which bill on a service counts that begins, ends or changes its terms on a day."""
    found = first_bill(account_id, from_day)
    if found is None:
        return f"Charged by days from {from_day:%m/%d/%y} on; no bill is planned yet."
    return f"Charged from {from_day:%m/%d/%y} on, first on the bill of {found.bill_day:%m/%d/%y}."


def end_counts(account_id: int, day: date) -> str:
    """What is still billed of a service whose final read is on a day."""
    found = first_bill(account_id, day - timedelta(days=1))
    until = f"Charged by days up to {day - timedelta(days=1):%m/%d/%y}"
    if found is None:
        return f"{until}; no bill is planned yet."
    return f"{until}, on the bill of {found.bill_day:%m/%d/%y}."


def flag_counts(account_id: int, from_day: date, to_day: date | None = None) -> str:
    """From which bill on a flag counts; a bill looks at the flags of its bill day.

    One whose last day, if it has one, comes before the next bill counts on none.
    """
    found = _next(account_id, "bill_day", ">=", from_day)
    if to_day is not None and (found is None or to_day < found.bill_day):
        before = f" before the bill of {found.bill_day:%m/%d/%y}" if found is not None else ""
        return f"It ends on {to_day:%m/%d/%y}{before}: it counts on none that is planned."
    if found is None:
        return "Counts on bills dated from then on; none is planned yet."
    return f"Counts on bills dated from then on, first on the bill of {found.bill_day:%m/%d/%y}."
