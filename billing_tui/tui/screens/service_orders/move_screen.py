"""What starts, stops and transfers have in common: the day, the source, refused readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.moving import AHEAD
from billing_tui.tui.kinds import past_day
from billing_tui.tui.screens.service_orders.desk_entry import DeskEntry
from billing_tui.tui.screens.service_orders.move_fields import (
    ahead_text,
    checked,
    field,
    source_kind,
)
from billing_tui.tui.screens.service_orders.move_lines import said

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from billing_tui.foundation.errors import BillingError
    from billing_tui.service_orders.ahead import ReadAhead
    from billing_tui.service_orders.forms import Moved
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line
    from billing_tui.tui.screens.service_orders.move_fields import Readings


class MoveScreen(DeskEntry):
    """An entry of a move on one day, with readings from one source."""

    def timing(self) -> tuple[Entry, Entry]:
        """The fields of the day and of where the readings come from."""
        told = checked(past_day(self.desk.business_day, AHEAD), self._look_at_day)
        self.when = field("day", "From", told)
        self.source = field("source", "Read source", source_kind())
        return self.when, self.source

    @property
    def usual_timing(self) -> dict[str, str]:
        """Today, read on the spot."""
        return {"day": f"{self.desk.business_day:%m%d%y}", "source": "FIELD"}

    def sitting(self) -> tuple[date, ReadSource]:
        """The day of the move and where its readings come from, as far as they are known."""
        return (
            self.when.value or self.desk.business_day,
            self.source.value or ReadSource.FIELD,
        )

    def _look_at_day(self, value: date) -> str:
        self.look_at_day(value)
        return ""

    def look_at_day(self, value: date) -> None:
        """Whether the move can be on that day.

        Raises:
            BillingError: it cannot.
        """

    def leads_to(self, result: Moved) -> str:
        """The account that was begun, where one was; else the one that ended."""
        return result.opened or result.left

    def readings(self) -> tuple[Readings, ...]:
        """The groups of readings on the screen."""
        raise NotImplementedError

    def reads_ahead(self, values: Mapping[str, Any]) -> Iterable[ReadAhead]:
        """Those of all groups."""
        return [one for group in self.readings() for one in group.of(values)]

    def estimate_lines(self) -> list[Line]:
        """What will stand for the readings that nobody keyed."""
        return [
            line
            for group in self.readings()
            for one in group.estimates()
            for line in said(f"{one.meter.number} {ahead_text(one)}.", self.billing.size.width)
        ]

    def refuse(self, error: BillingError) -> None:
        """A refused reading is that of the meter that it names."""
        if error.field == "reading":
            found = (group.field_of(error.sentence) for group in self.readings())
            error.field = next(filter(None, found), None)
        super().refuse(error)
