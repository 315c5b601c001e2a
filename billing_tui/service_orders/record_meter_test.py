"""Enter the test of a meter: how exact it was at each flow, as found and as left (PRM-3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Problem
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import quantity_text
from billing_tui.records.editing import existing, refuse_if
from billing_tui.records.tables import Meter
from billing_tui.service_orders.kinds import Stage
from billing_tui.service_orders.meter_limits import FLOWS, limits_for
from billing_tui.service_orders.tables import MeterTest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from billing_tui.access.desk import Desk

AHEAD = "A test is entered on its day or later."
_MOST_MILLI = 200_000
_TESTS = """
SELECT t.id, t.day, t.stage, t.low_milli, t.medium_milli, t.high_milli, t.passed, t.limits,
 t.remarks, w.username
FROM meter_test t JOIN staff_member w ON w.id = t.staff_id
WHERE t.meter_id = ? ORDER BY t.day DESC, t.id DESC LIMIT ?
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterTestSheet:
    """What the tester wrote down.

    Attributes:
        accuracy: test flow (`low`, `medium`, `high`) to per cent of what passed, in thousandths;
            flows that were not tested are left out.
    """

    meter_id: int
    day: date
    stage: Stage
    accuracy: Mapping[str, int]
    remarks: str = ""


@dataclass(frozen=True, slots=True)
class MeterTestLine:
    """A test as it stands in the meter's history.

    Attributes:
        accuracy: flow to per cent in thousandths.
        limits: flow to the least and the most that counted on that day.
    """

    test_id: int
    day: date
    stage: Stage
    accuracy: Mapping[str, int]
    passed: bool
    limits: Mapping[str, tuple[int, int]]
    remarks: str
    by: str

    @property
    def told(self) -> tuple[str, ...]:
        """Each flow in words: `low 92.1 %, too slow (95 to 101)`."""
        return tuple(
            flow_text(flow, milli, self.limits[flow]) for flow, milli in self.accuracy.items()
        )


def percent_text(milli: int) -> str:
    """Thousandths of a per cent without needless zeros: `98.5`, `101`."""
    return quantity_text(Decimal(milli) / 1000)


def flow_text(flow: str, milli: int, limits: tuple[int, int]) -> str:
    """What a flow showed, and whether the meter runs too slow or too fast there."""
    least, most = limits
    verdict = ", too slow" if milli < least else ", too fast" if milli > most else ""
    return (
        f"{flow} {percent_text(milli)} %{verdict} ({percent_text(least)} to {percent_text(most)})"
    )


def _problems(desk: Desk, sheet: MeterTestSheet) -> Iterator[Problem]:
    if sheet.day > desk.business_day:
        yield Problem(0, AHEAD, "day")
    if not sheet.accuracy:
        yield Problem(0, "Key the accuracy at one flow at least.", "low")
    for flow, milli in sheet.accuracy.items():
        if flow not in FLOWS:
            yield Problem(0, f"There is no test flow {flow[:20]}.", "low")
        else:
            yield from accuracy_problem(flow, milli)


def accuracy_problem(flow: str, milli: int) -> Iterator[Problem]:
    """What is wrong with an accuracy, per cent in thousandths, at a flow."""
    if not 0 <= milli <= _MOST_MILLI:
        yield Problem(0, "An accuracy is 0 to 200 per cent.", flow)


def record_meter_test(
    desk: Desk, sheet: MeterTestSheet, *, key: str | None = None
) -> MeterTestLine:
    """Enter a test; whether the meter passed follows from the policy of that day.

    Args:
        desk: who enters it.
        sheet: what the tester wrote down.
        key: idempotency key; the same request again gets the first test.

    Raises:
        NotFound: there is no such meter.
        InvalidEntry: an entry is wrong, or the policy has no limits; `ProblemsFound` for several.
    """
    asked = {"meter": sheet.meter_id, "day": sheet.day.isoformat(), "stage": sheet.stage.value}
    with writing(
        desk, Right.KEEP_METERS, "service_orders.record_meter_test", key=key, request=asked
    ) as act:
        if act.repeated:
            return next(one for one in meter_tests(sheet.meter_id) if one.test_id == act.done)
        meter = existing(Meter, sheet.meter_id)
        refuse_if(_problems(desk, sheet))
        limits = limits_for(str(meter.unit))
        passed = all(limits.holds(flow, milli) for flow, milli in sheet.accuracy.items())
        row = MeterTest.create(
            meter=sheet.meter_id,
            day=sheet.day,
            stage=sheet.stage.value,
            **{f"{flow}_milli": sheet.accuracy.get(flow) for flow in FLOWS},
            passed=passed,
            limits=json.dumps(limits.flows),
            remarks=clean(sheet.remarks, most=200, field="remarks"),
            staff=desk.staff_id,
            at=desk.clock().isoformat(timespec="seconds"),
        )
        act.about("meter", meter.number)
        act.after = asked | {"accuracy_milli": dict(sheet.accuracy), "passed": passed}
        act.result = row.id
        return next(one for one in meter_tests(sheet.meter_id) if one.test_id == row.id)


def meter_tests(meter_id: int, *, limit: int = 50) -> list[MeterTestLine]:
    """The tests of a meter, newest first."""
    return [
        MeterTestLine(
            row[0],
            date.fromisoformat(row[1]),
            Stage(row[2]),
            {flow: milli for flow, milli in zip(FLOWS, row[3:6], strict=True) if milli is not None},
            bool(row[6]),
            {flow: (pair[0], pair[1]) for flow, pair in json.loads(row[7]).items()},
            row[8],
            row[9],
        )
        for row in rows_of(_TESTS, (meter_id, limit))
    ]
