"""Cancel and rebill: previewed to the line, done to the cent, net of zero where nothing differs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from bills import bill
from pypdf import PdfReader
from town import READ_DAY, START, WATER, adopt, build_town, plan, read_all

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.access.desk import NotAllowed
from billing_tui.billing.back_billing import BackBilling, Reach
from billing_tui.billing.bill_view import find_bill, recent_bills, standing_of_bill
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.cancel_rebill import (
    cancel_rebill,
    execute_rebill,
    request_rebill,
)
from billing_tui.billing.correction import Correction, MeterFix, TermsFix
from billing_tui.billing.explain import explain
from billing_tui.billing.facts import AccountFact
from billing_tui.billing.gather import add_balances
from billing_tui.billing.open_run import open_run
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.tables import CancelledBill
from billing_tui.billing.tie_out import tie_outs
from billing_tui.billing.usage_history import PeriodUse
from billing_tui.documents.bill_values import bill_problems
from billing_tui.documents.page_of_bill import pages_of
from billing_tui.documents.reprint_bill import reprint_bill
from billing_tui.documents.utility import read_letterhead
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text
from billing_tui.foundation.transaction import write_transaction
from billing_tui.foundation.units import Unit
from billing_tui.ledger.chart import read_chart
from billing_tui.ledger.journal import Entry, payment_legs, share_out
from billing_tui.ledger.post_entry import insert_entries
from billing_tui.ledger.receivables import agings, balances, open_parts
from billing_tui.ledger.tables import EntryKind
from billing_tui.metering.plan_read_fix import ReadFix
from billing_tui.metering.point_reads import read_on
from billing_tui.operations.executors import EXECUTORS
from billing_tui.operations.verify import verify_office
from billing_tui.records.account_flags import add_flag
from billing_tui.records.kinds import FlagKind
from billing_tui.records.tables import Meter, Service
from billing_tui.tui.ink import plain
from billing_tui.tui.screens.access.request_lines import request_lines
from billing_tui.tui.screens.billing.bill_rows import bill_rows
from billing_tui.tui.screens.records.account_lines import bill_rows as account_bill
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.documents.bill_values import BillPage

DAYS = (READ_DAY, date(2026, 11, 13), date(2026, 12, 14))
TODAY = date(2026, 12, 21)
SHOWN = (1009, 1029, 1040)
CHEAPER = (
    WATER.replace("schedule: WATER", "schedule: WATER2")
    .replace("4.29", "4.19")
    .replace("49.61", "49.51")
)
SWAPPED = (
    WATER.partition("examples:")[0]
    .replace("schedule: WATER", "schedule: SWAPPED")
    .replace("20.00, 3/4", "65.00, 3/4")
    .replace("2.87", "0.01")
    .replace("4.29", "0.01")
)
"""Dear to have and cheap to use: the bills stay much the same, their charges do not."""
EXEMPT = (
    WATER.replace(
        'attributes: {meter_size: 5/8"}', 'attributes: {meter_size: 5/8", tax_exempt: "no"}'
    )
    .replace("schedule: WATER", "schedule: EXEMPT")
    .replace("meter_size: text}", "meter_size: text, tax_exempt: text}")
    .replace("percent: 5", 'percent: {by: [tax_exempt], table: {"no": 5, "yes": 0}}')
)
OPEN = BackBilling(Reach(36, "law", "says", ""), Reach(36, "law", "says", ""))


@pytest.fixture
def account(desk: Callable[..., Desk], tmp_path: Path) -> int:
    """An account billed for 9, 20 and 11 ccf in three months."""
    accounts = build_town(desk, 2)
    for month, (day, shown) in enumerate(zip(DAYS, SHOWN, strict=True), start=10):
        instance = plan(desk, f"2026-{month}", day, day + timedelta(days=6))
        read_all(desk, instance, {"M000001": shown, "M000002": shown}, day, tmp_path)
        bill(desk, f"2026-{month}")
    return accounts[0]


def numbers(account: int) -> list[str]:
    """Numbers of the account's bills that count, oldest first."""
    return [one.number or "" for one in reversed(recent_bills(account)) if not one.cancelled]


def misread(day: date = DAYS[1], reading: int = 1019) -> Correction:
    """The read of a day was wrong."""
    return Correction(reads=(ReadFix(read_on("M000001", day).read_id, reading),))


def do(desk: Desk, correction: Correction, key: str | None = None) -> tuple[str, ...]:
    """Preview and carry out."""
    seen = plan_correction(correction, desk.business_day).digest
    return cancel_rebill(desk, correction, seen=seen, reason="photo of the dial", key=key).posted


def unsound(desk: Desk) -> list[str]:
    """What `billing-tui verify` finds."""
    return [sentence for one in verify_office(desk.store) for sentence in one.broken]


def test_the_cascade_is_previewed_to_the_line(account: int) -> None:
    """Ten units less in November go to December; sewer follows the water, tax follows both."""
    found = plan_correction(misread(), TODAY)

    assert [change.bill.number for change in found.changes] == numbers(account)[1:]
    november, december = found.changes
    water = {(one.label, one.tier): one for one in november.lines if one.service == "water"}
    assert water["Water use", 1].difference_cents == 0
    assert water["Water use", 2].before_cents == 12 * 429
    assert water["Water use", 2].after_cents == 2 * 429
    assert water["Utility users' tax", None].difference_cents == -round(10 * 429 * 0.05)
    sewer = [one for one in november.lines if one.service == "sewer"][-1]
    assert sewer.difference_cents == -10 * 9 * 115 // 10
    assert december.difference_cents > 0
    assert all(
        one.difference_cents == sum(x.difference_cents for x in one.lines) for one in found.changes
    )
    assert found.balance_after(november.bill.account) == (
        balances([account])[account] + found.difference_cents
    )


def test_what_is_done_is_what_was_previewed(desk: Callable[..., Desk], account: int) -> None:
    """The balance moves by the previewed difference, and everything still ties out."""
    before = balances([account])[account]
    found = plan_correction(misread(), TODAY)
    old = numbers(account)[1:]

    posted = do(desk("luis", TODAY), misread())

    assert balances([account])[account] == before + found.difference_cents
    assert numbers(account)[1:] == list(posted)
    assert [find_bill(number).replaces for number in posted] == old
    assert [find_bill(number).replaced_by for number in old] == list(posted)
    assert find_bill(posted[-1]).due_cents == balances([account])[account]
    assert find_bill(posted[0]).services[0].reads[0].reading == 1019
    assert unsound(desk("luis")) == []
    for run in ("2026-10-07-1", "2026-11-07-1", "2026-12-07-1"):
        assert [tie for tie in tie_outs(run) if not tie.agrees] == []


def test_nothing_changed_comes_to_nothing(desk: Callable[..., Desk], account: int) -> None:
    """Rebilling with unchanged facts charges the same again, and chains."""
    before = balances([account])[account]
    first = numbers(account)[0]

    again = do(desk("luis", TODAY), Correction(bills=(first,)))
    once_more = do(desk("luis", TODAY), Correction(bills=again))

    assert balances([account])[account] == before
    assert find_bill(once_more[0]).replaces == again[0]
    with pytest.raises(Refused, match=f"replaced by {again[0]}"):
        plan_correction(Correction(bills=(first,)), TODAY)
    assert unsound(desk("luis")) == []


def test_a_bill_that_should_not_be_is_cancelled(desk: Callable[..., Desk], account: int) -> None:
    """Its charge is taken back and its days are free again."""
    before, last = balances([account])[account], find_bill(numbers(account)[-1])
    lead = desk("luis", TODAY)

    assert do(lead, Correction(bills=(str(last.number),), rebill=False)) == ()

    assert balances([account])[account] == before - last.current_cents
    assert "12/14" not in {one.number for one in recent_bills(account) if not one.cancelled}
    assert unsound(lead) == []


@pytest.mark.usefixtures("account")
def test_a_repeated_key_does_it_once(desk: Callable[..., Desk]) -> None:
    """The same request again gets the first bills and posts nothing."""
    lead, correction = desk("luis", TODAY), misread()
    seen = plan_correction(correction, TODAY).digest
    first = cancel_rebill(lead, correction, seen=seen, reason="photo", key="k1")

    again = cancel_rebill(lead, correction, seen=seen, reason="photo", key="k1")

    assert again == first
    assert CancelledBill.select().count() == 2


def test_another_state_of_the_books_is_refused(desk: Callable[..., Desk], account: int) -> None:
    """Somebody corrects first; the second clerk's preview no longer holds."""
    lead = desk("luis", TODAY)
    late = Correction(bills=(numbers(account)[1],))
    seen = plan_correction(late, TODAY).digest
    do(lead, misread(DAYS[0], 1008))

    with pytest.raises(Refused):
        cancel_rebill(lead, late, seen=seen, reason="late")


@pytest.mark.usefixtures("account")
def test_a_draft_under_way_comes_first(desk: Callable[..., Desk], tmp_path: Path) -> None:
    """While a run has drafted the account, nothing before it is corrected."""
    day = date(2027, 1, 13)
    instance = plan(desk, "2027-01", day, day + timedelta(days=6))
    read_all(desk, instance, {"M000001": 1050, "M000002": 1050}, day, tmp_path)
    open_run(desk("luis", day), "07", "2027-01")
    calculate_run(desk("luis", day), "2027-01-07-1")

    with pytest.raises(Refused, match="post it or cancel it"):
        plan_correction(misread(), day)


@pytest.mark.parametrize("rebill", [True, False])
def test_a_bill_dated_ahead_waits_for_its_day(account: int, *, rebill: bool) -> None:
    """The preview says so; on the bill's own day it can be corrected or cancelled."""
    last = find_bill(numbers(account)[-1])
    chosen = Correction(bills=(str(last.number),), rebill=rebill)

    with pytest.raises(Refused, match=f"{last.number} is dated 12/20/26; .* on that day or later"):
        plan_correction(chosen, last.bill_day - timedelta(days=1))
    assert plan_correction(chosen, last.bill_day).changes


class TestWhoMay:
    """Limits, asking and deciding."""

    def test_a_clerk_asks_and_a_lead_decides(self, desk: Callable[..., Desk], account: int) -> None:
        """What is approved is what was asked for, to the cent."""
        maria, luis, correction = desk("maria", TODAY), desk("luis", TODAY), misread()
        found = plan_correction(correction, TODAY)
        with pytest.raises(NotAllowed):
            cancel_rebill(maria, correction, seen=found.digest, reason="photo")
        before = balances([account])[account]

        number = request_rebill(maria, correction, seen=found.digest, reason="photo")
        view = find_request(luis, number)
        assert balances([account])[account] == before
        approve_request(luis, number, seen=view.digest, executors=EXECUTORS)

        assert balances([account])[account] == before + found.difference_cents
        assert unsound(luis) == []

    def test_nobody_is_asked_for_what_changes_nothing(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """The same bill again is refused to a clerk; to cancel it may be asked for."""
        maria, last = desk("maria", TODAY), numbers(account)[-1]
        same, gone = Correction(bills=(last,)), Correction(bills=(last,), rebill=False)
        with pytest.raises(Refused, match="Nothing on the new bill would differ"):
            request_rebill(
                maria, same, seen=plan_correction(same, TODAY).digest, reason="customer says so"
            )

        assert request_rebill(
            maria, gone, seen=plan_correction(gone, TODAY).digest, reason="never lived there"
        )

    def test_the_lead_sees_what_the_clerk_saw(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """The request shows the meter's facts, each bill and the charges that change."""
        maria = desk("maria", TODAY)
        meter = Meter.get(Meter.number == "M000001")
        fix = MeterFix(meter.id, meter.version, '3/4"', 6, Unit.CCF, 1000, DAYS[1])
        asked = Correction(meter=fix)
        seen = plan_correction(asked, TODAY).digest
        number = request_rebill(maria, asked, seen=seen, reason="plate")

        shown = {one.field: (one.before, one.after) for one in find_request(maria, number).changes}

        bill_ = numbers(account)[2]
        assert shown["size"] == ('5/8"', '3/4"')
        assert shown[f"{bill_} Water service"] == ("20.00", "24.50")
        assert shown[bill_] == ("101.21", "105.94")
        assert "dials" not in shown

    def test_the_account_owes_what_the_books_say(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """Over a request stands the balance that its fields have, with a bill dated ahead."""
        maria, asked = desk("maria", TODAY), misread()
        seen = plan_correction(asked, TODAY).digest
        view = find_request(maria, request_rebill(maria, asked, seen=seen, reason="photo"))
        eve = find_bill(numbers(account)[-1]).bill_day - timedelta(days=1)

        told = [plain(line) for line in request_lines(view, eve, 80)]

        owed = money_text(balances([account])[account])
        assert balances([account], eve) != balances([account])
        assert any(f"balance {owed}   past due" in line for line in told)

    def test_what_changed_meanwhile_is_not_carried_out(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """The request waits; the lead's own correction came first."""
        maria, luis = desk("maria", TODAY), desk("luis", TODAY)
        asked = misread()
        number = request_rebill(
            maria, asked, seen=plan_correction(asked, TODAY).digest, reason="photo"
        )
        do(luis, Correction(bills=(numbers(account)[1],)))

        with pytest.raises(Refused, match="previewed"):
            approve_request(
                luis, number, seen=find_request(luis, number).digest, executors=EXECUTORS
            )
        assert find_request(luis, number).state == "Pending"

    def test_a_lead_above_the_limit_needs_another(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """Splitting does not help: what was moved lately counts with it."""
        luis = desk("luis", TODAY)
        whole = Correction(bills=tuple(numbers(account)), rebill=False)
        seen = plan_correction(whole, TODAY).digest
        with pytest.raises(NotAllowed, match="second lead"):
            cancel_rebill(luis, whole, seen=seen, reason="never lived there")
        do(luis, Correction(bills=(numbers(account)[-1],), rebill=False))

        with pytest.raises(NotAllowed, match="second lead"):
            do(luis, Correction(bills=tuple(numbers(account)), rebill=False))

    def test_what_rises_makes_nothing_good_that_falls(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """Charges of one bill that offset each other count in full, those of before as well."""
        luis = desk("luis", TODAY)
        with write_transaction(luis.store):
            adopt(SWAPPED)
        service = Service.get((Service.account == account) & (Service.kind == "water"))
        whole = Correction(terms=TermsFix(service.id, "SWAPPED", "SFR", START))
        found = plan_correction(whole, TODAY)

        assert sum(abs(one.difference_cents) for one in found.changes) < 10_000
        assert found.weight_cents > 25_000
        assert found.weight_cents == sum(
            abs(line.difference_cents) for one in found.changes for line in one.lines
        )
        with pytest.raises(NotAllowed, match=r"Charges move by 2.* second lead"):
            do(luis, whole)
        part = Correction(terms=TermsFix(service.id, "SWAPPED", "SFR", DAYS[0]))
        moved = plan_correction(part, TODAY).weight_cents
        do(luis, part)
        gone = Correction(bills=(numbers(account)[-1],), rebill=False)
        together = moved + plan_correction(gone, TODAY).weight_cents
        with pytest.raises(NotAllowed, match=f"move by {money_text(together)} in"):
            do(luis, gone)

    @pytest.mark.usefixtures("account")
    def test_a_read_that_nobody_was_billed_for(
        self, desk: Callable[..., Desk], tmp_path: Path
    ) -> None:
        """A clerk corrects it directly."""
        day = date(2027, 1, 13)
        instance = plan(desk, "2027-01", day, day + timedelta(days=6))
        read_all(desk, instance, {"M000001": 1050, "M000002": 1050}, day, tmp_path)

        assert do(desk("maria", day), misread(day, 1049)) == ()

        assert read_on("M000001", day).usage_milli == 9000


class TestMoney:
    """Due days, payments, limits of the law."""

    def test_old_debt_stays_as_old_as_it_was(self, desk: Callable[..., Desk], account: int) -> None:
        """The same bill again is past due as before; only what comes on top is new."""
        day = TODAY + timedelta(days=60)
        was = agings([account], day)[account]
        do(desk("luis", TODAY), Correction(bills=(numbers(account)[0],)))

        assert agings([account], day)[account] == was

        more = misread(DAYS[0], 1012)
        rise = plan_correction(more, TODAY).changes[0].difference_cents
        do(desk("luis", TODAY), more)
        now = agings([account], TODAY)[account]
        assert rise > 0
        assert now.balance == balances([account])[account]
        assert now.current >= rise

    def test_cancel_after_payment_leaves_a_credit(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """What was paid stays paid: the account has it to its credit."""
        lead = desk("luis", TODAY)
        owed = balances([account])[account]
        legs = payment_legs(
            read_chart(), share_out(owed, open_parts([account])[account]), account=account
        )
        with write_transaction(lead.store):
            insert_entries(lead.staff_id, [Entry(TODAY, EntryKind.PAYMENT, "R-1", legs)])
        last = find_bill(numbers(account)[-1])

        do(lead, Correction(bills=(str(last.number),), rebill=False))

        assert balances([account])[account] == -last.current_cents
        assert unsound(lead) == []

    def test_the_law_keeps_what_is_too_old(self, account: int) -> None:
        """A charge before the limit stays, and the preview says by which law."""
        limits = replace(OPEN, charge=Reach(1, "CCP 338(a)", "three years", ""))
        found = plan_correction(misread(DAYS[1], 1034), TODAY, limits)

        kept = [change for change in found.bills if change.kept]

        assert [change.bill.number for change in kept] == [numbers(account)[1]]
        assert "CCP 338(a), not verified" in kept[0].kept
        assert [change.bill.number for change in found.changes] == [numbers(account)[2]]


class TestPaper:
    """What the customer is asked for by corrected bills."""

    def _page(self, desk: Desk, number: str) -> BillPage:
        page = next(pages_of([find_bill(number).id], read_letterhead(desk.home)))
        assert bill_problems(page) == []
        assert bill_rows(find_bill(number))[-1].amount == page.amounts.total_due
        return page

    def test_the_last_of_a_correction_asks_for_all(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """The others ask for nothing and name it; the last says what is owed and when."""
        luis = desk("luis", TODAY)

        first, last = do(luis, misread())

        one, other = self._page(luis, first), self._page(luis, last)
        assert (one.to_pay, one.pay_note) == (0, f"See bill {last}")
        assert any(f"stands on bill {last}" in told for told in one.messages)
        assert other.to_pay == balances([account])[account] > 0
        charged = find_bill(first).current_cents
        assert (other.pay_note, other.amounts.carried) == ("", charged)
        assert one.amounts.carried == -charged

    def test_what_is_owed_is_stored_once(self, desk: Callable[..., Desk], account: int) -> None:
        """Of two bills corrected together rows, inquiry and paper ask for all once."""
        luis = desk("luis", TODAY)
        posted = do(luis, misread(DAYS[0], 1008))
        owed = balances([account])[account]

        due = rows_of("SELECT due_cents FROM bill WHERE replaces_id IS NOT NULL ORDER BY id")
        newest = find_bill(posted[-1])
        told = [plain(line) for line in account_bill(newest, standing_of_bill(newest))]
        sheets = [
            PdfReader(reprint_bill(luis, find_bill(number).id).path).pages[0].extract_text()
            for number in posted
        ]

        assert [cents for (cents,) in due] == [0, owed]
        assert told[-1].split()[-2:] == [day_text(newest.due_day), money_text(owed)]
        assert sum(f"${money_text(owed)}" in sheet for sheet in sheets) == 1
        assert "Carried to last bill" in sheets[0]
        assert "Other corrected bills" in sheets[1]
        sentences = " ".join(explain(find_bill(posted[0])))
        assert f"Bill {posted[-1]} asks for its charges" in sentences
        assert money_text(owed) not in sentences

    def test_an_older_bill_corrected_beside_the_newest(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """The inquiry tells the balance once, with the newest bill, not each correction's too."""
        oldest, newest = numbers(account)[0], find_bill(numbers(account)[-1])
        do(desk("luis", TODAY), Correction(bills=(oldest,)))

        standing = standing_of_bill(newest)

        assert standing.left == balances([account])[account]
        assert standing.later == ()

    def test_one_correction_after_another_asks_for_itself(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """What is corrected later the same day changes nothing on the paper of before."""
        luis = desk("luis", TODAY)
        before = numbers(account)
        (first,) = do(luis, Correction(bills=(before[0],)))
        asked = self._page(luis, first).to_pay

        do(luis, Correction(bills=(before[1],)))

        assert self._page(luis, first).to_pay == asked == balances([account])[account]

    def test_a_bill_dated_later_asks_for_itself(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """It is in no amount of a bill corrected before its day, which names it."""
        *wrong, ahead = map(find_bill, numbers(account))
        luis = desk("luis", ahead.bill_day - timedelta(days=1))

        posted = do(luis, Correction(bills=tuple(str(one.number) for one in wrong)))

        page = self._page(luis, posted[-1])
        owed = balances([account])[account]
        assert page.amounts.total_due == owed - ahead.current_cents
        assert sum(f"Bill {ahead.number} of $" in told for told in page.messages) == 1
        assert find_bill(str(ahead.number)) == ahead
        assert find_bill(posted[-1]).due_cents == page.amounts.total_due
        following = AccountFact(account, ahead.account)
        add_balances({account: following})
        before = following.previous_cents + following.adjustments_cents
        assert (following.previous_cents, before) == (ahead.due_cents, owed)

    @pytest.mark.parametrize("corrected", [False, True])
    def test_the_chart_ends_with_the_bill(
        self, desk: Callable[..., Desk], account: int, *, corrected: bool
    ) -> None:
        """A bill of two months ago shows its own use, corrected or printed again; none of since."""
        number, used = numbers(account)[1], 20_000
        if corrected:
            number, used = do(desk("luis", TODAY), misread())[0], 10_000

        usage = self._page(desk("luis", TODAY), number).usage

        assert usage is not None
        assert [one.usage for one in usage.months[-2:]] == [9, used // 1000]
        assert usage.months[-1].month == DAYS[1]
        assert (
            usage.per_day
            == PeriodUse(DAYS[0], DAYS[1], used, "ccf", estimated=False).gallons_per_day
        )
        assert usage.per_day_last_period == round(9 * 748.05195 / (DAYS[0] - START).days)

    def test_a_cancelled_bill_shows_what_it_counted(
        self, desk: Callable[..., Desk], account: int
    ) -> None:
        """Its read was corrected since; the duplicate agrees with its own meter rows."""
        number = numbers(account)[1]
        do(desk("luis", TODAY), misread())

        usage = self._page(desk("luis", TODAY), number).usage

        assert usage is not None
        assert usage.months[-1].usage == 20


class TestFacts:
    """What else was wrong: the meter, the records, the class."""

    @pytest.mark.usefixtures("account")
    def test_a_meter_of_another_size(self, desk: Callable[..., Desk]) -> None:
        """The fixed charge of every bill since follows, with its tax, and no read changes."""
        meter = Meter.get(Meter.number == "M000001")
        fix = MeterFix(meter.id, meter.version, '3/4"', 6, Unit.CCF, 1000, DAYS[0])
        correction = Correction(meter=fix)
        found = plan_correction(correction, TODAY)

        posted = do(desk("luis", TODAY), correction)

        assert [change.difference_cents for change in found.changes] == [450 + 23, 450 + 23]
        assert found.chains == ()
        assert len(posted) == 2
        assert Meter.get_by_id(meter.id).size == '3/4"'
        assert unsound(desk("luis")) == []

    def test_a_meter_with_another_multiplier(self, desk: Callable[..., Desk], account: int) -> None:
        """All reads are reckoned anew, and all bills with them."""
        meter = Meter.get(Meter.number == "M000001")
        fix = MeterFix(meter.id, meter.version, '5/8"', 6, Unit.CCF, 500, date(2026, 9, 14))
        found = plan_correction(Correction(meter=fix), TODAY)

        do(desk("luis", TODAY), Correction(meter=fix))

        assert len(found.changes) == 3
        assert [find_bill(number).services[0].usage_milli for number in numbers(account)] == [
            4500,
            10_000,
            5500,
        ]
        assert unsound(desk("luis")) == []

    @pytest.mark.parametrize(("size", "multiplier"), [('3/4"', 1000), ('5/8"', 500)])
    def test_a_bill_that_began_before_is_left_alone(
        self, account: int, size: str, multiplier: int
    ) -> None:
        """Wrong since amid November's bill: December's follows, November's is named and stays."""
        meter = Meter.get(Meter.number == "M000001")
        since = DAYS[0] + timedelta(days=1)
        fix = MeterFix(meter.id, meter.version, size, 6, Unit.CCF, multiplier, since)

        found = plan_correction(Correction(meter=fix), TODAY)

        _, november, december = numbers(account)
        assert [change.bill.number for change in found.bills] == [december]
        assert found.left == (f"Bill {november} begins before {since:%m/%d/%y} and is left alone.",)

    def test_another_class_from_the_start(self, desk: Callable[..., Desk], account: int) -> None:
        """Cheaper water under the right schedule; the next run goes on under it."""
        with write_transaction(desk("luis").store):
            adopt(
                WATER.replace("schedule: WATER", "schedule: WATER2")
                .replace("4.29", "4.19")
                .replace("49.61", "49.51")
            )
        service = Service.get((Service.account == account) & (Service.kind == "water"))
        terms = Correction(terms=TermsFix(service.id, "WATER2", "SFR", START))

        do(desk("luis", TODAY), terms)

        bills = [find_bill(number) for number in numbers(account)]
        assert {one.services[0].schedule for one in bills} == {"WATER2"}
        assert Service.get_by_id(service.id).schedule == "WATER2"
        assert unsound(desk("luis")) == []

    def test_a_flag_that_counted_then(self, desk: Callable[..., Desk], account: int) -> None:
        """A bill is computed from the records as they stand now for its own days."""
        chosen = Correction(bills=tuple(numbers(account)))
        assert plan_correction(chosen, TODAY).weight_cents == 0
        lead = desk("luis", TODAY)
        with write_transaction(lead.store):
            adopt(EXEMPT)
        service = Service.get((Service.account == account) & (Service.kind == "water"))
        do(lead, Correction(terms=TermsFix(service.id, "EXEMPT", "SFR", START)))
        since = {"from_day": DAYS[1], "open_ended": True, "proof": "certificate 12"}
        add_flag(lead, account, FlagKind.TAX_EXEMPT, "charity", **since)

        found = plan_correction(Correction(bills=tuple(numbers(account))), TODAY)

        untaxed = [change.difference_cents < 0 for change in found.changes]
        assert untaxed == [False, True, True]


def test_executors_know_the_kind() -> None:
    """An approved request of this kind is carried out by this room."""
    assert EXECUTORS["billing.cancel_rebill"] is execute_rebill
