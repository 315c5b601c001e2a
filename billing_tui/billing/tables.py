"""Tables of billing. Draft bills come and go; posted bills and their lines never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.billing.states import BillState, Decision, ItemState, RunState, Severity
from billing_tui.foundation.model import (
    CentsField,
    DayField,
    FlagField,
    MilliField,
    Table,
    one_of,
)
from billing_tui.ledger.tables import JournalEntry
from billing_tui.metering.tables import CycleInstance, Read
from billing_tui.records.tables import Account, Meter, Service

_POSTED_BILL = "(SELECT state FROM bill WHERE bill.id = OLD.bill_id) <> 'draft'"
_POSTED_SERVICE = (
    "(SELECT bill.state FROM bill_service JOIN bill ON bill.id = bill_service.bill_id"
    " WHERE bill_service.id = OLD.bill_service_id) <> 'draft'"
)


class BillRun(Table):
    """One run of the bills of a cycle instance."""

    instance = peewee.ForeignKeyField(CycleInstance, backref="runs")
    number = peewee.TextField(unique=True)  # 2026-11-07-1
    state = peewee.TextField(default=RunState.DRAFT.value)
    prepared_by = peewee.ForeignKeyField(StaffMember, backref="+")
    approved_by = peewee.ForeignKeyField(StaffMember, null=True, backref="+")
    opened_at = peewee.TextField()  # UTC, ISO
    register_digest = peewee.TextField(default="")  # of the totals that were audited and approved
    bills = peewee.IntegerField(default=0)
    total_cents = CentsField(default=0)

    if TYPE_CHECKING:
        prepared_by_id: int
        approved_by_id: int | None

    class Meta:
        constraints = [one_of("state", RunState)]


class RunItem(Table):
    """One account of the run's frozen population; it is in exactly one state."""

    run = peewee.ForeignKeyField(BillRun, backref="items", index=False)
    account = peewee.ForeignKeyField(Account)
    state = peewee.TextField(default=ItemState.PENDING.value)
    reason = peewee.TextField(default="")
    held_by = peewee.ForeignKeyField(
        StaffMember, null=True
    )  # a person's hold survives recalculation

    if TYPE_CHECKING:
        held_by_id: int | None

    class Meta:
        constraints = [one_of("state", ItemState)]
        indexes = ((("run", "account"), True), (("run", "state", "account"), False))


class Bill(Table):
    """A bill: what was owed, what came in, what is charged now, what is due."""

    frozen_when = "OLD.state <> 'draft'"

    run = peewee.ForeignKeyField(BillRun, null=True, backref="+", index=False)  # none: corrected
    account = peewee.ForeignKeyField(Account, backref="bills")
    replaces = peewee.ForeignKeyField("self", null=True, unique=True)  # the bill that it corrects
    number = peewee.TextField(null=True, unique=True)  # given when it is posted
    state = peewee.TextField(default=BillState.DRAFT.value)
    bill_day = DayField()
    due_day = DayField()
    previous_cents = CentsField()  # balance of the last bill
    payments_cents = CentsField()  # since then, negative
    adjustments_cents = CentsField()  # since then
    current_cents = CentsField()  # sum of the lines
    due_cents = CentsField()  # previous + payments + adjustments + current
    entry = peewee.ForeignKeyField(JournalEntry, null=True)  # none where it charges nothing
    counted_entry = peewee.IntegerField(null=True)  # newest entry that its balance counts

    class Meta:
        constraints = [
            one_of("state", BillState),
            peewee.Check(
                "due_cents = previous_cents + payments_cents + adjustments_cents + current_cents"
            ),
        ]
        indexes = ((("run", "account"), True),)


class BillService(Table):
    """One service's part of a bill, with everything that its amount was computed from."""

    frozen_when = _POSTED_BILL
    frozen_except = ("live",)

    bill = peewee.ForeignKeyField(Bill, backref="services")
    service = peewee.ForeignKeyField(Service, index=False)
    kind = peewee.TextField()
    schedule = peewee.TextField()
    rate_class = peewee.TextField()
    from_day = DayField()
    to_day = DayField()
    days = peewee.IntegerField()
    usage_milli = MilliField(null=True)
    unit = peewee.TextField(default="")
    estimated = FlagField(default=False)
    inputs = peewee.TextField()  # canonical JSON: attributes, related quantities, rate versions
    cents = CentsField()
    live = FlagField(default=True)  # false once the bill was cancelled


BillService.add_index(
    BillService.service,
    BillService.from_day,
    unique=True,
    where=(BillService.live == True),  # noqa: E712
)


class CancelledBill(Table):
    """A posted bill that no longer counts: its entry was reversed, its days are free (BIL-12)."""

    append_only = True

    bill = peewee.ForeignKeyField(Bill, unique=True, backref="cancellations")
    entry = peewee.ForeignKeyField(JournalEntry, null=True)  # the reversal; none if it charged none
    day = DayField()
    difference_cents = CentsField()  # what the account owes more by it; less below zero
    reason = peewee.TextField()
    staff = peewee.ForeignKeyField(StaffMember)  # who carried it out
    at = peewee.TextField()  # UTC, ISO

    class Meta:
        indexes = ((("staff", "day"), False),)


class BillRead(Table):
    """A pair of readings that a bill shows: one row per meter in the period."""

    frozen_when = _POSTED_SERVICE

    bill_service = peewee.ForeignKeyField(BillService, backref="reads")
    meter = peewee.ForeignKeyField(Meter, index=False)
    read = peewee.ForeignKeyField(Read)  # the later one of the pair
    previous_day = DayField()
    previous_reading = peewee.BigIntegerField()
    day = DayField()
    reading = peewee.BigIntegerField()
    kind = peewee.TextField()
    usage_milli = MilliField()


class BillLine(Table):
    """One charge: quantity times price, rounded half up to the cent, with its derivation."""

    frozen_when = _POSTED_BILL

    bill = peewee.ForeignKeyField(Bill, backref="lines")
    bill_service = peewee.ForeignKeyField(BillService, index=False)
    position = peewee.IntegerField()
    code = peewee.TextField()
    label = peewee.TextField()
    kind = peewee.TextField()  # fixed, usage, surcharge, minimum, discount, tax
    revenue = peewee.TextField()  # ledger role that it is credited to
    tier = peewee.IntegerField(null=True)
    quantity = peewee.TextField(null=True)  # exact decimal
    unit = peewee.TextField(null=True)
    price = peewee.TextField(null=True)  # exact decimal, dollars per unit
    upto = peewee.TextField(null=True)  # inclusive cap of the tier, or amount topped up or held to
    part = peewee.TextField(null=True)  # fraction n/m of a prorated line
    because = peewee.TextField(default="")  # what the account states that chose the price
    from_day = DayField()  # of the part of the period that the line covers
    to_day = DayField()
    cents = CentsField()


class Finding(Table):
    """What a test of the pre-billing audit found, and what a person decided about it."""

    run = peewee.ForeignKeyField(BillRun, backref="findings", index=False)
    account = peewee.ForeignKeyField(Account)
    test = peewee.TextField()
    severity = peewee.TextField()
    sentence = peewee.TextField()
    decision = peewee.TextField(default=Decision.OPEN.value)
    reason = peewee.TextField(default="")
    staff = peewee.ForeignKeyField(StaffMember, null=True)
    at = peewee.TextField(null=True)

    if TYPE_CHECKING:
        staff_id: int | None

    class Meta:
        constraints = [one_of("severity", Severity), one_of("decision", Decision)]
        indexes = ((("run", "decision", "severity", "id"), False), (("run", "account"), False))


class PrintedRun(Table):
    """A PDF of a run's bills: the evidence of what was mailed, and when (INV-5)."""

    append_only = True

    run = peewee.ForeignKeyField(BillRun, backref="printings")
    path = peewee.TextField()
    sha256 = peewee.TextField()
    pages = peewee.IntegerField()
    bills = peewee.IntegerField()
    total_cents = CentsField()
    mail_day = DayField()
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()


class Reprint(Table):
    """A duplicate of one bill that was printed for somebody (BIL-15)."""

    append_only = True

    bill = peewee.ForeignKeyField(Bill, backref="reprints")
    path = peewee.TextField()
    sha256 = peewee.TextField()
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()


class Letter(Table):
    """A letter to a customer: its text as it went out, so that it can be printed again (COM-1)."""

    append_only = True

    account = peewee.ForeignKeyField(Account, backref="letters")
    bill = peewee.ForeignKeyField(Bill, null=True, index=False)
    letter = peewee.TextField()  # name of the template
    version = peewee.TextField()  # of the template's text
    content = peewee.TextField()  # canonical JSON of what was drawn
    path = peewee.TextField()
    sha256 = peewee.TextField()
    staff = peewee.ForeignKeyField(StaffMember, index=False)
    at = peewee.TextField()  # UTC, ISO; the moment that the PDF carries


class SpecialBill(Table):
    """A bill outside the runs, from a template: hydrant, bulk water, damage, a leak (BIL-13)."""

    append_only = True

    number = peewee.TextField(unique=True)  # X26-0000001
    account = peewee.ForeignKeyField(Account, backref="special_bills")
    template = peewee.TextField()
    version = peewee.TextField()  # of the template
    corrects = peewee.ForeignKeyField(Bill, null=True)  # that a leak adjustment prices anew
    bill_day = DayField()
    due_day = DayField()
    inputs = peewee.TextField()  # canonical JSON of what was keyed
    total_cents = CentsField()  # sum of the lines; below zero for a credit
    entry = peewee.ForeignKeyField(JournalEntry, unique=True)
    staff = peewee.ForeignKeyField(StaffMember, index=False)  # who asked for it
    posted_by = peewee.ForeignKeyField(StaffMember, index=False)  # who approved it, or the same
    at = peewee.TextField()  # UTC, ISO

    class Meta:
        constraints = [peewee.Check("total_cents <> 0")]


class SpecialLine(Table):
    """One line of a special bill, with how its amount came about."""

    append_only = True

    bill = peewee.ForeignKeyField(SpecialBill, backref="lines")
    position = peewee.IntegerField()
    label = peewee.TextField()
    revenue = peewee.TextField()  # ledger role that it is credited to
    service = peewee.TextField()  # whose receivable the debt is
    quantity = peewee.TextField(null=True)  # exact decimal
    unit = peewee.TextField(default="")
    price = peewee.TextField(null=True)  # exact decimal, dollars per unit
    how = peewee.TextField()  # the arithmetic, as a clerk reads it out
    cents = CentsField()
