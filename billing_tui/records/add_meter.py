"""Enter a meter into stock."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.records.editing import refuse_if
from billing_tui.records.kinds import MeterStatus
from billing_tui.records.meter_sizes import meter_size
from billing_tui.records.new_records import meter_problems
from billing_tui.records.tables import Meter

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.records.new_records import NewMeter


def add_meter(desk: Desk, meter: NewMeter) -> int:
    """Enter a meter; returns its row.

    Raises:
        InvalidEntry: an entry is wrong or the number is taken; `ProblemsFound` for several.
    """
    refuse_if(meter_problems(0, meter))
    with writing(desk, Right.KEEP_METERS, "records.add_meter") as act:
        row = insert_meter(meter)
        act.about("meter", row.number)
        act.after = meter_facts(meter) | {"version": 1}
    return int(row.id)


def insert_meter(meter: NewMeter) -> Meter:
    """Enter a checked meter into stock, inside the transaction of a verb.

    Raises:
        InvalidEntry: the number is taken.
    """
    values = meter_facts(meter)
    if Meter.get_or_none(Meter.number == values["number"]):
        raise InvalidEntry(f"There is a meter {values['number']} already.", field="meter_number")
    row: Meter = Meter.create(**values)
    return row


def meter_facts(meter: NewMeter) -> dict[str, Any]:
    """The columns of a meter that goes into stock."""
    return {
        "number": clean(meter.number),
        "make": clean(meter.make),
        "endpoint": clean(meter.endpoint),
        "size": meter_size(meter.size, meter.unit),
        "dials": meter.dials,
        "unit": meter.unit.value,
        "multiplier_milli": meter.multiplier_milli,
        "status": MeterStatus.STOCK.value,
    }
