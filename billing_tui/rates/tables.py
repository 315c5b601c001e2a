"""Tables of the rate desk: schedules and their versions. A version that stands never changes."""

from __future__ import annotations

from enum import StrEnum

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, Table, one_of
from billing_tui.rates.schedule import Service


class VersionState(StrEnum):
    """Where a version stands, in order."""

    DRAFT = "Draft"
    APPROVED = "Approved"
    IN_USE = "In use"
    SUPERSEDED = "Superseded"
    WITHDRAWN = "Withdrawn"  # a draft that was given up; it never was in force


NOT_APPROVED = (VersionState.DRAFT, VersionState.WITHDRAWN)
"""States in which nobody approved a version: nothing is billed under it."""


class RateSchedule(Table):
    """A schedule: what stays the same from version to version."""

    code = peewee.TextField(unique=True)
    title = peewee.TextField()
    service = peewee.TextField()

    class Meta:
        constraints = [one_of("service", Service)]


class RateVersion(Table):
    """One version, as its text states it. Only a draft can be thrown away or changed."""

    frozen_when = "OLD.state <> 'Draft'"
    frozen_except = ("state", "effective_to")

    schedule = peewee.ForeignKeyField(RateSchedule, backref="versions")
    number = peewee.IntegerField()  # 1, 2, 3 within the schedule
    state = peewee.TextField()
    effective_from = DayField()
    effective_to = DayField(null=True)  # inclusive; set when the next version is approved
    text = peewee.TextField()
    sha256 = peewee.TextField()  # of the text in UTF-8
    resolution = peewee.TextField()
    adopted = DayField(null=True)
    prepared_by = peewee.ForeignKeyField(StaffMember)
    prepared_at = peewee.TextField()  # UTC, ISO
    approved_by = peewee.ForeignKeyField(StaffMember, null=True)
    approved_at = peewee.TextField(null=True)  # UTC, ISO

    class Meta:
        constraints = [one_of("state", VersionState)]
        indexes = ((("schedule", "number"), True), (("schedule", "effective_from"), False))
