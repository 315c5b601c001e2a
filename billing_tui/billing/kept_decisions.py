"""Keep what a person accepted through a new calculation, where the draft comes out the same.

A decision is about figures: the charges with their days, quantities and prices, and the readings.
Balances are left out, as in the register: payments go on while a run is audited.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.billing.draft_rows import LINE, READ, SERVICE
from billing_tui.billing.run_part import run_part
from billing_tui.billing.states import Decision
from billing_tui.billing.tables import Finding
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.billing.runs import RunView

_AT_ONCE = 4000
Figures = dict[int, list[tuple[Any, ...]]]
"""What the draft of each account says; an account without a draft says nothing."""

_ACCEPTED = """
    SELECT DISTINCT account_id FROM finding
     WHERE run_id = ? AND decision = 'accepted' AND account_id IN ({ids})
"""
_SERVICES = f"""
    SELECT b.account_id, {", ".join(f"s.{name}" for name in SERVICE[2:])}
      FROM bill b JOIN bill_service s ON s.bill_id = b.id
     WHERE b.run_id = ? AND b.account_id IN ({{ids}}) ORDER BY b.account_id, s.id
"""
_READS = f"""
    SELECT b.account_id, {", ".join(f"d.{name}" for name in READ[1:])}
      FROM bill b JOIN bill_service s ON s.bill_id = b.id
      JOIN bill_read d ON d.bill_service_id = s.id
     WHERE b.run_id = ? AND b.account_id IN ({{ids}}) ORDER BY b.account_id, s.id, d.id
"""
_LINES = f"""
    SELECT b.account_id, {", ".join(f"l.{name}" for name in LINE[2:])}
      FROM bill b JOIN bill_line l ON l.bill_id = b.id
     WHERE b.run_id = ? AND b.account_id IN ({{ids}}) ORDER BY b.account_id, l.position
"""


def _found(sql: str, run_id: int, accounts: Sequence[int]) -> list[tuple[Any, ...]]:
    return rows_of(sql.replace("{ids}", ", ".join("?" * len(accounts))), (run_id, *accounts))


def _figures(run_id: int, accounts: Sequence[int]) -> Figures:
    found: Figures = {account: [] for account in accounts}
    for sql in (_SERVICES, _READS, _LINES) if accounts else ():
        for account, *told in _found(sql, run_id, accounts):
            found[account].append(tuple(told))
    return found


def decided_figures(run_id: int, accounts: Sequence[int]) -> Figures:
    """What the drafts say about which something was accepted, of some accounts of a run."""
    return _figures(run_id, [row[0] for row in _found(_ACCEPTED, run_id, accounts)])


def forget_changed(run_id: int, before: Figures) -> None:
    """Drop what was accepted about drafts that say anything else now, in the caller's transaction.

    Args:
        run_id: the run.
        before: what `decided_figures` gave before the drafts were written anew.
    """
    after = _figures(run_id, list(before))
    for account in before:
        if before[account] != after[account]:
            Finding.delete().where((Finding.run == run_id) & (Finding.account == account)).execute()


def forget_undecided(desk: Desk, run: RunView) -> None:
    """Drop the findings of a run that nobody accepted, part by part: the next audit finds them."""
    some = (
        Finding.select(Finding.id)
        .where((Finding.run == run.id) & (Finding.decision != Decision.ACCEPTED.value))
        .limit(_AT_ONCE)
    )
    dropped = _AT_ONCE
    while dropped == _AT_ONCE:
        with run_part(desk, run):
            dropped = Finding.delete().where(Finding.id.in_(some)).execute()
