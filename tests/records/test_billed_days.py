"""No change reaches back into what was billed, and no service is cut where its usage cannot be."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from bills import LATER, bill
from town import READ_DAY, SEWER, START, adopt, build_town, plan, read_all

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry
from billing_tui.access.writing import KeyConflict
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.billing.tables import Bill, BillService
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.executors import EXECUTORS
from billing_tui.operations.verify import verify_office
from billing_tui.records.billed_days import place_billed, service_billed, unbilled_from
from billing_tui.records.change_attribute import (
    change_location_attributes,
    change_service_attributes,
)
from billing_tui.records.change_service import change_service
from billing_tui.records.lookup import account_summary, service_attributes
from billing_tui.records.request_class_change import request_class_change
from billing_tui.records.tables import Account, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk

MIDDLE = date(2026, 10, 24)
NEXT = date(2026, 11, 13)


@pytest.fixture
def account(desk: Callable[..., Desk], tmp_path: Path) -> int:
    """A house whose water and sewer are billed up to 14 October, read again on 13 November."""
    [found] = build_town(desk, 1)
    first = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    read_all(desk, first, {"M000001": 1009}, READ_DAY, tmp_path)
    bill(desk, "2026-10")
    second = plan(desk, "2026-11", NEXT, date(2026, 11, 20))
    read_all(desk, second, {"M000001": 1021}, NEXT, tmp_path)
    return found


def service(account: int, kind: str) -> Service:
    """The service of that kind which goes on."""
    return Service.get(
        (Service.account == account) & (Service.kind == kind) & Service.to_day.is_null()
    )


def give(desk: Desk, account: int, kind: str, rate_class: str, from_day: date) -> int:
    """Bill a service under another class."""
    row = service(account, kind)
    return change_service(
        desk,
        row.id,
        schedule=row.schedule,
        rate_class=rate_class,
        billing_hold=False,
        from_day=from_day,
        version=Account.get_by_id(account).version,
    )


def test_how_far_bills_have_gone(desk: Callable[..., Desk], account: int) -> None:
    """To the read day of the posted bill; a draft does not count."""
    water = service(account, "water")
    billed = service_billed(water.id)
    assert billed is not None
    assert (billed.kind, billed.to_day, billed.run) == ("water", READ_DAY, "run 2026-10-07-1")
    assert place_billed(water.account.location.id).to_day == READ_DAY  # type: ignore[union-attr]
    assert unbilled_from(water) == READ_DAY
    luis = desk("luis", LATER)
    calculate_run(luis, open_run(luis, "07", "2026-11").number)
    assert Bill.select().where(Bill.state == "draft").count() == 1
    assert unbilled_from(water) == READ_DAY


def test_a_clerk_does_not_reach_into_what_was_billed(
    desk: Callable[..., Desk], account: int
) -> None:
    """The bill of its days counted the old value; only a lead may reach back, and says so."""
    water, maria, luis = service(account, "water"), desk("maria"), desk("luis")
    before = date(2026, 10, 13)

    def change(who: Desk, day: date, *, despite: bool = False) -> int:
        version = Account.get_by_id(account).version
        return change_service_attributes(
            who, water.id, {"household_size": str(day.month)}, from_day=day, version=version,
            despite_billed=despite,
        )  # fmt: skip

    with pytest.raises(Refused, match=r"billed to 10/14/26 by run 2026-10-07-1.*lead") as refusal:
        change(maria, before)
    assert (refusal.value.code, refusal.value.field) == ("ALREADY-BILLED", "from_day")
    with pytest.raises(NotAllowed, match="lead"):
        change(maria, before, despite=True)
    with pytest.raises(Refused):
        change(luis, before)
    assert service_attributes(water.id) == []
    change(luis, before, despite=True)
    assert [span.from_day for span in service_attributes(water.id)] == [before]
    told = json.loads(AuditEntry.select().order_by(AuditEntry.seq.desc()).get().after)
    assert told["despite_billed"] == "water to 2026-10-14 by run 2026-10-07-1"
    change(luis, NEXT, despite=True)
    told = json.loads(AuditEntry.select().order_by(AuditEntry.seq.desc()).get().after)
    assert "despite_billed" not in told


def test_the_first_unbilled_day_is_the_clerks(desk: Callable[..., Desk], account: int) -> None:
    """The read day belongs to the next period; a place asks about all that is billed there."""
    place = account_summary(account, READ_DAY).location
    with pytest.raises(Refused, match="billed to 10/14/26"):
        change_location_attributes(
            desk("maria"), place.location_id, {"zone": "2"}, from_day=START, version=place.version
        )
    change_location_attributes(
        desk("maria"), place.location_id, {"zone": "2"}, from_day=READ_DAY, version=place.version
    )
    assert account_summary(account, READ_DAY).location.attributes["zone"] == "2"


def test_terms_never_reach_into_a_bill(desk: Callable[..., Desk], account: int) -> None:
    """Days would be billed twice; not even a lead's word helps, only the cancelled bill does."""
    with pytest.raises(Refused, match="cancel that bill first") as refusal:
        give(desk("luis"), account, "water", "MFR", date(2026, 10, 1))
    assert refusal.value.code == "ALREADY-BILLED"
    with pytest.raises(Refused, match="cancel that bill first"):
        request_class_change(
            desk("maria"), service(account, "water").id, schedule="WATER", rate_class="MFR",
            from_day=date(2026, 10, 1), reason="two units",
        )  # fmt: skip


def test_what_was_billed_since_it_was_asked_for(desk: Callable[..., Desk], account: int) -> None:
    """The request waited while a run billed its days: approving it would bill them twice."""
    sewer = service(account, "sewer")
    request = request_class_change(
        desk("maria"), sewer.id, schedule="SEWER", rate_class="COM", from_day=READ_DAY,
        reason="a shop",
    )  # fmt: skip
    bill(desk, "2026-11")
    seen = find_request(desk("luis"), request).digest
    with pytest.raises(Refused, match="billed to 11/13/26"):
        approve_request(desk("luis"), request, seen=seen, executors=EXECUTORS)
    assert Service.select().where(Service.kind == "sewer").count() == 1


def test_metered_service_is_cut_on_a_read(desk: Callable[..., Desk], account: int) -> None:
    """Between two reads nobody knows which usage is whose."""
    with pytest.raises(InvalidEntry, match=r"not read on 10/24/26\. Begin on 10/14/26"):
        give(desk("luis"), account, "water", "MFR", MIDDLE)
    give(desk("luis"), account, "water", "SFR2", NEXT)
    assert Service.select().where(Service.kind == "water").count() == 2


def test_sewer_is_cut_where_the_water_is_billed_to(desk: Callable[..., Desk], account: int) -> None:
    """It is billed on the water of a whole period: two halves would both be billed on all of it."""
    with pytest.raises(InvalidEntry, match=r"water of a whole period; begin on 10/14/26"):
        give(desk("luis"), account, "sewer", "MFR", MIDDLE)
    give(desk("luis"), account, "sewer", "RES2", READ_DAY)
    assert {row.rate_class for row in Service.select().where(Service.kind == "sewer")} == {
        "RES",
        "RES2",
    }


def test_a_class_changed_on_the_billed_day_is_billed_once(
    desk: Callable[..., Desk], account: int
) -> None:
    """The old row is billed up to the day, the new one from it on; every invariant holds."""
    luis, row = desk("luis"), service(account, "sewer")
    with write_transaction(luis.store):
        adopt(SEWER.replace("schedule: SEWER", "schedule: SEWER_2"))
    change_service(
        luis, row.id, schedule="SEWER_2", rate_class="RES", billing_hold=False, from_day=READ_DAY,
        version=Account.get_by_id(account).version,
    )  # fmt: skip
    bill(desk, "2026-11")
    periods = sorted(
        (one.schedule, one.from_day, one.to_day)
        for one in BillService.select().join(Bill).where(Bill.state == "posted")
    )
    assert periods == [
        ("SEWER", START, READ_DAY),
        ("SEWER_2", READ_DAY, NEXT),
        ("WATER", START, READ_DAY),
        ("WATER", READ_DAY, NEXT),
    ]
    assert [one for one in verify_office(luis.store) if one.broken] == []


def test_a_repeated_request_changes_once(desk: Callable[..., Desk], account: int) -> None:
    """The same key gets the first result; with other contents it is refused."""
    water, version = service(account, "water"), Account.get_by_id(account).version

    def change(people: str) -> int:
        return change_service_attributes(
            desk("maria"), water.id, {"household_size": people}, from_day=NEXT, version=version,
            key="k1",
        )  # fmt: skip

    assert change("5") == change("5") == version + 1
    with pytest.raises(KeyConflict):
        change("6")
    assert len(service_attributes(water.id)) == 1


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2016, 1, 1), date(2062, 11, 1)])
def test_a_year_that_is_a_slip(desk: Callable[..., Desk], account: int, day: date) -> None:
    """No change begins ten years back or two ahead."""
    place = account_summary(account, READ_DAY).location
    with pytest.raises(InvalidEntry, match="look at the year") as refusal:
        change_location_attributes(
            desk("maria"), place.location_id, {"zone": "2"}, from_day=day, version=place.version
        )
    assert refusal.value.field == "from_day"
