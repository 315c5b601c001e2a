"""A posted run on paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from town import READ_DAY, build_town, house, plan, read_all

from billing_tui.access.trail_search import TrailQuery, search_trail
from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.cancel_rebill import cancel_rebill
from billing_tui.billing.completeness import CycleCount, count_cycle, not_in_run
from billing_tui.billing.correction import Correction
from billing_tui.billing.open_run import open_run
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all, hold_bill
from billing_tui.billing.run_approval import approval_of
from billing_tui.billing.runs import RunRefused, find_run
from billing_tui.billing.states import RunState
from billing_tui.billing.tables import RunItem
from billing_tui.billing.tie_out import tie_outs
from billing_tui.cli.main import run
from billing_tui.documents.print_run import print_run
from billing_tui.documents.reprint_bill import reprint_bill
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.moments import moment_text
from billing_tui.foundation.money import money_text
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import read_on
from billing_tui.records.bulk_set_up import bulk_set_up
from billing_tui.records.tables import Account, Service
from billing_tui.tui.screens.billing.cockpit_steps import accounts_told, steps, works

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk

RUN = "2026-10-07-1"


@pytest.fixture
def calculated(desk: Callable[..., Desk], tmp_path: Path) -> None:
    """A run of three houses, calculated and audited."""
    build_town(desk, 3)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    read_all(desk, instance, {f"M{n:06d}": 1000 + 9 * n for n in (1, 2, 3)}, READ_DAY, tmp_path)
    open_run(desk("luis"), "07")
    calculate_run(desk("luis"), RUN)
    audit_run(desk("luis"), RUN)


@pytest.fixture
def posted(desk: Callable[..., Desk], calculated: None) -> None:  # noqa: ARG001 - order matters
    """The same run, posted."""
    accept_all(desk("luis"), RUN, "first bill", "new town")
    approve_run(desk("nora"), RUN)
    post_run(desk("luis"), RUN)


@pytest.mark.usefixtures("calculated")
def test_the_control_sheet_names_who_is_not_billed(desk: Callable[..., Desk]) -> None:
    """An account that is held stands on the sheet with its reason."""
    ((account,),) = rows_of("SELECT min(account_id) FROM run_item")
    hold_bill(desk("luis"), RUN, account, "leak reported")
    accept_all(desk("luis"), RUN, "first bill", "new town")
    approve_run(desk("nora"), RUN)
    post_run(desk("luis"), RUN)

    sheet = print_run(desk("luis"), RUN).paths[2]

    text = "".join(page.extract_text() for page in PdfReader(sheet).pages)
    assert "held: leak reported" in text
    assert "1 not billed" in text


def test_the_accounts_of_a_cycle_add_up_on_the_screen_and_on_both_papers(
    desk: Callable[..., Desk], tmp_path: Path
) -> None:
    """Billed, held, not read, parked and not selected: each account once, all of the cycle."""
    accounts = build_town(desk, 6)
    late = replace(house(7), opened=date(2026, 10, 16))
    bulk_set_up(desk("luis", date(2026, 10, 16)), [late])
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    read_all(desk, instance, {f"M{n:06d}": 1000 + 9 * n for n in range(1, 6)}, READ_DAY, tmp_path)
    Service.update(schedule="NOSUCH").where(Service.account == accounts[3]).execute()
    opened = open_run(desk("luis"), "07")
    assert count_cycle(opened.id) == CycleCount(7, (("not calculated", 6), ("not selected", 1)))
    calculate_run(desk("luis"), RUN)
    audit_run(desk("luis"), RUN)
    hold_bill(desk("luis"), RUN, accounts[2], "leak reported")
    accept_all(desk("luis"), RUN, "first bill", "new town")
    accept_all(desk("luis"), RUN, "parked", "looked at")
    approve_run(desk("nora"), RUN)
    post_run(desk("luis"), RUN)

    count = count_cycle(opened.id)

    parts = (("bills", 3), ("held", 1), ("not read", 1), ("parked", 1), ("not selected", 1))
    assert count == CycleCount(7, parts)
    assert count.adds_up
    assert count.accounts == Account.select().where(Account.cycle == 1).count()
    assert len(not_in_run(opened.id)) == 4
    (work,) = [work for work in works() if work.run is not None]
    told = "7 accounts = 3 bills + 1 held + 1 not read + 1 parked + 1 not selected"
    assert accounts_told(work) == (told, True)
    papers = print_run(desk("luis"), RUN)
    for paper in papers.paths[1:]:
        text = "".join(page.extract_text() for page in PdfReader(paper).pages)
        assert "Not selected" in text
        assert "Bills and accounts without one are the cycle's accounts" in text
        assert "DOES NOT TIE" not in text
    assert all(tie.agrees for tie in tie_outs(RUN))
    RunItem.delete().where(RunItem.account == accounts[0]).execute()
    assert not count_cycle(opened.id).adds_up
    assert "accounts" in [tie.name for tie in tie_outs(RUN) if not tie.agrees]


@pytest.mark.usefixtures("posted")
def test_a_run_prints_bills_register_and_control_sheet(desk: Callable[..., Desk]) -> None:
    """Three bills, their register and a control sheet that ties; the run is Printed."""
    papers = print_run(desk("luis"), RUN)

    assert (papers.bills, papers.pages) == (3, 3)
    assert papers.total_cents == find_run(RUN).total_cents
    assert [len(PdfReader(path).pages) for path in papers.paths] == [3, 1, 1]
    assert find_run(RUN).state is RunState.PRINTED
    assert all(tie.agrees for tie in tie_outs(RUN))


@pytest.mark.usefixtures("posted")
def test_who_approved_a_run_stands_wherever_the_run_is_told(
    desk: Callable[..., Desk], capsys: pytest.CaptureFixture[str]
) -> None:
    """On its row of the cockpit, in its status, on its control sheet and in the trail."""
    luis = desk("luis")
    (act,) = search_trail(luis, TrailQuery(words=RUN, verb="billing.approve_run")).lines
    told = f"nora, {moment_text(act.at)}"
    assert (act.person, act.subject) == ("nora", RUN)

    (work,) = [work for work in works() if work.run is not None]
    assert [step.told for step in steps(work) if step.name == "Approve"] == [f"by {told}"]
    sheet = PdfReader(print_run(luis, RUN).paths[2]).pages[0].extract_text()
    assert told in sheet
    assert run(["--home", str(luis.home.root), "--as", "luis", "run", "status", RUN]) == 0
    assert f"Approved by {told}" in capsys.readouterr().out


@pytest.mark.usefixtures("calculated")
def test_a_run_that_nobody_approved_names_nobody(desk: Callable[..., Desk]) -> None:
    """An approval that fell with a new calculation is not told any more."""
    assert approval_of(find_run(RUN)) is None
    accept_all(desk("luis"), RUN, "first bill", "new town")
    approve_run(desk("nora"), RUN)
    found = approval_of(find_run(RUN))
    assert found is not None
    assert found.username == "nora"
    calculate_run(desk("luis"), RUN)
    assert approval_of(find_run(RUN)) is None


@pytest.mark.usefixtures("posted")
def test_a_page_shows_what_the_bill_says(desk: Callable[..., Desk]) -> None:
    """Number, account, readings, tiers, amounts and due day are on the page as text."""
    path = print_run(desk("luis"), RUN).paths[0]

    text = PdfReader(path).pages[0].extract_text()

    bill = find_bill("B26-0000001")
    for shown in (bill.account, "B26-0000001", "1,009", "Water use", "90.13", "November 10, 2026"):
        assert shown in text


@pytest.mark.usefixtures("posted")
def test_printing_again_gives_the_same_bytes(desk: Callable[..., Desk]) -> None:
    """Same run, same moment, same file."""
    first = print_run(desk("luis"), RUN).paths[0].read_bytes()

    assert print_run(desk("luis"), RUN).paths[0].read_bytes() == first


@pytest.mark.usefixtures("posted")
def test_a_reprint_says_duplicate(desk: Callable[..., Desk]) -> None:
    """One bill again, for whoever asks, with the mark."""
    printed = reprint_bill(desk("maria"), find_bill("B26-0000002").id)

    assert "DUPLICATE" in PdfReader(printed.path).pages[0].extract_text()


@pytest.mark.usefixtures("posted")
def test_a_corrected_bill_and_the_one_before(desk: Callable[..., Desk]) -> None:
    """One says what it replaces and by how much it differs, the other not to pay it."""
    day = date(2026, 12, 1)
    fix = Correction(reads=(ReadFix(read_on("M000001", READ_DAY).read_id, 1008),))
    seen = plan_correction(fix, day).digest
    done = cancel_rebill(desk("luis", day), fix, seen=seen, reason="photo")

    first = reprint_bill(desk("maria"), find_bill(done.posted[0]).id)
    new = PdfReader(first.path).pages[0].extract_text()
    again = reprint_bill(desk("maria"), find_bill(done.posted[0]).id)
    old = PdfReader(reprint_bill(desk("maria"), find_bill(done.cancelled[0]).id).path)

    assert "Corrected bill in place of bill B26-0000001" in new
    assert "$5.54 less" in new.replace("\n", " ")
    assert "DUPLICATE" not in new
    assert "DUPLICATE" in PdfReader(again.path).pages[0].extract_text()
    void = old.pages[0].extract_text()
    assert "Do not pay: this bill was cancelled" in void
    asked = money_text(find_bill(done.cancelled[0]).due_cents)
    assert f"${asked}" not in void.replace("\n", " ")
    assert "It asked for" in void
    assert "nothing to return: this bill was cancelled" in void
    for asking in ("Amount enclosed", "Please return this part"):
        assert asking in new
        assert asking not in void
    scan = find_bill(done.cancelled[0]).account.replace("-", "")
    assert scan in new.replace(" ", "")
    assert scan not in void.replace(" ", "")


@pytest.mark.usefixtures("calculated")
def test_a_draft_is_not_printed(desk: Callable[..., Desk]) -> None:
    """Nothing reaches a customer before it is posted."""
    with pytest.raises(RunRefused, match="cannot become Printed"):
        print_run(desk("luis"), RUN)
