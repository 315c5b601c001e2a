"""Tables of the service desk: moves, landlord agreements, orders, tests of meters."""

from __future__ import annotations

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, FlagField, MilliField, Table, one_of
from billing_tui.metering.tables import Read, ReadException
from billing_tui.records.tables import Account, Customer, Location, Meter, ServicePoint
from billing_tui.service_orders.kinds import (
    Condition,
    MoveKind,
    OrderState,
    OrderType,
    Part,
    ReadSource,
    Stage,
)


class LandlordAgreement(Table):
    """The owner takes a place over whenever a tenant leaves it with nobody coming (CUS-8)."""

    location = peewee.ForeignKeyField(Location)
    owner = peewee.ForeignKeyField(Customer)
    mailing_lines = peewee.TextField(default="")  # one per line; the service address where empty
    mailing_zip = peewee.TextField(default="")
    from_day = DayField()
    to_day = DayField(null=True)


class Move(Table):
    """One start, stop or transfer of service; an undone one stays as a record of itself."""

    kind = peewee.TextField()
    day = DayField()
    source = peewee.TextField()
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()  # UTC, ISO
    before = peewee.TextField()  # canonical JSON: the places as they were
    after = peewee.TextField()  # the same, as the move left them
    mailing = peewee.TextField(null=True)  # JSON: the leaver's addresses before; if forwarded
    undone_at = peewee.TextField(null=True)

    class Meta:
        constraints = [one_of("kind", MoveKind), one_of("source", ReadSource)]


class MoveAccount(Table):
    """What an account does in a move."""

    move = peewee.ForeignKeyField(Move, backref="accounts")
    part = peewee.TextField()
    number = peewee.TextField()
    account = peewee.ForeignKeyField(Account, null=True)  # none once an undo removed it
    location = peewee.ForeignKeyField(Location)
    new_customer = FlagField(default=False)  # entered with the move

    class Meta:
        constraints = [one_of("part", Part)]


class MoveReading(Table):
    """A read in history that a move counts from or up to."""

    move = peewee.ForeignKeyField(Move, backref="readings")
    read = peewee.ForeignKeyField(Read)
    written = FlagField()  # by this move; false where the read of that day is shared


class ServiceOrder(Table):
    """A piece of work for the crew at one place."""

    number = peewee.TextField(unique=True)  # S26-0000001
    type = peewee.TextField()
    state = peewee.TextField(default=OrderState.DRAFT.value)
    location = peewee.ForeignKeyField(Location)
    service_point = peewee.ForeignKeyField(ServicePoint, null=True)
    walk_point = peewee.ForeignKeyField(ServicePoint, null=True, backref="walked_orders")
    account = peewee.ForeignKeyField(Account, null=True)
    exception = peewee.ForeignKeyField(ReadException, null=True)  # that it was born from
    need_by = DayField()
    priority = peewee.IntegerField(default=3)  # 1 now, 2 today, 3 by the day, 4 when nearby
    crew = peewee.TextField(default="")
    remarks = peewee.TextField(default="")
    snapshot = peewee.TextField(default="[]")  # JSON: the meters as they were at issue
    issued_on = DayField(null=True)
    finished_on = DayField(null=True)
    reading = peewee.BigIntegerField(null=True)  # counts on the register, as the crew found it
    found_as = peewee.TextField(null=True)  # condition of the service before the work
    left_as = peewee.TextField(null=True)  # and after it
    code = peewee.TextField(default="")  # of the policy: why it could not be done
    result = peewee.TextField(default="")  # what was done, or why it could not be
    staff = peewee.ForeignKeyField(StaffMember)
    version = peewee.IntegerField(default=1)

    class Meta:
        constraints = [
            one_of("type", OrderType),
            one_of("state", OrderState),
            one_of("found_as", Condition),
            one_of("left_as", Condition),
            peewee.Check("priority BETWEEN 1 AND 4"),
            peewee.Check("(state IN ('Completed', 'Unable')) = (finished_on IS NOT NULL)"),
        ]
        indexes = ((("state", "need_by", "id"), False),)


class WorkSheet(Table):
    """Orders that were printed together for the crew; their lines stay as they are on paper."""

    day = DayField()  # for which it was printed
    route = peewee.TextField(default="")  # the only one on it, if it was made for one
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()  # UTC, ISO


class WorkSheetLine(Table):
    """One order on a sheet."""

    append_only = True

    sheet = peewee.ForeignKeyField(WorkSheet, backref="lines", index=False)
    line = peewee.IntegerField()  # from 1
    order = peewee.ForeignKeyField(ServiceOrder)

    class Meta:
        indexes = ((("sheet", "line"), True), (("sheet", "order"), True))


class MeterTest(Table):
    """What a test of a meter showed; it stands as it was entered."""

    append_only = True

    meter = peewee.ForeignKeyField(Meter)
    day = DayField()
    stage = peewee.TextField()
    low_milli = MilliField(null=True)  # per cent of what passed, in thousandths; NULL not tested
    medium_milli = MilliField(null=True)
    high_milli = MilliField(null=True)
    passed = FlagField()
    limits = peewee.TextField()  # JSON: flow to the limits that counted on that day, in thousandths
    remarks = peewee.TextField(default="")
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()  # UTC, ISO

    class Meta:
        constraints = [
            one_of("stage", Stage),
            peewee.Check("coalesce(low_milli, medium_milli, high_milli) IS NOT NULL"),
        ]
        indexes = ((("meter", "day"), False),)
