"""How an entry of the trail is written: what was done to what, by whom, why, before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.trail_words import about_text, verb_text
from billing_tui.foundation.moments import moment_text
from billing_tui.tui.ink import Line, Role, Span, apart, cut, gap, width_of, wrapped

if TYPE_CHECKING:
    from billing_tui.access.field_changes import FieldChange
    from billing_tui.access.trail_search import TrailLine
    from billing_tui.operations.daily_audit.day_view import AuditedEntry
    from billing_tui.tui.room_screen import RoomScreen

_DEEPEST = 2
_UNSEEN = frozenset({"version"})


def show_account(screen: RoomScreen, what: str, kind: str, subject: str) -> None:
    """Open the account that something is about, or say that it is about none."""
    if kind == "account":
        screen.billing.open_screen("ACC020", subject)
    else:
        screen.warn(f"{what} is about {kind} {subject}, no account.")


def shown_fields(entry: TrailLine | AuditedEntry) -> list[FieldChange]:
    """Fields of an entry that tell a person something, those that changed first."""
    return [one for one in (*entry.changes, *entry.same) if one.field not in _UNSEEN]


def head_lines(
    entry: TrailLine | AuditedEntry,
    who: str,
    width: int,
    *,
    end: Span = ("", Role.TEXT),
    deepest: int = _DEEPEST,
) -> list[Line]:
    """What, who, when, where, and the reason that was given.

    Args:
        entry: the entry.
        who: the name of the person.
        width: cells.
        end: what stands at the right of the first line.
        deepest: most lines of the reason.
    """
    about = about_text(entry.subject_kind, entry.subject)
    number: Line = (gap(1), (f"Entry {entry.seq}  ", Role.ACCENT))
    room = width - width_of(number) - width_of([end]) - 3
    what = cut(f"{verb_text(entry.verb)}  {about}", room)
    doubt = "" if entry.verified else "  IDENTITY NOT VERIFIED"
    when = f"  {moment_text(entry.at)}  "
    lines: list[Line] = [
        apart((*number, (what, Role.VALUE)), (end, gap(1)), width),
        (
            gap(1),
            (who, Role.VALUE),
            (when, Role.TEXT),
            (f"station {cut(entry.station, width - 60)}", Role.LABEL),
            (doubt, Role.WARNING),
        ),
    ]
    reason = wrapped(f"Why: {entry.why}", width - 2, deepest) if entry.why else []
    return [*lines, *[((f" {part}", Role.TEXT),) for part in reason]]
