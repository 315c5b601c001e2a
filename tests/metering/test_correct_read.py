"""Correcting reads in history: nothing is overwritten, and what follows is reckoned anew."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import integers, lists, tuples
from town import READ_DAY, build_town, plan, read_all

from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.foundation.units import Unit
from billing_tui.metering.correct_read import write_changes
from billing_tui.metering.doubt_read import doubt_read, trust_read
from billing_tui.metering.invariants import INVARIANTS
from billing_tui.metering.plan_read_fix import ReadFix, plan_fixes, plan_register
from billing_tui.metering.point_reads import point_of_meter, read_on, reads_of_point
from billing_tui.metering.tables import Read
from billing_tui.metering.usage import Register
from billing_tui.records.new_records import NewMeter
from billing_tui.records.tables import Meter, MeterInstallation
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk

DAYS = (READ_DAY, date(2026, 11, 13), date(2026, 12, 14))
SHOWN = (1009, 1019, 1030)


@pytest.fixture
def meter(desk: Callable[..., Desk], tmp_path: Path) -> str:
    """A meter that was read at 1000, 1009, 1019 and 1030."""
    build_town(desk, 1)
    for month, (day, shown) in enumerate(zip(DAYS, SHOWN, strict=True), start=10):
        instance = plan(desk, f"2026-{month}", day, day.replace(day=20))
        read_all(desk, instance, {"M000001": shown}, day, tmp_path)
    return "M000001"


def usages(meter: str) -> list[tuple[int, int | None]]:
    """(reading, usage in whole units) of the reads that count, oldest first."""
    reads = reads_of_point(point_of_meter(meter).point_id)
    return [(r.reading, None if r.usage_milli is None else r.usage_milli // 1000) for r in reads]


def correct(desk: Callable[..., Desk], *fixes: ReadFix) -> int:
    """Write corrections in a transaction of their own."""
    lead = desk("luis")
    with write_transaction(lead.store):
        return write_changes(lead, plan_fixes(fixes), "misread")


def broken() -> list[str]:
    """What does not hold of the reads."""
    return [sentence for one in INVARIANTS for sentence in one.broken()]


def test_this_period_and_the_next_are_reckoned_anew(desk: Callable[..., Desk], meter: str) -> None:
    """1009 read as 1019 gives back ten units, which the next period had too few."""
    wrong = read_on(meter, DAYS[1])

    written = correct(desk, ReadFix(wrong.read_id, 1012))

    assert written == 2
    assert usages(meter) == [(1000, None), (1009, 9), (1012, 3), (1030, 18)]
    assert broken() == []


def test_history_keeps_both_with_reason_and_who(desk: Callable[..., Desk], meter: str) -> None:
    """The wrong row stands as it was, and the right one says what it corrects."""
    wrong = read_on(meter, DAYS[1])
    correct(desk, ReadFix(wrong.read_id, 1012))

    right = read_on(meter, DAYS[1])

    assert Read.get_by_id(wrong.read_id).reading == 1019
    assert (right.corrected, right.was, right.told) == (True, 1019, "misread (luis)")
    assert not read_on(meter, DAYS[2]).corrected


def test_several_in_one_go(desk: Callable[..., Desk], meter: str) -> None:
    """Two neighbours are corrected together, in order."""
    fixes = [
        ReadFix(read_on(meter, day).read_id, n)
        for day, n in zip(DAYS, (1004, 1006, 1010), strict=True)
    ]

    correct(desk, *reversed(fixes))

    assert usages(meter) == [(1000, None), (1004, 4), (1006, 2), (1010, 4)]
    assert broken() == []


def test_a_correction_can_be_corrected(desk: Callable[..., Desk], meter: str) -> None:
    """The chain goes on behind what was taken back; going back gives the old usages."""
    correct(desk, ReadFix(read_on(meter, DAYS[0]).read_id, 1005))
    correct(desk, ReadFix(read_on(meter, DAYS[0]).read_id, 1009))

    assert usages(meter) == [(1000, None), (1009, 9), (1019, 10), (1030, 11)]
    assert broken() == []


def test_what_was_taken_back_cannot_be_corrected_again(
    desk: Callable[..., Desk], meter: str
) -> None:
    """A second clerk with an old list is told to look again."""
    wrong = read_on(meter, DAYS[1])
    correct(desk, ReadFix(wrong.read_id, 1012))

    with pytest.raises(Refused, match="look again"):
        correct(desk, ReadFix(wrong.read_id, 1013))


def test_a_usage_below_zero_asks_for_the_neighbour(desk: Callable[..., Desk], meter: str) -> None:
    """A register above the next read is refused with the cursor on the reading."""
    with pytest.raises(InvalidEntry, match="correct that one too"):
        correct(desk, ReadFix(read_on(meter, DAYS[1]).read_id, 1031))


def test_the_oldest_doubt_comes_first(desk: Callable[..., Desk], meter: str) -> None:
    """A newer read waits for an older one in doubt, or both go together; trust lets it pass."""
    old, new = read_on(meter, DAYS[0]), read_on(meter, DAYS[1])
    doubt_read(desk("maria"), old.read_id, "read from the street")

    with pytest.raises(Refused, match="oldest first"):
        correct(desk, ReadFix(new.read_id, 1012))
    plan_fixes([ReadFix(old.read_id, 1004), ReadFix(new.read_id, 1012)])
    trust_read(desk("maria"), old.read_id, "seen again")

    assert correct(desk, ReadFix(new.read_id, 1012)) == 2


def test_the_first_register_is_no_read(desk: Callable[..., Desk], meter: str) -> None:
    """What the meter showed when it was put in is not corrected here."""
    first = reads_of_point(point_of_meter(meter).point_id)[0]
    assert first.first

    with pytest.raises(Refused, match="put in"):
        correct(desk, ReadFix(first.read_id, 990))


def test_another_register_reckons_everything_anew(desk: Callable[..., Desk], meter: str) -> None:
    """A multiplier of ten makes ten times the usage of every period."""
    row = Meter.get(Meter.number == meter)
    lead = desk("luis")
    with write_transaction(lead.store):
        chains = plan_register(row.id, Register(6, Unit.CCF, 10_000))
        Meter.update(multiplier_milli=10_000).where(Meter.id == row.id).execute()
        write_changes(lead, chains, "plate says x10")

    assert [used for _, used in usages(meter)] == [None, 90, 100, 110]
    assert broken() == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=lists(tuples(integers(0, 2), integers(1001, 1040)), min_size=1, max_size=5))
def test_any_corrections_keep_the_whole(
    desk: Callable[..., Desk], meter: str, steps: list[tuple[int, int]]
) -> None:
    """Whatever is corrected, usages sum to the last register less the first, and reads hold."""
    for place, shown in steps:
        try:
            correct(desk, ReadFix(read_on(meter, DAYS[place]).read_id, shown))
        except (InvalidEntry, Refused):
            continue
    told = usages(meter)
    assert sum(used or 0 for _, used in told) == told[-1][0] - 1000
    assert broken() == []


class TestAcrossAnExchange:
    """A meter came out at 1035 and another went in at 500, which shows 512 in January."""

    @pytest.fixture
    def exchanged(self, desk: Callable[..., Desk], meter: str, tmp_path: Path) -> str:
        """The number of the meter that went in, read once."""
        day = date(2026, 12, 28)
        old = Meter.get(Meter.number == meter)
        where = MeterInstallation.get(MeterInstallation.meter == old).service_point.id
        comes = NewMeter(number="N000001", size='5/8"', dials=6, unit=Unit.CCF)
        form = ExchangeForm(
            service_point_id=where, day=day, out_reading=1035, comes=comes, in_reading=500
        )
        exchange_meter(desk("maria", day), form, version=old.version)
        january = date(2027, 1, 13)
        instance = plan(desk, "2027-01", january, january.replace(day=20))
        read_all(desk, instance, {"N000001": 512}, january, tmp_path)
        return "N000001"

    def test_an_older_read_goes_through_it(
        self, desk: Callable[..., Desk], meter: str, exchanged: str
    ) -> None:
        """December's register is corrected; the exchange is written again as it was."""
        point = point_of_meter(exchanged).point_id
        wrong = next(r for r in reads_of_point(point) if r.meter == meter and r.day == DAYS[2])

        assert correct(desk, ReadFix(wrong.read_id, 1028)) == 4

        told = [(r.kind.value, r.reading, r.usage_milli) for r in reads_of_point(point)][-4:]
        assert told == [("A", 1028, 9000), ("O", 1035, 7000), ("N", 500, 0), ("A", 512, 12_000)]
        assert broken() == []

    def test_the_registers_of_the_exchange_itself(
        self, desk: Callable[..., Desk], meter: str, exchanged: str
    ) -> None:
        """Out and in are corrected together, beside the installations too."""
        reads = reads_of_point(point_of_meter(exchanged).point_id)
        out, put_in = reads[-3], reads[-2]

        correct(desk, ReadFix(out.read_id, 1033), ReadFix(put_in.read_id, 502))

        again = reads_of_point(point_of_meter(exchanged).point_id)
        assert [read.usage_milli for read in again[-3:]] == [3000, 0, 10_000]
        old = MeterInstallation.get(MeterInstallation.meter == Meter.get(Meter.number == meter))
        new = MeterInstallation.get(MeterInstallation.meter == Meter.get(Meter.number == exchanged))
        assert (old.last_reading, new.first_reading) == (1033, 502)
        assert broken() == []

    def test_another_register_leaves_the_other_meter_alone(
        self, desk: Callable[..., Desk], exchanged: str
    ) -> None:
        """Only what the second meter counted is reckoned anew."""
        row = Meter.get(Meter.number == exchanged)
        lead = desk("luis")
        with write_transaction(lead.store):
            chains = plan_register(row.id, Register(6, Unit.KGAL, 1000))
            Meter.update(unit="kgal").where(Meter.id == row.id).execute()
            write_changes(lead, chains, "plate says kgal")

        told = [(read.usage_milli, read.unit) for read in reads_of_point(row_point(exchanged))]
        assert told[-3:] == [(5000, "ccf"), (0, "kgal"), (12_000, "kgal")]
        assert broken() == []


def row_point(meter: str) -> int:
    """Row of the point where a meter is in place."""
    return point_of_meter(meter).point_id
