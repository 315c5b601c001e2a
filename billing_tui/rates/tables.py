"""Tables of the rates room: schedules and their versions, kept as the text that was adopted."""

from __future__ import annotations

from enum import StrEnum

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, Table, one_of


class VersionState(StrEnum):
    """Life of a version of a schedule (RAT-1)."""

    DRAFT = "Draft"
    APPROVED = "Approved"
    IN_USE = "In use"
    SUPERSEDED = "Superseded"


class RateSchedule(Table):
    """A named schedule of one service."""

    code = peewee.TextField(unique=True)
    service = peewee.TextField()
    title = peewee.TextField()


class RateVersion(Table):
    """One version of a schedule; its text never changes once it has been approved."""

    frozen_when = "OLD.state <> 'Draft'"
    frozen_except = ("state", "effective_to")

    schedule = peewee.ForeignKeyField(RateSchedule, backref="versions")
    number = peewee.IntegerField()
    effective_from = DayField()
    effective_to = DayField(null=True)
    state = peewee.TextField(default=VersionState.DRAFT.value)
    text = peewee.TextField()  # the schedule as it was loaded
    sha256 = peewee.TextField()
    resolution = peewee.TextField(default="")
    adopted = DayField(null=True)
    prepared_by = peewee.ForeignKeyField(StaffMember, backref="+")
    prepared_at = peewee.TextField()
    approved_by = peewee.ForeignKeyField(StaffMember, null=True, backref="+")
    approved_at = peewee.TextField(null=True)

    class Meta:
        constraints = [one_of("state", VersionState)]
        indexes = ((("schedule", "number"), True), (("schedule", "effective_from"), False))
