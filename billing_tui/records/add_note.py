"""Write a note on an account; it is never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account, Note

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def add_note(
    desk: Desk, account_id: int, text: str, *, kind: str = "note", sticky: bool = False
) -> int:
    """Write a note; returns its row. A sticky note stays in sight on the inquiry.

    Raises:
        InvalidEntry: the note is empty, too long or holds what cannot be stored.
    """
    kept = clean(text, most=1000, field="text")
    if not kept:
        raise InvalidEntry("The note is empty.", field="text")
    with writing(desk, Right.KEEP_RECORDS, "records.add_note") as act:
        account = existing(Account, account_id)
        note = Note.create(
            account=account_id,
            at=desk.clock().isoformat(timespec="seconds"),
            staff=desk.staff_id,
            kind=clean(kind, most=20, field="kind"),
            text=kept,
            sticky=sticky,
        )
        act.about("account", account.number)
        act.after = {"note": note.id, "text": kept}
    return int(note.id)
