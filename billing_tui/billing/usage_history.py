"""What accounts used, read by read: for the chart on the bill, which ends with the bill's read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING

from billing_tui.billing.gather import USED
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import Unit, convert, parse_unit
from billing_tui.metering.tables import ReadKind
from billing_tui.metering.usage import converted_milli

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.billing.bill_view import BillView


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """Usage of one service between two reads.

    Attributes:
        from_day, to_day: the days of the two reads.
        usage_milli, unit: the usage.
        estimated: whether that read was estimated.
    """

    from_day: date
    to_day: date
    usage_milli: int
    unit: str
    estimated: bool

    @property
    def days(self) -> int:
        """Days between the two reads."""
        return (self.to_day - self.from_day).days

    @property
    def gallons_per_day(self) -> int | None:
        """Average daily use in whole gallons; None for what is no volume."""
        unit = parse_unit(self.unit)
        if unit in {Unit.KWH, Unit.KW, Unit.KVA}:
            return None
        gallons = convert(Decimal(self.usage_milli) / 1000, unit, Unit.GAL)
        return int((gallons / self.days).to_integral_value()) if self.days else None


_READS = """
    SELECT s.account_id, s.id, s.to_day, d.day, d.days, d.usage_milli, d.unit, d.kind
      FROM service s JOIN read d ON d.service_point_id = s.service_point_id
     WHERE s.account_id IN ({ids}) AND s.kind = ? AND d.day > ? AND d.day <= ?
       AND d.day > s.from_day AND {used}
     ORDER BY s.account_id, s.id, d.day, d.id
""".replace("{used}", USED)


def usage_of(
    account_ids: Sequence[int], until: date, *, kind: str = "water", months: int = 26
) -> dict[int, list[PeriodUse]]:
    """By account id, what a service used between its reads in the last months, oldest first.

    Only what this account used: reads from before it took the service are its predecessor's. What
    a meter counted before it was exchanged goes to the period in which that happened.

    Args:
        account_ids: at most a few hundred.
        until: reads up to this day.
        kind: the service.
        months: how far back.
    """
    first = (until - timedelta(days=months * 31)).isoformat()
    found: dict[int, dict[date, PeriodUse]] = {account: {} for account in account_ids}
    taken_out: dict[int, PeriodUse] = {}
    sql = _READS.replace("{ids}", ", ".join("?" * len(account_ids)))
    for account, service, last, day, days, usage, unit, how in rows_of(
        sql, (*account_ids, kind, first, until.isoformat())
    ):
        to_day = date.fromisoformat(day)
        if last is not None and to_day > date.fromisoformat(last) + timedelta(days=1):
            continue
        from_day = to_day - timedelta(days=days or 0)
        use = PeriodUse(from_day, to_day, usage, unit, how == ReadKind.ESTIMATED)
        if service in taken_out:
            use = _together(taken_out.pop(service), use)
        if how == ReadKind.EXCHANGE_OUT:
            taken_out[service] = use
            continue
        same_day = found[account].get(to_day)
        found[account][to_day] = _together(same_day, use) if same_day else use
    return {account: [uses[day] for day in sorted(uses)] for account, uses in found.items()}


def uses_by(bill: BillView, uses: Sequence[PeriodUse], *, kind: str = "water") -> list[PeriodUse]:
    """Of an account's use by period what was read by a bill's own last day, oldest first.

    The bill's period is told as the bill counts it: of one whose read was corrected since, too.
    """
    own = [
        PeriodUse(one.from_day, one.to_day, one.usage_milli, one.unit, one.estimated)
        for one in bill.services
        if one.kind == kind and one.usage_milli is not None
    ]
    if not own:
        return [use for use in uses if use.to_day <= bill.read_day]
    whole = reduce(_together, own)
    return [*(use for use in uses if use.to_day <= whole.from_day), whole]


def _together(one: PeriodUse, use: PeriodUse) -> PeriodUse:
    """Two meters in one period, one after or beside the other, in the unit of the later one."""
    milli = converted_milli(one.usage_milli, parse_unit(one.unit), parse_unit(use.unit))
    return replace(
        use, from_day=min(one.from_day, use.from_day), usage_milli=milli + use.usage_milli
    )
