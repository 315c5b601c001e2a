"""Roles and the rights they carry (SEC-1). Rights are checked inside the verbs, not on screens."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a staff member is employed to do."""

    CLERK = "clerk"
    CASHIER = "cashier"
    LEAD = "lead"
    SPECIALIST = "specialist"
    AUDITOR = "auditor"


class Right(StrEnum):
    """One thing that a role may do."""

    LOOK = "look up accounts, bills and reads"
    KEEP_RECORDS = "change customers, accounts, locations and services"
    KEEP_METERS = "change meters, routes and cycles"
    UPLOAD_READS = "upload reads"
    CLEAR_EXCEPTIONS = "clear read exceptions"
    POST_READS = "post reads"
    PREPARE_RUN = "open and calculate a bill run"
    AUDIT_RUN = "dispose of audit findings and hold bills"
    APPROVE_RUN = "approve a bill run"
    POST_RUN = "post a bill run"
    PRINT_BILLS = "print bills"
    PREPARE_RATES = "load rate schedules"
    APPROVE_RATES = "approve rate schedules"
    POST_LEDGER = "post journal entries"
    MANAGE_STAFF = "manage staff and their roles"
    MANAGE_CALENDAR = "keep the cycle calendar"
    CHANGE_CLASS = "give a service another rate class without asking"
    CHANGE_BILLED = "change what bills have counted already"
    CORRECT_READS = "correct a read that no bill counts yet"
    REBILL = "cancel posted bills and bill again without asking"
    POST_SPECIAL = "post special bills that need no approval"
    REQUEST_CHANGES = "ask for changes that another person must approve"
    DECIDE_REQUESTS = "approve or refuse what others ask for"
    AUDIT_INPUT = "audit what was keyed and sign the day off"
    READ_TRAIL = "search the audit trail"
    END_SESSIONS = "end another person's session"
    LOG_CONTACTS = "log contacts with customers"


_CLERK = frozenset(
    {
        Right.LOOK,
        Right.KEEP_RECORDS,
        Right.KEEP_METERS,
        Right.UPLOAD_READS,
        Right.CLEAR_EXCEPTIONS,
        Right.CORRECT_READS,
        Right.PRINT_BILLS,
        Right.POST_SPECIAL,
        Right.REQUEST_CHANGES,
        Right.LOG_CONTACTS,
    }
)

RIGHTS: dict[Role, frozenset[Right]] = {
    Role.CLERK: _CLERK,
    Role.CASHIER: frozenset({Right.LOOK, Right.PRINT_BILLS, Right.LOG_CONTACTS}),
    Role.LEAD: _CLERK
    | {
        Right.POST_READS,
        Right.PREPARE_RUN,
        Right.AUDIT_RUN,
        Right.APPROVE_RUN,
        Right.POST_RUN,
        Right.POST_LEDGER,
        Right.APPROVE_RATES,
        Right.CHANGE_CLASS,
        Right.CHANGE_BILLED,
        Right.REBILL,
        Right.DECIDE_REQUESTS,
        Right.AUDIT_INPUT,
        Right.READ_TRAIL,
        Right.END_SESSIONS,
    },
    Role.SPECIALIST: frozenset(
        {
            Right.LOOK,
            Right.KEEP_METERS,
            Right.UPLOAD_READS,
            Right.POST_READS,
            Right.PREPARE_RUN,
            Right.AUDIT_RUN,
            Right.PRINT_BILLS,
            Right.PREPARE_RATES,
            Right.MANAGE_STAFF,
            Right.MANAGE_CALENDAR,
            Right.REQUEST_CHANGES,
            Right.AUDIT_INPUT,
            Right.READ_TRAIL,
            Right.END_SESSIONS,
        }
    ),
    Role.AUDITOR: frozenset({Right.LOOK, Right.READ_TRAIL}),
}


def rights_of(roles: frozenset[Role]) -> frozenset[Right]:
    """All rights that these roles carry together."""
    return frozenset(right for role in roles for right in RIGHTS[role])
