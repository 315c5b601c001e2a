"""Tables of metering: uploads stay staged until they are posted; history never changes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, FlagField, MilliField, Table, one_of
from billing_tui.records.tables import Cycle, Meter, ServicePoint


class ReadKind(StrEnum):
    """How a reading came about."""

    ACTUAL = "A"
    ESTIMATED = "E"
    CUSTOMER = "C"
    FINAL = "F"
    INITIAL = "I"
    EXCHANGE_OUT = "O"
    EXCHANGE_IN = "N"
    WITHDRAWN = "W"  # takes a read back and stands for the one before it


class UploadState(StrEnum):
    """Life of an upload."""

    STAGED = "Staged"
    CHECKED = "Checked"
    POSTED = "Posted"
    CANCELLED = "Cancelled"


class Disposition(StrEnum):
    """What a person decided about an exception."""

    OPEN = "open"
    ACCEPT = "accept"
    EDIT = "edit"
    ESTIMATE = "estimate"
    REREAD = "re-read"
    HOLD = "hold"


class CycleInstance(Table):
    """One reading and billing of one cycle, with its planned dates."""

    cycle = peewee.ForeignKeyField(Cycle)
    name = peewee.TextField()  # 2026-11
    read_day = DayField()
    bill_day = DayField()
    due_day = DayField()

    if TYPE_CHECKING:
        cycle_id: int

    class Meta:
        indexes = ((("cycle", "name"), True),)


class Upload(Table):
    """A file of readings (or a batch of estimates) on its way into history."""

    instance = peewee.ForeignKeyField(CycleInstance, backref="uploads")
    file_name = peewee.TextField()
    sha256 = peewee.TextField()  # of one upload that was not cancelled
    layout = peewee.TextField()
    state = peewee.TextField(default=UploadState.STAGED.value)
    expected = peewee.IntegerField()  # active metered service points of the cycle
    received = peewee.IntegerField()
    rejected = peewee.IntegerField(default=0)
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()  # UTC, ISO

    if TYPE_CHECKING:
        instance_id: int

    class Meta:
        constraints = [one_of("state", UploadState)]


Upload.add_index(Upload.sha256, unique=True, where=Upload.state != UploadState.CANCELLED.value)


class StagedRead(Table):
    """A reading that is not yet history; the original stands beside what was decided."""

    upload = peewee.ForeignKeyField(Upload, backref="reads", index=False)
    line = peewee.IntegerField()  # of the file; 0 for one that was missing or estimated
    meter_number = peewee.TextField()
    meter = peewee.ForeignKeyField(Meter, null=True)
    service_point = peewee.ForeignKeyField(ServicePoint, null=True)
    day = DayField(null=True)
    original_reading = peewee.BigIntegerField(null=True)  # as the file had it, never changed
    reading = peewee.BigIntegerField(null=True)  # what will be posted
    kind = peewee.TextField(default=ReadKind.ACTUAL.value)
    code = peewee.TextField(default="")  # skip or trouble code of the reader
    told = peewee.TextField(default="{}")  # JSON: what the file says that differs from our records
    previous = peewee.IntegerField(null=True)  # id of the read before it
    usage_milli = MilliField(null=True)
    unit = peewee.TextField(default="")
    rolled_over = FlagField(default=False)
    held = FlagField(default=False)
    rejected = peewee.TextField(default="")  # the reason, "" where it is accepted
    derivation = peewee.TextField(default="")  # how an estimate came about

    class Meta:
        constraints = [one_of("kind", ReadKind)]
        indexes = ((("upload", "service_point"), False),)


class ReadException(Table):
    """A check that a staged reading failed, and what a person decided about it."""

    staged_read = peewee.ForeignKeyField(StagedRead, backref="exceptions")
    upload = peewee.ForeignKeyField(Upload, index=False)
    check_name = peewee.TextField()
    severity = peewee.IntegerField()  # 1 look, 2 decide, 3 must decide
    sentence = peewee.TextField()
    arithmetic = peewee.TextField(default="{}")  # JSON
    disposition = peewee.TextField(default=Disposition.OPEN.value)
    reason = peewee.TextField(default="")
    staff = peewee.ForeignKeyField(StaffMember, null=True)
    at = peewee.TextField(null=True)

    class Meta:
        constraints = [one_of("disposition", Disposition)]
        indexes = ((("upload", "disposition", "severity", "id"), False),)


class Read(Table):
    """A reading in history, with the usage since the one before it. Immutable."""

    append_only = True

    service_point = peewee.ForeignKeyField(ServicePoint, index=False)
    meter = peewee.ForeignKeyField(Meter, index=False)
    day = DayField()
    reading = peewee.BigIntegerField()
    kind = peewee.TextField()
    previous = peewee.ForeignKeyField("self", null=True, unique=True)  # each is followed once
    withdraws = peewee.ForeignKeyField("self", null=True, index=False)  # kind W: which read
    usage_milli = MilliField(null=True)  # since the previous read; NULL for a first one
    unit = peewee.TextField()
    days = peewee.IntegerField(null=True)  # since the previous read
    rolled_over = FlagField(default=False)
    upload = peewee.ForeignKeyField(Upload, null=True)
    staged_read = peewee.IntegerField(null=True)
    derivation = peewee.TextField(default="")

    class Meta:
        constraints = [one_of("kind", ReadKind)]
        indexes = ((("service_point", "day", "id"), False),)


Read.add_index(Read.withdraws, unique=True, where=Read.withdraws.is_null(is_null=False))


class CorrectedRead(Table):
    """A read that was found wrong, the one that counts in its place, who says so and why (RDG-9).

    Reads after it are written again, as their usage hangs on it, and stand here too.
    """

    append_only = True

    read = peewee.ForeignKeyField(Read, unique=True)  # taken back
    instead = peewee.ForeignKeyField(Read, unique=True)  # of the same meter, point and day
    reason = peewee.TextField()
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()  # UTC, ISO


class DoubtedRead(Table):
    """A read that somebody doubts: until it is settled, none after it at its point is corrected."""

    read = peewee.ForeignKeyField(Read)
    reason = peewee.TextField()
    staff = peewee.ForeignKeyField(StaffMember)
    at = peewee.TextField()  # UTC, ISO
    settled_at = peewee.TextField(null=True)  # once it was corrected or found right


DoubtedRead.add_index(DoubtedRead.read, unique=True, where=DoubtedRead.settled_at.is_null())


class KeyedState(StrEnum):
    """Life of a batch of reads that is keyed from paper."""

    OPEN = "Open"
    CLOSED = "Closed"
    CANCELLED = "Cancelled"


class KeyedBatch(Table):
    """The reading sheets of one route, keyed by hand; closed, they are an upload like any other."""

    instance = peewee.ForeignKeyField(CycleInstance)
    route = peewee.TextField()  # its code
    day = DayField()  # on which the sheets were walked
    control_count = peewee.IntegerField()  # lines that the sheets say were filled in
    control_total = peewee.BigIntegerField(null=True)  # sum of their readings, if it was taken
    state = peewee.TextField(default=KeyedState.OPEN.value)
    staff = peewee.ForeignKeyField(StaffMember)  # who opened it
    at = peewee.TextField()  # UTC, ISO
    upload = peewee.ForeignKeyField(Upload, null=True, unique=True)  # once it is closed

    if TYPE_CHECKING:
        instance_id: int
        upload_id: int | None

    class Meta:
        constraints = [
            one_of("state", KeyedState),
            peewee.Check("control_count > 0"),
            peewee.Check("(state = 'Closed') = (upload_id IS NOT NULL)"),
        ]


class KeyedRead(Table):
    """One line of the sheets, in walk order: what was keyed, once or twice."""

    batch = peewee.ForeignKeyField(KeyedBatch, backref="reads", index=False)
    place = peewee.IntegerField()  # 1 is the first of the walk
    meter = peewee.ForeignKeyField(Meter)
    service_point = peewee.ForeignKeyField(ServicePoint)
    twice = FlagField()  # a second, blind keying must agree
    reading = peewee.BigIntegerField(null=True)
    again = peewee.BigIntegerField(null=True)  # the second keying
    staff = peewee.ForeignKeyField(StaffMember, null=True)  # who keyed the reading first
    code = peewee.TextField(default="")  # why there is no reading, or what is wrong with the meter
    finding = peewee.TextField(default="")  # the sentence of a check that asks for another look
    confirmed = FlagField(default=False)  # it was keyed again, or Enter was pressed on the warning
    version = peewee.IntegerField(default=1)

    class Meta:
        indexes = ((("batch", "place"), True),)
