"""Tables of the access room: staff, settings, who is signed on, the trail, change requests."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

import peewee

from billing_tui.access.rights import Role
from billing_tui.foundation.model import CentsField, DayField, FlagField, Table, one_of


class StaffMember(Table):
    """A person who works here; never deleted, only left."""

    username = peewee.TextField(unique=True)
    name = peewee.TextField()
    os_user = peewee.TextField(null=True, unique=True)  # the operating system's name of the person
    active = FlagField(default=True)
    pin = peewee.TextField(default="")  # slow hash of what unlocks the person's terminal


class StaffRole(Table):
    """A role that a person has from one day to another, both inclusive."""

    staff = peewee.ForeignKeyField(StaffMember, backref="roles")
    role = peewee.TextField()
    from_day = DayField()
    to_day = DayField(null=True)

    class Meta:
        constraints = [one_of("role", Role)]


class Setting(Table):
    """One fact about this office, such as its mode (live, demo, training)."""

    name = peewee.TextField(primary_key=True)
    value = peewee.TextField()


class OpenSession(Table):
    """A person who is signed on at the screens; the row goes when the session ends."""

    staff = peewee.ForeignKeyField(StaffMember)
    station = peewee.TextField()
    since = peewee.TextField()  # UTC, ISO
    last_key = peewee.TextField()  # UTC, ISO
    pid = peewee.IntegerField()
    mark = peewee.TextField()  # tells the process from a later one with its number
    screen = peewee.TextField()
    ending = peewee.TextField(default="")  # what its person is told when somebody else ends it


class AuditEntry(Table):
    """What one verb changed: who, when, from where, why, before and after, chained by hash.

    Attributes:
        chained: the columns that the hash covers, in its order.
    """

    chained: ClassVar[tuple[str, ...]] = (
        "at", "business_day", "staff_id", "station", "verified", "verb",
        "subject_kind", "subject", "why", "before", "after",
    )  # fmt: skip

    append_only = True

    seq = peewee.IntegerField(primary_key=True)
    at = peewee.TextField()  # UTC, ISO
    business_day = DayField()
    staff = peewee.ForeignKeyField(StaffMember)
    station = peewee.TextField()
    verified = FlagField()  # whether the operating system vouched for the person
    verb = peewee.TextField()
    subject_kind = peewee.TextField()
    subject = peewee.TextField()
    why = peewee.TextField()
    before = peewee.TextField()  # canonical JSON
    after = peewee.TextField()  # canonical JSON
    previous_hash = peewee.TextField()
    hash = peewee.TextField(unique=True)

    class Meta:
        indexes = ((("subject_kind", "subject", "seq"), False), (("business_day", "seq"), False))


class Request(Table):
    """A request that was carried out; the same key again gets the first result, for ever."""

    append_only = True

    key = peewee.TextField(primary_key=True)
    digest = peewee.TextField()  # SHA-256 of what was asked
    result = peewee.TextField()  # JSON of what the verb returned
    seq = peewee.IntegerField()  # its audit entry


class RequestState(StrEnum):
    """Where a change request stands. Approval and execution are one step, so none is between."""

    PENDING = "Pending"
    EXECUTED = "Executed"  # approved by the checker and carried out, in one transaction
    REFUSED = "Refused"
    WITHDRAWN = "Withdrawn"


class ChangeRequest(Table):
    """A change that its maker asks for and another person decides; decided once."""

    frozen_when = "OLD.state <> 'Pending'"

    kind = peewee.TextField()  # of data/policies/approvals.yaml
    subject_kind = peewee.TextField()
    subject = peewee.TextField()  # number of the account or thing concerned
    payload = peewee.TextField()  # canonical JSON: what is carried out, to the letter
    digest = peewee.TextField()  # SHA-256 of the payload
    amount_cents = CentsField(default=0)  # 0 where no money is concerned
    limit_class = peewee.TextField()
    reason = peewee.TextField()
    maker = peewee.ForeignKeyField(StaffMember, backref="requests")
    made_at = peewee.TextField()  # UTC, ISO
    made_day = DayField()
    state = peewee.TextField(default=RequestState.PENDING.value)
    checker = peewee.ForeignKeyField(StaffMember, null=True, backref="decisions")
    decided_at = peewee.TextField(null=True)  # UTC, ISO
    refusal = peewee.TextField(default="")  # why it was refused, for the maker to read
    result = peewee.TextField(default="")  # JSON of what the execution returned

    class Meta:
        constraints = [
            one_of("state", RequestState),
            peewee.Check("checker_id IS NULL OR checker_id <> maker_id"),
        ]
        indexes = ((("state", "id"), False), (("kind", "subject", "made_day"), False))
