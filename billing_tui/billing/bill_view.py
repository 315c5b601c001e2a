"""A bill as a frozen value, with everything that screens, paper and explanations need."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any

from billing_tui.billing.states import BillState
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.ledger.receivables import standing_after
from billing_tui.rates.line import RatedLine

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.ledger.receivables import Standing


@dataclass(frozen=True, slots=True)
class ReadPair:
    """Two readings of one meter and the usage between them."""

    meter: str
    size: str
    multiplier_milli: int
    previous_day: date
    previous_reading: int
    day: date
    reading: int
    kind: str
    usage_milli: int
    derivation: str


@dataclass(frozen=True, slots=True)
class ServiceView:
    """One service's part of a bill.

    Attributes:
        id: row of the bill_service.
        service_id: row of the service.
        kind, schedule, rate_class: what it is billed under.
        from_day, to_day, days: the period; the last day belongs to the next one.
        usage_milli, unit: usage in thousandths, None where nothing is measured.
        estimated: whether the last read was estimated.
        attributes, related, version_ids: what the lines were computed from.
        cents: sum of the lines.
        reads: pairs of readings, oldest first.
        lines: the charges in print order.
    """

    id: int
    service_id: int
    kind: str
    schedule: str
    rate_class: str
    from_day: date
    to_day: date
    days: int
    usage_milli: int | None
    unit: str
    estimated: bool
    attributes: Mapping[str, str]
    related: Mapping[str, str]
    version_ids: tuple[int, ...]
    cents: int
    reads: tuple[ReadPair, ...]
    lines: tuple[RatedLine, ...]


@dataclass(frozen=True, slots=True)
class BillView:
    """A bill, draft or posted.

    Attributes:
        run_id, run: the run that it came from; 0 and "" for one that corrects another.
        replaces: number of the bill that it corrects, "" for none.
        replaced_by: number of the bill that corrects it, "" for none.
        cancelled: why it was cancelled, "" while it counts.
        cancelled_day: when.
        cycle: code of the account's cycle.
    """

    id: int
    number: str | None
    state: BillState
    run_id: int
    run: str
    account_id: int
    account: str
    bill_day: date
    due_day: date
    previous_cents: int
    payments_cents: int
    adjustments_cents: int
    current_cents: int
    due_cents: int
    services: tuple[ServiceView, ...]
    replaces: str = ""
    replaced_by: str = ""
    cancelled: str = ""
    cancelled_day: date | None = None
    cycle: str = ""

    @property
    def title(self) -> str:
        """Its number, or what it is as long as it has none."""
        return self.number or f"draft of run {self.run}"

    @property
    def read_day(self) -> date:
        """The day up to which it counts: of its first measured service, else of any."""
        days = [one.to_day for one in self.services if one.reads]
        return (days or [one.to_day for one in self.services] or [self.bill_day])[0]


_BILLS = """
    SELECT b.id, b.number, b.state, coalesce(b.run_id, 0), coalesce(r.number, ''), b.account_id,
           a.number, b.bill_day, b.due_day, o.number, n.number, c.reason, c.day, y.code,
           b.previous_cents, b.payments_cents, b.adjustments_cents, b.current_cents, b.due_cents
      FROM bill b JOIN account a ON a.id = b.account_id JOIN cycle y ON y.id = a.cycle_id
      LEFT JOIN bill_run r ON r.id = b.run_id
      LEFT JOIN bill o ON o.id = b.replaces_id LEFT JOIN bill n ON n.replaces_id = b.id
      LEFT JOIN cancelled_bill c ON c.bill_id = b.id
     WHERE b.id IN ({ids})
"""
_SERVICES = """
    SELECT bill_id, id, service_id, kind, schedule, rate_class, from_day, to_day, days,
           usage_milli, unit, estimated, inputs, cents
      FROM bill_service WHERE bill_id IN ({ids}) ORDER BY bill_id, id
"""
_READS = """
    SELECT x.bill_service_id, m.number, m.size, m.multiplier_milli, x.previous_day,
           x.previous_reading, x.day, x.reading, x.kind, x.usage_milli, r.derivation
      FROM bill_service s JOIN bill_read x ON x.bill_service_id = s.id
      JOIN meter m ON m.id = x.meter_id JOIN read r ON r.id = x.read_id
     WHERE s.bill_id IN ({ids}) ORDER BY x.bill_service_id, x.day, x.id
"""
_LINES = """
    SELECT bill_service_id, code, label, kind, revenue, tier, quantity, unit, price, cents, part,
           upto, because, from_day, to_day
      FROM bill_line WHERE bill_id IN ({ids}) ORDER BY bill_service_id, position
"""
_CANCELLED = "EXISTS (SELECT 1 FROM cancelled_bill c WHERE c.bill_id = b.id)"
_Row = tuple[Any, ...]


def _grouped(sql: str, ids: Sequence[int]) -> dict[int, list[_Row]]:
    rows = rows_of(sql.replace("{ids}", ", ".join("?" * len(ids))), ids)
    return {key: list(group) for key, group in groupby(rows, key=lambda row: row[0])}


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text is not None else None


def _line(row: _Row, whole: tuple[str, str]) -> RatedLine:
    (
        _,
        code,
        label,
        kind,
        revenue,
        tier,
        quantity,
        unit,
        price,
        cents,
        part,
        upto,
        because,
        *days,
    ) = row
    top, _, bottom = (part or "").partition("/")
    divided = (days[0], days[1]) != whole
    return RatedLine(
        code=code,
        label=label,
        kind=kind,
        revenue=revenue,
        tier=tier,
        quantity=_number(quantity),
        unit=unit,
        price=_number(price),
        amount=Decimal(cents).scaleb(-2),
        cents=cents,
        part=(int(top), int(bottom)) if part else None,
        upto=_number(upto),
        because=because,
        from_day=date.fromisoformat(days[0]) if divided else None,
        to_day=date.fromisoformat(days[1]) if divided else None,
    )


def _pair(row: _Row) -> ReadPair:
    return ReadPair(
        meter=row[1],
        size=row[2],
        multiplier_milli=row[3],
        previous_day=date.fromisoformat(row[4]),
        previous_reading=row[5],
        day=date.fromisoformat(row[6]),
        reading=row[7],
        kind=row[8],
        usage_milli=row[9],
        derivation=row[10],
    )


def _service(row: _Row, reads: list[_Row], lines: list[_Row]) -> ServiceView:
    inputs = json.loads(row[12])
    return ServiceView(
        id=row[1],
        service_id=row[2],
        kind=row[3],
        schedule=row[4],
        rate_class=row[5],
        from_day=date.fromisoformat(row[6]),
        to_day=date.fromisoformat(row[7]),
        days=row[8],
        usage_milli=row[9],
        unit=row[10],
        estimated=bool(row[11]),
        attributes=inputs["attributes"],
        related=inputs["related"],
        version_ids=tuple(inputs["versions"]),
        cents=row[13],
        reads=tuple(_pair(read) for read in reads),
        lines=tuple(_line(line, (row[6], row[7])) for line in lines),
    )


def bills_by_id(ids: Sequence[int]) -> dict[int, BillView]:
    """The bills of those ids, at most a few hundred, in five queries."""
    if not ids:
        return {}
    services, reads, lines = (_grouped(sql, ids) for sql in (_SERVICES, _READS, _LINES))
    found: dict[int, BillView] = {}
    for row in rows_of(_BILLS.replace("{ids}", ", ".join("?" * len(ids))), ids):
        bill_id, number, state, run_id, run, account_id, account, day, due, *rest = row
        old, new, why, ended, cycle, *cents = rest
        previous, payments, adjustments, current, owed = cents
        parts = tuple(
            _service(part, reads.get(part[1], []), lines.get(part[1], []))
            for part in services.get(bill_id, ())
        )
        found[bill_id] = BillView(
            bill_id, number, BillState(state), run_id, run, account_id, account,
            date.fromisoformat(day), date.fromisoformat(due),
            previous, payments, adjustments, current, owed, parts,
            old or "", new or "", why or "", date.fromisoformat(ended) if ended else None, cycle,
        )  # fmt: skip
    return found


def find_bill(number: str) -> BillView:
    """The bill of that number; or the newest bill that counts of the account of that number.

    Raises:
        NotFound: there is neither.
    """
    rows = rows_of("SELECT id FROM bill WHERE number = ?", (number.strip().upper(),))
    if not rows:
        rows = rows_of(
            "SELECT b.id FROM bill b JOIN account a ON a.id = b.account_id WHERE a.number = ?"
            f" AND b.state <> 'draft' ORDER BY {_CANCELLED},"
            " (SELECT max(s.to_day) FROM bill_service s WHERE s.bill_id = b.id) DESC, b.id DESC"
            " LIMIT 1",
            (number.strip(),),
        )
    if not rows:
        raise NotFound(_no_bill(number.strip()), field="number")
    return bills_by_id([rows[0][0]])[rows[0][0]]


def _no_bill(number: str) -> str:
    """Why nothing was found: the account was not billed yet, or there is no such number."""
    if rows_of("SELECT 1 FROM account WHERE number = ?", (number,)):
        return f"Account {number} has no bill yet."
    return f"There is no bill {number}."


def recent_bills(account_id: int, limit: int = 26, *, cancelled: bool = False) -> list[BillView]:
    """An account's posted bills by the days that they bill, newest first.

    Args:
        account_id: row of the account.
        limit: most bills.
        cancelled: also those that no longer count.
    """
    counts = "" if cancelled else f" AND NOT {_CANCELLED}"
    rows = rows_of(
        "SELECT b.id FROM bill b WHERE b.account_id = ? AND b.state <> 'draft'"
        f"{counts} ORDER BY (SELECT max(s.to_day) FROM bill_service s WHERE s.bill_id = b.id) DESC,"
        " b.id DESC LIMIT ?",
        (account_id, limit),
    )
    bills = bills_by_id([row[0] for row in rows])
    return [bills[row[0]] for row in rows]


def standing_of_bill(bill: BillView) -> Standing:
    """What of all that was owed with a posted bill is still owed, and the bills unpaid since.

    A bill that was corrected since is owed with it, not after it.
    """
    rows = rows_of("SELECT coalesce(entry_id, counted_entry, 0) FROM bill WHERE id = ?", (bill.id,))
    corrected = rows_of(
        "SELECT entry_id FROM bill WHERE account_id = ? AND replaces_id IS NOT NULL",
        (bill.account_id,),
    )
    return standing_after(bill.account_id, rows[0][0], {row[0] for row in corrected})


def draft_of(run_id: int, account_id: int) -> BillView | None:
    """The draft of an account in a run, None where there is none."""
    rows = rows_of("SELECT id FROM bill WHERE run_id = ? AND account_id = ?", (run_id, account_id))
    return bills_by_id([rows[0][0]])[rows[0][0]] if rows else None
