"""Read from the database what the bills of some accounts are computed from, in bulk.

A handful of queries for each few hundred accounts; no query for a single one.
"""

from __future__ import annotations

from datetime import date, timedelta
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_tui.billing.facts import AccountFact, ReadFact, ServiceFact
from billing_tui.foundation.bulk import rows_of
from billing_tui.ledger.receivables import movements_since
from billing_tui.ledger.tables import EntryKind
from billing_tui.metering.history import STANDS
from billing_tui.metering.tables import ReadKind
from billing_tui.records.kinds import FlagKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_ORDER = {"water": 0, "electric": 1, "sewer": 2, "refuse": 3, "stormwater": 4}
_FLAG_ATTRIBUTES = {FlagKind.LOW_INCOME: "low_income", FlagKind.TAX_EXEMPT: "tax_exempt"}


def _by_account(
    sql: str, ids: Sequence[int], *parameters: object
) -> dict[int, list[tuple[Any, ...]]]:
    """Rows of a query whose first column is the account; `{ids}` stands for the list."""
    marks = ", ".join("?" * len(ids))
    rows = rows_of(sql.replace("{ids}", marks), (*ids, *parameters))
    return {key: list(group) for key, group in groupby(rows, key=itemgetter(0))}


_SERVICES = """
    SELECT s.account_id, s.id, s.kind, s.schedule, s.rate_class, s.from_day, s.to_day,
           s.billing_hold, p.metered,
           (SELECT max(b.to_day) FROM bill_service b JOIN bill ON bill.id = b.bill_id
             WHERE b.service_id = s.id AND b.live = 1 AND bill.state <> 'draft'),
           (SELECT m.size FROM meter_installation i JOIN meter m ON m.id = i.meter_id
             WHERE i.service_point_id = s.service_point_id
             ORDER BY (i.from_day < '{day}') DESC, i.from_day DESC LIMIT 1)
      FROM service s JOIN service_point p ON p.id = s.service_point_id
     WHERE s.account_id IN ({ids}) AND s.from_day < ?
     ORDER BY s.account_id, s.id
"""
_LOCATION_ATTRIBUTES = """
    SELECT a.id, l.name, l.value FROM account a
      JOIN location_attribute l ON l.location_id = a.location_id
     WHERE a.id IN ({ids}) AND l.from_day <= ? AND (l.to_day IS NULL OR l.to_day >= ?)
     ORDER BY a.id
"""
_SERVICE_ATTRIBUTES = """
    SELECT s.account_id, s.id, t.name, t.value FROM service s
      JOIN service_attribute t ON t.service_id = s.id
     WHERE s.account_id IN ({ids}) AND t.from_day <= ? AND (t.to_day IS NULL OR t.to_day >= ?)
     ORDER BY s.account_id
"""
_FLAGS = """
    SELECT account_id, kind, to_day FROM account_flag
     WHERE account_id IN ({ids}) AND from_day <= ? AND (to_day IS NULL OR to_day >= ?)
     ORDER BY account_id
"""
USED = f"d.usage_milli IS NOT NULL AND d.kind <> '{ReadKind.EXCHANGE_IN.value}' AND {STANDS}"
"""Of a read `d`: it ends a stretch of use. One at which a meter was put in only begins one."""
_READS = """
    SELECT s.account_id, s.id, d.id, d.meter_id, q.day, q.reading, d.day, d.reading, d.kind,
           d.usage_milli, d.unit
      FROM service s
      JOIN read d ON d.service_point_id = s.service_point_id
      JOIN read q ON q.id = d.previous_id
     WHERE s.account_id IN ({ids}) AND d.day > ? AND d.day <= ? AND {used}
     ORDER BY s.account_id, s.id, d.day, d.id
""".replace("{used}", USED)
_LAST_BILLS = """
    SELECT a.id, b.due_cents, b.counted_entry FROM account a, bill b
     WHERE a.id IN ({ids}) AND b.id =
           (SELECT x.id FROM bill x WHERE x.account_id = a.id AND x.state <> 'draft'
               AND x.bill_day <= ? ORDER BY x.bill_day DESC, x.id DESC LIMIT 1)
     ORDER BY a.id
"""
_EVER = date(9999, 12, 31)


def _service(row: tuple[Any, ...], shared: dict[str, str], own: dict[str, str]) -> ServiceFact:
    _, service_id, kind, schedule, rate_class, from_day, to_day, _, metered, billed, size = row
    attributes = shared | own
    if size is not None:
        attributes["meter_size"] = size
    return ServiceFact(
        id=service_id,
        kind=kind,
        schedule=schedule,
        rate_class=rate_class,
        start=date.fromisoformat(billed or from_day),
        end=date.fromisoformat(to_day) + timedelta(days=1) if to_day else None,
        metered=bool(metered),
        attributes=attributes,
        first=billed is None,
    )


class Attributes(NamedTuple):
    """Rate attributes in force: those of the account, and those of each service by its row."""

    shared: dict[int, dict[str, str]]
    own: dict[int, dict[str, str]]


def attributes_on(accounts: Mapping[int, AccountFact], last_day: date) -> Attributes:
    """What rates depend on at the locations and services of some accounts on a day.

    Flags are those that the accounts carry already: they count on the bill day.
    """
    ids, day = list(accounts), last_day.isoformat()
    located = _by_account(_LOCATION_ATTRIBUTES, ids, day, day)
    own: dict[int, dict[str, str]] = {}
    for rows in _by_account(_SERVICE_ATTRIBUTES, ids, day, day).values():
        for _, service_id, name, value in rows:
            own.setdefault(service_id, {})[name] = value
    shared = {
        key: {name: value for _, name, value in located.get(key, ())}
        | {
            attribute: "yes" if flag.value in account.flags else "no"
            for flag, attribute in _FLAG_ATTRIBUTES.items()
        }
        for key, account in accounts.items()
    }
    return Attributes(shared, own)


def add_flags(accounts: Mapping[int, AccountFact], bill_day: date) -> None:
    """The flags in force on the bill day."""
    day = bill_day.isoformat()
    for account_id, rows in _by_account(_FLAGS, list(accounts), day, day).items():
        accounts[account_id].flags = frozenset(kind for _, kind, _ in rows)


def _add_services(accounts: dict[int, AccountFact], ids: Sequence[int], read_day: date) -> None:
    attributes = attributes_on(accounts, read_day - timedelta(days=1))
    day = read_day.isoformat()  # a meter that was put in later is of the next period
    for account_id, rows in _by_account(_SERVICES.replace("{day}", day), ids, day).items():
        account = accounts[account_id]
        for row in rows:
            own = attributes.own.get(row[1], {})
            fact = _service(row, attributes.shared[account_id], own)
            if row[7]:
                account.hold = account.hold or f"the {fact.kind} service has a billing hold"
            if fact.end is None or fact.end > fact.start:
                account.services.append(fact)
        account.services.sort(key=billing_order)


def billing_order(service: ServiceFact) -> tuple[int, int]:
    """Where a service stands on a bill: what others depend on comes first."""
    return _ORDER[service.kind], service.id


def _add_reads(accounts: dict[int, AccountFact], ids: Sequence[int], read_day: date) -> None:
    services = {s.id: s for a in accounts.values() for s in a.services if s.metered}
    if not services:
        return
    earliest = min(service.start for service in services.values()).isoformat()
    for rows in _by_account(_READS, ids, earliest, read_day.isoformat()).values():
        for row in rows:
            service = services.get(row[1])
            if service is None:
                continue
            day = date.fromisoformat(row[6])
            if day > service.start and (service.end is None or day <= service.end):
                service.reads.append(
                    ReadFact(
                        row[2], row[3], date.fromisoformat(row[4]), row[5], day, row[7], row[8],
                        row[9], row[10],
                    )
                )  # fmt: skip


def add_balances(accounts: Mapping[int, AccountFact], until: date = _EVER) -> None:
    """What was due on the last bill, and what was posted to the account since.

    Args:
        accounts: to be filled, by row.
        until: what is dated later does not count.
    """
    rows = _by_account(_LAST_BILLS, list(accounts), until.isoformat())
    last = {key: found[0] for key, found in rows.items()}
    since = {key: last[key][2] if key in last else 0 for key in accounts}
    for key, kinds in movements_since(since, until).items():
        account = accounts[key]
        account.previous_cents = last[key][1] if key in last else 0
        account.payments_cents = kinds.pop(EntryKind.PAYMENT, 0)
        account.adjustments_cents = sum(kinds.values())


def gather(
    numbers: Iterable[tuple[int, str]], *, read_day: date, bill_day: date
) -> list[AccountFact]:
    """The facts of some accounts, given as (id, number), in the same order.

    Args:
        numbers: at most a few hundred accounts.
        read_day: reads up to this day count; services without a meter are billed up to it.
        bill_day: flags and balances count as of this day.
    """
    accounts = {key: AccountFact(key, number) for key, number in numbers}
    ids = list(accounts)
    if not ids:
        return []
    add_flags(accounts, bill_day)
    for account in accounts.values():
        if FlagKind.HOLD_BILL in account.flags:
            account.hold = "the account has the flag Hold bill"
    _add_services(accounts, ids, read_day)
    _add_reads(accounts, ids, read_day)
    add_balances(accounts)
    return list(accounts.values())
