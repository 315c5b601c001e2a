"""Hand work out: claim it, give it to somebody, put it off, take it to the lead (TDO-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right, rights_of
from billing_tui.access.staff import roles_on
from billing_tui.access.tables import StaffMember
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, NotFound, Refused
from billing_tui.foundation.text import clean
from billing_tui.operations.today.board import find_item, may_do
from billing_tui.operations.today.items import REMINDERS, RIGHT_FOR, WorkKind
from billing_tui.operations.today.tables import WorkMark
from billing_tui.records.editing import StaleEdit

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.operations.today.items import Marked

LONGEST_SLEEP = 60
"""Days that work can be put off at once."""


def _item(desk: Desk, key: str) -> Marked:
    found = find_item(desk, key)
    if found is None:
        raise NotFound("That work is done; F5 shows what is left.", field="key")
    return found


def leads(desk: Desk) -> bool:
    """Whether the person hands work out: a lead or the specialist."""
    return desk.may(Right.DECIDE_REQUESTS) or desk.may(Right.MANAGE_STAFF)


def _mark(desk: Desk, seen: Marked, verb: str, why: str = "", **changes: Any) -> None:
    """Write what was said about an item, unless somebody said something since it was read."""
    key = seen.item.key
    with writing(desk, Right.LOOK, f"operations.{verb}", why=why) as act:
        act.about("work", key)
        row = WorkMark.get_or_none(WorkMark.key == key)
        version = row.version if row is not None else 0
        if version != seen.version:
            raise StaleEdit("Somebody else has just changed that; F5 shows how it stands.")
        act.before = {name: _plain(getattr(row, name, None)) for name in changes}
        act.after = {name: _plain(value) for name, value in changes.items()}
        if row is None:
            WorkMark.create(key=key, **changes)
        else:
            changed = WorkMark.update(version=version + 1, **changes)
            changed.where(WorkMark.id == row.id).execute()


def _plain(value: Any) -> Any:
    if isinstance(value, StaffMember):
        return value.username
    return value if isinstance(value, int) else str(value or "")


def claim(desk: Desk, key: str) -> None:
    """Take work that nobody has.

    Raises:
        NotFound: the work is done.
        Refused: somebody has it, or it is not for this person.
    """
    seen = _item(desk, key)
    if seen.holder and seen.holder != desk.username:
        _require_givable(seen)
        raise Refused(f"{seen.holder} has that already; the lead can give it to you.")
    if not may_do(desk, seen.item):
        raise Refused(f"That is not for {desk.username} to do.")
    _mark(desk, seen, "claim_work", staff=StaffMember.get_by_id(desk.staff_id))


def let_go(desk: Desk, key: str) -> None:
    """Put work back on the board for anybody. Raises `Refused` for another person's."""
    seen = _item(desk, key)
    if seen.holder != desk.username and not leads(desk):
        raise Refused("Only who has it, or a lead, lets go of that.")
    _mark(desk, seen, "let_go_of_work", staff=None)


def assign(desk: Desk, key: str, username: str, why: str = "") -> None:
    """Give work to somebody.

    Raises:
        Refused: only a lead or a specialist hands work out, and only to those who may do it.
        NotFound: nobody of that name works here, or the work is done.
    """
    _require_lead(desk)
    seen = _item(desk, key)
    member = StaffMember.get_or_none(
        (StaffMember.username == username.strip().lower()) & (StaffMember.active == True)  # noqa: E712
    )
    if member is None:
        raise NotFound(f"Nobody named {username} works here.", field="staff")
    _require_givable(seen)
    if member.id not in able_staff(desk, seen):
        raise Refused(f"{member.username} may not do that.", field="staff")
    _mark(desk, seen, "assign_work", why, staff=member)


def _require_givable(seen: Marked) -> None:
    if seen.item.kind is WorkKind.QUERY:
        raise Refused(f"Only {seen.item.owner}, who keyed it, answers that; 4 puts it off.")


def able_staff(desk: Desk, seen: Marked) -> dict[int, str]:
    """Who may do a piece of work: row of the person to user name."""
    right, item = RIGHT_FOR[seen.item.kind], seen.item
    members = StaffMember.select().where(StaffMember.active == True)  # noqa: E712
    return {
        member.id: member.username
        for member in members.order_by(StaffMember.username)
        if right in rights_of(roles_on(member.id, desk.business_day))
        and member.username != item.maker
    }


def may_be_asked(desk: Desk, seen: Marked, verb: str) -> None:
    """Refuse a verb of this module before its window opens, for what no entry could mend.

    Args:
        desk: who would do it.
        seen: the item as it stands on the board; the verb looks at it again.
        verb: `assign`, `snooze`, `dismiss` or `escalate`.

    Raises:
        Refused: it is not this person's to hand out, put off or end, or nobody else can do it.
    """
    if verb == "assign":
        _require_lead(desk)
        _require_givable(seen)
    elif verb == "dismiss":
        _require_reminder(desk, seen)
    if verb in {"snooze", "dismiss"}:
        _require_hand(desk, seen)


def check_sleep(today: date, until: date) -> None:
    """Refuse a day on which put-off work may not come back. Raises `InvalidEntry`."""
    if not 0 < (until - today).days <= LONGEST_SLEEP:
        raise InvalidEntry(f"Key a day within the next {LONGEST_SLEEP}.", field="until")


def snooze(desk: Desk, key: str, until: date, why: str) -> None:
    """Put work off; it is back on the board on the day `until`.

    Raises:
        InvalidEntry: the day is not within the next 60, or there is no reason.
        Refused: somebody else has it.
    """
    seen = _item(desk, key)
    check_sleep(desk.business_day, until)
    _require_hand(desk, seen)
    _mark(desk, seen, "snooze_work", _reason(why), snoozed_until=until)


def wake(desk: Desk, key: str) -> None:
    """Put work that was put off back on the board. Raises `Refused` for another person's."""
    seen = _item(desk, key)
    _require_hand(desk, seen)
    _mark(desk, seen, "wake_work", snoozed_until=None)


def escalate(desk: Desk, key: str, why: str) -> None:
    """Take work to the lead: it goes to the top of the board, with the reason."""
    seen = _item(desk, key)
    _mark(desk, seen, "escalate_work", _reason(why), escalated=_reason(why), snoozed_until=None)


def dismiss(desk: Desk, key: str, why: str) -> None:
    """Say that a reminder is done with.

    Raises:
        Refused: other work leaves the board when it is done, not before.
    """
    seen = _item(desk, key)
    _require_reminder(desk, seen)
    _require_hand(desk, seen)
    _mark(desk, seen, "dismiss_work", _reason(why), dismissed=_reason(why))


def _require_lead(desk: Desk) -> None:
    if not leads(desk):
        raise Refused("A lead or the specialist hands work out; 1 claims it for yourself.")


def _require_reminder(desk: Desk, seen: Marked) -> None:
    if seen.item.kind is WorkKind.ERROR and not leads(desk):
        raise Refused("A lead says that an error needs no correction; put it right, or ask.")
    if seen.item.kind not in REMINDERS:
        raise Refused("That leaves the board when it is done; 5 opens it.")


def _require_hand(desk: Desk, seen: Marked) -> None:
    if seen.holder not in {"", desk.username} and not leads(desk):
        raise Refused(f"{seen.holder} has that.")
    if not may_do(desk, seen.item) and not leads(desk):
        raise Refused(f"That is not for {desk.username} to do.")


def _reason(why: str) -> str:
    given = clean(why, most=200, field="reason")
    if not given:
        raise InvalidEntry("Say why, in a word or more.", field="reason")
    return given
