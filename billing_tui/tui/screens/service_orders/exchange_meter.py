"""MTR010 Exchange a meter: one out, another in, the consumption across both (PRM-4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.service_orders.exchange_meter import AHEAD, ExchangeForm, exchange_meter
from billing_tui.service_orders.meter_card import account_at
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.kinds import past_day, quantity
from billing_tui.tui.record_kinds import meter_to_put_in
from billing_tui.tui.screens.service_orders.desk_entry import DeskEntry
from billing_tui.tui.screens.service_orders.meter_fields import (
    MeterField,
    MeterOut,
    NewMeterFields,
)
from billing_tui.tui.screens.service_orders.meter_lines import card_lines, meter_text
from billing_tui.tui.screens.service_orders.move_fields import field
from billing_tui.tui.screens.service_orders.move_lines import doubt_lines, said, warned
from billing_tui.tui.shown import day_text, usage_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from billing_tui.service_orders.ahead import ReadAhead
    from billing_tui.service_orders.exchange_meter import Exchanged
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line


class ExchangeMeter(DeskEntry):
    """A meter comes out and another goes in on one day."""

    ident = "MTR010"
    heading = "Exchange a meter"
    help_text = (
        "Key the meter that comes out and what it shows, then the one that goes in and what that "
        "shows. A number that the office does not have is asked about once; Enter again makes it a "
        "new meter, whose size, dials and unit stand as those of the old one and can be changed. "
        "The next read counts both meters. While a draft bill covers the point the exchange waits."
    )
    opening = "Which meter comes out? Its number, an account or an address."
    commands = (
        LIST,
        CONFIRM.called("Exchange", "Exchange the meters.", Right.KEEP_METERS.value),
    )

    def entries(self) -> Sequence[Entry]:
        """Out, its reading, in, its reading; the facts of a new meter open where it is one."""
        self.out = MeterOut(self._day)
        self.when = field("day", "On", past_day(self.desk.business_day, AHEAD))
        self.comes = MeterField("comes", "Meter in", meter_to_put_in())
        self.new = NewMeterFields()
        return (
            self.out.entry,
            self.when,
            self.out.reading,
            self.comes.entry,
            *self.new.entries,
            field("in_reading", "In starts at", quantity(10), _IN),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The meter that was named, or the one at the place that was; today."""
        day_keyed = f"{self.desk.business_day:%m%d%y}"
        return {"out_meter": self.subject, "day": day_keyed}

    def _day(self) -> date:
        return self.when.value or self.desk.business_day

    def understood(self, entry: Entry) -> None:
        """The old meter gives the new one's facts; one in stock has its own."""
        if entry.id == "out_meter" or (entry.id == "day" and self.out.card is not None):
            self.out.look()
        elif entry.id == "comes":
            self.new.open(self.out.card, shown=isinstance(entry.value, str))

    def versions(self) -> Sequence[int]:
        """Of both meters."""
        return self.out.versions + self.comes.versions

    def look_again(self) -> None:
        """Both meters as they stand now."""
        self.out.look_again()
        self.comes.look_again()

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """The old meter, what it counted, how the new one differs."""
        card = self.out.card
        if card is None:
            return []
        width = self.billing.size.width
        lines = doubt_lines(self.reads_ahead(known), width)
        lines += card_lines(card, self._day(), width)
        if "in_reading" in known:
            comes = self.comes.card
            told = meter_text(comes) if comes else self._new_text(known)
            lines += said(
                f"{self.comes.entry.text} goes in from {known['in_reading']:,}: {told}.", width
            )
            lines += said("The next read counts both meters across that day.", width)
            size = comes.size if comes else known.get("size", card.size)
            if size != card.size:
                lines += warned(f"The size changes from {card.size} to {size}: {_RATE}", width)
        return lines

    def reads_ahead(self, values: Mapping[str, Any]) -> Iterable[ReadAhead]:
        """That of the meter that comes out."""
        return self.out.reads_ahead(values)

    def _new_text(self, known: Mapping[str, Any]) -> str:
        return f"{known.get('size')}, {known.get('dials')} dials, {known.get('unit', '').lower()}"

    def save(self, values: Mapping[str, Any]) -> Exchanged:
        """Exchange the meters."""
        card, stay = self.out.installed()
        comes = values["comes"]
        new = self.new.meter(comes, values) if isinstance(comes, str) else comes.meter_id
        form = ExchangeForm(
            service_point_id=stay.point_id,
            day=values["day"],
            out_reading=values["out_reading"],
            comes=new,
            in_reading=int(values["in_reading"]),
            out_meter=card.number,
        )
        return exchange_meter(self.desk, form, version=card.version, key=self.request_key)

    def leads_to(self, result: Exchanged) -> str:
        """Whoever is served there."""
        return account_at(self.out.installed()[1].point_id, result.day)

    def saved(self, result: Exchanged) -> str:
        """Both meters, and what the old one counted."""
        used = usage_text(result.usage_milli, result.unit)
        both = f"{result.out_meter} out and {result.in_meter} in on {day_text(result.day)}"
        return f"{both}; {used} up to the out-read."


_IN = "What the meter that goes in shows."
_RATE = "a period is charged by the size of its last day."
