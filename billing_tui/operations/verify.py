"""Walk everything that must always hold, room by room, on one snapshot of the database."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from billing_tui.access.invariants import INVARIANTS as ACCESS
from billing_tui.billing.invariants import INVARIANTS as BILLING
from billing_tui.customer_care.document_store import documents_stand
from billing_tui.customer_care.invariants import INVARIANTS as CUSTOMER_CARE
from billing_tui.foundation.invariant import Invariant
from billing_tui.foundation.storage_checks import INVARIANTS as STORAGE, missing_guards
from billing_tui.foundation.transaction import read_snapshot
from billing_tui.ledger.invariants import INVARIANTS as LEDGER
from billing_tui.metering.invariants import INVARIANTS as METERING
from billing_tui.operations.daily_audit.invariants import INVARIANTS as DAILY_AUDIT
from billing_tui.operations.schema import all_tables
from billing_tui.rates.invariants import INVARIANTS as RATES
from billing_tui.records.invariants import INVARIANTS as RECORDS
from billing_tui.service_orders.invariants import INVARIANTS as SERVICE_ORDERS

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.foundation.database import Store

_MOST_SENTENCES = 3
_ROOMS = (
    *(ACCESS, RECORDS, RATES, METERING, SERVICE_ORDERS, CUSTOMER_CARE),
    *(LEDGER, BILLING, DAILY_AUDIT),
)
_GUARDS = Invariant(
    "S3",
    "The database itself refuses to change what must stand.",
    lambda: missing_guards(all_tables()),
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one invariant holds.

    Attributes:
        id, says: the invariant.
        broken: the first few rows that break it, as sentences; empty when it holds.
        noted: the first few things that break nothing but want a look.
    """

    id: str
    says: str
    broken: tuple[str, ...]
    noted: tuple[str, ...] = ()


def verify_office(
    store: Store,
    *,
    documents: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Verdict]:
    """The verdict on every invariant; nothing is changed.

    Args:
        store: the open database.
        documents: the home's folder of filed papers, whose bytes are proved where it is given.
        progress: told how many checks are done, of how many.
    """
    filed = () if documents is None else (documents_stand(documents),)
    checks = (*STORAGE, _GUARDS, *(check for room in _ROOMS for check in room), *filed)
    verdicts = []
    with read_snapshot(store):
        for done, check in enumerate(checks, start=1):
            broken = tuple(islice(check.broken(), _MOST_SENTENCES))
            noted = tuple(islice(check.noted(), _MOST_SENTENCES))
            verdicts.append(Verdict(check.id, check.says, broken, noted))
            if progress:
                progress(done, len(checks))
    return verdicts
