"""Tables of the ledger. Debits are positive cents, credits negative; every entry sums to zero."""

from __future__ import annotations

from enum import StrEnum

import peewee

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.model import CentsField, DayField, FlagField, Table, one_of
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.tables import Account


class AccountType(StrEnum):
    """Kind of a general-ledger account."""

    ASSET = "asset"
    LIABILITY = "liability"
    EQUITY = "equity"
    REVENUE = "revenue"
    EXPENSE = "expense"


class EntryKind(StrEnum):
    """What moved the money."""

    BILL = "bill"
    PAYMENT = "payment"
    ADJUSTMENT = "adjustment"
    REVERSAL = "reversal"
    OPENING = "opening"


class GLAccount(Table):
    """An account of the general ledger, in one fund."""

    code = peewee.TextField(unique=True)  # fund-object, as the city's chart has it
    name = peewee.TextField()
    fund = peewee.TextField()
    type = peewee.TextField()
    role = peewee.TextField(unique=True)  # what posts here: "water.usage", "receivable.water" ...
    open = FlagField(default=True)

    class Meta:
        constraints = [one_of("type", AccountType)]


class JournalEntry(Table):
    """One balanced movement of money; immutable."""

    append_only = True

    day = DayField()  # the day on which it counts
    kind = peewee.TextField()
    reference = peewee.TextField()  # bill number, receipt number ...
    memo = peewee.TextField(default="")
    reverses = peewee.ForeignKeyField("self", null=True, unique=True)
    staff = peewee.ForeignKeyField(StaffMember, index=False)

    class Meta:
        constraints = [one_of("kind", EntryKind)]
        indexes = ((("kind", "reference"), True),)


class Posting(Table):
    """One leg of an entry; only a receivable leg names the account, its service and the due day."""

    append_only = True

    entry = peewee.ForeignKeyField(JournalEntry, backref="postings")
    gl_account = peewee.ForeignKeyField(GLAccount, index=False)
    cents = CentsField()
    account = peewee.ForeignKeyField(Account, null=True, index=False)
    service = peewee.TextField(null=True)
    day = DayField()  # of the entry, repeated for the indexes of balances
    due = DayField(null=True)  # when a debit falls due; on a credit: the debits that it is against

    class Meta:
        constraints = [
            peewee.Check("cents <> 0"),
            peewee.Check("abs(cents) <= 99999999999"),
            peewee.Check("(account_id IS NULL) = (service IS NULL)"),
            peewee.Check("due IS NULL OR account_id IS NOT NULL"),
            one_of("service", ServiceKind),
        ]
        indexes = ((("gl_account", "day", "cents"), False),)


Posting.add_index(
    Posting.account,
    Posting.day,
    Posting.entry,
    Posting.service,
    Posting.due,
    Posting.cents,
    where=Posting.account.is_null(is_null=False),
)
