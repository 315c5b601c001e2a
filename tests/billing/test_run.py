"""A bill run from opening to posting."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from bills import bill
from town import plan, read_all

from billing_tui.access.desk import NotAllowed
from billing_tui.billing.approve_run import approve_run, cancel_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.bill_view import draft_of, find_bill, recent_bills
from billing_tui.billing.calculate import usage_of_period
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.correction import Correction
from billing_tui.billing.explain import compare, explain
from billing_tui.billing.facts import ReadFact, ServiceFact
from billing_tui.billing.findings import findings, open_findings
from billing_tui.billing.open_run import open_run
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.post_run import post_run
from billing_tui.billing.register import register_digest
from billing_tui.billing.review_bills import accept_all, accept_finding, hold_bill, release_bill
from billing_tui.billing.runs import RunRefused, find_run
from billing_tui.billing.states import Decision, ItemState, RunState, Severity
from billing_tui.billing.tie_out import tie_outs
from billing_tui.billing.usage_history import usage_of
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.foundation.units import Unit
from billing_tui.ledger.journal import Entry, Leg
from billing_tui.ledger.post_entry import insert_entries
from billing_tui.ledger.receivables import balances
from billing_tui.ledger.tables import EntryKind
from billing_tui.operations.today.sources import left_unbilled
from billing_tui.operations.verify import verify_office
from billing_tui.records.new_records import NewMeter
from billing_tui.records.tables import Meter, Service
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk

RUN = "2026-10-07-1"
TAX = "Utility users' tax"


def calculated(desk: Callable[..., Desk]) -> None:
    """Open and calculate the town's run."""
    open_run(desk("luis"), "07")
    calculate_run(desk("luis"), RUN)


def approved(desk: Callable[..., Desk]) -> None:
    """Bring the town's run to approval."""
    calculated(desk)
    audit_run(desk("luis"), RUN)
    accept_all(desk("luis"), RUN, "first bill", "new town")
    approve_run(desk("nora"), RUN)


@pytest.mark.usefixtures("town")
class TestCalculation:
    """Drafts."""

    def test_amounts_are_those_of_the_schedule(self, desk: Callable[..., Desk]) -> None:
        """9 ccf: 20.00 + 22.96 + 4.29 + 2.36 tax; sewer 31.20 + 8.1 x 1.15."""
        approved(desk)
        post_run(desk("luis"), RUN)

        bill = find_bill("B26-0000001")

        assert [line.cents for line in bill.services[0].lines] == [2000, 2296, 429, 236]
        assert [line.cents for line in bill.services[1].lines] == [3120, 932]
        assert bill.current_cents == bill.due_cents == 4961 + 4052

    def test_a_meter_put_in_after_the_read_day_is_of_the_next_period(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """A larger meter of 10/16 does not make the charge of the period to 10/14 larger."""
        old = Meter.get(Meter.number == "M000001")
        point = Service.get((Service.account == town[0]) & (Service.kind == "water"))
        comes = NewMeter(number="N000001", size='1"', dials=6, unit=Unit.CCF)
        day = date(2026, 10, 16)
        form = ExchangeForm(
            service_point_id=point.service_point.id, day=day, out_reading=1010, comes=comes,
            in_reading=0,
        )  # fmt: skip
        exchange_meter(desk("maria", day), form, version=old.version)

        approved(desk)
        post_run(desk("luis"), RUN)

        bill = find_bill("B26-0000001")
        assert bill.services[0].lines[0].cents == 2000
        chosen = Correction(bills=("B26-0000001",))
        assert plan_correction(chosen, date(2026, 11, 20)).weight_cents == 0

    def test_a_new_meter_is_shown_from_its_own_register(
        self, desk: Callable[..., Desk], town: list[int], tmp_path: Path
    ) -> None:
        """Two rows after an exchange: the old meter to its end, the new one from its beginning."""
        bill(desk, "2026-10")
        old = Meter.get(Meter.number == "M000001")
        point = Service.get((Service.account == town[0]) & (Service.kind == "water"))
        comes = NewMeter(number="N000001", size='5/8"', dials=6, unit=Unit.CCF)
        day, read_day = date(2026, 10, 20), date(2026, 11, 13)
        form = ExchangeForm(
            service_point_id=point.service_point.id, day=day, out_reading=1012, comes=comes,
            in_reading=20,
        )  # fmt: skip
        exchange_meter(desk("maria", day), form, version=old.version)
        instance = plan(desk, "2026-11", read_day, date(2026, 11, 20))
        others = {f"M{number:06d}": 1030 + 9 * number for number in range(2, 6)}
        read_all(desk, instance, {"N000001": 27, **others}, read_day, tmp_path)
        bill(desk, "2026-11")

        water = recent_bills(town[0], 1)[0].services[0]
        uses = usage_of([town[0]], read_day)[town[0]]

        shown = [(one.meter, one.previous_reading, one.reading) for one in water.reads]
        assert shown == [("M000001", 1009, 1012), ("N000001", 20, 27)]
        assert water.usage_milli == 10_000
        assert [use.usage_milli for use in uses] == [9000, 10_000]
        assert uses[-1].days == 30

    def test_calculation_is_repeatable(self, desk: Callable[..., Desk]) -> None:
        """Calculating again gives the same register and no draft twice."""
        calculated(desk)
        first = register_digest(find_run(RUN).id)

        again = calculate_run(desk("luis"), RUN)

        assert register_digest(again.id) == first
        assert again.bills == 5

    def test_an_account_that_fails_is_parked(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """A class that the schedule does not have parks its account with the reason only."""
        with write_transaction(desk("luis").store):
            Service.update(rate_class="NOSUCH").where(Service.account == town[2]).execute()

        calculated(desk)

        run = find_run(RUN)
        assert run.items[ItemState.PARKED] == 1
        assert run.items[ItemState.COMPUTED] == 4
        audit_run(desk("luis"), RUN)
        parked = [row for row in findings(run.id) if row.test == "parked"]
        assert "NOSUCH" in parked[0].sentence

    def test_a_run_of_the_same_instance_is_refused(self, desk: Callable[..., Desk]) -> None:
        """One instance has one live run."""
        calculated(desk)

        with pytest.raises(Refused, match="go on with that one"):
            open_run(desk("luis"), "07")

    def test_a_cancelled_run_leaves_no_drafts(self, desk: Callable[..., Desk]) -> None:
        """After cancelling, the instance can be run again."""
        calculated(desk)

        cancel_run(desk("luis"), RUN, "wrong dates")

        assert rows_of("SELECT DISTINCT state FROM run_item") == [("pending",)]
        assert open_run(desk("luis"), "07").number == "2026-10-07-2"


@pytest.mark.usefixtures("town")
class TestReview:
    """Audit, decisions, approval."""

    def test_the_second_calculator_finds_an_altered_line(self, desk: Callable[..., Desk]) -> None:
        """A line changed by one cent behind the program's back is an error."""
        calculated(desk)
        with write_transaction(desk("luis").store):
            desk("luis").store.database.execute_sql(
                "UPDATE bill_line SET cents = cents + 1 WHERE id = 3"
            )

        run = audit_run(desk("luis"), RUN)

        tests = {row.test for row in findings(run.id) if row.severity is Severity.ERROR}
        assert tests == {"second calculator", "does not foot"}

    def test_errors_cannot_be_accepted(self, desk: Callable[..., Desk]) -> None:
        """An error is mended or its bill is held."""
        calculated(desk)
        with write_transaction(desk("luis").store):
            desk("luis").store.database.execute_sql("UPDATE bill_line SET cents = 1 WHERE id = 3")
        run = audit_run(desk("luis"), RUN)

        with pytest.raises(Refused, match="mend its cause"):
            accept_finding(desk("luis"), RUN, findings(run.id)[0].id, "fine")

    def test_open_warnings_block_approval(self, desk: Callable[..., Desk]) -> None:
        """Five first bills need five decisions."""
        calculated(desk)
        run = audit_run(desk("luis"), RUN)

        assert open_findings(run.id)[Severity.WARNING] == 5
        with pytest.raises(Refused, match="5 warnings need a decision"):
            approve_run(desk("nora"), RUN)

    def test_the_preparer_may_not_approve(self, desk: Callable[..., Desk]) -> None:
        """Maker and checker are two people."""
        calculated(desk)
        audit_run(desk("luis"), RUN)
        accept_all(desk("luis"), RUN, "first bill", "new town")

        with pytest.raises(NotAllowed, match="prepared"):
            approve_run(desk("luis"), RUN)

    def test_a_held_bill_stays_out_until_released(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """Held through recalculation; released, it is billed with the next calculation."""
        calculated(desk)
        audit_run(desk("luis"), RUN)
        hold_bill(desk("luis"), RUN, town[0], "leak reported")
        calculate_run(desk("luis"), RUN)
        assert find_run(RUN).items[ItemState.HELD] == 1

        release_bill(desk("luis"), RUN, town[0])

        assert calculate_run(desk("luis"), RUN).bills == 5

    def test_what_was_accepted_stays_accepted(self, desk: Callable[..., Desk]) -> None:
        """A second audit that says the same asks nobody again."""
        calculated(desk)
        audit_run(desk("luis"), RUN)
        accept_all(desk("luis"), RUN, "first bill", "new town")

        run = audit_run(desk("luis"), RUN)

        assert open_findings(run.id)[Severity.WARNING] == 0

    def test_what_was_accepted_outlives_the_release_of_another(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """Drafts that come out the same keep who accepted what; one that differs is asked anew."""
        calculated(desk)
        luis = desk("luis")
        audit_run(luis, RUN)
        hold_bill(luis, RUN, town[0], "leak reported")
        accept_all(luis, RUN, "first bill", "new town")
        release_bill(luis, RUN, town[0])
        with write_transaction(luis.store):
            luis.store.database.execute_sql(
                "UPDATE bill_line SET price = '9.99' WHERE tier = 1 AND bill_id ="
                f" (SELECT id FROM bill WHERE account_id = {town[4]})"
            )

        calculate_run(luis, RUN)
        run = audit_run(luis, RUN)

        rows = findings(run.id, only_open=False)
        kept = {row.account_id for row in rows if row.decision is Decision.ACCEPTED}
        assert kept == set(town[1:4])
        by = rows_of("SELECT DISTINCT reason, staff_id FROM finding WHERE decision = 'accepted'")
        assert by == [("new town", luis.staff_id)]

    def test_a_register_that_changed_is_not_approved(self, desk: Callable[..., Desk]) -> None:
        """What is approved is what was audited."""
        calculated(desk)
        audit_run(desk("luis"), RUN)
        accept_all(desk("luis"), RUN, "first bill", "new town")
        with write_transaction(desk("luis").store):
            desk("luis").store.database.execute_sql("UPDATE bill_line SET cents = 1 WHERE id = 3")

        with pytest.raises(Refused, match="not the one that was audited"):
            approve_run(desk("nora"), RUN)

    def test_a_bill_held_during_the_approval_is_noticed(
        self, desk: Callable[..., Desk], town: list[int], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The digest is taken before the transaction; what changes in between refuses it."""
        calculated(desk)
        audit_run(desk("luis"), RUN)
        accept_all(desk("luis"), RUN, "first bill", "new town")

        def slowly(run_id: int) -> str:
            digest = register_digest(run_id)
            hold_bill(desk("luis"), RUN, town[0], "leak reported")
            return digest

        monkeypatch.setattr("billing_tui.billing.approve_run.register_digest", slowly)

        with pytest.raises(RunRefused, match="moved on by somebody else"):
            approve_run(desk("nora"), RUN)


@pytest.mark.usefixtures("town")
class TestPosting:
    """Numbers, journal, balances."""

    def test_posting_needs_approval(self, desk: Callable[..., Desk]) -> None:
        """A calculated run cannot be posted."""
        calculated(desk)

        with pytest.raises(RunRefused, match="cannot become Posted"):
            post_run(desk("luis"), RUN)

    def test_posting_ties_out_and_verifies(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """Register, lines, journal and receivables are the same money; every invariant holds."""
        approved(desk)

        run = post_run(desk("luis"), RUN)

        assert run.state is RunState.POSTED
        assert run.items[ItemState.POSTED] == 5
        assert [tie.name for tie in tie_outs(RUN) if not tie.agrees] == []
        assert sum(balances(town).values()) == run.total_cents
        assert [v.broken for v in verify_office(desk("luis").store) if v.broken] == []

    def test_who_was_left_out_is_work_until_billed(
        self, desk: Callable[..., Desk], town: list[int], tmp_path: Path
    ) -> None:
        """A held account stands on the board from the posting until the next run bills it."""
        calculated(desk)
        audit_run(desk("luis"), RUN)
        accept_all(desk("luis"), RUN, "first bill", "new town")
        hold_bill(desk("luis"), RUN, town[0], "leak reported")
        approve_run(desk("nora"), RUN)
        assert not list(left_unbilled(desk("luis")))
        post_run(desk("luis"), RUN)

        (item,) = left_unbilled(desk("luis"))

        assert item.told == f"1 account not billed in run {RUN}, cycle 07"
        assert (item.screen, item.subject) == ("BIL020", RUN)
        day = date(2026, 11, 14)
        instance = plan(desk, "2026-11", day, date(2026, 11, 20))
        read_all(desk, instance, {f"M{n:06d}": 1100 + 9 * n for n in range(1, 6)}, day, tmp_path)
        later = open_run(desk("luis"), "07").number
        calculate_run(desk("luis"), later)
        audit_run(desk("luis"), later)
        for row in findings(find_run(later).id, only_open=True):
            accept_finding(desk("luis"), later, row.id, "looked at")
        approve_run(desk("nora"), later)
        post_run(desk("luis"), later)
        assert not list(left_unbilled(desk("luis")))

    def test_posted_bills_never_change(self, desk: Callable[..., Desk]) -> None:
        """The database refuses to touch a posted bill or its lines."""
        approved(desk)
        post_run(desk("luis"), RUN)
        database = desk("luis").store.database

        for sql in (
            "UPDATE bill SET current_cents = 0",
            "DELETE FROM bill_line",
            "UPDATE bill_service SET days = 1",
            "DELETE FROM bill_read",
        ):
            with pytest.raises(Exception, match="never changed"):
                database.execute_sql(sql)

    def test_a_payment_during_the_audit_is_on_the_bill(
        self, desk: Callable[..., Desk], town: list[int]
    ) -> None:
        """What came in between calculation and posting is counted once, on this bill."""
        approved(desk)
        luis = desk("luis")
        legs = (Leg("cash.water", 1000), Leg("receivable.water", -1000, town[0], "water"))
        with write_transaction(luis.store):
            entry = Entry(date(2026, 10, 19), EntryKind.PAYMENT, "R-1", legs)
            insert_entries(luis.staff_id, [entry])

        post_run(luis, RUN)

        bill = recent_bills(town[0])[0]
        assert bill.payments_cents == -1000
        assert bill.due_cents == bill.current_cents - 1000 == balances([town[0]])[town[0]]

    def test_a_bill_explains_itself(self, desk: Callable[..., Desk]) -> None:
        """From the readings to what is due, in sentences."""
        approved(desk)
        post_run(desk("luis"), RUN)

        told = " ".join(explain(find_bill("B26-0000001")))

        assert "stood at 1,000 on 09/14/26 and was read at 1,009 on 10/14/26: 9 ccf." in told
        assert "8 ccf x 2.87, tier 1 to 8 ccf" in told
        assert "the account owes 90.13, due 11/10/26" in told


def test_usage_across_a_change_of_units_is_in_the_last_unit() -> None:
    """A meter in gallons taken out, one in ccf put in: 3,740.26 gallons and 5 ccf are 10 ccf."""
    days = (date(2026, 9, 14), date(2026, 9, 30), date(2026, 10, 14))
    out = ReadFact(1, 1, days[0], 1000, days[1], 4740, "O", 3_740_260, "gal")
    new = ReadFact(2, 2, days[1], 0, days[2], 5, "A", 5000, "ccf")
    fact = ServiceFact(1, "water", "WATER", "SFR", days[0], None, True, {}, [out, new])  # noqa: FBT003

    assert usage_of_period(fact) == (10_000, "ccf")
    assert [read.usage_milli for read in fact.reads] == [5000, 5000]


def test_a_difference_is_told_charge_by_charge(
    desk: Callable[..., Desk], town: list[int], tmp_path: Path
) -> None:
    """9 ccf last month, 12 now: 3 more in tier two, and the tax and the sewer that follow."""
    approved(desk)
    post_run(desk("luis"), RUN)
    november = date(2026, 11, 13)
    instance = plan(desk, "2026-11", november, date(2026, 11, 20))
    read_all(desk, instance, {"M000001": 1021}, november, tmp_path)
    open_run(desk("luis"), "07")
    run = calculate_run(desk("luis"), "2026-11-07-1")
    draft = draft_of(run.id, town[0])
    assert draft is not None

    change = compare(draft, recent_bills(town[0])[0])

    assert change.parts == (("Water use +3 ccf", 1287), ("Sewer use +2.7 ccf", 310), (TAX, 65))
    assert sum(cents for _, cents in change.parts) == change.cents
