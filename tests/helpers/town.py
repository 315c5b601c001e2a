"""A town of a few houses with everything a bill run needs, made through the rooms' own verbs."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.tables import StaffMember
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.transaction import write_transaction
from billing_tui.foundation.units import Unit
from billing_tui.ledger.chart import load_chart
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.plan_instance import plan_instance
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.tables import ReadException
from billing_tui.rates.schedule_text import read_schedule
from billing_tui.rates.tables import RateSchedule, RateVersion, VersionState
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_route import add_route
from billing_tui.records.bulk_set_up import NewAccount, bulk_set_up
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import (
    NewCustomer,
    NewLocation,
    NewMeter,
    NewPoint,
    NewService,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from billing_tui.access.desk import Desk

WATER = """
schedule: WATER
title: Water
service: water
unit: ccf
effective: 2025-01-01
attributes: {meter_size: text}
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days, tier_caps: by_days}
classes:
  SFR:
    title: Single-family
    charges:
      - code: FIX
        label: Water service
        kind: fixed
        revenue: water.fixed
        amount: {by: [meter_size], table: {5/8": 20.00, 3/4": 24.50, 1": 38.25}}
      - code: USE
        label: Water use
        kind: usage
        revenue: water.usage
        tiers: [{to: 8, price: 2.87}, {to: 20, price: 4.29}, {price: 6.44}]
      - code: UUT
        label: Utility users' tax
        kind: tax
        revenue: tax.uut
        percent: 5
        of: [FIX, USE]
examples:
  - name: nine units
    class: SFR
    from: 2026-07-01
    to: 2026-07-31
    usage: 9
    attributes: {meter_size: 5/8"}
    lines:
      - {code: FIX, amount: 20.00}
      - {code: USE, tier: 1, amount: 22.96}
      - {code: USE, tier: 2, amount: 4.29}
      - {code: UUT, amount: 2.36}
    total: 49.61
"""
SEWER = """
schedule: SEWER
title: Sewer
service: sewer
unit: ccf
effective: 2025-01-01
related: {water_usage: measured}
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days, tier_caps: none}
classes:
  RES:
    title: Residential
    charges:
      - {code: FIX, label: Sewer service, kind: fixed, revenue: sewer.fixed, amount: 31.20}
      - {code: USE, label: Sewer use, kind: usage, revenue: sewer.usage, price: 1.15,
         quantity: {formula: water_usage * 0.9}, unit: ccf, prorate: no}
examples:
  - name: ten units of water
    class: RES
    from: 2026-07-01
    to: 2026-07-31
    related: {water_usage: 10}
    lines:
      - {code: FIX, amount: 31.20}
      - {code: USE, amount: 10.35}
    total: 41.55
"""
READ_DAY = date(2026, 10, 14)
START = date(2026, 9, 14)


def adopt(text: str) -> None:
    """Put a schedule into the database as approved, inside a transaction of the caller."""
    schedule = read_schedule(text)
    head, _ = RateSchedule.get_or_create(
        code=schedule.code, defaults={"service": schedule.service.value, "title": schedule.title}
    )
    sam, luis = (StaffMember.get(StaffMember.username == name).id for name in ("sam", "luis"))
    RateVersion.create(
        schedule=head.id,
        number=RateVersion.select().where(RateVersion.schedule == head.id).count() + 1,
        effective_from=schedule.effective,
        state=VersionState.APPROVED.value,
        text=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        prepared_by=sam,
        prepared_at="2025-01-01T00:00:00+00:00",
        resolution="2024-117",
        adopted=date(2024, 11, 19),
        approved_by=luis,
    )


def house(number: int, *, size: str = '5/8"') -> NewAccount:
    """One single-family account with metered water and sewer by share of it."""
    water = NewService(kind=ServiceKind.WATER, schedule="WATER", rate_class="SFR")
    sewer = NewService(kind=ServiceKind.SEWER, schedule="SEWER", rate_class="RES")
    return NewAccount(
        customer=NewCustomer(name=f"Delgado, Rosa {chr(64 + number % 26 or 90)}"),
        location=NewLocation(
            house=str(100 + 2 * number), street="Alder Ct", city="Sierra Vista", zip="95999"
        ),
        cycle="07",
        opened=START,
        points=(
            NewPoint(
                service=water,
                metered=True,
                meter=NewMeter(number=f"M{number:06d}", size=size, dials=6, unit=Unit.CCF),
                first_reading=1000,
                route="07-01",
            ),
            NewPoint(service=sewer),
        ),
    )


def build_town(desk: Callable[..., Desk], houses: int = 5) -> list[int]:
    """Schedules, chart, a cycle, a route and houses; returns the accounts' ids."""
    sam = desk("sam")
    with write_transaction(sam.store):
        adopt(WATER)
        adopt(SEWER)
    luis = desk("luis")
    load_chart(luis, data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
    add_route(luis, "07-01", "Alder", add_cycle(luis, "07", "North side"))
    return list(bulk_set_up(luis, [house(n) for n in range(1, houses + 1)]).account_ids)


def plan(desk: Callable[..., Desk], name: str, read_day: date, bill_day: date) -> int:
    """A cycle instance of cycle 07."""
    return plan_instance(
        desk("sam"),
        "07",
        name,
        read_day=read_day,
        bill_day=bill_day,
        due_day=bill_day + timedelta(days=21),
    )


def read_all(
    desk: Callable[..., Desk],
    instance: int,
    readings: Mapping[str, int],
    day: date,
    folder: Path,
) -> None:
    """Upload, check and post readings by meter number; findings are accepted."""
    path = folder / f"reads-{instance}-{day}.csv"
    lines = ["meter_number,reading,day,unit", *(f"{m},{r},{day},CCF" for m, r in readings.items())]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    post_whatever(desk, import_reads(desk("luis"), instance, path, "csv-default").upload_id)


def post_whatever(desk: Callable[..., Desk], upload: int) -> None:
    """Check an upload, accept whatever was found, and post its reads."""
    luis = desk("luis")
    check_reads(luis, upload)
    with write_transaction(luis.store):
        ReadException.update(disposition="accept", reason="test").execute()
    post_reads(luis, upload)
