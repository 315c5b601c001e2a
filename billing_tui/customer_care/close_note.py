"""Come back to a note: done with an outcome, or the end of its alert."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing
from billing_tui.records.tables import Note

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def finish_follow_up(desk: Desk, note_id: int, outcome: str) -> None:
    """Say what came of a follow-up; it leaves everybody's list.

    Raises:
        InvalidEntry: no outcome.
        Refused: the note asks for nothing, or it was done before.
    """
    told = clean(outcome, most=200, field="outcome")
    if not told:
        raise InvalidEntry("What came of it?", field="outcome")
    with writing(desk, Right.KEEP_RECORDS, "customer_care.finish_follow_up") as act:
        note: Any = existing(Note, note_id)
        if note.follow_up_day is None or note.withdrawn_day is not None:
            raise Refused("That note asks for no follow-up.", code="NOTE-NO-FOLLOW-UP")
        if note.done_day is not None:
            raise Refused(f"{note.done_by.username} did that on {note.done_day}.", code="NOTE-DONE")
        note.done_day, note.done_by, note.outcome = desk.business_day, desk.staff_id, told
        note.save(only=[Note.done_day, Note.done_by, Note.outcome])
        act.about("account", note.account.number)
        act.before = {"note": note_id, "done_day": None}
        act.after = {
            "note": note_id,
            "done_day": desk.business_day.isoformat(),
            "outcome": told,
        }


def end_alert(desk: Desk, note_id: int) -> None:
    """Take a note out of sight; from the business day on it is a plain note.

    Raises:
        Refused: it is no alert, or has ended.
    """
    with writing(desk, Right.KEEP_RECORDS, "customer_care.end_alert") as act:
        note: Any = existing(Note, note_id)
        day = desk.business_day
        ended = note.alert_to is not None and note.alert_to < day
        if not note.sticky or note.withdrawn_day is not None or ended:
            raise Refused("That note is no alert any more.", code="NOTE-NO-ALERT")
        was = note.alert_to.isoformat() if note.alert_to else None
        note.alert_to = day.fromordinal(day.toordinal() - 1)
        note.save(only=[Note.alert_to])
        act.about("account", note.account.number)
        act.before = {"note": note_id, "alert_to": was}
        act.after = {"note": note_id, "alert_to": note.alert_to.isoformat()}
