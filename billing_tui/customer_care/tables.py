"""Tables of the care of accounts: contacts, the contact log, filed documents."""

from __future__ import annotations

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.customer_care.kinds import Channel, MayDo, Outcome
from billing_tui.foundation.model import DayField, Table, one_of
from billing_tui.records.tables import Account, Customer, Location


class Contact(Table):
    """Somebody who speaks for a customer, on one account or on all of them."""

    customer = peewee.ForeignKeyField(Customer, backref="contacts")
    account = peewee.ForeignKeyField(Account, null=True)  # all of the customer's where NULL
    name = peewee.TextField()
    relation = peewee.TextField(default="")  # spouse, daughter, property manager ...
    phone = peewee.TextField(default="")  # digits only
    email = peewee.TextField(default="")
    language = peewee.TextField(default="en")
    may_do = peewee.TextField()
    passphrase = peewee.TextField(default="")  # salted scrypt hash; never the words
    from_day = DayField()
    to_day = DayField(null=True)
    version = peewee.IntegerField(default=1)

    class Meta:
        constraints = [one_of("may_do", MayDo)]


class ContactLogEntry(Table):
    """One time that the office and a customer were in touch (COM-2)."""

    append_only = True

    account = peewee.ForeignKeyField(Account, index=False)
    at = peewee.TextField()  # UTC, ISO
    day = DayField()
    staff = peewee.ForeignKeyField(StaffMember, index=False)
    channel = peewee.TextField()
    reason = peewee.TextField()  # code of data/policies/contact_log.yaml
    words = peewee.TextField()
    outcome = peewee.TextField()
    contact = peewee.ForeignKeyField(Contact, null=True)  # whom, where not the customer
    link = peewee.TextField(default="")  # number of a bill, order or request
    corrects = peewee.ForeignKeyField("self", null=True, unique=True)  # the entry it stands for

    class Meta:
        constraints = [one_of("channel", Channel), one_of("outcome", Outcome)]
        indexes = ((("account", "id"), False), (("day", "reason"), False))


class FiledDocument(Table):
    """A paper in the file: its bytes stand in the home under their hash (DOC-1)."""

    frozen_when = "1 = 1"
    frozen_except = ("customer_id", "withdrawn_day", "withdrawn_why")

    sha256 = peewee.TextField(index=True)
    size = peewee.BigIntegerField()  # bytes
    file_name = peewee.TextField()
    kind = peewee.TextField()  # of data/policies/documents.yaml
    retention = peewee.TextField()  # class of data/policies/documents.yaml
    account = peewee.ForeignKeyField(Account, null=True)
    customer = peewee.ForeignKeyField(Customer, null=True)
    location = peewee.ForeignKeyField(Location, null=True)
    remark = peewee.TextField(default="")
    received_day = DayField()
    expires_day = DayField(null=True)
    at = peewee.TextField()  # UTC, ISO
    staff = peewee.ForeignKeyField(StaffMember)
    withdrawn_day = DayField(null=True)  # filed in error; the row stays
    withdrawn_why = peewee.TextField(null=True)

    class Meta:
        constraints = [
            peewee.Check(
                "CASE WHEN account_id IS NULL THEN 0 ELSE 1 END"
                " + CASE WHEN customer_id IS NULL THEN 0 ELSE 1 END"
                " + CASE WHEN location_id IS NULL THEN 0 ELSE 1 END = 1"
            ),
        ]
