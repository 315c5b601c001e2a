"""Open a day for audit: take up its entries and draw what is looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.operations.daily_audit.draw import Draw, Keyed, draw
from billing_tui.operations.daily_audit.policy import read_input_policy, verb_fits
from billing_tui.operations.daily_audit.tables import (
    InputItem,
    InputRound,
    InputStratum,
    ItemState,
)

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.operations.daily_audit.policy import InputPolicy


@dataclass(frozen=True, slots=True)
class OpenedRound:
    """What a round took up.

    Attributes:
        number: of the day's rounds.
        entries: taken up.
        must: of them must be reviewed.
        sampled: of the others were drawn.
        seed: that the sample was drawn with.
    """

    number: int
    entries: int
    must: int
    sampled: int
    seed: str


def keyed_entries(day: date, after_seq: int, policy: InputPolicy) -> list[Keyed]:
    """Entries of a business day that came after another and count as input."""
    rows = rows_of(
        "SELECT e.seq, e.staff_id, s.username, e.verb, e.before, e.after FROM audit_entry e"
        " JOIN staff_member s ON s.id = e.staff_id"
        " WHERE e.business_day = ? AND e.seq > ? ORDER BY e.seq",
        (day.isoformat(), after_seq),
    )
    return [
        Keyed(seq, staff_id, username, verb, json.loads(before), json.loads(after))
        for seq, staff_id, username, verb, before, after in rows
        if not verb_fits(verb, policy.not_input)
    ]


def last_round(day: date) -> Any:
    """The newest round of a day; None where there is none."""
    return (
        InputRound.select()
        .where(InputRound.audited_day == day)
        .order_by(InputRound.number.desc())
        .first()
    )


_STRATUM = ("round_id", "staff_id", "room", "entries", "must", "sampled", "rate_percent")
_ITEM = (
    "round_id", "entry_id", "staff_id", "risk", "rule", "state", "code", "remark", "answer",
)  # fmt: skip


def _keep(found: Draw, round_id: int) -> None:
    strata = (
        (
            round_id,
            part.staff_id,
            part.room,
            part.entries,
            part.must,
            part.sampled,
            part.rate_percent,
        )
        for part in found.strata
    )
    insert_rows(InputStratum, _STRATUM, strata)
    opened = (ItemState.OPEN.value, "", "", "")
    items = (
        (round_id, item.keyed.seq, item.keyed.staff_id, item.risk, item.rule, *opened)
        for item in found.items
    )
    insert_rows(InputItem, _ITEM, items)


def open_day(desk: Desk, day: date, *, policy: InputPolicy | None = None) -> OpenedRound:
    """Take up the entries of a day that no round had, and draw what is audited.

    Args:
        desk: who audits.
        day: a business day that is over.
        policy: the shipped one where None.

    Raises:
        Refused: the day is not over, has nothing new, or a round that is not signed off.
    """
    rules = policy or read_input_policy()
    if day >= desk.business_day:
        raise Refused(f"{day} is not over; audit it tomorrow.", field="day", code="DAY-NOT-OVER")
    with writing(desk, Right.AUDIT_INPUT, "operations.open_day") as act:
        before = last_round(day)
        if before is not None and before.signed_at is None:
            raise Refused(f"An audit of {day} is open; sign it off first.", code="ROUND-OPEN")
        after_seq = before.through_seq if before else 0
        entries = keyed_entries(day, after_seq, rules)
        if not entries:
            raise Refused(
                f"Nothing was keyed on {day} that is not taken up already.", code="NOTHING-NEW"
            )
        through = entries[-1].seq
        seed = str(rows_of("SELECT hash FROM audit_entry WHERE seq = ?", (through,))[0][0])
        found = draw(entries, rules, seed)
        row = InputRound.create(
            audited_day=day,
            number=before.number + 1 if before else 1,
            after_seq=after_seq,
            through_seq=through,
            seed=seed,
            opened_by=desk.staff_id,
            opened_at=desk.clock().isoformat(timespec="milliseconds"),
        )
        _keep(found, row.id)
        must, sampled = (
            sum(getattr(part, name) for part in found.strata) for name in ("must", "sampled")
        )
        act.about("day", day)
        act.after = {"round": row.number, "entries": len(entries), "must": must, "sampled": sampled}
    return OpenedRound(row.number, len(entries), must, sampled, seed)
