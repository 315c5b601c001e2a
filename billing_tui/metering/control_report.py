"""The read control report (RDG-8): every meter that was expected is accounted for exactly once.

expected = actual + estimated + skipped + held + missing, route by route and in total.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.metering.history import STANDS
from billing_tui.metering.points import points_of_cycle
from billing_tui.metering.population import find_instance
from billing_tui.metering.read_context import YEAR_WINDOW, year_before
from billing_tui.metering.tables import ReadKind, UploadState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_tui.metering.population import Instance

_STAGED = """
SELECT s.meter_id, s.reading IS NOT NULL, s.kind, s.held, s.line, s.usage_milli, s.unit
FROM upload u JOIN staged_read s ON s.upload_id = u.id
WHERE u.instance_id = ? AND u.state <> ? AND s.rejected = ''
"""

_INSTANCES = """
SELECT read_day FROM cycle_instance WHERE cycle_id = ? AND read_day < ?
ORDER BY read_day DESC LIMIT 30
"""

_HISTORY_USAGE = f"""
SELECT d.unit, sum(d.usage_milli)
FROM route r JOIN service_point sp ON sp.route_id = r.id
JOIN read d ON d.service_point_id = sp.id
WHERE r.cycle_id = ? AND d.day > ? AND d.day <= ? AND {STANDS} GROUP BY d.unit
"""

_LATE = timedelta(days=7)
"""Reads that come in so many days after the planned day still belong to it."""


@dataclass(frozen=True, slots=True)
class RouteCount:
    """How the expected reads of a route (or of all) came out.

    Attributes:
        route: its code; "" for the total.
        expected: meters of active points.
        actual: read, told by the customer or edited by a person.
        estimated: estimated.
        skipped: the reader gave a code and no reading, and nobody has decided yet.
        held: kept out of posting.
        missing: nothing has come.
        unexpected: reads of meters whose service is off, beside the count.
    """

    route: str
    expected: int = 0
    actual: int = 0
    estimated: int = 0
    skipped: int = 0
    held: int = 0
    missing: int = 0
    unexpected: int = 0

    @property
    def foots(self) -> bool:
        """Whether the parts add up to what was expected."""
        parts = self.actual + self.estimated + self.skipped + self.held + self.missing
        return parts == self.expected


@dataclass(frozen=True, slots=True)
class ControlReport:
    """The report of one reading of one cycle.

    Attributes:
        instance: which reading.
        routes: counts by route, in order.
        total: their sum.
        usage: unit to thousandths used, of all reads that are not held.
        last_cycle: the same of the reading before, as history has it.
        last_year: the same of the reading a year before.
        open_exceptions: how many wait.
        rejected: rejected lines of all uploads.
    """

    instance: Instance
    routes: tuple[RouteCount, ...]
    total: RouteCount
    usage: dict[str, int]
    last_cycle: dict[str, int]
    last_year: dict[str, int]
    open_exceptions: int
    rejected: int


def _outcome(has_reading: int, kind: str, held: int, line: int) -> str:
    if held:
        return "held"
    if has_reading:
        return "estimated" if kind == ReadKind.ESTIMATED else "actual"
    return "skipped" if line else "missing"


_BEST = ("actual", "estimated", "held", "skipped", "missing")


def _outcomes(instance_id: int) -> tuple[dict[int, str], dict[str, int]]:
    """Meter to how it came out, the best of all uploads; and the usage by unit."""
    found: dict[int, str] = {}
    usage: dict[str, int] = {}
    for meter, has, kind, held, line, used, unit in rows_of(
        _STAGED, (instance_id, UploadState.CANCELLED.value)
    ):
        outcome = _outcome(has, kind, held, line)
        before = found.get(meter, "missing")
        found[meter] = min(outcome, before, key=_BEST.index)
        if outcome in {"actual", "estimated"} and used is not None:
            usage[unit] = usage.get(unit, 0) + used
    return found, usage


def _sum(routes: Iterable[RouteCount]) -> RouteCount:
    names = [part.name for part in fields(RouteCount) if part.name != "route"]
    parts = list(routes)
    return RouteCount("", **{name: sum(getattr(one, name) for one in parts) for name in names})


def _by_route(instance: Instance, outcomes: dict[int, str]) -> tuple[RouteCount, ...]:
    counts: dict[str, dict[str, int]] = {}
    for point in points_of_cycle(instance.cycle_id, instance.read_day):
        route = counts.setdefault(point.route, {})
        outcome = outcomes.get(point.meter.meter_id, "missing")
        if point.active:
            route["expected"] = route.get("expected", 0) + 1
        elif outcome in {"missing", "skipped"}:
            continue
        else:
            outcome = "unexpected"
        route[outcome] = route.get(outcome, 0) + 1
    return tuple(RouteCount(code, **counts[code]) for code in sorted(counts))


def _usage_between(cycle_id: int, span: tuple[str, str] | None) -> dict[str, int]:
    """Unit to thousandths that the cycle's reads of these days tell; nothing without a span."""
    if span is None:
        return {}
    rows = rows_of(_HISTORY_USAGE, (cycle_id, *span))
    return {unit: int(used or 0) for unit, used in rows}


def _spans(instance: Instance) -> tuple[tuple[str, str] | None, tuple[str, str] | None]:
    """The days of reading before this one, and of a year before: (after, up to), ISO text.

    Two readings bound a span; where the older one is not in the calendar, nothing is known.
    """
    rows = rows_of(_INSTANCES, (instance.cycle_id, instance.read_day.isoformat()))
    days = [date.fromisoformat(row[0]) + _LATE for row in rows]
    spans = [(days[at + 1], days[at]) for at in range(len(days) - 1)]
    target = year_before(instance.read_day) + _LATE
    near = [one for one in spans if abs((one[1] - target).days) <= YEAR_WINDOW]
    year = min(near, key=lambda one: abs((one[1] - target).days)) if near else None
    return _iso(spans[0] if spans else None), _iso(year)


def _iso(span: tuple[date, date] | None) -> tuple[str, str] | None:
    return (span[0].isoformat(), span[1].isoformat()) if span else None


def control_report(instance_id: int) -> ControlReport:
    """Count what came in against what was expected, and the usage against before.

    Raises:
        NotFound: there is no such instance.
    """
    instance = find_instance(instance_id)
    outcomes, usage = _outcomes(instance_id)
    routes = _by_route(instance, outcomes)
    before, year = _spans(instance)
    waiting = rows_of(
        "SELECT count(*) FROM upload u JOIN read_exception e ON e.upload_id = u.id"
        " WHERE u.instance_id = ? AND u.state <> ? AND e.disposition = 'open'",
        (instance_id, UploadState.CANCELLED.value),
    )[0][0]
    rejected = rows_of(
        "SELECT coalesce(sum(rejected), 0) FROM upload WHERE instance_id = ? AND state <> ?",
        (instance_id, UploadState.CANCELLED.value),
    )[0][0]
    return ControlReport(
        instance,
        routes,
        _sum(routes),
        usage,
        _usage_between(instance.cycle_id, before),
        _usage_between(instance.cycle_id, year),
        int(waiting),
        int(rejected),
    )
