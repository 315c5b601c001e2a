"""A small town with one cycle, built row by row, and a year of its reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.tables import CycleInstance, Read
from billing_tui.records.kinds import AccountStatus, CustomerKind, MeterStatus, ServiceKind
from billing_tui.records.tables import (
    Account,
    Customer,
    Cycle,
    Location,
    Meter,
    MeterInstallation,
    Route,
    Service,
    ServicePoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.operations.office import Office

READ_DAY = date(2026, 11, 2)
MONTHS = [date(2025 + (9 + n) // 12, (9 + n) % 12 + 1, 2) for n in range(13)]
"""Read days from 2 October 2025 to 2 October 2026."""


@dataclass
class Town:
    """What was built: rows by the number of the place, 0 first."""

    instance: int = 0
    points: list[int] = field(default_factory=list)
    meters: list[int] = field(default_factory=list)
    accounts: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)

    def number(self, place: int) -> str:
        """The meter number of a place."""
        return f"M{place:05d}"


def build_place(town: Town, place: int, route: Route, cycle: Cycle, *, daily: int = 10) -> None:
    """One house with a meter, an account and twelve months of use, in counts a month."""
    location = Location.create(
        number=f"{10000 + place}", house=str(100 + 4 * place), street="OAK ST", city="Vista",
        zip="94564",
    )  # fmt: skip
    point = ServicePoint.create(
        location=location, kind=ServiceKind.WATER.value, route=route, sequence=10 * (place + 1)
    )
    meter = Meter.create(
        number=town.number(place), endpoint=f"E{place:05d}", size='3/4"', dials=6, unit="ccf",
        status=MeterStatus.INSTALLED.value,
    )  # fmt: skip
    MeterInstallation.create(
        meter=meter, service_point=point, from_day=date(2020, 1, 1), first_reading=0
    )
    customer = Customer.create(
        number=f"C{place}", kind=CustomerKind.PERSON.value, name=f"Doe, Jo {place}",
        mailing_name=f"Jo Doe {place}",
    )  # fmt: skip
    account = Account.create(
        number=f"{10000 + place}-01", customer=customer, location=location, cycle=cycle,
        status=AccountStatus.ACTIVE.value, opened=date(2020, 1, 1),
    )  # fmt: skip
    Service.create(
        account=account, service_point=point, kind=ServiceKind.WATER.value, schedule="W",
        rate_class="SFR", from_day=date(2020, 1, 1),
    )  # fmt: skip
    reading, before, last_day = 1000 * (place + 1), None, MONTHS[0]
    for day in MONTHS:
        used = None if before is None else daily
        reading += used or 0
        before = Read.create(
            service_point=point, meter=meter, day=day, reading=reading, kind="A",
            previous=before, usage_milli=None if used is None else used * 1000, unit="ccf",
            days=None if used is None else (day - last_day).days,
        )  # fmt: skip
        last_day = day
    town.points.append(point.id)
    town.meters.append(meter.id)
    town.accounts.append(account.id)
    town.last.append(reading)


@pytest.fixture
def town(office: Office) -> Town:
    """Six houses on two routes of cycle 03, each using 10 ccf a month; last read 2 October."""
    built = Town()
    with write_transaction(office.store):
        cycle = Cycle.create(code="03", name="Hillside")
        Cycle.create(code="04", name="Harbor")
        routes = [Route.create(code=f"030{n}", name=f"Book {n}", cycle=cycle) for n in (1, 2)]
        for place in range(6):
            build_place(built, place, routes[place // 4], cycle)
        instance = CycleInstance.create(
            cycle=cycle, name="2026-11", read_day=READ_DAY, bill_day=date(2026, 11, 9),
            due_day=date(2026, 11, 30),
        )  # fmt: skip
        built.instance = instance.id
    return built


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    """Writes a CSV of readings: `csv_file({"M00000": 1130}, day="2026-11-02")`."""

    def write(
        readings: dict[str, object], name: str = "reads.csv", day: str = "2026-11-02"
    ) -> Path:
        path = tmp_path / name
        lines = ["meter_number,reading,day"]
        lines += [f"{meter},{reading},{day}" for meter, reading in readings.items()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write


@pytest.fixture
def usual(town: Town) -> dict[str, object]:
    """A month as every other one: all six meters moved by ten."""
    return {town.number(place): reading + 10 for place, reading in enumerate(town.last)}
