"""Nobody unbilled: who should have had a bill and has not, and why (BIL-3, BIL-14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from billing_tui.billing.calculate import NO_READ
from billing_tui.billing.states import ItemState
from billing_tui.foundation.bulk import rows_of


@dataclass(frozen=True, slots=True)
class Unbilled:
    """One account or service point without a bill.

    Attributes:
        account: number of the account, "" for a service point without one.
        name: the customer, or the address.
        why: the reason in one sentence.
        since: the day up to which it was billed, None if never.
    """

    account: str
    name: str
    why: str
    since: date | None


_WAITING = """
SELECT r.number, n.bill_day, c.code, count(*) FROM bill_run r JOIN run_item i ON i.run_id = r.id
JOIN cycle_instance n ON n.id = r.instance_id JOIN cycle c ON c.id = n.cycle_id
JOIN account a ON a.id = i.account_id
WHERE r.state IN ('Posted', 'Printed', 'Closed') AND i.state IN ('parked', 'held', 'pending')
AND a.status NOT IN ('Closed', 'Final billed', 'Written off') {only}
AND NOT EXISTS (SELECT 1 FROM bill b WHERE b.account_id = i.account_id AND b.state <> 'draft'
 AND b.replaces_id IS NULL AND b.bill_day >= n.bill_day)
GROUP BY r.number, n.bill_day, c.code ORDER BY n.bill_day, r.number
"""
"""Until a later bill of the account counts what the run left out."""
_OF_RUN = "SELECT account_id FROM run_item WHERE run_id = ?"
_OF_CYCLE = (
    "SELECT a.id FROM bill_run r JOIN cycle_instance n ON n.id = r.instance_id"
    " JOIN account a ON a.cycle_id = n.cycle_id WHERE r.id = ?"
    " AND a.status NOT IN ('Closed', 'Final billed', 'Written off') AND a.opened <= n.bill_day"
)
_NOT_SELECTED = f"{_OF_CYCLE} EXCEPT {_OF_RUN}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A posted run that left accounts without a bill.

    Attributes:
        run: its number.
        bill_day: of the run.
        cycle: code of its cycle; the next run of that cycle bills them.
        accounts: how many still wait.
    """

    run: str
    bill_day: date
    cycle: str
    accounts: int


@dataclass(frozen=True, slots=True)
class CycleCount:
    """Where each account of a run's cycle is: in one of the parts, once.

    Attributes:
        accounts: of the cycle, that were open by its bill day or are in the run.
        parts: name and count of each part that has any: bills, held by somebody, not read, not
            billed for another reason, not calculated yet, and not selected when the run was opened.
    """

    accounts: int
    parts: tuple[tuple[str, int], ...]

    @property
    def adds_up(self) -> bool:
        """Whether the parts are all accounts."""
        return self.accounts == sum(count for _name, count in self.parts)


def count_cycle(run_id: int) -> CycleCount:
    """The accounts of a run's cycle, counted from the accounts, the bills and the run's items."""

    def one(rows: str, *parameters: object) -> int:
        return int(rows_of(f"SELECT count(*) FROM ({rows}) AS counted", parameters)[0][0])

    item, unread = f"{_OF_RUN} AND state", f"%{NO_READ}%"
    parts = (
        ("bills", one("SELECT account_id FROM bill WHERE run_id = ?", run_id)),
        ("held", one(f"{item} = 'held'", run_id)),
        ("not read", one(f"{item} = 'parked' AND reason LIKE ?", run_id, unread)),
        ("parked", one(f"{item} = 'parked' AND reason NOT LIKE ?", run_id, unread)),
        ("not calculated", one(f"{item} = 'pending'", run_id)),
        ("not selected", one(_NOT_SELECTED, run_id, run_id)),
    )
    accounts = one(f"{_OF_CYCLE} UNION {_OF_RUN}", run_id, run_id)
    return CycleCount(accounts, tuple(part for part in parts if part[1]))


def not_in_run(run_id: int) -> list[Unbilled]:
    """Accounts of the run's cycle that it does not bill, with the reason."""
    rows = rows_of(
        "SELECT a.number, c.name, i.state, i.reason FROM run_item i"
        " JOIN account a ON a.id = i.account_id JOIN customer c ON c.id = a.customer_id"
        " WHERE i.run_id = ? AND i.state IN ('parked', 'held', 'pending') ORDER BY a.number",
        (run_id,),
    )
    found = [
        Unbilled(number, name, _why_out(state, why), None) for number, name, state, why in rows
    ]
    rows = rows_of(
        "SELECT a.number, c.name, a.status, a.opened, n.read_day FROM account a"
        " JOIN customer c ON c.id = a.customer_id JOIN bill_run r ON r.id = ?"
        " JOIN cycle_instance n ON n.id = r.instance_id"
        f" WHERE a.id IN ({_NOT_SELECTED}) ORDER BY a.number",
        (run_id, run_id, run_id),
    )
    return found + [
        Unbilled(number, name, f"not selected: {_why_not_selected(status, *days)}", None)
        for number, name, status, *days in rows
    ]


def _why_out(state: str, why: str) -> str:
    """The part of the cycle's count that an account is in, and the reason."""
    part = "not read" if state == ItemState.PARKED and NO_READ in why else state
    return why if why.startswith(f"{part}: ") else f"{part}: {why or 'not calculated yet'}"


def waiting_for_bill(number: str = "") -> list[LeftOut]:
    """Posted runs that left accounts out which no bill has counted since; one run, or all."""
    rows = rows_of(
        _WAITING.format(only="AND r.number = ?" if number else ""), (number,) * bool(number)
    )
    return [LeftOut(run, date.fromisoformat(day), cycle, count) for run, day, cycle, count in rows]


def _why_not_selected(status: str, opened: str, read_day: str) -> str:
    if opened >= read_day:
        return f"it was opened on {date.fromisoformat(opened):%m/%d/%y}, not before the reads"
    return f"the account is {status}"


def sweep(day: date, most_days: int = 45) -> list[Unbilled]:
    """The whole office: active services that no bill has covered for longer than `most_days`."""
    limit = (day - timedelta(days=most_days)).isoformat()
    rows = rows_of(
        "SELECT a.number, c.name, s.kind, s.from_day,"
        " (SELECT max(b.to_day) FROM bill_service b JOIN bill ON bill.id = b.bill_id"
        "   WHERE b.service_id = s.id AND b.live = 1 AND bill.state <> 'draft') AS billed"
        " FROM service s JOIN account a ON a.id = s.account_id"
        " JOIN customer c ON c.id = a.customer_id"
        " WHERE s.to_day IS NULL AND a.status = 'Active' AND s.from_day < ? ORDER BY a.number",
        (limit,),
    )
    found = [
        Unbilled(
            number,
            name,
            f"{kind} was billed to {date.fromisoformat(billed):%m/%d/%y}"
            if billed
            else f"{kind} was never billed since {date.fromisoformat(start):%m/%d/%y}",
            date.fromisoformat(billed) if billed else None,
        )
        for number, name, kind, start, billed in rows
        if (billed or start) < limit
    ]
    vacant = rows_of(
        "SELECT l.house || ' ' || l.street, p.kind FROM service_point p"
        " JOIN location l ON l.id = p.location_id WHERE p.status = 'Active'"
        " AND NOT EXISTS (SELECT 1 FROM service s WHERE s.service_point_id = p.id"
        "   AND s.to_day IS NULL) ORDER BY l.id",
    )
    return found + [
        Unbilled("", address, f"the {kind} service point is on with no account", None)
        for address, kind in vacant
    ]
