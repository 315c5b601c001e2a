"""Tables of training: the drill in hand, in the training home; the results, in the office's own."""

from __future__ import annotations

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, Table


class DrillTask(Table):
    """The drill that was begun in this training home; there is one at most."""

    drill = peewee.TextField()
    version = peewee.IntegerField()
    username = peewee.TextField()
    started_at = peewee.TextField()  # UTC, ISO
    after_seq = peewee.IntegerField()  # last entry of the trail before the work began
    facts = peewee.TextField()  # JSON: the cast, by name
    hints = peewee.IntegerField(default=0)  # how many were asked for


class DrillResult(Table):
    """What a person scored in a drill; never changed, as it counts as evidence of training."""

    append_only = True

    staff = peewee.ForeignKeyField(StaffMember)
    drill = peewee.TextField()
    version = peewee.IntegerField()
    started_at = peewee.TextField()  # UTC, ISO
    ended_at = peewee.TextField()  # UTC, ISO
    ended_day = DayField()  # business day of the office
    score = peewee.IntegerField()
    most = peewee.IntegerField()  # points that could be had
    needed = peewee.IntegerField()  # points that pass
    hints = peewee.IntegerField()
    missed = peewee.TextField()  # JSON: a sentence for each check that did not hold

    class Meta:
        constraints = [peewee.Check("0 <= score AND score <= most AND needed <= most")]
        indexes = ((("staff", "drill", "id"), False),)
