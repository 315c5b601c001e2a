"""The first screens, typed into: what is shown, and what stands in the database afterwards."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import TYPE_CHECKING

import pytest
from driving import Seen, drive, see, type_keys

from billing_tui.access.tables import AuditEntry
from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.tables import BillLine, BillRun, Finding, Reprint, RunItem
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.receivables import Standing, Unpaid
from billing_tui.metering.checks import CheckName
from billing_tui.metering.tables import ReadException, StagedRead, Upload
from billing_tui.records.tables import Meter
from billing_tui.tui.ink import plain
from billing_tui.tui.screens.records.account_lines import bill_rows
from billing_tui.tui.shown import PRINTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp

    Sit = Callable[..., BillingApp]
    from billing_tui.operations.office import Office


def test_search_follows_each_key_and_finds_by_sound(app: Sit) -> None:
    """A misspelt name finds the customer; Enter opens the account."""
    box, account = drive(app(), "1.1<enter>omaley", "<enter>")

    assert box.ident == "ACC010"
    assert "O'Malley, Siobhan" in box.text
    assert account.ident == "ACC020"
    assert "10748-03" in account.text


def test_enter_on_several_names_leads_to_the_list(app: Sit) -> None:
    """No account is opened by guess: the list has the keys then, and Enter opens its row."""
    listed, account = drive(app(), "1.1<enter>elm<enter>", "<down><enter>")
    from_menu = drive(app(), "elm<enter>")[0]

    assert listed.ident == from_menu.ident == "ACC010"
    assert listed.sentence == from_menu.sentence
    assert listed.sentence.startswith("7 fit: choose one")
    assert account.ident == "ACC020"
    assert "10906-03" in account.text


def test_a_phone_in_the_fast_path_opens_its_account(app: Sit) -> None:
    """Ten digits that are no account are looked for."""
    (seen,) = drive(app(), "<f2>5305551203<enter>")

    assert seen.ident == "ACC020"
    assert "10669-03" in seen.text


def test_f7_and_f8_lead_from_bill_to_bill(app: Sit) -> None:
    """The draft in review, the posted one before it, and a sentence at either end."""
    draft, older, oldest, newer = drive(
        app(), "bil030 10432-03@2026-11-07-1<enter>", "<f7>", "<f7>", "<f8>"
    )

    assert "draft of run 2026-11-07-1" in draft.text
    assert "Bill B26-0104882" in older.text
    assert older.sentence == "Bill B26-0104882 of 10/20/26, 1 newer bill on F8."
    assert oldest.sentence == "This is the oldest bill here."
    assert "draft of run 2026-11-07-1" in newer.text


def test_f8_pages_a_long_bill_before_it_leaves_it(app: Sit) -> None:
    """At the end of the list the page stays full."""
    rows = [
        BillLine(
            bill=1, bill_service=1, position=9 + at, code=f"X{at}", label=f"Charge {at}",
            kind="fixed", revenue="water.usage", quantity="1", unit="each", price="0.00",
            from_day=date(2026, 9, 14), to_day=date(2026, 10, 14), cents=0,
        )
        for at in range(20)
    ]  # fmt: skip
    for row in rows:
        row.save()
    top, end, left = drive(app(), "b26-0104882<enter>", "<f8><f8><f8>", "<f8>")

    assert "Charge 19" not in top.text
    assert "Charge 19" in end.text
    assert "Charge 16" in end.text
    assert "Due 11/10/26" in end.text
    assert left.sentence == "This is the newest bill of the account."


def test_a_bill_is_printed_again(app: Sit, city: Office) -> None:
    """F10 beside the bill; the message says where the paper is, and a draft is not printed."""
    printed, draft = drive(
        app(), "b26-0104882<enter><f10>", "<f2>bil030 10432-03@2026-11-07-1<enter><f10>"
    )

    name = "B26-0104882-duplicate.pdf"
    assert printed.sentence == f"{name} is {PRINTED}."
    assert (city.home.printed / name).stat().st_size > 1000
    assert Reprint.select().count() == 1
    assert draft.sentence.startswith("F10: a draft is not printed")


def test_six_beside_a_bill_prints_it_and_beside_a_payment_does_not(app: Sit) -> None:
    """On the inquiry, from the list of documents."""
    printed, payment = drive(app(), "10432-03<enter>6<enter>", "<down>6<enter>")

    assert printed.sentence.startswith("B26-0104882-duplicate.pdf is ")
    assert payment.sentence == "R-055102 is no bill; only bills are printed again."
    assert payment.tone == "refuse"


def test_the_second_person_on_an_exception_is_refused(app: Sit) -> None:
    """What another hand settled meanwhile stays; the list shows what is left."""
    first = app()
    run = ReadException.get(ReadException.check_name == "zero")

    async def meanwhile() -> Seen:
        async with first.run_test(size=(80, 24)) as pilot:
            await type_keys(pilot, first, "2.1<enter><down>h<enter>")
            with write_transaction(first.desk.store):
                ReadException.update(disposition="accept", reason="seen it").where(
                    ReadException.id == run.id
                ).execute()
            await type_keys(pilot, first, "1<enter>")
            return see(first)

    seen = asyncio.run(meanwhile())

    assert seen.tone == "refuse"
    assert ReadException.get_by_id(run.id).disposition == "accept"
    assert "930 Birch Ln" not in seen.text.partition("a=Accept")[0]


def test_search_says_when_nothing_fits(app: Sit) -> None:
    """No account is opened by Enter where none was found."""
    (seen,) = drive(app(), "1.1<enter>zzzzqq<enter>")

    assert seen.ident == "ACC010"
    assert seen.tone == "refuse"


def test_the_cut_name_is_said_in_full(app: Sit) -> None:
    """On the row of a long name the message line has it whole."""
    (seen,) = drive(app(), "1.1<enter>st<down><down><down><up><up>o'm")

    assert "O'Malley, Siobhan Cat~  1450 Old Stage Co~ 12  Active" in seen.text
    assert seen.sentence == (
        "10748-03  O'Malley, Siobhan Catherine Margaret, 1450 Old Stage Coach Rd 12"
    )


def test_inquiry_answers_at_the_top(app: Sit) -> None:
    """Balance, past due, flags, services, last read, chart, bill and documents on one screen."""
    (seen,) = drive(app(), "10432-03<enter>")
    top = seen.text.splitlines()[:8]

    assert "184.27" in top[1]
    assert "No shutoff: medical to 03/31/27" in top[3]
    assert "57 ccf A" in seen.text
    assert "B26-0104882" in seen.text
    assert "-112.40" in seen.text
    assert seen.sentence == "57 ccf in 30 days, 41 ccf more than last November."


def test_inquiry_turns_over_to_the_contact(app: Sit) -> None:
    """F11 shows phones, address, the debt by age and notes; again the chart."""
    seen, back = drive(app(), "10432<enter><f11>", "<f11>")

    assert "(530) 555-1200 home" in seen.text
    assert "Notes" in seen.text
    assert "1-30 147.27, 31-60 37.00" in seen.text
    assert "Last bill" in back.text


def test_an_account_that_is_not_there(app: Sit) -> None:
    """The menu stays, with the cursor in the field and a sentence."""
    (seen,) = drive(app(), "99999-01<enter>")

    assert seen.ident == "MNU010"
    assert seen.sentence == "There is no account 99999-01."
    assert seen.focus == "way"


def test_five_beside_a_bill_shows_its_lines_in_words(app: Sit) -> None:
    """From the inquiry to the bill; the line at the cursor is told below; F12 goes back."""
    bill, line, back = drive(app(), "10432-03<enter>5<enter>", "<down><down><down>", "<f12>")

    assert bill.ident == "BIL030"
    assert "14 ccf x 4.29" in bill.text
    assert "Water use: 14 ccf x 4.29, tier 1 and above, which is 114.07." in line.text
    assert back.ident == "ACC020"


def test_several_options_are_carried_out_one_after_the_other(app: Sit) -> None:
    """5 beside two rows: the second opens when the first was left."""
    first, back, second = drive(app(), "10432-03<enter>5<down><down>5<enter>", "<f12>", "<enter>")

    assert "B26-0104882" in first.text
    assert back.ident == "ACC020"
    assert second.ident == "ACC020" or "B26-0098182" in second.text


def test_accepting_a_finding_needs_a_reason_and_keeps_it(app: Sit) -> None:
    """2, Enter, the number of a usual reason: decided in the name of who did it, on the trail."""
    asked, done = drive(app(), "3.2<enter><down>2<enter>", "1<enter>")
    finding = Finding.get(Finding.sentence == "4.1 times the usual bill")
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()

    assert asked.ident == "RSN010"
    assert finding.decision == "accepted"
    assert finding.reason == "Checked with the reads: the use is real"
    assert finding.staff.username == "luis"
    assert entry.verb == "billing.accept_finding"
    assert "4 left" in done.text
    assert done.sentence.startswith("1 decided. Before approval:")


def test_an_error_cannot_be_accepted(app: Sit) -> None:
    """The refusal is the room's sentence; nothing was decided."""
    (seen,) = drive(app(), "3.2<enter>2<enter>1<enter>")

    assert seen.sentence.startswith("An error cannot be accepted")
    assert seen.tone == "refuse"
    assert Finding.select().where(Finding.decision != "open").count() == 0


def test_a_decision_can_be_taken_back(app: Sit) -> None:
    """F12 in the reason window decides nothing and leaves the option standing."""
    (seen,) = drive(app(), "3.2<enter>4<enter><f12>")

    assert seen.ident == "BIL020"
    assert "  4   10748-03" in seen.text
    assert RunItem.select().where(RunItem.state == "held").count() == 0


def test_why_it_is_more_stands_under_the_lines(app: Sit) -> None:
    """The difference to the last bill, its parts and the days."""
    (seen,) = drive(app(), "3.2<enter><down>")

    assert "Why is it 130.46 more?" in seen.text
    assert "Water use +43 ccf +130.46" in seen.text


def test_a_clerk_is_told_why_approving_is_not_hers(app: Sit) -> None:
    """F10 is dim for a clerk and says why when it is pressed."""
    (seen,) = drive(app("maria"), "3.2<enter><f10>")

    assert seen.sentence == "F10: maria may not approve a bill run; that takes a lead."
    assert BillRun.get(BillRun.number == "2026-11-07-1").state == "In audit"


def test_the_preparer_is_told_why_approving_is_not_hers(app: Sit) -> None:
    """Whoever prepared the run is told when F10 is pressed, before any question."""
    Finding.delete().execute()
    screens = app()
    BillRun.update(prepared_by=screens.desk.staff_id).execute()
    review, cockpit = drive(screens, "3.2<enter><f10>", "<f3>3.1<enter><f10>")

    assert review.ident == "BIL020"
    assert review.sentence.startswith("F10: whoever prepared a run may not approve it")
    assert cockpit.ident == "BIL010"
    assert cockpit.sentence == review.sentence


def test_open_findings_stand_before_approval(app: Sit) -> None:
    """F10 with findings open is refused with what is open."""
    (seen,) = drive(app(), "3.2<enter><f10>")

    assert seen.tone == "refuse"
    assert "cannot be approved" in seen.sentence


def test_approving_asks_with_count_and_total(app: Sit) -> None:
    """F10 alone approves nothing; F12 keeps the run as it is; Enter goes on to the verb."""
    Finding.delete().execute()
    asked, kept, refused = drive(app("nora"), "3.2<enter><f10>", "<f12>", "<f10><enter>")

    assert asked.ident == "CNF010"
    assert "12 bills, 1,183.47 in all." in asked.text
    assert "0 accounts without a bill, 0 of them held by somebody." in asked.text
    assert kept.ident == "BIL020"
    assert kept.sentence == "Nothing was done: the run is In audit."
    assert refused.sentence == "The register is not the one that was audited; audit it again."


def test_an_edited_read_keeps_the_original(app: Sit) -> None:
    """e, reading, reason: the new reading is checked again, the old one stays beside it."""
    asked, done = drive(app(), "2.1<enter>e<enter>", "1510<enter>1<enter>")
    exception = ReadException.get(ReadException.check_name == "high", ReadException.severity == 3)
    staged = StagedRead.get_by_id(exception.staged_read_id)

    assert asked.ident == "RSN010"
    assert asked.focus == "reading"
    assert staged.original_reading == 1554
    assert staged.reading == 1510
    assert exception.disposition == "edit"
    assert exception.reason == "Misread: corrected from the photo"
    assert "settled" in done.sentence


def test_each_kind_of_decision_about_reads_has_its_own_reason(app: Sit) -> None:
    """Accept two and hold one in one burst: a window each, its reads named, its reason kept."""
    asked, seen = drive(app(), "2.1<enter>a<down>h<down>a<enter>", "1<enter><enter>2<enter>")
    decided = ReadException.select().where(ReadException.disposition != "open")

    assert "Accept: 2 reads. Why?" in asked.text
    assert "Waiting for the field crew" not in asked.text
    assert sorted((one.disposition, one.reason) for one in decided) == [
        ("accept", "Confirmed by the reader"),
        ("accept", "Confirmed by the reader"),
        ("hold", "Waiting for the field crew"),
    ]
    assert "1 settled" in seen.sentence


def test_the_window_names_the_read_that_is_decided(app: Sit) -> None:
    """With the cursor on another row, the window tells the marked one and its arithmetic."""
    (asked,) = drive(app(), "2.1<enter>h<down><down><enter>")
    marked = ReadException.get(ReadException.check_name == "high", ReadException.severity == 3)

    assert "Hold: 1 read. Why?" in asked.text
    assert marked.sentence[:40] in asked.text
    assert "- -> 1,554, 57 ccf" in asked.text


def test_behind_the_window_stands_the_read_that_is_edited(app: Sit) -> None:
    """Of two that were marked the first is asked about: cursor and detail go back to it."""
    before, asked, kept = drive(app(), "2.1<enter>e<down>e<down>", "<enter>", "<f12>")

    assert "Meter 70318842" not in before.text
    assert "Edit: 1 read. Why?" in asked.text
    assert "57 ccf is 4.1 times the usual 14." in asked.text
    assert "Meter 70318842" in kept.text


def test_a_mark_on_another_page_is_told_and_one_of_another_list_is_taken_back(app: Sit) -> None:
    """Out of sight it is counted, in sight again said so; F11 lists other rows and says so too."""
    first = ReadException.get(ReadException.check_name == "high", ReadException.severity == 3)
    for check in CheckName:
        ReadException.create(
            staged_read=first.staged_read, upload=first.upload, check_name=check.value, severity=1,
            sentence="Look at it.", arithmetic="{}",
        )  # fmt: skip
    away, back, other = drive(app(), "2.1<enter>h<f8><f8>", "<home>", "<f11>")

    assert away.sentence == "1 marked on other pages; Enter means them too."
    assert back.sentence == "All that you marked is in sight."
    assert other.sentence.endswith("before posting it can be decided again. 1 mark taken back.")
    assert ReadException.select().where(ReadException.disposition != "open").count() == 0


def test_what_was_decided_about_reads_is_shown(app: Sit) -> None:
    """F11 lists decision, person and reason; F11 again what waits, with the cursor at its place."""
    left, settled, back = drive(
        app(), "2.1<enter><down>h<enter>waiting for rain<enter>", "<f11>", "<f11>"
    )

    assert ">" not in left.text.partition("a=Accept")[0]
    assert "12 Main St" in left.text.partition("Next door")[0].partition("a=Accept")[2]
    assert "hold" in settled.text
    assert "Hold by luis, 11/20/26: waiting for rain" in settled.text
    assert "418 Alder Ct B" in back.text


def test_five_beside_a_read_shows_its_account(app: Sit) -> None:
    """The account at the point, and back with F12."""
    account, back = drive(app(), "2.1<enter>5<enter>", "<f12>")

    assert account.ident == "ACC020"
    assert "10432-03" in account.text
    assert back.ident == "RDG020"


def test_a_held_bill_is_found_and_released(app: Sit) -> None:
    """F11 twice shows who gets no bill and why; 3 releases; the cockpit calculates again."""
    review, out, released, cockpit = drive(
        app(),
        "3.2<enter>7<enter>1<enter>",
        "<f11><f11>",
        "3<enter>",
        "<f3>3.1<enter><f5>",
    )

    assert review.sentence == "1 left out of the run until F11, 3 releases it: its read first."
    assert "held: sent back: The reading looks wrong" in " ".join(out.text.split())
    assert "0 left" not in out.text
    assert released.sentence == "1 released; BIL010 calculates the run again."
    assert RunItem.select().where(RunItem.state == "pending").count() == 1
    assert "F10 Calculate" in cockpit.text


def test_why_a_bill_is_held_is_said_once(app: Sit) -> None:
    """In the list of the accounts without a bill, and in the line about the one at the cursor."""
    (out,) = drive(app(), "3.2<enter>4<enter>looked at it<enter><f11><f11>")

    assert "held: looked at it" in out.text
    assert "held: held" not in out.text


def test_decided_findings_show_what_was_decided(app: Sit) -> None:
    """F11 once: the decided ones too, with the reason below."""
    (seen,) = drive(app(), "3.2<enter><down>2<enter>1<enter><f11><down>")

    assert "Accepted: Checked with the reads: the use is real" in seen.text


def test_each_kind_of_decision_about_bills_has_its_own_reason(app: Sit) -> None:
    """Hold one and accept another in one burst: a window each, and each keeps its own sentence."""
    first, second, done = drive(
        app(), "3.2<enter>4<down>2<enter>", "looked at it<enter><enter>", "1<enter>"
    )
    held = RunItem.get(RunItem.state == "held")

    assert "Hold: 1 finding. Why?" in first.text
    assert "Accept: 1 finding. Why?" in second.text
    assert held.account.number == "10748-03"
    assert held.reason == "held: looked at it"
    assert [one.reason for one in Finding.select().where(Finding.decision == "accepted")] == [
        "Checked with the reads: the use is real"
    ]
    assert "1 held" in done.text


def test_an_option_that_is_not_ones_own_says_so_at_once(app: Sit) -> None:
    """Before any reason is asked: the key is refused, the row stays unmarked."""
    review, reads = drive(app("maria"), "3.2<enter>4", "<f3>2.1<enter>h")

    assert review.sentence == (
        "4=Hold: maria may not dispose of audit findings and hold bills; "
        "that takes a lead or specialist."
    )
    assert review.tone == "refuse"
    assert "  4   " not in review.text
    assert "  h   " in reads.text


@pytest.mark.parametrize("reason", ["x", "12", "  ", "a!"])
def test_a_reason_needs_letters(app: Sit, reason: str) -> None:
    """Three at the least; nothing is decided before."""
    (seen,) = drive(app(), f"3.2<enter>4<enter>{reason}<enter>")

    assert seen.ident == "RSN010"
    assert seen.sentence.startswith("Say why, in a word or more")
    assert RunItem.select().where(RunItem.state == "held").count() == 0


def test_a_factor_stands_beside_the_readings(app: Sit) -> None:
    """Where a count is ten units, inquiry, bill and read exception say so."""
    Meter.update(multiplier_milli=10_000).where(Meter.number == "70318842").execute()
    account, bill, reads = drive(
        app(), "10432-03<enter>", "<f2>b26-0104882<enter>", "<f2>2.1<enter>"
    )

    assert "1,497 x10" in account.text
    assert "1,426 -> 1,440 x10  14 ccf Actual" in bill.text
    assert "- -> 1,554 x10   57 ccf" in reads.text


def test_one_escape_closes_a_window_after_an_error(app: Sit) -> None:
    """What is keyed next goes to the screen under it."""
    asked, left = drive(app(), "3.2<enter>4<enter>x<enter>", "<f12>")

    assert asked.ident == "RSN010"
    assert left.ident == "BIL020"


def test_a_message_that_is_cut_is_shown_whole(app: Sit) -> None:
    """F1 shows it, F1 again the page."""
    whole, page = drive(app(), "3.2<enter><f1>", "<f1>")

    assert "4 warnings need a decision." in " ".join(whole.text.split())
    assert "Keys of BIL020" in page.text


def test_review_without_a_run_in_audit_opens_the_newest(app: Sit) -> None:
    """The screen opens and says where the run stands."""
    BillRun.update(state="Closed").execute()
    (seen,) = drive(app(), "3.2<enter>")

    assert seen.ident == "BIL020"
    assert seen.sentence == "The run is Closed."


def test_read_exceptions_without_a_waiting_upload_open_the_newest(app: Sit) -> None:
    """The screen opens and says where the upload stands."""
    Upload.update(state="Posted").execute()
    (seen,) = drive(app(), "2.1<enter>")

    assert seen.ident == "RDG020"
    assert seen.sentence == "Upload 1 is posted."


@pytest.mark.usefixtures("city")
def test_a_paid_bill_is_not_said_to_be_due() -> None:
    """Nothing owed: paid; a part: still due; all: due; what was billed since stands below."""
    bill = find_bill("B26-0104882")
    later = (Unpaid("X26-0000001", date(2026, 12, 20), 50000),)

    assert plain(bill_rows(bill, Standing(0))[-1]).startswith("Paid, was due 11/10/26")
    assert plain(bill_rows(bill, Standing(1))[-1]).startswith("Still due 11/10/26")
    assert plain(bill_rows(bill, Standing(bill.due_cents))[-1]).startswith("Due 11/10/26")
    paid, since = map(plain, bill_rows(bill, Standing(0, later))[-2:])
    assert paid.startswith("Paid, was due 11/10/26")
    assert since.split() == ["X26-0000001", "due", "12/20/26", "500.00"]


def test_the_cockpit_names_the_next_step_and_takes_it(app: Sit) -> None:
    """F10 opens what stands in the way of the step."""
    cockpit, review = drive(app(), "3.1<enter>", "<f10>")

    assert cockpit.ident == "BIL010"
    assert "1 error and 4 warnings open" in cockpit.text
    assert review.ident == "BIL020"


def test_a_step_runs_as_a_job_and_says_how_it_ended(app: Sit) -> None:
    """A refusal of the verb stands on the message line; the run is where it was."""
    Finding.delete().execute()
    approve, asked, kept, seen = drive(app("nora"), "3.1<enter>", "<f10>", "<f12>", "<f10><enter>")

    assert "F10 Approve" in approve.text
    assert "12 bills, 1,183.47 in all" in asked.text
    assert kept.sentence == "Nothing was done: the run is In audit."
    assert seen.tone == "refuse"
    assert BillRun.get(BillRun.number == "2026-11-07-1").state == "In audit"


def test_help_of_field_then_screen(app: Sit) -> None:
    """F1 says what the field takes, F1 again shows the page with options and keys."""
    field, page, back = drive(app(), "1.1<enter><f1>", "<f1>", "<f12>")

    assert field.sentence.startswith("Search: An account, a name")
    assert page.ident == "HLP010"
    assert "Keys everywhere" in page.text
    assert back.ident == "ACC010"


def test_keys_without_a_meaning_here_say_so(app: Sit) -> None:
    """F6 on the menu does nothing, with a sentence."""
    new, quit_ = drive(app(), "<f6>", "<ctrl+q>")

    assert new.sentence == "F6 has nothing to do here; F1 shows the keys that have."
    assert "F3 on the menu signs off" in quit_.sentence


def test_f3_leads_to_the_menu_and_out(app: Sit) -> None:
    """From three screens deep in one key; once more signs off with 0."""
    screens = app()
    seen = drive(screens, "10432-03<enter>5<enter>", "<f3>", "<f3>")

    assert seen[0].ident == "BIL030"
    assert seen[1].ident == "MNU010"
    assert screens.return_code == 0


def test_the_last_way_comes_back_with_f9(app: Sit) -> None:
    """On the fast path F9 retrieves where it led last time."""
    (seen,) = drive(app(), "bil020<enter><f2><f9>")[-1:]

    assert "bil020" in seen.text


@pytest.mark.parametrize("way", ["1.1", "10432-03", "2.1", "3.1", "3.2", "bil030 10432-03"])
@pytest.mark.parametrize("size", [(80, 24), (132, 43)])
def test_no_screen_draws_over_the_edge(app: Sit, way: str, size: tuple[int, int]) -> None:
    """Every line fits, the message and key lines stand on the last two rows."""
    (seen,) = drive(app(), f"{way}<enter>", size=size)
    lines = seen.text.splitlines()

    assert len(lines) == size[1]
    assert max(map(len, lines)) <= size[0]
    assert lines[-1].startswith(" F1 Help")
    assert lines[-2].startswith((" >", " *", " !"))


def test_the_end_key_works_in_a_list_without_options(app: Sit) -> None:
    """The cockpit's rows have no key of their own; Home and End go through them all the same."""
    (seen,) = drive(app(), "bil010<enter><end><home>")

    assert seen.ident == "BIL010"


def test_accepting_looks_says_how_many(app: Sit) -> None:
    """With none there is no question; with two the window counts them."""
    (none,) = drive(app(), "2.1<enter><f10>")
    assert none.ident == "RDG020"
    assert none.sentence.startswith("None asks for no more than a look")

    ReadException.update(severity=1).execute()
    (asked,) = drive(app(), "2.1<enter><f10>")
    assert asked.ident == "RSN010"
    assert "Accept 3 exceptions that need no more than a look." in asked.text


def test_what_a_key_could_not_do_goes_with_the_next_one_that_does(app: Sit) -> None:
    """The sentence that stood before comes back; another idle key does not hide it."""
    opened, idle, end, moved = drive(
        app(), "2.1<enter>", "<f9>", "<f8><f8><f8><f8><f8><f8>", "<home>"
    )

    assert idle.sentence == "F9 has nothing to do here; F1 shows the keys that have."
    assert end.sentence == "This is the end of the list."
    assert moved.sentence == opened.sentence


def test_a_mark_that_is_wiped_is_told(app: Sit) -> None:
    """Backspace says how many stand, F12 that none does."""
    wiped, none, back = drive(app(), "2.1<enter>a<down>a<backspace>", "<up><backspace>", "a<f12>")

    assert wiped.sentence == "1 marked now."
    assert none.sentence == "Nothing marked now."
    assert back.sentence == "What was keyed in the list is taken back."
