"""The sign-off sheet of a day: what was keyed, what of it was looked at, and what was found."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import digest_of
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One clerk in one room: entries, of them to be reviewed and sampled, and the verdicts."""

    clerk: str
    name: str
    room: str
    entries: int
    must: int
    sampled: int
    rate_percent: int
    ok: int
    errors: int
    corrected: int
    open: int


@dataclass(frozen=True, slots=True)
class SheetFault:
    """One entry that was wrong: which, whose, why, and the entry that put it right, if one did."""

    seq: int
    clerk: str
    verb: str
    subject: str
    code: str
    remark: str
    judge: str
    correction: int | None


@dataclass(frozen=True, slots=True)
class DaySheet:
    """What is signed.

    Attributes:
        day: the business day.
        round: of the day; above 1 for entries that came late.
        first_seq, last_seq: the entries lie between these two, the first excluded.
        seed: of the sample.
        lines: by clerk and room.
        faults: what was wrong.
        signed_by: name of who signed, or "".
        signed_at: moment, UTC, or "".
        digest: of everything but the signature.
    """

    day: date
    round: int
    first_seq: int
    last_seq: int
    seed: str
    lines: tuple[SheetLine, ...]
    faults: tuple[SheetFault, ...]
    signed_by: str
    signed_at: str
    digest: str

    def total(self, column: str) -> int:
        """Sum of a column of figures of the lines."""
        return sum(int(getattr(line, column)) for line in self.lines)


def _lines(round_id: int) -> tuple[SheetLine, ...]:
    states = ", ".join(
        f"coalesce(sum(CASE WHEN {test} THEN 1 ELSE 0 END), 0)"
        for test in (
            "i.state = 'OK'",
            "i.state = 'Error'",
            "i.state = 'Corrected'",
            "i.state IN ('Open', 'Queried', 'Answered')",
        )
    )
    rows = rows_of(
        "SELECT s.username, s.name, t.room, t.entries, t.must, t.sampled, t.rate_percent,"
        f" {states} FROM input_stratum t JOIN staff_member s ON s.id = t.staff_id"
        " LEFT JOIN (SELECT item.*, e.verb FROM input_item item JOIN audit_entry e"
        "  ON e.seq = item.entry_id WHERE item.round_id = ?) i"
        "  ON i.staff_id = t.staff_id AND substr(i.verb, 1, length(t.room) + 1) = t.room || '.'"
        " WHERE t.round_id = ?"
        " GROUP BY s.username, s.name, t.room, t.entries, t.must, t.sampled, t.rate_percent"
        " ORDER BY s.username, t.room",
        (round_id, round_id),
    )
    return tuple(SheetLine(*row) for row in rows)


def _faults(round_id: int) -> tuple[SheetFault, ...]:
    rows = rows_of(
        "SELECT e.seq, s.username, e.verb, e.subject_kind || ' ' || e.subject, i.code, i.remark,"
        " j.username, i.correction_id FROM input_item i JOIN audit_entry e ON e.seq = i.entry_id"
        " JOIN staff_member s ON s.id = i.staff_id JOIN staff_member j ON j.id = i.judge_id"
        " WHERE i.round_id = ? AND i.state IN ('Error', 'Corrected') ORDER BY i.risk, e.seq",
        (round_id,),
    )
    return tuple(SheetFault(*row) for row in rows)


def _digest(parts: Mapping[str, Any]) -> str:
    told = dict(parts)
    told["day"] = parts["day"].isoformat()
    for name in ("lines", "faults"):
        told[name] = [asdict(part) for part in parts[name]]
    return digest_of(told)


def sheet_of(day: date, number: int | None = None) -> DaySheet:
    """The sheet of a day's round, the newest where no number is given.

    Raises:
        NotFound: the day has no such round.
    """
    rows = rows_of(
        "SELECT r.id, r.number, r.after_seq, r.through_seq, r.seed, coalesce(s.name, ''),"
        " coalesce(r.signed_at, '') FROM input_round r"
        " LEFT JOIN staff_member s ON s.id = r.signed_by_id WHERE r.audited_day = ?"
        " AND (? = 0 OR r.number = ?) ORDER BY r.number DESC LIMIT 1",
        (day.isoformat(), number or 0, number or 0),
    )
    if not rows:
        raise NotFound(f"{day} has not been opened for audit.", field="day")
    round_id, found, first, last, seed, signed_by, signed_at = rows[0]
    parts: dict[str, Any] = {
        "day": day,
        "round": found,
        "first_seq": first,
        "last_seq": last,
        "seed": seed,
        "lines": _lines(round_id),
        "faults": _faults(round_id),
    }
    return DaySheet(**parts, signed_by=signed_by, signed_at=signed_at, digest=_digest(parts))
