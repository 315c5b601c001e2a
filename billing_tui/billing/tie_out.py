"""The tie-outs of a run: the same money by different roads must be the same (GL-3, B10)."""

from __future__ import annotations

from dataclasses import dataclass

from billing_tui.billing.completeness import count_cycle
from billing_tui.billing.runs import RunView, find_run
from billing_tui.billing.states import ItemState
from billing_tui.foundation.bulk import rows_of


@dataclass(frozen=True, slots=True)
class TieOut:
    """Two figures that must agree.

    Attributes:
        name: what is tied.
        left, right: the figures, cents or counts.
        left_source, right_source: where each comes from.
        money: whether the figures are cents.
    """

    name: str
    left: int
    left_source: str
    right: int
    right_source: str
    money: bool = True

    @property
    def agrees(self) -> bool:
        """Whether both sides are the same."""
        return self.left == self.right


def _one(sql: str, run_id: int) -> int:
    return int(rows_of(sql, (run_id,))[0][0] or 0)


def _posted(run: RunView) -> list[TieOut]:
    joined = "FROM bill b JOIN posting p ON p.entry_id = b.entry_id WHERE b.run_id = ?"
    receivable = _one(f"SELECT sum(p.cents) {joined} AND p.account_id IS NOT NULL", run.id)
    revenue = _one(f"SELECT -sum(p.cents) {joined} AND p.account_id IS NULL", run.id)
    posted = run.items[ItemState.POSTED]
    numbered = _one("SELECT count(number) FROM bill WHERE run_id = ?", run.id)
    register = run.total_cents
    return [
        TieOut("charges = receivables", register, "register", receivable, "A/R movement"),
        TieOut("charges = revenue and taxes", register, "register", revenue, "journal credits"),
        TieOut("bills posted", posted, "run items", numbered, "numbered bills", money=False),
    ]


def _printed(run: RunView) -> list[TieOut]:
    rows = rows_of(
        "SELECT bills, total_cents FROM printed_run WHERE run_id = ? ORDER BY id DESC LIMIT 1",
        (run.id,),
    )
    if not rows:
        return []
    due = _one("SELECT sum(due_cents) FROM bill WHERE run_id = ?", run.id)
    return [
        TieOut("bills printed", run.bills, "register", rows[0][0], "print file", money=False),
        TieOut("amounts due printed", due, "register", int(rows[0][1]), "print file"),
    ]


def tie_outs(number: str) -> list[TieOut]:
    """All tie-outs that the run has come far enough for."""
    run = find_run(number)
    lines = _one(
        "SELECT sum(l.cents) FROM bill b JOIN bill_line l ON l.bill_id = b.id WHERE b.run_id = ?",
        run.id,
    )
    services = _one(
        "SELECT sum(s.cents) FROM bill b JOIN bill_service s ON s.bill_id = b.id"
        " WHERE b.run_id = ?",
        run.id,
    )
    count = count_cycle(run.id)
    parts = sum(number for _name, number in count.parts)
    ties = [
        TieOut("accounts", count.accounts, "cycle", parts, "billed and not billed", money=False),
        TieOut("register = lines", run.total_cents, "register", lines, "sum of lines"),
        TieOut("register = services", run.total_cents, "register", services, "sum of services"),
    ]
    if run.items[ItemState.POSTED]:
        ties += _posted(run)
    return ties + _printed(run)
