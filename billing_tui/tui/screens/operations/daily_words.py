"""What the daily audit says and offers: its views, its keys for a day, days to choose, figures."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.trail_words import about_text, verb_text
from billing_tui.foundation.errors import BillingError, InvalidEntry
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, LIST, NEW, REFRESH
from billing_tui.tui.kinds import Choice, read_day
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.operations.daily_audit.day_view import AuditedEntry, ClerkDay
    from billing_tui.operations.daily_audit.sheet import DaySheet
    from billing_tui.operations.daily_audit.status import DayProgress, DayStatus
    from billing_tui.tui.commands import Command


_MOST_TOLD = 3


class View(Enum):
    """What the list shows; F11 goes on to the next."""

    OPEN = "What has no verdict yet."
    ALL = "All that was drawn"
    RATES = "Errors by clerk and month over a year."


def seen_text(view: View, found: DayProgress) -> str:
    """What the list shows, and whether its verdicts still move."""
    if view is not View.ALL:
        return str(view.value)
    if found.signed_by:
        return f"{view.value}; signed off by {found.signed_by}, so no verdict changes any more."
    return f"{view.value}; until the day is signed off a verdict can be changed."


def judged(rows: Sequence[AuditedEntry]) -> list[str]:
    """What a verdict is about, an entry a line."""
    told = [
        f"{row.seq}  {verb_text(row.verb)}, {about_text(row.subject_kind, row.subject)}, "
        f"by {row.clerk}"
        for row in rows[:_MOST_TOLD]
    ]
    more = len(rows) - _MOST_TOLD
    return [*told, f"and {counted(more, 'more entry')}"] if more > 0 else told


def commands_of(found: DayProgress) -> tuple[Command, ...]:
    """The keys for a day: F10 signs an open day off and prints the sheet of a signed one."""
    right = Right.AUDIT_INPUT.value
    confirm = CONFIRM.called("Sign off", "Sign the day off and print its sheet.", right)
    if found.signed_by:
        confirm = CONFIRM.called("Print sheet", "Print the sign-off sheet again.")
    return (
        LIST.called("Days", "Days that are not signed off, and the clerks of this day."),
        NEW.called("Draw", "Take up the day's entries and draw what is audited.", right),
        BACKWARD,
        FORWARD,
        confirm,
        FOLD.called("Turn", "What has no verdict, all that was drawn, error rates."),
        REFRESH,
    )


def nothing_told(view: View, found: DayProgress) -> str:
    """Why the list is empty."""
    if view is View.RATES:
        return "Nothing was judged within a year."
    if not found.rounds and not found.waiting:
        return "Nothing was keyed on this day."
    if not found.rounds:
        return "Nothing is drawn yet; F6 draws what is audited."
    return "Nothing waits for a verdict." if view is View.OPEN else "Nothing was drawn."


def standing(found: DayProgress) -> str:
    """What to do next with the day."""
    if not found.rounds and not found.waiting:
        return f"Nothing was keyed on {day_text(found.day)}."
    if not found.rounds:
        return f"{counted(found.waiting, 'entry')} to draw from: F6."
    if found.signed_by:
        late = " Late entries wait: F6 draws." if found.waiting else ""
        return f"Signed off by {found.signed_by}.{late}"
    if found.judged == found.drawn:
        return "All is judged: F10 signs the day off."
    return "Key 1 to 4 beside entries, then Enter."


def still_open(found: DayProgress) -> str:
    """Why the day cannot be signed off."""
    count = found.drawn - found.judged
    waits = f", {found.queried:,} at their makers" if found.queried else ""
    verb = "has" if count == 1 else "have"
    return (
        f"{counted(count, 'entry')} of {day_text(found.day)} {verb} no verdict yet, "
        f"{found.must:,} to be reviewed{waits}."
    )


def figures(sheet: DaySheet) -> list[str]:
    """What is signed, in figures."""
    keyed = f"{counted(sheet.total('entries'), 'entry')} of {sheet.day:%A} {day_text(sheet.day)}"
    right, wrong, mended = (sheet.total(name) for name in ("ok", "errors", "corrected"))
    return [
        f"{keyed}, round {sheet.round}",
        f"{sheet.total('must'):,} had to be reviewed, {sheet.total('sampled'):,} were sampled",
        f"{right:,} right, {wrong:,} wrong, {mended:,} wrong and put right",
    ]


def day_choices(days: Sequence[DayStatus], day: date, clerks: Sequence[ClerkDay]) -> list[Choice]:
    """Days that are not signed off, with their age; then everybody and each clerk of the day."""
    listed = [
        Choice(
            day_text(one.day),
            f"{counted(one.age_days, 'day')} old{', OVERDUE' if one.overdue else ''}: "
            f"{one.waiting:,} not drawn, {one.open:,} open, {one.queried:,} queried",
        )
        for one in days
    ]
    whose = [
        Choice(one.clerk, f"{one.name} on {day_text(day)}: {one.drawn:,} drawn, {one.open:,} open")
        for one in clerks
    ]
    everybody = [Choice("all", f"All clerks on {day_text(day)}")] if clerks else []
    return [*listed, *everybody, *whose]


def keyed_day(word: str, today: date) -> date:
    """A day as a person keys it, or as another screen names it."""
    try:
        return date.fromisoformat(word)
    except ValueError:
        pass
    try:
        return read_day(word, today)
    except BillingError as error:
        raise InvalidEntry(f"{word} is no day; key it as 1119 or 111926.", field="way") from error
