"""`billing-tui run`: open, calculate, audit, review, approve, post, print a bill run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.billing.approve_run import approve_run, cancel_run, why_not
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.close_run import close_run
from billing_tui.billing.completeness import not_in_run, sweep
from billing_tui.billing.findings import finding_counts, findings, open_findings
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.register import RegisterRow, rate_summary, register_rows
from billing_tui.billing.review_bills import accept_all, accept_finding, hold_bill, release_bill
from billing_tui.billing.run_approval import approval_of
from billing_tui.billing.runs import RunView, find_run, recent_runs
from billing_tui.billing.states import Severity
from billing_tui.billing.tie_out import tie_outs
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import cents, print_json, print_line, print_table, progress, say
from billing_tui.foundation.units import quantity_text
from billing_tui.metering.plan_instance import plan_instance
from billing_tui.records.lookup import find_account

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk


@click.group()
def run() -> None:
    """Bill runs: from posted reads to posted, printed bills.

    RUN is the number of a run, such as 2026-11-07-1, or the code of a cycle for its newest run.
    """


def _show(run_view: RunView, *, as_json: bool) -> None:
    if as_json:
        print_json(run_view)
        return
    print_line(
        f"Run {run_view.number}  {run_view.state.value}  {run_view.bills:,} bills  "
        f"{cents(run_view.total_cents)}"
    )
    counts = [f"{count:,} {state.value}" for state, count in run_view.items.items() if count]
    print_line(f"{run_view.population:,} accounts: {', '.join(counts)}")


@run.command()
@click.option("--cycle", required=True, help="Code of the cycle.")
@click.option("--name", required=True, help="Year and month, such as 2026-11.")
@click.option("--read-day", required=True, type=DAY, help="Last day of the readings.")
@click.option("--bill-day", required=True, type=DAY, help="Date of the bills.")
@click.option("--due-day", required=True, type=DAY, help="When they fall due.")
@at_desk
def plan(
    desk: Desk,
    *,
    cycle: str,
    name: str,
    read_day: date,
    bill_day: date,
    due_day: date,
    as_json: bool,
) -> None:
    """Put one reading and billing of a cycle into the calendar."""
    instance = plan_instance(
        desk,
        cycle,
        name,
        read_day=read_day,
        bill_day=bill_day,
        due_day=due_day,
    )
    if as_json:
        print_json({"instance": instance})
    else:
        say(f"Instance {name} of cycle {cycle} is planned.")


@run.command("open")
@click.option("--cycle", required=True, help="Code of the cycle.")
@click.option("--instance", help="Name of the cycle instance, such as 2026-11; else the newest.")
@at_desk
def open_(desk: Desk, cycle: str, instance: str | None, *, as_json: bool) -> None:
    """Open a run: freeze which accounts it bills."""
    _show(open_run(desk, cycle, instance), as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN")
@at_desk
def calculate(desk: Desk, number: str, *, as_json: bool) -> None:
    """Calculate all drafts anew; free until the run is posted."""
    with progress("Calculating") as advance:
        done = calculate_run(desk, find_run(number).number, progress=advance)
    _show(done, as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN")
@at_desk
def audit(desk: Desk, number: str, *, as_json: bool) -> int:
    """Test every draft and recompute every line; exit 1 while errors are open."""
    with progress("Auditing") as advance:
        done = audit_run(desk, find_run(number).number, progress=advance)
    counts = finding_counts(done.id)
    if as_json:
        tests = [
            {"test": test, "severity": severity, "open": left, "found": found}
            for test, severity, left, found in counts
        ]
        print_json({"run": done, "findings": tests})
    else:
        _show(done, as_json=False)
        print_table(("Test", "Severity", "Open", "Found"), counts, right=("Open", "Found"))
    return 1 if open_findings(done.id)[Severity.ERROR] else 0


@run.command("findings")
@click.argument("number", metavar="RUN")
@click.option("--all", "everything", is_flag=True, help="Also what was decided.")
@at_desk
def findings_(desk: Desk, number: str, *, everything: bool, as_json: bool) -> None:  # noqa: ARG001
    """List what the audit found and nobody has decided yet."""
    rows = findings(find_run(number).id, only_open=not everything, limit=100_000)
    if as_json:
        print_json(rows)
        return
    titles = ("Id", "Account", "Name", "Test", "What", "Now", "Last", "Decision")
    print_table(
        titles,
        [
            (
                row.id,
                row.account,
                row.name,
                row.test,
                row.sentence,
                "" if row.current_cents is None else cents(row.current_cents),
                "" if row.last_cents is None else cents(row.last_cents),
                row.decision.value,
            )
            for row in rows
        ],
        right=("Id", "Now", "Last"),
    )


@run.command()
@click.argument("number", metavar="RUN")
@click.option("--finding", type=WHOLE, help="Id of one finding.")
@click.option("--test", help="Accept all open warnings of this test.")
@click.option("--reason", required=True, help="Why they are right as they are.")
@at_desk
def accept(
    desk: Desk, number: str, finding: int | None, test: str | None, reason: str, *, as_json: bool
) -> None:
    """Accept a warning, or all open warnings of one test."""
    chosen = find_run(number).number
    if (finding is None) == (test is None):
        raise click.UsageError("Say either --finding or --test.")
    accepted = 1
    if test is not None:
        accepted = accept_all(desk, chosen, test, reason)
    elif finding is not None:
        accept_finding(desk, chosen, finding, reason)
    if as_json:
        print_json({"accepted": accepted})
    else:
        say(f"{accepted:,} accepted.")


@run.command()
@click.argument("number", metavar="RUN")
@click.argument("account")
@click.option("--reason", required=True, help="Why the bill is held.")
@click.option("--back-to-reads", is_flag=True, help="The reads have to be looked at again.")
@at_desk
def hold(
    desk: Desk, number: str, account: str, reason: str, *, back_to_reads: bool, as_json: bool
) -> None:
    """Keep an account out of the run."""
    chosen = find_run(number).number
    account_id = find_account(account)
    hold_bill(desk, chosen, account_id, reason, back_to_reads=back_to_reads)
    _show(find_run(chosen), as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN")
@click.argument("account")
@at_desk
def release(desk: Desk, number: str, account: str, *, as_json: bool) -> None:
    """Take back a hold; calculate and audit the run again afterwards."""
    chosen = find_run(number).number
    release_bill(desk, chosen, find_account(account))
    _show(find_run(chosen), as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN")
@at_desk
def approve(desk: Desk, number: str, *, as_json: bool) -> None:
    """Approve an audited run; not the one who prepared it."""
    _show(approve_run(desk, find_run(number).number), as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN")
@click.option("--reason", required=True, help="Why it is given up.")
@at_desk
def cancel(desk: Desk, number: str, reason: str, *, as_json: bool) -> None:
    """Give up a run of which nothing was posted."""
    _show(cancel_run(desk, find_run(number).number, reason), as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN")
@at_desk
def post(desk: Desk, number: str, *, as_json: bool) -> None:
    """Post an approved run; again to resume one that was interrupted."""
    with progress("Posting") as advance:
        done = post_run(desk, find_run(number).number, progress=advance)
    _show(done, as_json=as_json)


@run.command("print")
@click.argument("number", metavar="RUN")
@at_desk
def print_(desk: Desk, number: str, *, as_json: bool) -> None:
    """Print all bills of a posted run as one PDF, with its register and control sheet."""
    from billing_tui.documents.print_run import print_run

    with progress("Printing") as advance:
        printed = print_run(desk, find_run(number).number, progress=advance)
    if as_json:
        print_json(printed)
        return
    for path in printed.paths:
        print_line(str(path))
    say(f"{printed.bills:,} bills on {printed.pages:,} pages, {cents(printed.total_cents)} due.")


@run.command()
@click.argument("number", metavar="RUN")
@at_desk
def close(desk: Desk, number: str, *, as_json: bool) -> None:
    """Close a printed run of which every tie-out agrees."""
    _show(close_run(desk, find_run(number).number), as_json=as_json)


@run.command()
@click.argument("number", metavar="RUN", required=False)
@at_desk
def status(desk: Desk, number: str | None, *, as_json: bool) -> int:  # noqa: ARG001
    """Where a run stands, what hinders it, whether it ties out; without RUN the newest runs."""
    if number is None:
        runs = recent_runs()
        if as_json:
            print_json(runs)
            return 0
        print_table(
            ("Run", "State", "Accounts", "Bills", "Charges"),
            [(r.number, r.state.value, r.population, r.bills, cents(r.total_cents)) for r in runs],
            right=("Accounts", "Bills", "Charges"),
        )
        return 0
    return _status(find_run(number), as_json=as_json)


def _status(view: RunView, *, as_json: bool) -> int:
    ties, hindrances = tie_outs(view.number), why_not(view) if view.approved_by is None else []
    approval = approval_of(view)
    if as_json:
        told = {"run": view, "approval": approval, "hindrances": hindrances, "tie_outs": ties}
        print_json(told)
    else:
        _show(view, as_json=False)
        if approval is not None:
            print_line(f"Approved by {approval.told}")
        for sentence in hindrances:
            say(f"* {sentence}")
        print_table(
            ("Tie-out", "Left", "Figure", "Right", "Figure ", "Ties"),
            [
                (
                    tie.name,
                    tie.left_source,
                    cents(tie.left) if tie.money else f"{tie.left:,}",
                    tie.right_source,
                    cents(tie.right) if tie.money else f"{tie.right:,}",
                    "yes" if tie.agrees else "NO",
                )
                for tie in ties
            ],
            right=("Figure", "Figure "),
        )
    return 0 if all(tie.agrees for tie in ties) else 1


@run.command()
@click.argument("number", metavar="RUN")
@click.option("--summary", is_flag=True, help="By service, class and tier instead of by account.")
@at_desk
def register(desk: Desk, number: str, *, summary: bool, as_json: bool) -> None:  # noqa: ARG001
    """The billing register of a run."""
    view = find_run(number)
    if summary:
        lines = rate_summary(view.id)
        if as_json:
            print_json(lines)
            return
        print_table(
            ("Service", "Class", "Charge", "Tier", "Lines", "Quantity", "Unit", "Amount"),
            [
                (
                    line.kind,
                    line.rate_class,
                    line.label,
                    line.tier or "",
                    f"{line.lines:,}",
                    quantity_text(line.quantity),
                    line.unit,
                    cents(line.cents),
                )
                for line in lines
            ],
            right=("Tier", "Lines", "Quantity", "Amount"),
        )
        say(f"{cents(sum(line.cents for line in lines))} in all.")
        return
    rows = list(register_rows(view.id))
    if as_json:
        print_json(rows)
        return
    amounts = [_amounts(row) for row in rows]
    told = [
        (row.account, row.name, row.number or "draft", *map(cents, found))
        for row, found in zip(rows, amounts, strict=True)
    ]
    if amounts:
        totals = [cents(sum(column)) for column in zip(*amounts, strict=True)]
        told.append(("Total", f"{len(rows):,} bills", "", *totals))
    figures = ("Previous", "Payments", "Adjusted", "Current", "Due")
    print_table(("Account", "Name", "Bill", *figures), told, right=figures)


def _amounts(row: RegisterRow) -> tuple[int, ...]:
    """The cents of a row, in the order of the columns."""
    before = (row.previous_cents, row.payments_cents, row.adjustments_cents)
    return (*before, row.current_cents, row.due_cents)


@run.command()
@click.argument("number", metavar="RUN", required=False)
@at_desk
def unbilled(desk: Desk, number: str | None, *, as_json: bool) -> int:
    """Who is not billed and why: by RUN, or in the whole office; exit 1 if anybody is."""
    rows = not_in_run(find_run(number).id) if number else sweep(desk.business_day)
    if as_json:
        print_json(rows)
    else:
        print_table(("Account", "Name", "Why"), [(row.account, row.name, row.why) for row in rows])
    return 1 if rows else 0
