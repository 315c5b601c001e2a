"""What accounts used, bill by bill: for the chart on the bill and on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.units import Unit, convert, parse_unit

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class PeriodUse:
    """Usage of one service over one billed period.

    Attributes:
        to_day: the day of the read that ended it.
        days: its length.
        usage_milli, unit: the usage.
        estimated: whether that read was estimated.
    """

    to_day: date
    days: int
    usage_milli: int
    unit: str
    estimated: bool

    @property
    def gallons_per_day(self) -> int | None:
        """Average daily use in whole gallons; None for what is no volume."""
        unit = parse_unit(self.unit)
        if unit in {Unit.KWH, Unit.KW, Unit.KVA}:
            return None
        gallons = convert(Decimal(self.usage_milli) / 1000, unit, Unit.GAL)
        return int((gallons / self.days).to_integral_value())


def usage_of(
    account_ids: Sequence[int], until: date, *, kind: str = "water", months: int = 26
) -> dict[int, list[PeriodUse]]:
    """By account id, the billed periods of a service that ended in the last months, oldest first.

    Args:
        account_ids: at most a few hundred.
        until: periods that ended on this day or before, drafts included.
        kind: the service.
        months: how far back.
    """
    first = (until - timedelta(days=months * 31)).isoformat()
    marks = ", ".join("?" * len(account_ids))
    found: dict[int, list[PeriodUse]] = {account: [] for account in account_ids}
    rows = rows_of(
        "SELECT b.account_id, s.to_day, s.days, s.usage_milli, s.unit, s.estimated"
        " FROM bill b JOIN bill_service s ON s.bill_id = b.id"
        f" WHERE b.account_id IN ({marks}) AND s.live = 1 AND s.kind = ?"
        " AND s.usage_milli IS NOT NULL AND s.to_day > ? AND s.to_day <= ?"
        " ORDER BY b.account_id, s.to_day, s.id",
        (*account_ids, kind, first, until.isoformat()),
    )
    for account, to_day, days, usage, unit, estimated in rows:
        found[account].append(
            PeriodUse(date.fromisoformat(to_day), days, usage, unit, bool(estimated))
        )
    return found
