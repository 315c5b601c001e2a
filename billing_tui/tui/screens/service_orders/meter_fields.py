"""Fields that the entries about meters share: which meter, and the facts of a new one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.units import Unit
from billing_tui.records.meter_sizes import SIZES, meter_size
from billing_tui.records.new_records import NewMeter
from billing_tui.service_orders.ahead import MeterThere, ReadAhead, meters_there, read_ahead
from billing_tui.service_orders.kinds import ReadSource
from billing_tui.service_orders.meter_card import MeterCard, Stay, meter_card
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, quantity
from billing_tui.tui.record_kinds import meter
from billing_tui.tui.screens.service_orders.move_fields import ahead_text, field, last_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from billing_tui.tui.entry import Entry


def size_kind(unit: Callable[[], str]) -> Kind:
    """The size of a meter, in the spelling of the rates.

    Args:
        unit: gives what the meter counts, as it stands in its field.
    """

    def read(entry: str) -> Taken:
        keyed = unit().strip().casefold()
        counts = next((one for one in Unit if one.value.casefold() == keyed), Unit.CCF)
        size = meter_size(entry, counts)
        return Taken(size, size)

    sentence = f"Nominal connection: {', '.join(SIZES)}."
    return Kind(8, read, sentence, choices=lambda _keyed: [Choice(one, "") for one in SIZES])


class NewMeterFields:
    """The facts of a meter that nobody has entered yet; at first those of the one it replaces."""

    def __init__(self) -> None:
        units = choice(6, [Choice(one.value.upper(), "") for one in Unit], "Of one count.")
        self.entries: tuple[Entry, ...] = (
            field("size", "Size", size_kind(lambda: self.entries[2].text), shut=True),
            field("dials", "Dials", quantity(2), "Digits of the register, 3 to 10.", shut=True),
            field("unit", "Unit", units, shut=True),
            field("multiplier", "Multiplier", quantity(8, 3), "Units per count.", shut=True),
        )

    def open(self, like: MeterCard | None, *, shown: bool) -> None:
        """Show the fields, with the facts of another meter where nothing was keyed."""
        facts = (
            (like.size, str(like.dials), like.unit.upper(), _plain(like.multiplier_milli))
            if like
            else ('5/8"', "6", Unit.CCF.value.upper(), "1")
        )
        for entry, fact in zip(self.entries, facts, strict=True):
            entry.display = shown
            if shown and not entry.text:
                entry.put(fact)

    def meter(self, number: str, values: Mapping[str, Any]) -> NewMeter:
        """The meter as it was keyed."""
        unit = next(one for one in Unit if one.value.upper() == values["unit"])
        return NewMeter(
            number=number,
            size=values["size"],
            dials=int(values["dials"]),
            unit=unit,
            multiplier_milli=int(values["multiplier"] * 1000),
        )


def _plain(milli: int) -> str:
    return f"{(Decimal(milli) / 1000).normalize():f}"


class MeterField:
    """A field for a meter; its card stays as it was shown, so that a stale edit is noticed.

    Args:
        name: of the field.
        label: of the field.
        kind: a meter of the office by default.
    """

    def __init__(self, name: str, label: str, kind: Kind | None = None) -> None:
        self.entry = field(name, label, kind or meter())
        self._card: MeterCard | None = None

    @property
    def card(self) -> MeterCard | None:
        """The meter in the field; None where none was found or it is a new one."""
        found = self.entry.value
        if found is None or isinstance(found, str):
            return None
        if self._card is None or self._card.meter_id != found.meter_id:
            self._card = meter_card(found.meter_id)
        return self._card

    @property
    def versions(self) -> tuple[int, ...]:
        """Of the meter, as it was looked at."""
        card = self.card
        return (card.version,) if card is not None else ()

    def look_again(self) -> None:
        """The meter as it stands now."""
        self._card = None

    def installed(self) -> tuple[MeterCard, Stay]:
        """The meter with where it stands.

        Raises:
            InvalidEntry: it is installed nowhere.
        """
        card = self.card
        if card is None or card.stands is None:
            raise InvalidEntry("That meter is installed nowhere.", field=self.entry.id)
        return card, card.stands


class MeterOut(MeterField):
    """The meter that comes out, with the field for what it shows.

    Args:
        on: gives the day of the work.
    """

    def __init__(self, on: Callable[[], date]) -> None:
        super().__init__("out_meter", "Meter out")
        self._on = on
        self._ahead: ReadAhead | None = None
        kind = replace(quantity(10), read=self._read)
        self.reading = field("out_reading", "Out reads", kind, "What the meter out shows that day.")

    def look(self) -> None:
        """Put the meter's last read beside the field for what it shows now.

        Raises:
            InvalidEntry: it is installed nowhere, or was not there on the day.
        """
        self.reading.beside = last_text(self._there())
        self.reading.refresh()

    def _there(self) -> MeterThere:
        card, stay = self.installed()
        for there in meters_there([stay.point_id], self._on()):
            if there.number == card.number:
                return there
        raise InvalidEntry(f"Meter {card.number} is not there on that day.", field="day")

    def _read(self, entry: str) -> Taken:
        self._ahead = None
        counts = int(quantity(10).read(entry).value)
        self._ahead = read_ahead(self._there(), self._on(), counts, ReadSource.FIELD)
        return Taken(counts, entry.strip(), ahead_text(self._ahead))

    def reads_ahead(self, values: Mapping[str, Any]) -> tuple[ReadAhead, ...]:
        """What the reading means, once it is among the values."""
        ahead = self._ahead
        return (ahead,) if ahead is not None and "out_reading" in values else ()
