"""MTR040 Correct a meter: its real size, dials, unit and multiplier, with the effect in cents."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from billing_tui.billing.correction import Correction, MeterFix
from billing_tui.foundation.units import Unit, parse_unit, quantity_text
from billing_tui.service_orders.meter_card import MeterCard, account_at, meter_card
from billing_tui.tui.entry import Entry
from billing_tui.tui.kinds import Choice, Kind, Taken, day, quantity
from billing_tui.tui.record_kinds import meter
from billing_tui.tui.screens.billing.correction_screen import CorrectionScreen
from billing_tui.tui.screens.service_orders.meter_fields import size_kind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LABEL = 18


def _unit_kind() -> Kind:
    def read(keyed: str) -> Taken:
        found = parse_unit(keyed.strip())
        return Taken(found, found.value)

    return Kind(
        8, read, "The unit of one count, such as ccf or gal.",
        choices=lambda _keyed: [Choice(one.value, "") for one in Unit],
    )  # fmt: skip


def _multiplier_kind() -> Kind:
    plain = quantity(9, 3)

    def read(keyed: str) -> Taken:
        taken = plain.read(keyed)
        return replace(taken, value=int(Decimal(taken.value) * 1000))

    return replace(plain, read=read, help="Units for each count, such as 1 or 10.")


class CorrectMeter(CorrectionScreen):
    """The meter as it really is; bills since a day follow."""

    ident = "MTR040"
    heading = "Correct a meter"
    help_text = (
        "For a meter that was entered wrong, not for one that was exchanged, nor for a wrong "
        "number: those are 4.3. Key the facts from its plate. Another multiplier, unit or number "
        "of dials reckons all its reads anew; another size changes what depends on it. The bills "
        "since the day are shown before and after, as far back as the law lets them be corrected. "
        "F10 carries it out or asks."
    )
    opening = "Which meter? Its number, an account or an address."
    missing = "Key the meter, then what its plate says."
    usual = ("Plate read on site", "Purchase record", "Compared with the radio system")

    def entries(self) -> Sequence[Entry]:
        """The meter, its facts, and since when bills follow."""
        self._card: MeterCard | None = None
        self._meter = Entry("meter", " Meter", meter(), label_width=_LABEL)
        since = replace(day(self.desk.business_day), help="Bills that begin on this day or later.")
        return (
            self._meter,
            Entry("size", " Size", size_kind(self._unit_keyed), label_width=_LABEL),
            Entry("dials", " Dials", quantity(2), label_width=_LABEL),
            Entry("unit", " Unit of a count", _unit_kind(), label_width=_LABEL),
            Entry("multiplier", " Multiplier", _multiplier_kind(), label_width=_LABEL),
            Entry("since", " Bills since", since, label_width=_LABEL),
        )

    def _unit_keyed(self) -> str:
        return self.form.entry("unit").text

    def first_texts(self) -> Mapping[str, str]:
        """The meter that was named."""
        return {"meter": self.subject}

    def understood(self, entry: Entry) -> None:
        """Another meter has other facts; what was keyed for this one stays."""
        if entry is not self._meter or entry.value is None:
            return
        if self._card is not None and self._card.meter_id == entry.value.meter_id:
            return
        card = self._card = meter_card(entry.value.meter_id)
        since = card.since or self.desk.business_day
        facts = {
            "size": card.size,
            "dials": str(card.dials),
            "unit": card.unit.value,
            "multiplier": quantity_text(Decimal(card.multiplier_milli) / 1000),
            "since": f"{since:%m%d%y}",
        }
        for name, told in facts.items():
            field = self.form.entry(name)
            if not field.changed:
                field.put(told)

    def versions(self) -> Sequence[int]:
        """Of the meter."""
        return (self._card.version,) if self._card is not None else ()

    def look_again(self) -> None:
        """The meter as it stands now."""
        if self._card is not None:
            self._card = meter_card(self._card.meter_id)

    def leads_to(self, result: object) -> str:
        """Whoever is served by the meter."""
        del result
        stay = self._card.stands if self._card is not None else None
        return account_at(stay.point_id, self.desk.business_day) if stay is not None else ""

    def correction(self, known: Mapping[str, Any]) -> Correction | None:
        """The real facts beside those on file; what was not read yet stays as it is."""
        card = self._card
        if card is None or known.get("meter") is None:
            return None
        fix = MeterFix(
            card.meter_id,
            card.version,
            known.get("size", card.size),
            int(known.get("dials", card.dials)),
            known.get("unit", card.unit),
            known.get("multiplier", card.multiplier_milli),
            known.get("since", card.since or self.desk.business_day),
        )
        same = fix[2:6] == (card.size, card.dials, card.unit, card.multiplier_milli)
        return None if same else Correction(meter=fix)
