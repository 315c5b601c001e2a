"""The PIN that unlocks a person's own terminal after a pause. It is no way to sign in.

Who signs in is the operating system's affair; a PIN only tells whether the person who comes back
to an open session is the one who left it. Without a PIN an idle session ends instead.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.access.staff import setting
from billing_tui.access.tables import Setting, StaffMember
from billing_tui.access.writing import writing
from billing_tui.foundation.counting import counted
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.secret_hash import fits, hash_of

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk

LEAST, MOST = 4, 20
"""Characters of a PIN."""
USUAL_IDLE_MINUTES = 15
LONGEST_IDLE_MINUTES = 480


def has_pin(desk: Desk) -> bool:
    """Whether the person has chosen one."""
    return bool(_kept(desk))


def _kept(desk: Desk) -> str:
    member = StaffMember.get_by_id(desk.staff_id)
    return str(member.pin)


def pin_fits(desk: Desk, pin: str) -> bool:
    """Whether this is the person's PIN; slow on purpose, a few hundredths of a second."""
    kept = _kept(desk)
    return bool(kept) and fits(pin, kept)


def check_pin(pin: str) -> None:
    """Raise `InvalidEntry` for a PIN that is too short, or would be guessed first."""
    if not LEAST <= len(pin) <= MOST:
        raise InvalidEntry(f"A PIN has {LEAST} to {MOST} characters.", field="pin")
    steps = {ord(after) - ord(one) for one, after in pairwise(pin)}
    if len(steps) == 1 and steps <= {-1, 0, 1}:
        raise InvalidEntry("That is guessed first; choose one without an order.", field="pin")


def set_pin(desk: Desk, pin: str, *, before: str = "", key: str | None = None) -> None:
    """Choose a PIN, or another one. The trail says that it was done, never the PIN.

    Args:
        desk: whose PIN it is.
        pin: 4 to 20 characters, not one repeated and not in a row such as 1234.
        before: the PIN until now, where there is one.
        key: idempotency key.

    Raises:
        InvalidEntry: it is too short, or would be guessed first.
        Refused: the PIN until now is another.
    """
    check_pin(pin)
    if has_pin(desk) and not pin_fits(desk, before):
        raise Refused("That is not your PIN until now.", field="before")
    kept = hash_of(pin)
    with writing(desk, Right.LOOK, "access.set_pin", key=key) as act:
        if act.repeated:
            return
        act.about("staff", desk.username)
        StaffMember.update(pin=kept).where(StaffMember.id == desk.staff_id).execute()


def log_wrong_pins(desk: Desk, count: int) -> None:
    """Write down that an idle terminal was tried with wrong PINs and was signed off."""
    with writing(desk, Right.LOOK, "access.wrong_pins") as act:
        act.about("staff", desk.username)
        act.after = {"wrong": count}


def idle_minutes() -> int:
    """Minutes without a key after which a terminal is locked or signed off; 0 is never."""
    return int(setting("idle_minutes", str(USUAL_IDLE_MINUTES)))


def idle_told(minutes: int) -> str:
    """What so many minutes mean."""
    if minutes:
        return f"Terminals are locked after {counted(minutes, 'minute')} without a key."
    return (
        "Terminals are never locked: whoever comes to one that was left works in the name of who "
        "left it, and the trail cannot tell."
    )


def set_idle_minutes(desk: Desk, minutes: int, why: str) -> None:
    """Say after how many minutes without a key terminals are locked, and why so.

    Raises:
        NotAllowed: it takes whoever manages staff.
        InvalidEntry: it is less than 0 or longer than a working day, or the reason is missing.
    """
    said = kept_reason(why)
    if not 0 <= minutes <= LONGEST_IDLE_MINUTES:
        raise InvalidEntry(f"Key 0 to {LONGEST_IDLE_MINUTES} minutes; 0 is never.", field="minutes")
    with writing(desk, Right.MANAGE_STAFF, "access.set_idle_minutes", why=said) as act:
        act.about("setting", "idle_minutes")
        act.before, act.after = {"minutes": idle_minutes()}, {"minutes": minutes}
        row = Setting.get_or_none(Setting.name == "idle_minutes")
        if row is None:
            Setting.create(name="idle_minutes", value=str(minutes))
        else:
            Setting.update(value=str(minutes)).where(Setting.name == "idle_minutes").execute()
