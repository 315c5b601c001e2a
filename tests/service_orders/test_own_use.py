"""What an account is shown of its meter: its own time, nothing of who was there before or after."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from moves import DAY, place_of, starts, stops, version_of

from billing_tui.foundation.transaction import write_transaction
from billing_tui.foundation.units import Unit
from billing_tui.metering.own_use import LastRead, OwnUse, own_use
from billing_tui.records.account_values import GoneMeter
from billing_tui.records.lookup import find_account, service_lines, services_to_show
from billing_tui.records.new_records import NewMeter
from billing_tui.records.tables import Meter, Service, ServiceAttribute, ServicePoint
from billing_tui.service_orders.exchange_meter import ExchangeForm, exchange_meter
from billing_tui.service_orders.offer import offer_at
from billing_tui.service_orders.place_meter import take_meter_out
from billing_tui.service_orders.start_service import start_service
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.tui.screens.records.account_lines import service_rows, usage_sentence

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

TODAY = date(2026, 11, 2)


def seen(account: int, meter: str = "M000001") -> OwnUse:
    """What the account sees of its water meter today."""
    point = Service.get((Service.account == account) & (Service.kind == "water")).service_point
    return own_use(account, point.id, meter, Unit.CCF, TODAY)


@pytest.mark.parametrize(
    ("day", "reading"), [(DAY, {}), (date(2026, 10, 30), {"M000001": 1017})], ids=["same", "later"]
)
def test_who_comes_sees_nothing_of_who_left(
    desk: Callable[..., Desk], town: list[int], day: date, reading: dict[str, int]
) -> None:
    """The start read stands there without usage; the chart has nothing yet."""
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    come = start_service(desk("maria"), starts(place_of(town[0]), reading, day))

    use = seen(find_account(come.opened))
    assert use == OwnUse(LastRead(day, reading.get("M000001", 1015)), ())


def test_who_left_keeps_its_time_up_to_the_final_read(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Services with their end, the final read and its usage; no read of the successor's."""
    before = seen(town[0])
    stop_service(desk("maria"), stops(town[0], {"M000001": 1015}), version=version_of(town[0]))
    start_service(desk("maria"), starts(place_of(town[0]), {"M000001": 1017}, date(2026, 10, 30)))

    day, services = services_to_show(town[0], TODAY)
    assert day == date(2026, 10, 23)
    assert [(one.kind, one.to_day) for one in services] == [("water", day), ("sewer", day)]
    assert services[0].meter == "M000001"
    assert service_lines(town[0], TODAY) == ()
    use = seen(town[0])
    assert use.last == LastRead(DAY, 1015, 6000)
    assert use.periods[1:] == before.periods
    assert use.periods[0].usage_milli == 6000


def test_an_exchanged_meter_is_shown_with_its_own_reading(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Not with the last read of the meter that went."""
    point = Service.get((Service.account == town[0]) & (Service.kind == "water")).service_point
    form = ExchangeForm(
        service_point_id=point.id, day=DAY, out_reading=1012, in_reading=40,
        comes=NewMeter(number="X123", size='5/8"', dials=6, unit=Unit.CCF),
    )  # fmt: skip
    exchange_meter(desk("maria"), form, version=1)

    assert service_lines(town[0], TODAY)[0].meter == "X123"
    assert seen(town[0], "X123").last == LastRead(DAY, 40)


def test_a_meter_that_was_taken_out_is_gone_that_day(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """At the end of the day it is not there any more; the day before it is."""
    meter = Meter.get(Meter.number == "M000001")
    take_meter_out(desk("maria"), meter.id, day=DAY, reading=1012, version=meter.version)

    assert service_lines(town[0], date(2026, 10, 23))[0].meter == "M000001"
    assert service_lines(town[0], DAY)[0].meter == ""


def test_a_meter_that_was_taken_out_keeps_its_history(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """Its day, what it showed then, the use that no read has counted yet, and all before."""
    before = seen(town[0])
    meter = Meter.get(Meter.number == "M000001")
    take_meter_out(desk("maria"), meter.id, day=DAY, reading=1012, version=meter.version)

    water = service_lines(town[0], TODAY)[0]
    assert (water.meter, water.gone) == ("", GoneMeter("M000001", "ccf", 1000, DAY))
    assert water.counted == ("M000001", "ccf")
    use = seen(town[0])
    assert use == OwnUse(LastRead(DAY, 1012, 3000), before.periods)
    assert use.periods
    told = usage_sentence([water], {water.service_point_id: use})
    assert told == (
        "Meter M000001 came out on 10/24/26: 3 ccf since its last read, not billed yet."
    )
    shown = service_rows([water], {water.service_point_id: use}, {}, on=TODAY, width=132)
    row = "".join(text for text, _ in shown[1])
    assert "M000001" in row
    assert "10/24/26" in row
    assert "1,012" in row
    assert "3 ccf" in row
    assert "Out 10/24/26" in row


def test_who_comes_later_is_shown_nothing_of_a_meter_that_was_gone(
    desk: Callable[..., Desk], town: list[int]
) -> None:
    """A meter that came out before a service began counted for somebody else."""
    meter = Meter.get(Meter.number == "M000001")
    take_meter_out(desk("maria"), meter.id, day=DAY, reading=1012, version=meter.version)
    Service.update(from_day=DAY).where(Service.account == town[0]).execute()

    assert service_lines(town[0], TODAY)[0].gone is None


def test_what_was_the_last_customer_s_own_is_not_offered_to_the_next(
    town: list[int], office: Office
) -> None:
    """A winter average, a household and a discount go with the customer; the strength stays."""
    sewer = ServicePoint.get(
        (ServicePoint.location == place_of(town[0])) & (ServicePoint.kind == "sewer")
    )
    service = Service.get(Service.service_point == sewer.id)
    own = {"winter_average": "27", "household_size": "5", "low_income": "yes", "tax_exempt": "yes"}
    with write_transaction(office.store):
        for name, value in {**own, "strength_class": "low"}.items():
            ServiceAttribute.create(
                service=service, name=name, value=value, from_day=service.from_day
            )

    offered = {one.kind: one.attributes for one in offer_at(place_of(town[0])).points}
    assert offered["sewer"] == {"strength_class": "low"}
