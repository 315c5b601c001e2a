"""Sign a day off: everything that was drawn has its verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.operations.daily_audit.open_day import last_round
from billing_tui.operations.daily_audit.sheet import sheet_of
from billing_tui.operations.daily_audit.tables import SETTLED, InputItem

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.operations.daily_audit.sheet import DaySheet


def sign_off(desk: Desk, day: date) -> DaySheet:
    """Sign the open round of a day; returns the signed sheet.

    Entries that come in later for the day are taken up by a round of their own.

    Raises:
        Refused: the day was never opened, is signed, or something that was drawn is still open.
    """
    with writing(desk, Right.AUDIT_INPUT, "operations.sign_off") as act:
        row = last_round(day)
        if row is None or row.signed_at is not None:
            raise Refused(f"No audit of {day} is open.", field="day", code="NO-ROUND")
        _refuse_open(row.id, day)
        sheet = sheet_of(day)
        row.signed_by = desk.staff_id
        row.signed_at = desk.clock().isoformat(timespec="milliseconds")
        row.sheet_digest = sheet.digest
        row.save()
        act.about("day", day)
        act.after = {
            "round": row.number,
            "entries": sheet.total("entries"),
            "errors": sheet.total("errors") + sheet.total("corrected"),
            "sheet": sheet.digest,
        }
    return sheet_of(day, row.number)


def _refuse_open(round_id: int, day: date) -> None:
    settled = [state.value for state in SETTLED]
    waiting = list(
        InputItem.select(InputItem.rule).where(
            (InputItem.round == round_id) & InputItem.state.not_in(settled)
        )
    )
    if waiting:
        must = sum(bool(item.rule) for item in waiting)
        raise Refused(
            f"{day} has {len(waiting)} open entries, {must} of which must be reviewed.",
            code="ENTRIES-OPEN",
        )
