"""Tables of the daily audit."""

from __future__ import annotations

from enum import StrEnum

import peewee

from billing_tui.access.tables import AuditEntry, StaffMember
from billing_tui.foundation.model import DayField, Table, one_of


class ItemState(StrEnum):
    """Where a drawn entry stands."""

    OPEN = "Open"
    QUERIED = "Queried"  # its maker has been asked
    ANSWERED = "Answered"
    OK = "OK"
    ERROR = "Error"
    CORRECTED = "Corrected"  # an error that somebody else has put right


SETTLED = frozenset({ItemState.OK, ItemState.ERROR, ItemState.CORRECTED})
"""States of an entry that has been judged."""


class InputRound(Table):
    """Entries of one business day that were taken up together; never changed once signed."""

    frozen_when = "OLD.signed_at IS NOT NULL"

    audited_day = DayField()
    number = peewee.IntegerField()  # 1 is the day's first round; later ones take late entries
    after_seq = peewee.IntegerField()  # last entry of the round before
    through_seq = peewee.IntegerField()  # last entry of this one
    seed = peewee.TextField()  # what the sample was drawn with
    opened_by = peewee.ForeignKeyField(StaffMember)
    opened_at = peewee.TextField()  # UTC, ISO
    signed_by = peewee.ForeignKeyField(StaffMember, null=True)
    signed_at = peewee.TextField(null=True)  # UTC, ISO
    sheet_digest = peewee.TextField(default="")  # of the sign-off sheet

    class Meta:
        indexes = ((("audited_day", "number"), True),)


class InputStratum(Table):
    """How many entries of one clerk and room a round had, and how many of them were drawn."""

    append_only = True

    round = peewee.ForeignKeyField(InputRound, backref="strata")
    staff = peewee.ForeignKeyField(StaffMember)
    room = peewee.TextField()
    entries = peewee.IntegerField()
    must = peewee.IntegerField()  # must be reviewed
    sampled = peewee.IntegerField()  # of the others, drawn by chance
    rate_percent = peewee.IntegerField()

    class Meta:
        indexes = ((("round", "staff", "room"), True),)


class InputItem(Table):
    """An entry that was drawn, and what became of it; each step is in the trail."""

    frozen_when = (
        "EXISTS (SELECT 1 FROM input_round r WHERE r.id = OLD.round_id AND r.signed_at IS NOT NULL)"
    )

    round = peewee.ForeignKeyField(InputRound, backref="items")
    entry = peewee.ForeignKeyField(AuditEntry, unique=True)
    staff = peewee.ForeignKeyField(StaffMember, backref="audited")  # who keyed it
    risk = peewee.IntegerField()  # place of the rule in the policy; after them all for the sample
    rule = peewee.TextField()  # name of the must-review rule, or ""
    state = peewee.TextField(default=ItemState.OPEN.value)
    judge = peewee.ForeignKeyField(StaffMember, null=True)
    judged_at = peewee.TextField(null=True)  # UTC, ISO
    code = peewee.TextField(default="")  # of the error
    remark = peewee.TextField(default="")  # the judge's remark or query
    answer = peewee.TextField(default="")  # the maker's answer to the query
    correction = peewee.ForeignKeyField(AuditEntry, null=True, backref="corrects")

    class Meta:
        constraints = [
            one_of("state", ItemState),
            peewee.Check("judge_id IS NULL OR judge_id <> staff_id"),
        ]
        indexes = ((("staff", "state"), False),)
