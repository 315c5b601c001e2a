"""One piece of work on the board, as a value."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right

if TYPE_CHECKING:
    from datetime import date


class WorkKind(StrEnum):
    """What sort of work an item is."""

    CYCLE = "Cycle step"
    KEYING = "Read entry"
    READS = "Exceptions"
    FINDINGS = "Bill review"
    UNBILLED = "Not billed"
    APPROVAL = "Approval"
    REFUSED = "Refused"
    QUERY = "Audit query"
    ERROR = "Error"
    AUDIT = "Unaudited"
    ORDERS = "Orders"
    UNDONE = "Not done"
    FOLLOW_UP = "Follow-up"
    FLAG = "Flag ends"


RIGHT_FOR: dict[WorkKind, Right] = {
    WorkKind.CYCLE: Right.PREPARE_RUN,
    WorkKind.KEYING: Right.UPLOAD_READS,
    WorkKind.READS: Right.CLEAR_EXCEPTIONS,
    WorkKind.FINDINGS: Right.AUDIT_RUN,
    WorkKind.UNBILLED: Right.AUDIT_RUN,
    WorkKind.APPROVAL: Right.DECIDE_REQUESTS,
    WorkKind.REFUSED: Right.REQUEST_CHANGES,
    WorkKind.QUERY: Right.LOOK,
    WorkKind.ERROR: Right.KEEP_RECORDS,
    WorkKind.AUDIT: Right.AUDIT_INPUT,
    WorkKind.ORDERS: Right.KEEP_METERS,
    WorkKind.UNDONE: Right.KEEP_RECORDS,
    WorkKind.FOLLOW_UP: Right.KEEP_RECORDS,
    WorkKind.FLAG: Right.KEEP_RECORDS,
}
"""Whose work it is: everybody's with this right, until somebody claims it."""

REMINDERS = frozenset({WorkKind.REFUSED, WorkKind.FLAG, WorkKind.ERROR, WorkKind.UNDONE})
"""Kinds that no other work takes off the board: a person says that they are done with."""


@dataclass(frozen=True, slots=True)
class WorkItem:
    """One line of the board.

    Attributes:
        key: the same for the same work from day to day.
        kind: what sort of work.
        told: what is to be done, with its count, in a few words.
        due: the day by which it is due.
        screen: id of the screen where it is done.
        subject: what that screen is opened for.
        owner: user name of the person whose work it is until a lead gives it to another; ""
            where anybody with the right may take it. A query stays its owner's.
        maker: user name of who may not do it, having made it; "" where nobody.
    """

    key: str
    kind: WorkKind
    told: str
    due: date
    screen: str
    subject: str = ""
    owner: str = ""
    maker: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """An item with what people said about it.

    Attributes:
        item: the work.
        holder: user name of who has it; "" where nobody.
        had: user name of who had it and no longer works here, which leaves it free; else "".
        snoozed_until: it sleeps until this day.
        escalated: why it needs the lead.
        days_late: since it was due; negative before that.
        version: hand it back with a change.
    """

    item: WorkItem
    holder: str
    had: str
    snoozed_until: date | None
    escalated: str
    days_late: int
    version: int

    @property
    def who(self) -> str:
        """Who has it, for a column: a name in brackets has left."""
        return self.holder or (f"({self.had})" if self.had else "-")

    @property
    def order(self) -> tuple[bool, date, str, str]:
        """Escalated work first, then what is due first."""
        return (not self.escalated, self.item.due, self.item.kind.value, self.item.key)
