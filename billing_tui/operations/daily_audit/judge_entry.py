"""Judge a drawn entry: right, wrong, put right by somebody else, or a query to its maker."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.tables import AuditEntry
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.operations.daily_audit.policy import read_input_policy
from billing_tui.operations.daily_audit.tables import InputItem, ItemState

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.operations.daily_audit.policy import InputPolicy

_LONGEST = 400


class Verdict(StrEnum):
    """What an auditor finds of an entry."""

    OK = "ok"
    QUERY = "query"
    ERROR = "error"
    CORRECTED = "corrected"


_STATES = {
    Verdict.OK: ItemState.OK,
    Verdict.QUERY: ItemState.QUERIED,
    Verdict.ERROR: ItemState.ERROR,
    Verdict.CORRECTED: ItemState.CORRECTED,
}


def _drawn(seq: int) -> Any:
    item = InputItem.get_or_none(InputItem.entry == seq)
    if item is None:
        raise NotFound(f"Entry {seq} was not drawn for audit.", field="entry")
    if item.round.signed_at is not None:
        raise Refused(f"{item.round.audited_day} is signed off.", code="DAY-SIGNED")
    return item


def _check_code(verdict: Verdict, code: str, policy: InputPolicy) -> None:
    wanted = verdict in {Verdict.ERROR, Verdict.CORRECTED}
    if wanted and code not in policy.codes:
        known = ", ".join(policy.codes)
        raise InvalidEntry(f"An error has a code: {known}.", field="code")
    if code and not wanted:
        raise InvalidEntry("Only an error has a code.", field="code")


def _check_correction(item: Any, seq: int | None) -> Any:
    """The entry that put it right: later, about the same thing, by somebody else."""
    if seq is None:
        raise InvalidEntry("Name the entry that corrected it.", field="correction")
    found: Any = AuditEntry.get_or_none(AuditEntry.seq == seq)
    if found is None:
        raise NotFound(f"There is no entry {seq}.", field="correction")
    wrong = item.entry
    if seq <= wrong.seq or (found.subject_kind, found.subject) != (
        wrong.subject_kind,
        wrong.subject,
    ):
        raise InvalidEntry(
            f"Entry {seq} does not correct it: a correction comes later and is about "
            f"{wrong.subject_kind} {wrong.subject}.",
            field="correction",
        )
    if found.staff_id == item.staff_id:
        raise Refused(
            f"{item.staff.username} corrected their own entry; somebody else must look at it, "
            "so judge it as an error.",
            field="correction",
            code="OWN-CORRECTION",
        )
    return found


def judge_entry(
    desk: Desk,
    seq: int,
    verdict: Verdict,
    *,
    code: str = "",
    remark: str = "",
    correction: int | None = None,
    seen: ItemState | None = None,
    policy: InputPolicy | None = None,
) -> ItemState:
    """Judge an entry that was drawn; a verdict may be changed until the day is signed off.

    Args:
        desk: who judges; never who keyed it.
        seq: the entry of the trail.
        verdict: what is found.
        code: of the error, as the policy has it.
        remark: what the auditor says; the question, where it is a query.
        correction: the entry by which somebody other than the maker put it right.
        seen: where the entry stood when the judge looked; not checked where None.
        policy: the shipped one where None.

    Raises:
        NotFound: the entry was not drawn.
        Refused: one's own entry, a day that is signed off, a correction by the maker, or the entry
            stands elsewhere by now, as when its maker has answered.
        InvalidEntry: code, question or correction is missing or cannot be.
    """
    rules = policy or read_input_policy()
    said = clean(remark, most=_LONGEST, field="remark")
    _check_code(verdict, code, rules)
    if verdict is Verdict.QUERY and not said:
        raise InvalidEntry("A query asks something.", field="remark")
    if correction is not None and verdict is not Verdict.CORRECTED:
        raise InvalidEntry("Only what is corrected has a correction.", field="correction")
    with writing(desk, Right.AUDIT_INPUT, "operations.judge_entry", why=said) as act:
        item = _drawn(seq)
        if item.staff_id == desk.staff_id:
            raise Refused("Nobody judges what they keyed.", code="OWN-ENTRY")
        if seen is not None and item.state != seen:
            raise Refused(
                f"Entry {seq} is {item.state} by now; look at it again.", code="ENTRY-STALE"
            )
        if verdict is Verdict.CORRECTED:
            item.correction = _check_correction(item, correction)
        else:
            item.correction = None
        act.about("entry of the trail", seq)
        act.before = {"state": item.state, "code": item.code}
        item.state, item.code = _STATES[verdict].value, code
        if said or verdict is not Verdict.OK:  # what was asked stays beside what was answered
            item.remark = said
        item.judge = desk.staff_id
        item.judged_at = desk.clock().isoformat(timespec="milliseconds")
        if verdict is Verdict.QUERY:
            item.answer = ""
        item.save()
        act.after = {"state": item.state, "code": code, "correction": correction}
    return ItemState(item.state)


def answer_query(desk: Desk, seq: int, text: str) -> None:
    """Answer the query about an entry of one's own.

    Raises:
        InvalidEntry: the answer is empty.
        Refused: somebody else keyed it, or no query waits.
    """
    said = clean(text, most=_LONGEST, field="answer")
    if not said:
        raise InvalidEntry("An answer says something.", field="answer")
    with writing(desk, Right.LOOK, "operations.answer_query", why=said) as act:
        item = _drawn(seq)
        if item.staff_id != desk.staff_id:
            raise Refused(
                f"{item.staff.username} keyed it and answers for it.", code="NOT-YOUR-ENTRY"
            )
        if item.state != ItemState.QUERIED:
            raise Refused(f"No query waits on entry {seq}.", code="NO-QUERY")
        item.state, item.answer = ItemState.ANSWERED.value, said
        item.save()
        act.about("entry of the trail", seq)
        act.before = {"state": ItemState.QUERIED.value}
        act.after = {"state": item.state}
