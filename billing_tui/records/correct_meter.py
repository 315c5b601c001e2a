"""Set a meter's facts right: size, dials, unit, multiplier; inside the transaction of a verb.

What its reads and bills come to then is for the rooms above, which call this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.editing import change, claim, existing, refuse_if
from billing_tui.records.install_meter import check_reading
from billing_tui.records.meter_sizes import meter_size
from billing_tui.records.new_records import NewMeter, meter_problems
from billing_tui.records.tables import Meter

if TYPE_CHECKING:
    from billing_tui.access.writing import Act
    from billing_tui.foundation.units import Unit


def correct_meter(
    act: Act,
    meter_id: int,
    *,
    version: int,
    size: str,
    dials: int,
    unit: Unit,
    multiplier_milli: int,
) -> str:
    """Give a meter its right facts; returns its number.

    Args:
        act: of the verb; the meter becomes what it is about.
        meter_id: row of the meter.
        version: of the meter, as it was shown.
        size: nominal connection.
        dials: digits of the register.
        unit: of one count.
        multiplier_milli: units per count, in thousandths.

    Raises:
        InvalidEntry: a fact cannot be, or the dials cannot show where the meter began or ended.
        StaleEdit: somebody changed it meanwhile.
        Refused: nothing differs.
    """
    meter = existing(Meter, meter_id)
    right = NewMeter(
        number=str(meter.number),
        size=size,
        dials=dials,
        unit=unit,
        multiplier_milli=multiplier_milli,
    )
    refuse_if(meter_problems(0, right))
    for first, last in rows_of(
        "SELECT first_reading, last_reading FROM meter_installation WHERE meter_id = ?", (meter_id,)
    ):
        check_reading(first, dials, "dials")
        check_reading(last or 0, dials, "dials")
    claim(act, "meter", meter, version)
    change(
        act,
        meter,
        {
            "size": meter_size(size, unit),
            "dials": dials,
            "unit": unit.value,
            "multiplier_milli": multiplier_milli,
        },
    )
    return str(meter.number)
