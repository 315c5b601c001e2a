"""Set a meter's facts right: size, dials, unit, multiplier; inside the transaction of a verb.

What its reads and bills come to then is for the rooms above, which call this.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import Unit
from billing_tui.records.editing import change, claim, existing, refuse_if
from billing_tui.records.install_meter import check_reading
from billing_tui.records.new_records import NewMeter, meter_problems
from billing_tui.records.tables import Meter

if TYPE_CHECKING:
    from billing_tui.access.writing import Act


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
            "size": clean(size),
            "dials": dials,
            "unit": unit.value,
            "multiplier_milli": multiplier_milli,
        },
    )
    return str(meter.number)


@dataclass(frozen=True, slots=True)
class MeterCard:
    """A meter's facts as they are on file.

    Attributes:
        meter_id: its row; `version` grows with each change.
        since: first day of its newest installation, None for one that was never installed.
        address: where that is, "" for nowhere.
    """

    meter_id: int
    number: str
    version: int
    size: str
    dials: int
    unit: Unit
    multiplier_milli: int
    since: date | None
    address: str


def meter_card(number: str) -> MeterCard:
    """The facts of the meter of that number.

    Raises:
        NotFound: there is none.
    """
    rows = rows_of(
        "SELECT m.id, m.number, m.version, m.size, m.dials, m.unit, m.multiplier_milli, i.from_day,"
        " l.house || ' ' || l.street || CASE l.unit WHEN '' THEN '' ELSE ' ' || l.unit END"
        " FROM meter m LEFT JOIN meter_installation i ON i.meter_id = m.id"
        " LEFT JOIN service_point p ON p.id = i.service_point_id"
        " LEFT JOIN location l ON l.id = p.location_id"
        " WHERE m.number = ? ORDER BY i.from_day DESC LIMIT 1",
        (number.strip(),),
    )
    if not rows:
        raise NotFound(f"There is no meter {number.strip()}.", field="meter")
    meter_id, found, version, size, dials, unit, multiplier, since, address = rows[0]
    put_in = date.fromisoformat(since) if since else None
    return MeterCard(
        meter_id, found, version, size, dials, Unit(unit), multiplier, put_in, address or ""
    )
