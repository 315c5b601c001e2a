"""The states of a bill run, of its items and of its findings (BIL-2)."""

from __future__ import annotations

from enum import StrEnum


class RunState(StrEnum):
    """Life of a bill run, in order."""

    DRAFT = "Draft"
    CALCULATED = "Calculated"
    IN_AUDIT = "In audit"
    APPROVED = "Approved"
    POSTED = "Posted"
    PRINTED = "Printed"
    CLOSED = "Closed"
    CANCELLED = "Cancelled"


class ItemState(StrEnum):
    """Where one account of the frozen population stands."""

    PENDING = "pending"
    COMPUTED = "computed"
    PARKED = "parked"  # could not be calculated; the reason stands beside it
    HELD = "held"  # kept out of this run by a person
    POSTED = "posted"


class BillState(StrEnum):
    """A bill is free to be recalculated as a draft and stands for ever once posted."""

    DRAFT = "draft"
    POSTED = "posted"


class Severity(StrEnum):
    """Errors block approval; warnings need a disposition."""

    ERROR = "error"
    WARNING = "warning"


class Decision(StrEnum):
    """What a person decided about a finding."""

    OPEN = "open"
    ACCEPTED = "accepted"
    HELD = "held"
    SENT_BACK = "sent back"
