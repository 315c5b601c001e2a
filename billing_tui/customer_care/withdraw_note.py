"""Withdraw a note that is wrong: its words stay for the record, it does nothing any more."""

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


def withdraw_note(desk: Desk, note_id: int, why: str) -> None:
    """Mark a note as withdrawn; its alert ends and its follow-up leaves the board.

    Raises:
        InvalidEntry: no reason.
        Refused: it was withdrawn before.
    """
    reason = clean(why, most=200, field="why")
    if not reason:
        raise InvalidEntry("Say why the note is withdrawn.", field="why")
    with writing(desk, Right.KEEP_RECORDS, "customer_care.withdraw_note", why=reason) as act:
        note: Any = existing(Note, note_id)
        if note.withdrawn_day is not None:
            raise Refused("That note was withdrawn before.", code="NOTE-WITHDRAWN")
        note.withdrawn_day, note.withdrawn_why = desk.business_day, reason
        note.save(only=[Note.withdrawn_day, Note.withdrawn_why])
        act.about("account", note.account.number)
        act.before = {"note": note_id, "text": note.text, "withdrawn_day": None}
        act.after = {"note": note_id, "withdrawn_day": desk.business_day.isoformat()}
