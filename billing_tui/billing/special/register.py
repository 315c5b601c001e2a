"""The register of special bills over some days, and what it must tie to (GL-3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.billing.tie_out import TieOut
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from datetime import date

_TOTALS = """
    SELECT s.template, l.revenue, count(DISTINCT s.id), sum(l.cents)
      FROM special_bill s JOIN special_line l ON l.bill_id = s.id
     WHERE s.bill_day BETWEEN ? AND ? GROUP BY s.template, l.revenue ORDER BY s.template, l.revenue
"""
_JOINED = (
    "FROM special_bill s JOIN posting p ON p.entry_id = s.entry_id WHERE s.bill_day BETWEEN ? AND ?"
)


@dataclass(frozen=True, slots=True)
class SpecialTotal:
    """What one template charged to one account of the ledger: bills, cents."""

    template: str
    revenue: str
    bills: int
    cents: int


def special_totals(first: date, last: date) -> list[SpecialTotal]:
    """Special bills from a day to another, both included, by template and revenue."""
    days = (first.isoformat(), last.isoformat())
    return [
        SpecialTotal(template, revenue, bills, int(cents))
        for template, revenue, bills, cents in rows_of(_TOTALS, days)
    ]


def special_tie_outs(first: date, last: date) -> list[TieOut]:
    """The same money by different roads: totals, lines, receivables, revenue."""
    days = (first.isoformat(), last.isoformat())

    def one(sql: str) -> int:
        return int(rows_of(sql, days)[0][0] or 0)

    whole = one("SELECT sum(total_cents) FROM special_bill WHERE bill_day BETWEEN ? AND ?")
    lines = sum(total.cents for total in special_totals(first, last))
    owed = one(f"SELECT sum(p.cents) {_JOINED} AND p.account_id IS NOT NULL")
    earned = one(f"SELECT -sum(p.cents) {_JOINED} AND p.account_id IS NULL")
    return [
        TieOut("special bills = lines", whole, "special bills", lines, "sum of lines"),
        TieOut("special bills = receivables", whole, "special bills", owed, "A/R movement"),
        TieOut("special bills = revenue", whole, "special bills", earned, "journal credits"),
    ]
