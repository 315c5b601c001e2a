"""Where work comes from: each function asks one room what waits there.

Work that comes in hundreds is one item for each hand that can take it: exceptions by upload and
route, orders by route. The board stays as long as there are sorts of work, not pieces.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.billing.completeness import waiting_for_bill
from billing_tui.customer_care.follow_ups import followups_due
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.counting import counted
from billing_tui.foundation.moments import day_of
from billing_tui.metering.keyed_batch import batches, totals_of
from billing_tui.metering.tables import KeyedState
from billing_tui.operations.daily_audit.policy import read_input_policy, verb_fits
from billing_tui.operations.daily_audit.status import unaudited_days
from billing_tui.operations.today.items import WorkItem, WorkKind
from billing_tui.records.flags_ending import flags_ending
from billing_tui.service_orders.order_policy import shipped_order_policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.access.desk import Desk

AHEAD = timedelta(days=7)
"""How long before its day a step of a cycle or a follow-up stands on the board."""

_AUDIT_AFTER = timedelta(days=1)

_CYCLES = """
SELECT c.code, i.name, i.read_day, i.bill_day,
 (SELECT u.state FROM upload u WHERE u.instance_id = i.id AND u.state <> 'Cancelled'
  ORDER BY u.id DESC LIMIT 1),
 (SELECT r.state FROM bill_run r WHERE r.instance_id = i.id AND r.state <> 'Cancelled'
  ORDER BY r.id DESC LIMIT 1)
FROM cycle_instance i JOIN cycle c ON c.id = i.cycle_id
WHERE i.read_day <= ? AND NOT EXISTS (
 SELECT 1 FROM bill_run r WHERE r.instance_id = i.id AND r.state = 'Closed')
ORDER BY i.bill_day, c.code
"""
_AFTER_READS = {"Staged": "check the uploaded reads", "Checked": "clear and post the reads"}
_AFTER_RUN = {
    "Draft": "calculate the bills",
    "Calculated": "audit the bills",
    "In audit": "review and approve the bills",
    "Approved": "post the bills",
    "Posted": "print the bills",
    "Printed": "close the run",
}
_READS = """
SELECT e.upload_id, coalesce(r.code, '-'), c.code, i.name, i.bill_day, u.at, count(*)
FROM read_exception e JOIN upload u ON u.id = e.upload_id
JOIN cycle_instance i ON i.id = u.instance_id JOIN cycle c ON c.id = i.cycle_id
JOIN staged_read s ON s.id = e.staged_read_id
JOIN service_point p ON p.id = s.service_point_id LEFT JOIN route r ON r.id = p.route_id
WHERE e.disposition = 'open' AND u.state IN ('Staged', 'Checked')
GROUP BY e.upload_id, r.code, c.code, i.name, i.bill_day, u.at
"""
_FINDINGS = """
SELECT r.number, i.bill_day, count(*) FROM finding f JOIN bill_run r ON r.id = f.run_id
JOIN cycle_instance i ON i.id = r.instance_id
WHERE f.decision = 'open' AND r.state = 'In audit' GROUP BY r.number, i.bill_day
"""
_APPROVALS = """
SELECT q.id, q.kind, q.subject_kind, q.subject, q.made_day, s.username FROM change_request q
JOIN staff_member s ON s.id = q.maker_id WHERE q.state = 'Pending' ORDER BY q.id LIMIT ?
"""
_REFUSED = """
SELECT q.id, q.kind, q.subject_kind, q.subject, q.decided_at, q.refusal, s.username, c.username
FROM change_request q JOIN staff_member s ON s.id = q.maker_id
JOIN staff_member c ON c.id = q.checker_id
WHERE q.state = 'Refused' AND s.active = 1 AND q.decided_at >= ? AND NOT EXISTS (
 SELECT 1 FROM change_request n WHERE n.kind = q.kind AND n.subject_kind = q.subject_kind
 AND n.subject = q.subject AND n.id > q.id) ORDER BY q.id DESC LIMIT ?
"""
"""Until the same is asked anew, its maker is done with it, or a month has passed."""
_MONTH = timedelta(days=31)
_MOST_APPROVALS = 200
_MOST_REMINDERS = 200
_QUERIES = """
SELECT r.audited_day, s.username, s.active, count(*) FROM input_item i
JOIN input_round r ON r.id = i.round_id JOIN staff_member s ON s.id = i.staff_id
WHERE i.state = 'Queried' GROUP BY r.audited_day, s.username, s.active
"""
_ORDERS = """
SELECT coalesce(r.code, '-'), min(o.need_by), count(*), sum(CASE WHEN o.need_by < ? THEN 1 ELSE 0
 END) FROM service_order o LEFT JOIN service_point p ON p.id = o.service_point_id
LEFT JOIN route r ON r.id = p.route_id WHERE o.state IN ('Draft', 'Issued') AND o.need_by <= ?
GROUP BY r.code
"""

_UNDONE = """
SELECT o.number, o.type, o.finished_on, o.code, o.result, l.number,
 l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END
FROM service_order o JOIN location l ON l.id = o.location_id WHERE o.state = 'Unable'
AND NOT EXISTS (SELECT 1 FROM service_order n WHERE n.location_id = o.location_id
 AND n.type = o.type AND n.id > o.id AND n.state <> 'Cancelled') ORDER BY o.id DESC LIMIT ?
"""
"""Until another order for the same work at the same place counts, or a person closes it."""
_ERRORS = """
SELECT i.entry_id, r.audited_day, s.username, e.verb, e.subject_kind, e.subject, i.judged_at, i.code
FROM input_item i JOIN input_round r ON r.id = i.round_id JOIN staff_member s ON s.id = i.staff_id
JOIN audit_entry e ON e.seq = i.entry_id WHERE i.state = 'Error' ORDER BY i.entry_id
"""
_SINCE = (
    "SELECT verb FROM audit_entry WHERE subject_kind = ? AND subject = ? AND seq > ? AND at >= ?"
)


def cycle_steps(desk: Desk) -> Iterator[WorkItem]:
    """The next step of each cycle that is under way, due by its planned day."""
    until = (desk.business_day + AHEAD).isoformat()
    for code, name, read_day, bill_day, reads, run in rows_of(_CYCLES, (until,)):
        if run is not None:
            step, due = _AFTER_RUN[run], bill_day
        elif reads is None:
            step, due = "upload the reads", read_day
        else:
            step, due = _AFTER_READS.get(reads, "open the bill run"), bill_day
        told = f"Cycle {code}, {name}: {step}"
        day = date.fromisoformat(due)
        yield WorkItem(f"cycle:{code}:{name}:{step}", WorkKind.CYCLE, told, day, "BIL010", code)


def open_exceptions(desk: Desk) -> Iterator[WorkItem]:
    """Read exceptions without a decision, by upload and route; due when the cycle is billed.

    Those of a file that came after that day are due on the day it came, not before they were there.
    """
    for upload, route, code, name, bill_day, at, count in rows_of(_READS):
        told = f"{counted(count, 'read exception')}, cycle {code}, {name}, route {route}"
        day = max(date.fromisoformat(bill_day), min(day_of(at), desk.business_day))
        yield WorkItem(f"reads:{upload}:{route}", WorkKind.READS, told, day, "RDG020", str(upload))


def open_batches(_desk: Desk) -> Iterator[WorkItem]:
    """Batches of reading sheets that were begun and not closed; due on the day they were walked."""
    for batch in batches(state=KeyedState.OPEN, limit=_MOST_REMINDERS):
        totals = totals_of(batch.batch_id)
        told = f"{totals.keyed:,} of {counted(batch.control_count, 'line')} keyed"
        yield WorkItem(
            f"keying:{batch.batch_id}",
            WorkKind.KEYING,
            f"Route {batch.route}, {batch.cycle} {batch.instance}: {told}",
            batch.day,
            "RDG031",
            str(batch.batch_id),
        )


def open_findings(_desk: Desk) -> Iterator[WorkItem]:
    """Findings of the pre-billing audit without a decision, by run."""
    for number, bill_day, count in rows_of(_FINDINGS):
        day = date.fromisoformat(bill_day)
        told = f"{counted(count, 'finding')} of run {number} to review"
        yield WorkItem(f"findings:{number}", WorkKind.FINDINGS, told, day, "BIL020", number)


def left_unbilled(_desk: Desk) -> Iterator[WorkItem]:
    """Accounts that a posted run left without a bill and that none has billed since, by run."""
    for left in waiting_for_bill():
        told = (
            f"{counted(left.accounts, 'account')} not billed in run {left.run}, cycle {left.cycle}"
        )
        key = f"unbilled:{left.run}"
        yield WorkItem(key, WorkKind.UNBILLED, told, left.bill_day, "BIL020", left.run)


def approvals(_desk: Desk) -> Iterator[WorkItem]:
    """Requests that wait for somebody other than their maker."""
    for row, kind, about, subject, made_day, maker in rows_of(_APPROVALS, (_MOST_APPROVALS,)):
        what = kind.rpartition(".")[2].replace("_", " ")
        told = f"{maker} asks: {what}, {about} {subject}"
        day = date.fromisoformat(made_day)
        key = f"approval:{row}"
        yield WorkItem(key, WorkKind.APPROVAL, told, day, "AUD020", str(row), maker=maker)


def refused_requests(desk: Desk) -> Iterator[WorkItem]:
    """Requests that were refused of late: their makers read why, ask anew or are done with it."""
    since = (desk.business_day - _MONTH).isoformat()
    for row, kind, about, subject, at, why, maker, checker in rows_of(
        _REFUSED, (since, _MOST_APPROVALS)
    ):
        what = kind.rpartition(".")[2].replace("_", " ")
        told = f"{checker} refused {what}, {about} {subject}: {why}"
        key = f"refused:{row}"
        yield WorkItem(key, WorkKind.REFUSED, told, day_of(at), "AUD020", str(row), owner=maker)


def queries(_desk: Desk) -> Iterator[WorkItem]:
    """Queries of the daily audit that wait for who made the entry; the lead's, where they left."""
    for audited, maker, works_here, count in rows_of(_QUERIES):
        day = date.fromisoformat(audited)
        told = f"{counted(count, 'query')} on entries of {day:%m/%d/%y}"
        key = f"query:{audited}:{maker}"
        due = day + _AUDIT_AFTER
        if works_here:
            yield WorkItem(key, WorkKind.QUERY, told, due, "AUD015", owner=maker)
        else:
            told += f" to {maker}, who left: judge anew"
            yield WorkItem(key, WorkKind.AUDIT, told, due, "AUD010", audited)


def _put_right(kind: str, subject: str, seq: int, judged_at: str) -> bool:
    """Whether something was keyed about the same thing after the entry was found wrong."""
    later = rows_of(_SINCE, (kind, subject, seq, judged_at))
    not_input = read_input_policy().not_input
    return any(not verb_fits(verb, not_input) for (verb,) in later)


def input_errors(_desk: Desk) -> Iterator[WorkItem]:
    """Entries judged as wrong about which nothing was keyed since: their makers' work."""
    for seq, audited, maker, verb, kind, subject, judged_at, code in rows_of(_ERRORS):
        if _put_right(kind, subject, seq, judged_at):
            continue
        what = verb.rpartition(".")[2].replace("_", " ")
        told = f"Put right: {what}, {kind} {subject}, {code}; entry {seq}"
        screen, about = ("ACC020", subject) if kind == "account" else ("AUD015", "")
        due = date.fromisoformat(audited) + _AUDIT_AFTER
        yield WorkItem(f"error:{seq}", WorkKind.ERROR, told, due, screen, about, owner=maker)


def unaudited(desk: Desk) -> Iterator[WorkItem]:
    """Days whose entries nobody has audited; only for those who read the trail."""
    if not desk.may(Right.READ_TRAIL):
        return
    for status in unaudited_days(desk):
        count = status.waiting + status.open
        told = f"{counted(count, 'entry')} of {status.day:%m/%d/%y}"
        key = f"audit:{status.day.isoformat()}"
        due, subject = status.day + _AUDIT_AFTER, status.day.isoformat()
        yield WorkItem(key, WorkKind.AUDIT, f"{told} unaudited", due, "AUD010", subject)


def orders(desk: Desk) -> Iterator[WorkItem]:
    """Service orders that are due today or late, by route."""
    today = desk.business_day.isoformat()
    for route, need_by, count, late in rows_of(_ORDERS, (today, today)):
        told = f"{counted(count, 'service order')}, route {route}"
        told += f", {late:,} late" if late else ""
        day = date.fromisoformat(need_by)
        subject = "" if route == "-" else route
        yield WorkItem(f"orders:{route}", WorkKind.ORDERS, told, day, "SVO010", subject)


def undone_orders(_desk: Desk) -> Iterator[WorkItem]:
    """Orders that could not be done and that nobody issued anew; done with when a person says."""
    reasons = shipped_order_policy().unable
    for number, what, finished, code, result, place, street in rows_of(_UNDONE, (_MOST_REMINDERS,)):
        told = f"{number} {what}, {street}: {reasons.get(code, '') or result}"
        day = date.fromisoformat(finished)
        yield WorkItem(f"undone:{number}", WorkKind.UNDONE, told, day, "SVO011", place)


def follow_ups(desk: Desk) -> Iterator[WorkItem]:
    """What somebody promised to come back to, overdue or within the next days."""
    for note in followups_due(desk.business_day + AHEAD, limit=_MOST_REMINDERS):
        told = f"{note.account} {note.customer}: {note.text}"
        key = f"note:{note.note_id}"
        yield WorkItem(
            key, WorkKind.FOLLOW_UP, told, note.day, "CAR020", note.account, owner=note.person
        )


def ending_flags(desk: Desk) -> Iterator[WorkItem]:
    """Flags that end within the week, and holds whose review is due."""
    for flag in flags_ending(desk.business_day, AHEAD.days, most=_MOST_REMINDERS):
        told = f"{flag.account} {flag.name}: {flag.sentence(desk.business_day)}"
        key = f"flag:{flag.flag_id}:{flag.due.isoformat()}"
        yield WorkItem(key, WorkKind.FLAG, told, flag.due, "CHG030", flag.account)


SOURCES: dict[str, Callable[[Desk], Iterator[WorkItem]]] = {
    "cycle": cycle_steps,
    "keying": open_batches,
    "reads": open_exceptions,
    "findings": open_findings,
    "unbilled": left_unbilled,
    "approval": approvals,
    "refused": refused_requests,
    "query": queries,
    "error": input_errors,
    "audit": unaudited,
    "orders": orders,
    "undone": undone_orders,
    "note": follow_ups,
    "flag": ending_flags,
}
"""All of them, by the word that the keys of their items begin with."""
