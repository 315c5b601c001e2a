"""Print a posted run: the bills in one PDF sorted for mailing, the register, the control sheet.

PDFs are made from what is posted, outside any transaction, and may be made again; what is recorded
afterwards is the evidence of what was mailed (INV-5).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.completeness import count_cycle, not_in_run
from billing_tui.billing.register import rate_summary, register_rows
from billing_tui.billing.run_approval import approval_of
from billing_tui.billing.runs import RunView, find_run, require_next, set_state
from billing_tui.billing.states import RunState
from billing_tui.billing.tables import PrintedRun
from billing_tui.documents.account_count import AccountCount
from billing_tui.documents.bill_file import PrintedFile, print_bills
from billing_tui.documents.control_sheet import ControlSheet, LeftOut, print_control_sheet
from billing_tui.documents.page_of_bill import pages_of
from billing_tui.documents.register import (
    BillingRegister,
    RegisterLine,
    RegisterSection,
    RegisterTotal,
    print_register,
)
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.billing.register import RateSummaryRow
    from billing_tui.foundation.errors import Problem


@dataclass(frozen=True, slots=True)
class PrintedPapers:
    """What a run was printed on.

    Attributes:
        paths: bills, register, control sheet.
        bills, pages, total_cents: of the bills' file; the total is what is due.
        problems: what had to be substituted on paper, by bill.
    """

    paths: tuple[Path, ...]
    bills: int
    pages: int
    total_cents: int
    problems: tuple[Problem, ...]


def _paper(desk: Desk, run: RunView, name: str) -> Path:
    """Where a paper of the run is kept; a number of any shape stays inside the folder."""
    number = re.sub(r"[^A-Za-z0-9-]", "_", run.number)
    return desk.home.printed / f"{number}-{name}.pdf"


def _mailing_order(run_id: int) -> list[int]:
    """Bills by ZIP code, then by account, as the post office wants them."""
    rows = rows_of(
        "SELECT b.id, coalesce((SELECT m.zip FROM mailing_address m WHERE m.account_id = a.id"
        "   AND m.from_day <= b.bill_day AND (m.to_day IS NULL OR m.to_day >= b.bill_day)"
        "   ORDER BY m.from_day DESC LIMIT 1), l.zip) AS zip, a.number"
        " FROM bill b JOIN account a ON a.id = b.account_id JOIN location l ON l.id = a.location_id"
        " WHERE b.run_id = ? ORDER BY zip, a.number",
        (run_id,),
    )
    return [row[0] for row in rows]


def _section(title: str, rows: list[RateSummaryRow], label: str) -> RegisterSection:
    totals: dict[str, list[RateSummaryRow]] = {}
    for row in rows:
        totals.setdefault(label.format(row=row), []).append(row)
    return RegisterSection(
        title,
        tuple(
            RegisterTotal(
                f"{name[:1].upper()}{name[1:]}",
                sum(row.lines for row in group),
                _usage(group) if "row.label" in label else "",
                sum(row.cents for row in group),
            )
            for name, group in totals.items()
        ),
    )


def _usage(rows: list[RateSummaryRow]) -> str:
    units = {row.unit for row in rows}
    if len(units) != 1 or units & {"%", ""}:
        return ""
    return f"{quantity_text(sum((row.quantity for row in rows), Decimal(0)))} {units.pop()}"


def register_of(run: RunView, utility: str) -> BillingRegister:
    """The register of a run as its PDF shows it."""
    summary, count = rate_summary(run.id), count_cycle(run.id)
    return BillingRegister(
        utility_name=utility,
        run=run.number,
        cycle=run.cycle,
        bill_day=run.bill_day,
        lines=tuple(
            RegisterLine(
                row.account,
                row.name,
                row.rate_class,
                row.number or "draft",
                row.due_cents - row.current_cents,
                row.current_cents,
            )
            for row in register_rows(run.id)
        ),
        sections=(
            _section("By service", summary, "{row.kind}"),
            _section("By class", summary, "{row.kind} {row.rate_class}"),
            _section("By charge", summary, "{row.kind} {row.rate_class}: {row.label}"),
        ),
        accounts=AccountCount(count.accounts, count.parts),
    )


def _print_bills(
    run: RunView, desk: Desk, made_at: datetime, progress: Callable[[int, int], None] | None
) -> PrintedFile:
    def told(done: int) -> None:
        if progress:
            progress(done, run.bills)

    head = read_letterhead(desk.home)
    printed = print_bills(
        pages_of(_mailing_order(run.id), head),
        _paper(desk, run, "bills"),
        made_at=made_at,
        title=f"{head.profile.name}, run {run.number}",
        progress=told,
    )
    if printed.parked:
        raise Refused(f"{len(printed.parked)} bills do not add up: {printed.problems[0]}")
    return printed


def _record(desk: Desk, run: RunView, printed: PrintedFile) -> None:
    with writing(desk, Right.PRINT_BILLS, "documents.print_run") as act:
        PrintedRun.create(
            run=run.id,
            path=printed.path.name,
            sha256=printed.sha256,
            pages=printed.pages,
            bills=printed.bills,
            total_cents=printed.total_cents,
            mail_day=desk.business_day,
            staff=desk.staff_id,
            at=desk.clock().isoformat(timespec="seconds"),
        )
        set_state(run, RunState.PRINTED)
        act.about("bill run", run.number)
        act.before = {"state": run.state.value}
        act.after = {
            "state": RunState.PRINTED.value,
            "file": printed.path.name,
            "sha256": printed.sha256,
            "bills": printed.bills,
            "total_cents": printed.total_cents,
        }


def print_run(
    desk: Desk, number: str, *, progress: Callable[[int, int], None] | None = None
) -> PrintedPapers:
    """Print bills, register and control sheet of a posted run into the home's `printed` folder.

    Raises:
        RunRefused: the run is not posted.
        Refused: a bill does not add up; nothing is recorded.
    """
    desk.require(Right.PRINT_BILLS)
    run = find_run(number)
    require_next(run, RunState.PRINTED)
    made_at = desk.clock()
    printed = _print_bills(run, desk, made_at, progress)
    utility = read_letterhead(desk.home).profile.name
    register, approval = register_of(run, utility), approval_of(run)
    sheet = ControlSheet(
        utility_name=utility,
        run=run.number,
        cycle=run.cycle,
        printed=printed,
        register_bills=len(register.lines),
        register_cents=register.amount_due,
        left_out=tuple(LeftOut(one.account, one.name, one.why) for one in not_in_run(run.id)),
        accounts=register.accounts,
        approved=approval.told if approval is not None else "",
    )
    print_register(register, _paper(desk, run, "register"), made_at=made_at)
    print_control_sheet(sheet, _paper(desk, run, "control"), made_at=made_at)
    if not (sheet.count_ties and sheet.amount_ties):
        raise Refused("The print file does not tie to the register; it is not to be mailed.")
    _record(desk, run, printed)
    names = ("bills", "register", "control")
    return PrintedPapers(
        tuple(_paper(desk, run, name) for name in names),
        printed.bills,
        printed.pages,
        printed.total_cents,
        printed.problems,
    )
