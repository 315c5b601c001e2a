"""The reads of a turn as rows, and what bills need to know of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.billing.facts import ReadFact
from billing_tui.foundation.bulk import insert_rows, next_id, run_many
from billing_tui.foundation.model import bound
from billing_tui.foundation.units import Unit
from billing_tui.metering.tables import Read, ReadKind
from billing_tui.operations.demo.living import first_read, live
from billing_tui.records.kinds import MeterStatus
from billing_tui.records.tables import Meter, MeterInstallation

if TYPE_CHECKING:
    from collections.abc import Iterable
    from random import Random

    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.living import Shown
    from billing_tui.operations.demo.meters import MeterPlan
    from billing_tui.operations.demo.place import AccountRow, Place
    from billing_tui.operations.demo.profile import Profile

_READ = (
    "id", "service_point_id", "meter_id", "day", "reading", "kind", "previous_id", "usage_milli",
    "unit", "days", "rolled_over", "derivation",
)  # fmt: skip
_METER = (
    "id", "number", "make", "endpoint", "size", "dials", "unit", "multiplier_milli", "status",
    "version",
)  # fmt: skip
_INSTALLATION = ("meter_id", "service_point_id", "from_day", "first_reading")
_TAKEN_OUT = (
    "UPDATE meter_installation SET to_day = ?, last_reading = ?"
    " WHERE meter_id = ? AND to_day IS NULL"
)
_REMOVED = "UPDATE meter SET status = 'Removed' WHERE id = ?"


@dataclass(slots=True)
class TurnReads:
    """What one turn's reading gave.

    Attributes:
        of_account: reads by row of the account, with the account and its place.
    """

    of_account: dict[int, tuple[AccountRow, Place, list[ReadFact]]] = field(default_factory=dict)


class Reader:
    """Walks the places and keeps ids of reads and meters, so that each read names the one before.

    Only inside the demo's own transactions, where nobody else writes.
    """

    def __init__(self, profile: Profile, serial: int) -> None:
        self._profile = profile
        self._serial = serial
        self._read_id = next_id(Read)
        self._meter_id = next_id(Meter)
        self._reads: list[tuple[Any, ...]] = []
        self._meters: list[tuple[Any, ...]] = []
        self._installed: list[tuple[Any, ...]] = []
        self._taken_out: list[tuple[Any, ...]] = []

    def begin(self, places: Iterable[Place]) -> None:
        """The first read of each place."""
        for place in places:
            self._keep(place, first_read(place))
        self.flush()

    def read(self, places: Iterable[Place], turn: Turn, rng: Random) -> TurnReads:
        """Read the places of a cycle."""
        found = TurnReads()
        for place in places:
            for shown in live(place, turn, rng, self._profile):
                fact = self._keep(place, shown)
                who = shown.account
                if who is not None and fact is not None:
                    found.of_account.setdefault(who.id, (who, place, []))[2].append(fact)
        self.flush()
        return found

    def keep(self, place: Place, shown: Iterable[Shown]) -> None:
        """Take reads into history that no bill needs to know of; `flush` writes them."""
        for one in shown:
            self._keep(place, one)

    def exchange(self, place: Place, old: tuple[str, int], new: MeterPlan) -> tuple[str, str]:
        """Change a meter in the records without any read; returns number and radio of the new one.

        `old` is the day on which the old meter came out with what it showed; `new` goes in the day
        after.
        """
        self._taken_out.append((*old, place.meter_id))
        day = date.fromisoformat(old[0]) + timedelta(days=1)
        return self._install(place, new, day)

    def _keep(self, place: Place, shown: Shown) -> ReadFact | None:
        self._exchange(place, shown)
        read_id, previous = self._read_id, place.read_id or None
        self._read_id += 1
        before, days = shown.before, None
        if before is not None:
            days = (shown.day - before[0]).days
        self._reads.append(
            (
                read_id, place.point_id, place.meter_id, shown.day.isoformat(), shown.reading,
                shown.kind.value, previous, shown.usage_milli, Unit.CCF.value, days,
                int(shown.rolled_over), shown.derivation,
            )
        )  # fmt: skip
        place.read_id = read_id
        if before is None or shown.usage_milli is None or shown.kind is ReadKind.EXCHANGE_IN:
            return None
        return ReadFact(
            read_id, place.meter_id, *before, shown.day, shown.reading, shown.kind.value,
            shown.usage_milli, Unit.CCF.value,
        )  # fmt: skip

    def _exchange(self, place: Place, shown: Shown) -> None:
        if shown.new_meter is not None and shown.before is not None:
            day, reading = shown.before
            self._taken_out.append((day.isoformat(), reading, place.meter_id))
            self._install(place, shown.new_meter, shown.day)

    def _install(self, place: Place, meter: MeterPlan, day: date) -> tuple[str, str]:
        place.meter_id, self._meter_id = self._meter_id, self._meter_id + 1
        place.exchanged = True
        self._serial += 1
        number, endpoint = meter.number(self._serial), meter.endpoint(self._serial)
        self._meters.append(
            (
                place.meter_id, number, meter.make, endpoint, meter.size, meter.dials,
                Unit.CCF.value, meter.multiplier * 1000, MeterStatus.INSTALLED.value, 1,
            )
        )  # fmt: skip
        self._installed.append((place.meter_id, place.point_id, day.isoformat(), meter.start))
        return number, endpoint

    def flush(self) -> None:
        """Write what was taken in."""
        mark = bound().param
        insert_rows(Meter, _METER, self._meters)
        run_many(_TAKEN_OUT.replace("?", mark), self._taken_out)
        run_many(_REMOVED.replace("?", mark), [(row[2],) for row in self._taken_out])
        insert_rows(MeterInstallation, _INSTALLATION, self._installed)
        insert_rows(Read, _READ, self._reads)
        for rows in (self._meters, self._taken_out, self._installed, self._reads):
            rows.clear()
