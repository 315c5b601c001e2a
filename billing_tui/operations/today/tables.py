"""What people said about items of the board. The items themselves are not stored."""

from __future__ import annotations

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, Table


class WorkMark(Table):
    """Who has an item, until when it sleeps, and whether it was escalated or dismissed."""

    key = peewee.TextField(unique=True)  # the item's, such as `order:S26-0000012`
    staff = peewee.ForeignKeyField(StaffMember, null=True, backref="work")  # who has it
    snoozed_until = DayField(null=True)  # it is back on the board on this day
    escalated = peewee.TextField(default="")  # why it needs the lead; "" where it does not
    dismissed = peewee.TextField(default="")  # why a reminder was done with
    version = peewee.IntegerField(default=1)
