"""Mark a read as doubtful, and settle the doubt: what is oldest is cleared up first (RDG-9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.metering.correct_read import kept_reason
from billing_tui.metering.plan_read_fix import standing_from
from billing_tui.metering.tables import DoubtedRead

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def _open(read_id: int) -> DoubtedRead | None:
    found: DoubtedRead | None = DoubtedRead.get_or_none(
        (DoubtedRead.read == read_id) & DoubtedRead.settled_at.is_null()
    )
    return found


def doubt_read(desk: Desk, read_id: int, why: str) -> None:
    """Mark a read as doubtful; no later one at its point is corrected before it is settled.

    Raises:
        NotFound: there is no such read.
        InvalidEntry: no reason was given.
        Refused: it was taken back, or is in doubt already.
    """
    reason = kept_reason(why)
    with writing(desk, Right.CLEAR_EXCEPTIONS, "metering.doubt_read", why=reason) as act:
        stack = standing_from(read_id)
        if not stack:
            raise Refused("That read was corrected before; look again.", code="READ-GONE")
        if _open(read_id) is not None:
            raise Refused("That read is in doubt already.", code="READ-DOUBTED")
        DoubtedRead.create(
            read=read_id,
            reason=reason,
            staff=desk.staff_id,
            at=desk.clock().isoformat(timespec="seconds"),
        )
        act.about("meter", stack[0].meter)
        act.after = {"day": stack[0].day.isoformat(), "reading": stack[0].reading, "doubt": reason}


def trust_read(desk: Desk, read_id: int, why: str) -> None:
    """Settle a doubt: the read was found right.

    Raises:
        InvalidEntry: no reason was given.
        Refused: the read is not in doubt.
    """
    reason = kept_reason(why)
    with writing(desk, Right.CLEAR_EXCEPTIONS, "metering.trust_read", why=reason) as act:
        row = _open(read_id)
        if row is None:
            raise Refused("That read is not in doubt.", code="READ-TRUSTED")
        row.settled_at = desk.clock().isoformat(timespec="seconds")
        row.save()
        read = standing_from(read_id)[0]
        act.about("meter", read.meter)
        act.before = {"day": read.day.isoformat(), "doubt": row.reason}
        act.after = {"day": read.day.isoformat(), "doubt": None}
