"""The ledger as a whole: the trial balance, and the control of receivables, as of any day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.ledger.aging import Aging
from billing_tui.ledger.chart_text import RECEIVABLE
from billing_tui.ledger.receivables import agings_by_service
from billing_tui.ledger.tables import AccountType

if TYPE_CHECKING:
    from datetime import date

_PAGE = 2000


@dataclass(frozen=True, slots=True)
class TrialLine:
    """One general-ledger account at the end of a day; cents, debits and credits both positive."""

    code: str
    name: str
    fund: str
    type: AccountType
    role: str
    debits: int
    credits: int

    @property
    def balance(self) -> int:
        """Debits less credits."""
        return self.debits - self.credits


@dataclass(frozen=True, slots=True)
class Control:
    """Receivables of one fund and service: what the sub-ledger says beside what the GL says.

    Attributes:
        code: the general-ledger account.
        fund: its fund.
        gl_cents: its balance.
        services: what accounts owe in it, by service.
    """

    code: str
    fund: str
    gl_cents: int
    services: tuple[tuple[str, int], ...]

    @property
    def difference(self) -> int:
        """Zero, or something was posted that no account owes."""
        return self.gl_cents - sum(cents for _, cents in self.services)


def trial_balance(day: date) -> tuple[TrialLine, ...]:
    """Every account of the chart with its postings to the end of a day, by code."""
    rows = rows_of(
        "SELECT g.code, g.name, g.fund, g.type, g.role,"
        " coalesce(sum(CASE WHEN p.cents > 0 THEN p.cents END), 0),"
        " coalesce(-sum(CASE WHEN p.cents < 0 THEN p.cents END), 0)"
        " FROM gl_account g LEFT JOIN posting p ON p.gl_account_id = g.id AND p.day <= ?"
        " GROUP BY g.id, g.code, g.name, g.fund, g.type, g.role ORDER BY g.code",
        (day.isoformat(),),
    )
    return tuple(
        TrialLine(code, name, fund, AccountType(kind), role, int(debits), int(credits_))
        for code, name, fund, kind, role, debits, credits_ in rows
    )


def receivable_control(day: date) -> tuple[Control, ...]:
    """For each receivable account of the chart, its balance and what accounts owe in it."""
    rows = rows_of(
        "SELECT g.code, g.fund, p.service, p.account_id IS NULL, sum(p.cents)"
        " FROM gl_account g JOIN posting p ON p.gl_account_id = g.id"
        " WHERE g.role LIKE ? AND p.day <= ?"
        " GROUP BY g.code, g.fund, p.service, p.account_id IS NULL ORDER BY g.code, p.service",
        (RECEIVABLE + "%", day.isoformat()),
    )
    totals: dict[tuple[str, str], int] = {}
    services: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for code, fund, service, orphaned, cents in rows:
        gl = (code, fund)
        totals[gl] = totals.get(gl, 0) + int(cents)
        if not orphaned:
            services.setdefault(gl, []).append((service, int(cents)))
    return tuple(
        Control(code, fund, cents, tuple(services.get((code, fund), ())))
        for (code, fund), cents in totals.items()
    )


def aged_trial_balance(day: date) -> dict[str, Aging]:
    """The aging of all accounts, summed by service; it equals the receivable control (GL-7)."""
    totals: dict[str, Aging] = {}
    after = 0
    while True:
        rows = rows_of(
            "SELECT DISTINCT account_id FROM posting WHERE account_id > ?"
            " ORDER BY account_id LIMIT ?",
            (after, _PAGE),
        )
        for services in agings_by_service((row[0] for row in rows), day).values():
            for service, aging in services.items():
                totals[service] = totals.get(service, Aging()) + aging
        if len(rows) < _PAGE:
            return totals
        after = rows[-1][0]
