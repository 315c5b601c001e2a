"""Bill runs of the town from opening to posting, whatever the audit finds."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.tables import Finding
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

LATER = date(2026, 12, 20)


def approve(desk: Callable[[str], Desk], number: str) -> None:
    """Audit a calculated run, accept whatever was found, and approve it."""
    luis = desk("luis")
    audit_run(luis, number)
    with write_transaction(luis.store):
        Finding.update(decision="accepted", reason="test", staff=luis.staff_id).execute()
    approve_run(desk("nora"), number)


def bill(desk: Callable[..., Desk], instance: str) -> str:
    """Open, calculate, audit, approve and post the run of an instance; returns its number."""
    luis = desk("luis", LATER)
    number = open_run(luis, "07", instance).number
    calculate_run(luis, number)
    approve(lambda username: desk(username, LATER), number)
    post_run(luis, number)
    return number
