"""Write a note on an account, with an alert or a follow-up where it needs one (DOC-2)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.tables import StaffMember
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.editing import existing
from billing_tui.records.tables import Account, Note

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp:
    """When somebody must come back to a note, and who; anybody where no name is given."""

    day: date
    username: str = ""


def add_note(
    desk: Desk,
    account_id: int,
    text: str,
    *,
    kind: str = "note",
    sticky: bool = False,
    alert_to: date | None = None,
    follow_up: FollowUp | None = None,
    key: str | None = None,
) -> int:
    """Write a note; returns its row. Its words are never changed.

    Args:
        desk: who writes.
        account_id: the account.
        text: the words.
        kind: what sort of note.
        sticky: an alert, which stays in sight on the inquiry.
        alert_to: last day of the alert; until somebody ends it where None.
        follow_up: when and by whom it must be taken up again.
        key: idempotency key.

    Raises:
        InvalidEntry: the note is empty or too long, a day has passed, or nobody has that name.
    """
    kept = clean(text, most=1000, field="text")
    if not kept:
        raise InvalidEntry("The note is empty.", field="text")
    if alert_to is not None and alert_to < desk.business_day:
        raise InvalidEntry("The alert would have ended already.", field="alert_to")
    if follow_up is not None and follow_up.day < desk.business_day:
        raise InvalidEntry("The day to come back to it has passed.", field="follow_up_day")
    asked = [account_id, kept, str(alert_to), str(follow_up)]
    with writing(desk, Right.KEEP_RECORDS, "records.add_note", key=key, request=asked) as act:
        if act.repeated:
            return int(act.done)
        account = existing(Account, account_id)
        note = Note.create(
            account=account_id,
            at=desk.clock().isoformat(timespec="seconds"),
            staff=desk.staff_id,
            kind=clean(kind, most=20, field="kind"),
            text=kept,
            sticky=sticky or alert_to is not None,
            alert_to=alert_to,
            follow_up_day=follow_up.day if follow_up else None,
            follow_up_by=_person(follow_up.username) if follow_up else None,
        )
        act.about("account", account.number)
        act.after = {"note": note.id, "text": kept}
        if follow_up is not None:
            act.after["follow_up"] = f"{follow_up.day} {follow_up.username}".rstrip()
        act.result = int(note.id)
    return int(note.id)


def _person(username: str) -> StaffMember | None:
    login = clean(username, most=32, field="follow_up_by").lower()
    if not login:
        return None
    member = StaffMember.get_or_none(StaffMember.username == login)
    if member is None or not member.active:
        raise InvalidEntry(f"Nobody works here as {login!r}.", field="follow_up_by")
    found: StaffMember = member
    return found
