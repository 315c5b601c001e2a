"""The enumerations of the records, in the words of the glossary."""

from __future__ import annotations

from enum import StrEnum


class ServiceKind(StrEnum):
    """What a utility provides."""

    WATER = "water"
    SEWER = "sewer"
    REFUSE = "refuse"
    STORMWATER = "stormwater"
    ELECTRIC = "electric"


class AccountStatus(StrEnum):
    """Where an account stands in its life (CUS-5)."""

    PENDING = "Pending"
    ACTIVE = "Active"
    FINAL_PENDING = "Final pending"
    FINAL_BILLED = "Final billed"
    CLOSED = "Closed"
    WRITTEN_OFF = "Written off"


class PointStatus(StrEnum):
    """State of a service point (PRM-2)."""

    PLANNED = "Planned"
    ACTIVE = "Active"
    OFF = "Off"
    REMOVED = "Removed"


class MeterStatus(StrEnum):
    """Where a meter is (PRM-3)."""

    STOCK = "Stock"
    INSTALLED = "Installed"
    REMOVED = "Removed"
    TEST = "Test"
    SCRAPPED = "Scrapped"


class CustomerKind(StrEnum):
    """Person or organization."""

    PERSON = "person"
    ORGANIZATION = "organization"


class FlagKind(StrEnum):
    """Flags of an account; each has a first and, by default, a last day (CUS-5)."""

    CASH_ONLY = "Cash only"
    NO_SHUTOFF = "No shutoff: medical"
    HOLD_BILL = "Hold bill"
    HOLD_PENALTY = "Hold penalty"
    HOLD_NOTICE = "Hold notice"
    RETURNED_MAIL = "Returned mail"
    SENSITIVE = "Sensitive account"
    TAX_EXEMPT = "Tax exempt"
    LOW_INCOME = "Low income"
    SENIOR = "Senior"
    INTERPRETER = "Interpreter"
    DECEASED = "Customer deceased"
