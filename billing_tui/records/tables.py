"""Tables of the records. Days from/to are inclusive; an open end is NULL."""

from __future__ import annotations

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import DayField, FlagField, MilliField, Table, one_of
from billing_tui.records.kinds import (
    AccountStatus,
    CustomerKind,
    FlagKind,
    MeterStatus,
    PointStatus,
    ServiceKind,
)


class Customer(Table):
    """A person or an organization, whatever the number of its accounts."""

    number = peewee.TextField(unique=True)
    kind = peewee.TextField()
    name = peewee.TextField()  # as it sorts: "Delgado, Rosa M" or "Kwan Bakery"
    mailing_name = peewee.TextField()  # as it is printed: "Rosa M Delgado"
    email = peewee.TextField(default="", index=True)
    language = peewee.TextField(default="en")
    merged_into = peewee.ForeignKeyField("self", null=True)  # who this turned out to be (CUS-9)
    version = peewee.IntegerField(default=1)  # grows with each change; stale edits are refused

    class Meta:
        constraints = [one_of("kind", CustomerKind)]
        indexes = ((("name", "id"), False),)


class Phone(Table):
    """A telephone number of a customer, digits only."""

    customer = peewee.ForeignKeyField(Customer, backref="phones")
    digits = peewee.TextField(index=True)
    kind = peewee.TextField(default="home")


class Cycle(Table):
    """A group of accounts that are read and billed together."""

    code = peewee.TextField(unique=True)
    name = peewee.TextField()


class Route(Table):
    """A reader's walk through part of a cycle."""

    code = peewee.TextField(unique=True)
    name = peewee.TextField()
    cycle = peewee.ForeignKeyField(Cycle)


class Location(Table):
    """A place where service is given; it outlives its customers and keeps its number."""

    number = peewee.TextField(unique=True)
    house = peewee.TextField()
    street = peewee.TextField()
    unit = peewee.TextField(default="")
    city = peewee.TextField()
    state = peewee.TextField(default="CA")
    zip = peewee.TextField()
    parcel = peewee.TextField(default="", index=True)  # assessor's parcel number (APN)
    version = peewee.IntegerField(default=1)

    class Meta:
        indexes = ((("street", "house", "id"), False),)


class LocationAttribute(Table):
    """What a rate depends on at a location, over time: zone, inside_city, lot_sqft, eru ..."""

    location = peewee.ForeignKeyField(Location, backref="attributes")
    name = peewee.TextField()
    value = peewee.TextField()
    from_day = DayField()
    to_day = DayField(null=True)

    class Meta:
        indexes = ((("location", "name", "from_day"), True),)


class ServicePoint(Table):
    """The physical point of delivery of one service at a location."""

    location = peewee.ForeignKeyField(Location, backref="service_points")
    kind = peewee.TextField()
    status = peewee.TextField(default=PointStatus.ACTIVE.value)
    metered = FlagField(default=False, constraints=[peewee.SQL("DEFAULT 0")])
    route = peewee.ForeignKeyField(Route, null=True)  # only metered points are walked to
    sequence = peewee.IntegerField(null=True)  # walk order on the route, in gaps of ten
    reader_note = peewee.TextField(default="")

    class Meta:
        constraints = [one_of("kind", ServiceKind), one_of("status", PointStatus)]
        indexes = ((("route", "sequence", "id"), False),)


class Account(Table):
    """One customer at one location; it carries the balance and gets the bill."""

    number = peewee.TextField(unique=True)  # location number - occupant, e.g. 10432-03
    customer = peewee.ForeignKeyField(Customer, backref="accounts")
    location = peewee.ForeignKeyField(Location, backref="accounts")
    cycle = peewee.ForeignKeyField(Cycle, backref="accounts")  # never without: nobody unbilled
    status = peewee.TextField(default=AccountStatus.ACTIVE.value)
    opened = DayField()
    closed = DayField(null=True)
    legacy_number = peewee.TextField(default="", index=True)
    version = peewee.IntegerField(default=1)

    class Meta:
        constraints = [one_of("status", AccountStatus)]
        indexes = ((("cycle", "status", "id"), False),)


class MailingAddress(Table):
    """Where an account's bills go, over time; the service address where there is none."""

    account = peewee.ForeignKeyField(Account, backref="mailing_addresses")
    lines = peewee.TextField()  # one per line, at most four
    zip = peewee.TextField(default="")  # 5, 9 or 11 digits for the barcode
    from_day = DayField()
    to_day = DayField(null=True)


class AccountFlag(Table):
    """A flag of an account; it ends by itself where an end is given."""

    account = peewee.ForeignKeyField(Account, backref="flags")
    kind = peewee.TextField()
    reason = peewee.TextField()
    proof = peewee.TextField(default="", constraints=[peewee.SQL("DEFAULT ''")])  # seen document
    from_day = DayField()
    to_day = DayField(null=True)
    review_day = DayField(null=True)  # when a flag without an end is looked at again
    staff = peewee.ForeignKeyField(StaffMember)

    class Meta:
        constraints = [one_of("kind", FlagKind)]


class Service(Table):
    """What an account takes at a service point, under which schedule and class."""

    account = peewee.ForeignKeyField(Account, backref="services")
    service_point = peewee.ForeignKeyField(ServicePoint, backref="services")
    kind = peewee.TextField()
    schedule = peewee.TextField()  # code of the rate schedule
    rate_class = peewee.TextField()
    from_day = DayField()
    to_day = DayField(null=True)
    billing_hold = FlagField(default=False)

    class Meta:
        constraints = [one_of("kind", ServiceKind)]


class ServiceAttribute(Table):
    """What a rate depends on for one service, over time: cart_size, carts, winter_average ..."""

    service = peewee.ForeignKeyField(Service, backref="attributes")
    name = peewee.TextField()
    value = peewee.TextField()
    from_day = DayField()
    to_day = DayField(null=True)

    class Meta:
        indexes = ((("service", "name", "from_day"), True),)


class Meter(Table):
    """A device that counts; its register wraps at ten to the power of its dials."""

    number = peewee.TextField(unique=True)  # serial
    make = peewee.TextField(default="")
    endpoint = peewee.TextField(default="", index=True)  # radio
    size = peewee.TextField()  # nominal connection, such as 3/4"
    dials = peewee.IntegerField()
    unit = peewee.TextField()  # of one count of the register
    multiplier_milli = MilliField(default=1000)  # units per count, in thousandths
    status = peewee.TextField(default=MeterStatus.STOCK.value)
    version = peewee.IntegerField(default=1)

    class Meta:
        constraints = [
            one_of("status", MeterStatus),
            peewee.Check("dials BETWEEN 3 AND 10"),
            peewee.Check("multiplier_milli > 0"),
        ]


class MeterInstallation(Table):
    """A meter at a service point from one day to another, with its first and last register."""

    meter = peewee.ForeignKeyField(Meter, backref="installations")
    service_point = peewee.ForeignKeyField(ServicePoint, backref="installations")
    from_day = DayField()
    first_reading = peewee.BigIntegerField()
    to_day = DayField(null=True)
    last_reading = peewee.BigIntegerField(null=True)

    class Meta:
        indexes = ((("service_point", "from_day"), False),)


class Note(Table):
    """A remark on an account; its words never change, only how far it was followed up (DOC-2)."""

    frozen_when = "1 = 1"
    frozen_except = (
        "alert_to", "done_day", "done_by_id", "outcome", "withdrawn_day", "withdrawn_why",
    )  # fmt: skip

    account = peewee.ForeignKeyField(Account, backref="notes")
    at = peewee.TextField()  # UTC, ISO
    staff = peewee.ForeignKeyField(StaffMember)
    kind = peewee.TextField(default="note")
    text = peewee.TextField()
    sticky = FlagField(default=False)  # an alert: it stays in sight
    alert_to = DayField(null=True)  # last day in sight; open end where NULL
    follow_up_day = DayField(null=True)  # when somebody must come back to it
    follow_up_by = peewee.ForeignKeyField(StaffMember, null=True)  # who; anybody where NULL
    done_day = DayField(null=True)  # when that was done
    done_by = peewee.ForeignKeyField(StaffMember, null=True)
    outcome = peewee.TextField(null=True)
    withdrawn_day = DayField(null=True)  # written in error; the words stay
    withdrawn_why = peewee.TextField(null=True)

    class Meta:
        indexes = ((("done_day", "follow_up_day", "id"), False),)


class CustomerMerge(Table):
    """Two customers that are one person: what pointed to the one points to the other (CUS-9)."""

    frozen_when = "1 = 1"
    frozen_except = ("undone_day", "undone_by_id")

    kept = peewee.ForeignKeyField(Customer)
    merged = peewee.ForeignKeyField(Customer)
    day = DayField()
    at = peewee.TextField()  # UTC, ISO
    staff = peewee.ForeignKeyField(StaffMember)
    why = peewee.TextField()
    undone_day = DayField(null=True)
    undone_by = peewee.ForeignKeyField(StaffMember, null=True)


class MergedRow(Table):
    """One row that a merge pointed to the customer who was kept."""

    append_only = True

    merge = peewee.ForeignKeyField(CustomerMerge, backref="rows")
    of_table = peewee.TextField()
    of_column = peewee.TextField()
    of_row = peewee.IntegerField()
    says = peewee.TextField()  # number of an account, digits of a phone: for people

    class Meta:
        indexes = ((("of_table", "of_row", "merge"), False),)


class SearchToken(Table):
    """A word by which an account is found: part of a name, address, phone or meter number.

    The key serves a typed beginning within one kind; the index serves the question whether an
    account also has the other words that were typed.
    """

    token = peewee.TextField()
    kind = peewee.TextField()
    account = peewee.ForeignKeyField(Account, index=False)

    class Meta:
        primary_key = peewee.CompositeKey("kind", "token", "account")
        without_rowid = True
        indexes = ((("account", "token"), False),)
