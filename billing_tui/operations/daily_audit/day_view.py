"""A day as its auditor sees it, and the queries that wait for a clerk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.field_changes import FieldChange, stored_fields
from billing_tui.access.rights import Right
from billing_tui.foundation.bulk import rows_of
from billing_tui.operations.daily_audit.tables import ItemState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from billing_tui.access.desk import Desk

_ITEMS = (
    "SELECT e.seq, e.at, e.business_day, s.username, s.name, e.station, e.verified, e.verb,"
    " e.subject_kind, e.subject, e.why, e.before, e.after, i.risk, i.rule, i.state,"
    " coalesce(j.username, ''), i.code, i.remark, i.answer, i.correction_id, r.signed_at"
    " FROM input_item i JOIN input_round r ON r.id = i.round_id"
    " JOIN audit_entry e ON e.seq = i.entry_id JOIN staff_member s ON s.id = i.staff_id"
    " LEFT JOIN staff_member j ON j.id = i.judge_id"
)


@dataclass(frozen=True, slots=True)
class AuditedEntry:
    """A drawn entry: what was keyed, why it was drawn, and what became of it.

    Attributes:
        seq, at, business_day, clerk, station, verified, verb, subject_kind, subject, why: the
            entry.
        clerk_name: the clerk's name; `clerk` is the user name.
        changes: before and after, field by field.
        same: fields that the entry names and leaves as they are.
        risk: place of the rule in the policy, after them all for the sample.
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
    clerk_name: str
    station: str
    verified: bool
    verb: str
    subject_kind: str
    subject: str
    why: str
    changes: tuple[FieldChange, ...]
    same: tuple[FieldChange, ...]
    risk: int
    rule: str
    state: ItemState
    judge: str
    code: str
    remark: str
    answer: str
    correction: int | None
    signed: bool


@dataclass(frozen=True, slots=True)
class ClerkDay:
    """How many entries of a clerk were drawn of a day, and how many have no verdict yet."""

    clerk: str
    name: str
    drawn: int
    open: int


def _entry(row: tuple[Any, ...]) -> AuditedEntry:
    seq, at, day, clerk, name, station, verified, verb, kind, subject, why = row[:11]
    before, after, risk, rule, state, judge, code, remark, answer, correction, signed = row[11:]
    changes, same = stored_fields(before, after)
    return AuditedEntry(
        seq=seq,
        at=at,
        business_day=day,
        clerk=clerk,
        clerk_name=name,
        station=station,
        verified=bool(verified),
        verb=verb,
        subject_kind=kind,
        subject=subject,
        why=why,
        changes=changes,
        same=same,
        risk=risk,
        rule=rule,
        state=ItemState(state),
        judge=judge,
        code=code,
        remark=remark,
        answer=answer,
        correction=correction,
        signed=signed is not None,
    )


def _entries(
    where: str, values: Sequence[object], order: str, limit: int | None = None
) -> tuple[AuditedEntry, ...]:
    most = "" if limit is None else f" LIMIT {int(limit)}"
    return tuple(map(_entry, rows_of(f"{_ITEMS} WHERE {where} ORDER BY {order}{most}", values)))


def audited_entries(
    desk: Desk,
    day: date,
    *,
    clerk: str = "",
    only_open: bool = False,
    after: AuditedEntry | None = None,
    limit: int | None = None,
) -> tuple[AuditedEntry, ...]:
    """What was drawn of a day, the riskiest first and of those the newest.

    Args:
        desk: who looks; whoever may read the trail.
        day: the business day.
        clerk: user name of the only clerk whose entries are wanted.
        only_open: leave out what has its verdict.
        after: the entry after which the page begins.
        limit: most entries of the page; all where None.
    """
    desk.require(Right.READ_TRAIL)
    where, values = "r.audited_day = ?", [day.isoformat()]
    rest: list[object] = []
    if clerk:
        where, rest = f"{where} AND s.username = ?", [clerk.lower()]
    if only_open:
        where += " AND i.state NOT IN ('OK', 'Error', 'Corrected')"
    if after is not None:
        where += " AND (i.risk > ? OR (i.risk = ? AND e.seq < ?))"
        rest += [after.risk, after.risk, after.seq]
    return _entries(where, [*values, *rest], "i.risk, e.seq DESC", limit)


def my_queries(desk: Desk) -> tuple[AuditedEntry, ...]:
    """Queries that wait for this clerk's answer, the oldest day first."""
    order = "e.business_day, i.risk, e.seq DESC"
    values = (desk.staff_id, ItemState.QUERIED.value)
    return _entries("i.staff_id = ? AND i.state = ?", values, order)


def my_findings(
    desk: Desk, *, after: AuditedEntry | None = None, limit: int | None = None
) -> tuple[AuditedEntry, ...]:
    """This clerk's entries about which a question was asked or that were wrong, newest first."""
    where = "i.staff_id = ? AND (i.remark <> '' OR i.answer <> '' OR i.state IN (?, ?))"
    values: list[object] = [desk.staff_id, ItemState.ERROR.value, ItemState.CORRECTED.value]
    if after is not None:
        where, values = f"{where} AND e.seq < ?", [*values, after.seq]
    return _entries(where, values, "e.seq DESC", limit)


def clerks_of(desk: Desk, day: date) -> tuple[ClerkDay, ...]:
    """Whose entries of a day were drawn, by user name."""
    desk.require(Right.READ_TRAIL)
    rows = rows_of(
        "SELECT s.username, s.name, count(*), sum(CASE WHEN i.state IN ('OK', 'Error', 'Corrected')"
        " THEN 0 ELSE 1 END) FROM input_item i JOIN input_round r ON r.id = i.round_id"
        " JOIN staff_member s ON s.id = i.staff_id WHERE r.audited_day = ?"
        " GROUP BY s.username, s.name ORDER BY s.username",
        (day.isoformat(),),
    )
    return tuple(ClerkDay(*row) for row in rows)


@dataclass(frozen=True, slots=True)
class LaterEntry:
    """An entry that may be the correction of another: later, of the same thing, by another."""

    seq: int
    at: str
    person: str
    verb: str


def corrections_of(desk: Desk, seq: int) -> tuple[LaterEntry, ...]:
    """Entries that may have put an entry right, the newest first."""
    desk.require(Right.READ_TRAIL)
    rows = rows_of(
        "SELECT c.seq, c.at, s.username, c.verb FROM audit_entry e JOIN audit_entry c"
        " ON c.subject_kind = e.subject_kind AND c.subject = e.subject AND c.seq > e.seq"
        " AND c.staff_id <> e.staff_id JOIN staff_member s ON s.id = c.staff_id"
        " WHERE e.seq = ? ORDER BY c.seq DESC LIMIT 50",
        (seq,),
    )
    return tuple(LaterEntry(*row) for row in rows)
