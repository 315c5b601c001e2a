"""RDG032 New batch: the route whose sheets are keyed, and what they state as their control.

RDG033 Control: what the batch holds against what its sheets state, to be restated with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.metering.routes_due import route_due, routes_due
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, Kind, Taken, past_day, quantity, text
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import FormPopUp
from billing_tui.tui.shown import counted, day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from textual.widget import Widget

    from billing_tui.metering.keyed_batch import BatchLine

_LABELS = 18
_LONGEST_TOTAL = 15


def _route_kind(today: date) -> Kind:
    """A route with its reading; its value is a `RouteDue`."""

    def read(entry: str) -> Taken:
        found = route_due(today, entry)
        meters = counted(found.meters, "meter")
        echo = f"{found.name}, {meters}, {found.instance} read {day_text(found.read_day)}"
        return Taken(found, entry.strip().upper(), echo)

    def choices(entry: str) -> Sequence[Choice]:
        told = (
            (one.route, f"{one.name}, cycle {one.cycle} {one.instance}, {one.meters:,} meters")
            for one in routes_due(today, entry.partition(" ")[0])
        )
        return [Choice(*one) for one in told]

    sentence = "A route, such as 0301; with a name, such as 0301 2026-10, an older reading of it."
    return Kind(16, read, sentence, upper=True, choices=choices)


def count_kind() -> Kind:
    """How many lines the sheets say were filled in."""
    base = quantity(5)

    def read(entry: str) -> Taken:
        taken = base.read(entry)
        if taken.value < 1:
            raise InvalidEntry("The sheets have a line at least.", code="CONTROL-COUNT")
        return Taken(int(taken.value), taken.shown)

    sentence = "Lines that were filled in on the sheets, those with a skip code too."
    return Kind(5, read, sentence, base.characters, numeric=True)


def total_kind() -> Kind:
    """The sum of the readings, or nothing where nobody added them up."""
    base = quantity(_LONGEST_TOTAL)

    def read(entry: str) -> Taken:
        if not entry.strip():
            return Taken(None, "", "no total was taken")
        return Taken(int(base.read(entry).value), entry)

    sentence = "Sum of the readings on the sheets, as a check; empty where nobody added them up."
    return Kind(_LONGEST_TOTAL, read, sentence, base.characters, numeric=True)


class NewBatch(FormPopUp):
    """Asks for route, control and day; gives them back, or None."""

    ident = "RDG032"
    heading = "Key the sheets of a route"
    help_text = (
        "Key the route, how many lines its sheets say were filled in, and the sum of the readings "
        "where it was taken. The batch can be closed only when both tie."
    )
    opening = "Enter goes on, and opens the batch after the day; F12 takes it back."

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    def body(self) -> Iterable[Widget]:
        """Route, count, total, day."""
        yield Form(
            Entry("route", " Route", _route_kind(self._today), label_width=_LABELS),
            Entry("control_count", " Lines filled in", count_kind(), label_width=_LABELS),
            Entry("control_total", " Sum of readings", total_kind(), label_width=_LABELS),
            Entry(
                "day", " Walked on", past_day(self._today, auto_advance=False), label_width=_LABELS
            ),
        )

    def open(self) -> None:
        """Today stands there already."""
        self.query_one(Form).entry("day").put(f"{self._today:%m%d%y}")


class RestateControl(FormPopUp):
    """Shows what does not tie and takes another control with the reason; gives it back, or None."""

    ident = "RDG033"
    heading = "The batch does not tie to its sheets"
    help_text = (
        "Look for the line that was keyed wrongly first: F12 goes back to the grid. Where the "
        "sheets themselves were counted or added up wrongly, key what is right, and why."
    )
    opening = "F12 goes back to the lines; or key the control that is right, and why."

    def __init__(self, batch: BatchLine, told: Sequence[str]) -> None:
        super().__init__()
        self._batch = batch
        self._told = tuple(told)

    def body(self) -> Iterable[Widget]:
        """What is apart, and the control as it was stated."""
        yield Sheet([((f"   {one}", Role.WARNING),) for one in self._told])
        why = text(50, "Why the control was wrong; it stays with the batch.", required=True)
        yield Form(
            Entry("control_count", " Lines filled in", count_kind(), label_width=_LABELS),
            Entry("control_total", " Sum of readings", total_kind(), label_width=_LABELS),
            Entry("why", " Why", why, label_width=_LABELS),
        )

    def open(self) -> None:
        """Show the control as it was stated."""
        form, batch = self.query_one(Form), self._batch
        form.entry("control_count").put(str(batch.control_count))
        total = batch.control_total
        form.entry("control_total").put("" if total is None else str(total))
