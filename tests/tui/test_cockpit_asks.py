"""The cockpit asks before it posts reads without those that are still out."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from driving import drive

from billing_tui.billing.calculate_run import delete_drafts
from billing_tui.billing.tables import BillRun, RunItem
from billing_tui.metering.plan_instance import plan_instance
from billing_tui.metering.tables import ReadException, StagedRead, Upload
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.tables import Account, Meter, Route
from billing_tui.tui.screens.billing.cockpit_jobs import dated_ahead

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.operations.office import Office
    from billing_tui.tui.app import BillingApp


@pytest.fixture
def ready(app: Callable[[str], BillingApp]) -> BillingApp:
    """A cockpit whose reads are checked and settled, without a run."""
    BillRun.update(state="Cancelled").execute()
    ReadException.update(disposition="accept", reason="seen").execute()
    StagedRead.update(held=False).execute()
    Upload.update(state="Checked").execute()
    return app("luis")


def test_reads_that_are_out_are_named_before_posting(ready: BillingApp) -> None:
    """Re-reads and holds are counted apart; F12 leaves the upload as it is."""
    first, second, *_ = StagedRead.select().order_by(StagedRead.id)
    StagedRead.update(held=True).where(StagedRead.id.in_([first.id, second.id])).execute()
    out = ReadException.select().order_by(ReadException.id).get()
    ReadException.update(disposition="re-read", staged_read=first.id).where(
        ReadException.id == out.id
    ).execute()
    asked, kept = drive(ready, "3.1<enter><f10>", "<f12>")

    assert "1 re-read out, not yet come back." in asked.text
    assert "1 read on hold." in asked.text
    assert kept.sentence == "Nothing was done: the reads wait."
    assert Upload.get().state == "Checked"


def test_nothing_is_asked_where_nothing_is_out(ready: BillingApp) -> None:
    """F10 starts the posting at once."""
    (seen,) = drive(ready, "3.1<enter><f10>")

    assert "on hold" not in seen.text
    assert seen.ident == "BIL010"


def test_the_very_first_upload_of_a_cycle_comes_from_the_cockpit(
    app: Callable[[str], BillingApp], city: Office
) -> None:
    """A planned reading is listed before anything came; F10 takes the file of the inbox."""
    desk = app("sam").desk
    cycle = add_cycle(desk, "31", "Mesa")
    day = desk.business_day
    plan_instance(
        desk, "31", "2026-11", read_day=day, bill_day=day, due_day=day + timedelta(days=20)
    )
    Account.update(cycle=cycle).where(Account.number == "10432-03").execute()
    Route.update(cycle=cycle).execute()
    meter = Meter.select().order_by(Meter.id).get().number
    city.home.inbox.mkdir(exist_ok=True)
    (city.home.inbox / "first.csv").write_text(f"meter_number,reading\n{meter},1560\n")
    listed, asked, done = drive(app("sam"), "bil010 31<enter>", "<f10>", "1<enter><enter>")

    assert "Cycle 31  2026-11" in listed.text
    assert listed.sentence == "Next: F10 upload reads."
    assert asked.ident == "RDG010"
    upload = Upload.select().order_by(Upload.id.desc()).get()
    assert (upload.file_name, upload.instance.cycle_id, upload.state) == (
        "first.csv",
        cycle,
        "Checked",
    ), done.text


def test_a_refused_file_is_asked_for_again_with_the_reason(
    app: Callable[[str], BillingApp], city: Office
) -> None:
    """No meter of it is in the cycle: the form stands with what was keyed; nothing is loaded."""
    BillRun.update(state="Cancelled").execute()
    Upload.update(state="Cancelled").execute()
    before = Upload.select().count()
    city.home.inbox.mkdir(exist_ok=True)
    (city.home.inbox / "wrong.csv").write_text("meter_number,reading\nX999,1560\n")
    (asked,) = drive(app("sam"), "bil010 07<enter><f10>wrong.csv<enter><enter>")

    assert asked.ident == "RDG010"
    assert "! No meter of this file is in cycle 07, so nothing was loaded." in asked.text
    assert "wrong.csv" in asked.text.partition(" File")[2]
    assert Upload.select().count() == before


def test_an_upload_that_is_not_posted_is_given_up(ready: BillingApp) -> None:
    """F6 asks why and cancels it; F10 then takes a file again."""
    asked, done = drive(ready, "3.1<enter><f6>", "1<enter>")

    assert "Give up upload 1" in asked.text
    assert Upload.get().state == "Cancelled", done.text
    assert "its file and its meters can be uploaded again" in done.sentence
    assert "F10 Upload reads" in done.text
    assert "F6 Give up" not in done.text


def test_a_run_that_is_not_posted_is_given_up(app: Callable[[str], BillingApp]) -> None:
    """The run goes before its reads, which are history."""
    (done,) = drive(app("luis"), "3.1<enter><f6>3<enter>")

    assert done.sentence == "Run 2026-11-07-1 is cancelled; nothing of it was posted."
    states = {run.number: run.state for run in BillRun.select()}
    assert states["2026-11-07-1"] == "Cancelled"


def test_who_got_no_bill_is_told_and_led_to(app: Callable[[str], BillingApp]) -> None:
    """Closing names them; the closed cycle's F10 shows them; F10 there opens their cycle."""
    run = BillRun.get(BillRun.number == "2026-11-07-1")
    item = RunItem.get(RunItem.run == run)
    RunItem.update(
        state="parked", reason="the water service has no posted read since 10/14/26."
    ).where(RunItem.id == item.id).execute()
    delete_drafts(run.id, [item.account_id])
    BillRun.update(state="Printed").where(BillRun.id == run.id).execute()
    (asked,) = drive(app("luis"), "3.1<enter><f10>")

    assert "1 account of run 2026-11-07-1 got no bill." in asked.text
    assert "The next run of cycle 07 bills them" in asked.text

    BillRun.update(state="Closed").where(BillRun.id == run.id).execute()
    cockpit, out, back = drive(app("luis"), "3.1<enter><down>", "<f10>", "<f10>")
    assert "F10 Not billed" in cockpit.text
    assert out.ident == "BIL020"
    assert "not read: the water service has no posted" in " ".join(out.text.split())
    assert "3=Release" not in out.text
    assert out.sentence.endswith("The next one of cycle 07 bills them.")
    assert back.ident == "BIL010"


def test_bills_posted_before_their_day_say_from_when_they_are_corrected() -> None:
    """On the day itself there is nothing to say."""
    day = date(2026, 11, 6)
    assert dated_ahead(day, day) == ""
    assert dated_ahead(day, day - timedelta(days=2)) == " Dated 11/06/26: corrected from then on."


def test_a_cycle_that_is_done_offers_no_next_step(app: Callable[[str], BillingApp]) -> None:
    """Nobody waits for a bill of it: F10 is not on the key line and says why not."""
    seen, pressed = drive(app("luis"), "3.1<enter><end>", "<f10>")

    assert "F10" not in seen.text.splitlines()[-1]
    assert "nothing is left to do for this cycle" in pressed.sentence.lower()
