"""A day as its auditor sees it, and the queries that wait for a clerk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.field_changes import FieldChange, stored_changes
from billing_tui.access.rights import Right
from billing_tui.foundation.bulk import rows_of
from billing_tui.operations.daily_audit.tables import ItemState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing_tui.access.desk import Desk

_ITEMS = (
    "SELECT e.seq, e.at, e.business_day, s.username, e.verb, e.subject_kind, e.subject, e.why,"
    " e.before, e.after, i.rule, i.state, coalesce(j.username, ''), i.code, i.remark, i.answer,"
    " i.correction_id, r.signed_at"
    " FROM input_item i JOIN input_round r ON r.id = i.round_id"
    " JOIN audit_entry e ON e.seq = i.entry_id JOIN staff_member s ON s.id = i.staff_id"
    " LEFT JOIN staff_member j ON j.id = i.judge_id"
)


@dataclass(frozen=True, slots=True)
class AuditedEntry:
    """A drawn entry: what was keyed, why it was drawn, and what became of it.

    Attributes:
        seq, at, business_day, clerk, verb, subject_kind, subject, why: the entry.
        changes: before and after, field by field.
        rule: the must-review rule, or "" for the sample.
        state: where it stands.
        judge: user name, or "".
        code, remark, answer: of the error, of the judge, of the clerk.
        correction: the entry that put it right.
        signed: whether the day is signed off.
    """

    seq: int
    at: str
    business_day: str
    clerk: str
    verb: str
    subject_kind: str
    subject: str
    why: str
    changes: tuple[FieldChange, ...]
    rule: str
    state: ItemState
    judge: str
    code: str
    remark: str
    answer: str
    correction: int | None
    signed: bool


def _entry(row: tuple[Any, ...]) -> AuditedEntry:
    seq, at, day, clerk, verb, kind, subject, why, before, after = row[:10]
    rule, state, judge, code, remark, answer, correction, signed_at = row[10:]
    return AuditedEntry(
        seq=seq,
        at=at,
        business_day=day,
        clerk=clerk,
        verb=verb,
        subject_kind=kind,
        subject=subject,
        why=why,
        changes=stored_changes(before, after),
        rule=rule,
        state=ItemState(state),
        judge=judge,
        code=code,
        remark=remark,
        answer=answer,
        correction=correction,
        signed=signed_at is not None,
    )


def _entries(where: str, values: Sequence[object]) -> tuple[AuditedEntry, ...]:
    sql = f"{_ITEMS} WHERE {where} ORDER BY e.business_day, i.risk, e.seq DESC"
    return tuple(map(_entry, rows_of(sql, values)))


def audited_entries(desk: Desk, day: date, *, clerk: str = "") -> tuple[AuditedEntry, ...]:
    """What was drawn of a day, the riskiest first and of those the newest; of one clerk or all."""
    desk.require(Right.AUDIT_INPUT)
    if clerk:
        return _entries("r.audited_day = ? AND s.username = ?", (day.isoformat(), clerk.lower()))
    return _entries("r.audited_day = ?", (day.isoformat(),))


def my_queries(desk: Desk) -> tuple[AuditedEntry, ...]:
    """Queries that wait for this clerk's answer, the oldest day first."""
    return _entries("i.staff_id = ? AND i.state = ?", (desk.staff_id, ItemState.QUERIED.value))
