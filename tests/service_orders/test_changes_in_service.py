"""Add and end a service, change its class, hold its bills; from which bill on it counts."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

import pytest
from bills import LATER, bill
from hypothesis import HealthCheck, given, settings, strategies as st
from moves import version_of
from town import READ_DAY, START, adopt, plan, read_all

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.access.tables import AuditEntry, ChangeRequest
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.completeness import not_in_run, sweep
from billing_tui.billing.open_run import open_run
from billing_tui.billing.tables import Bill, BillService
from billing_tui.foundation.errors import BillingError, InvalidEntry, ProblemsFound, Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.executors import EXECUTORS
from billing_tui.operations.verify import verify_office
from billing_tui.records.account_flags import add_flag
from billing_tui.records.change_attribute import change_service_attributes
from billing_tui.records.kinds import FlagKind, ServiceKind
from billing_tui.records.lookup import account_summary
from billing_tui.records.tables import Account, Meter, MeterInstallation, Service, ServicePoint
from billing_tui.service_orders.add_service import AddForm, add_service, addable
from billing_tui.service_orders.change_class import ClassChange, change_class
from billing_tui.service_orders.end_service import EndForm, end_service
from billing_tui.service_orders.first_bill import (
    attribute_counts,
    days_count,
    end_counts,
    first_bill,
    flag_counts,
)
from billing_tui.service_orders.preview_change import preview_change
from billing_tui.service_orders.service_changes import ChangeForm, ChangeKind
from billing_tui.service_orders.terms import (
    Measured,
    check_terms,
    last_measured,
    month_cents,
    terms_offered,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

REFUSE = """
schedule: REFUSE
title: Refuse
service: refuse
effective: 2025-01-01
attributes: {cart_size: text, dwelling_units: number}
proration: {standard_days: 30, no_proration_between: [27, 33], fixed: by_days, tier_caps: none}
classes:
  RES:
    title: Residential
    charges:
      - code: CART
        label: Refuse cart
        kind: fixed
        revenue: refuse.fixed
        amount: {by: [cart_size], table: {"64": 24.00, "96": 30.00}}
  COM:
    title: Commercial
    charges:
      - {code: CART, label: Refuse bin, kind: fixed, revenue: refuse.fixed, amount: 90.00}
  MFR:
    title: Multi-family
    charges:
      - code: CART
        label: Refuse by dwelling
        kind: fixed
        revenue: refuse.fixed
        quantity: dwelling_units
        unit: dwelling
        price: 20.00
examples:
  - name: dwellings
    class: MFR
    from: 2026-07-01
    to: 2026-07-31
    attributes: {dwelling_units: 4}
    lines: [{code: CART, amount: 80.00}]
    total: 80.00
  - name: a cart
    class: RES
    from: 2026-07-01
    to: 2026-07-31
    attributes: {cart_size: "64"}
    lines: [{code: CART, amount: 24.00}]
    total: 24.00
  - name: a bin
    class: COM
    from: 2026-07-01
    to: 2026-07-31
    lines: [{code: CART, amount: 90.00}]
    total: 90.00
"""
NOVEMBER, NEXT = date(2026, 11, 1), date(2026, 11, 13)


@pytest.fixture
def house(town: list[int], desk: Callable[..., Desk]) -> int:
    """The first house, billed up to 14 October; refuse may be taken."""
    bill(desk, "2026-10")
    with write_transaction(desk("luis").store):
        adopt(REFUSE)
    plan(desk, "2026-11", NEXT, date(2026, 11, 20))
    return town[0]


def refuse(account: int, day: date = NOVEMBER, **more: object) -> AddForm:
    """A cart from a day on."""
    values: dict[str, object] = {
        "account_id": account,
        "kind": ServiceKind.REFUSE,
        "schedule": "REFUSE",
        "rate_class": "RES",
        "day": day,
        "attributes": {"cart_size": "64", "carts": "1"},
    }
    return AddForm(**(values | more))  # type: ignore[arg-type]


def add(desk: Desk, form: AddForm, **more: str) -> int:
    """Add the service as the account stands now."""
    return add_service(desk, form, version=version_of(form.account_id), **more).service_id


def end(desk: Desk, form: EndForm, account: int) -> None:
    """End the service as the account stands now."""
    end_service(desk, form, version=version_of(account), why="hauls it himself")


def fields(error: pytest.ExceptionInfo[ProblemsFound]) -> list[str]:
    """Entry fields of a refusal, in order."""
    return [problem.field for problem in error.value.problems]


def broken(office: Office) -> list[str]:
    """Every invariant that does not hold."""
    return [s for one in verify_office(office.store) for s in one.broken]


def newest() -> AuditEntry:
    """The last entry of the trail."""
    return AuditEntry.select().order_by(AuditEntry.seq.desc()).get()


def test_a_service_is_added_and_billed_by_days(
    desk: Callable[..., Desk], house: int, office: Office, tmp_path: Path
) -> None:
    """A new point, one audit entry, and 12 of 30 days on the next bill."""
    maria, entries = desk("maria"), AuditEntry.select().count()
    done = add_service(maria, refuse(house), version=version_of(house), why="asked by phone")
    assert done.new_point
    assert AuditEntry.select().count() == entries + 1
    entry = newest()
    assert (entry.verb, entry.subject, entry.why) == (
        "service_orders.add_service",
        Account.get_by_id(house).number,
        "asked by phone",
    )
    assert json.loads(entry.after)["attributes"] == {"cart_size": "64", "carts": "1"}
    line = account_summary(house, NOVEMBER).services[-1]
    assert (line.kind, line.description, line.from_day) == ("refuse", "1 x 64 gal", NOVEMBER)
    readings = {f"M{n:06d}": 1000 + 20 * n for n in range(1, 4)}
    instance = Bill.select().first().run.instance.id + 1
    read_all(desk, instance, readings, NEXT, tmp_path)
    bill(desk, "2026-11")
    [part] = BillService.select().where(BillService.kind == "refuse")
    assert (part.from_day, part.to_day, part.cents) == (NOVEMBER, NEXT, 960)
    assert broken(office) == []


def test_the_same_request_adds_once(desk: Callable[..., Desk], house: int) -> None:
    """The key brings the first service back."""
    version = version_of(house)
    first = add_service(desk("maria"), refuse(house), version=version, key="k")
    again = add_service(desk("maria"), refuse(house), version=version, key="k")
    assert (first.service_id, first.new_point) == (again.service_id, again.new_point)
    assert Service.select().where(Service.kind == "refuse").count() == 1


def test_all_that_is_wrong_is_told_at_once(desk: Callable[..., Desk], house: int) -> None:
    """A kind that is taken, a class that is none, a day in what was billed."""
    maria = desk("maria")
    wrong = refuse(house, date(2026, 10, 1), rate_class="SFR")
    with pytest.raises(ProblemsFound) as refusal:
        add(maria, wrong)
    assert fields(refusal) == ["day", "rate_class"]
    with pytest.raises(ProblemsFound, match="takes sewer already") as refusal:
        add(maria, refuse(house, kind=ServiceKind.SEWER, schedule="SEWER", attributes={}))
    assert fields(refusal)[0] == "kind"
    with pytest.raises(ProblemsFound, match="put one in with its meter"):
        add(maria, refuse(house, kind=ServiceKind.ELECTRIC, schedule="E", attributes={}))
    with pytest.raises(ProblemsFound) as refusal:
        add(maria, refuse(house, attributes={"cart_size": "65"}))
    assert fields(refusal) == ["cart_size"]
    assert Service.select().where(Service.kind == "refuse").count() == 0
    assert ServicePoint.select().where(ServicePoint.kind == "refuse").count() == 0


def test_a_lead_lets_a_service_catch_up(desk: Callable[..., Desk], house: int) -> None:
    """Begun before what was billed: the next bill charges all of its days."""
    back = refuse(house, date(2026, 10, 1), despite_billed=True)
    with pytest.raises(Exception, match="takes a lead"):
        add(desk("maria"), back)
    with pytest.raises(ProblemsFound, match="account begins on 09/14/26"):
        add(desk("luis"), replace(back, day=START - timedelta(days=1)))
    add(desk("luis"), back)
    assert json.loads(newest().after)["despite_billed"] == "cycle to 2026-10-14"


def test_a_service_ends_and_its_point_is_off(
    desk: Callable[..., Desk], house: int, office: Office
) -> None:
    """The last day is the one before, nobody is looked for there, and it can be taken again."""
    maria = desk("maria")
    service = add(maria, refuse(house))
    end(maria, EndForm(service_id=service, day=NEXT), house)
    row = Service.get_by_id(service)
    assert row.to_day == NEXT - timedelta(days=1)
    assert row.service_point.status == "Off"
    assert [one.why for one in sweep(LATER) if not one.account] == []
    entry = newest()
    assert json.loads(entry.before)["to_day"] is None
    assert json.loads(entry.after)["to_day"] == "2026-11-12"
    again = add_service(maria, refuse(house, NEXT), version=version_of(house))
    assert (again.new_point, again.service_point_id) == (False, row.service_point.id)
    assert ServicePoint.get_by_id(row.service_point.id).status == "Active"
    assert broken(office) == []


def test_a_meter_is_read_when_its_service_ends(desk: Callable[..., Desk], house: int) -> None:
    """Without the reading it is refused; sewer then is all that is left and goes no further."""
    maria = desk("maria")
    water, sewer = (one.service_id for one in account_summary(house, NOVEMBER).services)
    with pytest.raises(ProblemsFound, match="reading of meter M000001 is missing"):
        end(maria, EndForm(service_id=water, day=NOVEMBER), house)
    done = end_service(
        maria, EndForm(service_id=water, day=NOVEMBER, readings={"M000001": 1015}),
        version=version_of(house), why="capped",
    )  # fmt: skip
    assert [(read.meter, read.usage_milli) for read in done.reads] == [("M000001", 6000)]
    with pytest.raises(ProblemsFound, match="Sewer is all that the account takes"):
        end(maria, EndForm(service_id=sewer, day=NEXT), house)
    with pytest.raises(ProblemsFound, match="ends on 10/31/26 already"):
        end(maria, EndForm(service_id=water, day=NEXT), house)


def test_what_was_billed_does_not_end(desk: Callable[..., Desk], house: int) -> None:
    """Neither before the bill nor, for sewer, inside the water's period."""
    maria = desk("maria")
    sewer = account_summary(house, NOVEMBER).services[1].service_id
    with pytest.raises(ProblemsFound, match="billed to 10/14/26; end it then or later"):
        end(maria, EndForm(service_id=sewer, day=date(2026, 10, 1)), house)
    with pytest.raises(ProblemsFound, match="begin on 10/14/26"):
        end(maria, EndForm(service_id=sewer, day=NOVEMBER), house)
    with pytest.raises(InvalidEntry, match="Give a reason"):
        end_service(maria, EndForm(service_id=sewer, day=READ_DAY), version=1, why=" ")
    end(maria, EndForm(service_id=sewer, day=READ_DAY), house)


def test_a_clerk_asks_for_a_class_and_a_lead_gives_it(
    desk: Callable[..., Desk], house: int
) -> None:
    """Both through one verb; a class that is none never reaches the queue."""
    service = add(desk("maria"), refuse(house))

    def change(who: str, rate_class: str, schedule: str = "REFUSE") -> object:
        return change_class(
            desk(who), service, schedule=schedule, rate_class=rate_class, from_day=NEXT,
            version=version_of(house), why="a shop by now",
        )  # fmt: skip

    with pytest.raises(InvalidEntry, match="it has COM, MFR, RES") as refusal:
        change("maria", "SHOP")
    assert refusal.value.field == "rate_class"
    with pytest.raises(InvalidEntry, match=r"no refuse schedule WATER.*there is REFUSE"):
        change("maria", "RES", "WATER")
    asked = change("maria", "COM")
    assert (asked.service_id, asked.request) == (None, ChangeRequest.get().id)  # type: ignore[attr-defined]
    assert Service.get_by_id(service).to_day is None
    done = change("luis", "COM")
    assert done.request is None  # type: ignore[attr-defined]
    assert Service.get_by_id(done.service_id).rate_class == "COM"  # type: ignore[attr-defined]


def test_a_held_account_is_told_and_never_dropped(
    desk: Callable[..., Desk], house: int, tmp_path: Path
) -> None:
    """The run lists it as held with the flag; when the hold has ended the next run bills it all."""
    day = date(2026, 11, 2)
    add_flag(desk("maria"), house, FlagKind.HOLD_BILL, "Leak claim", to_day=date(2026, 11, 30))
    luis, number = desk("luis", LATER), Account.get_by_id(house).number
    readings = {f"M{n:06d}": 1000 + 20 * n for n in range(1, 4)}
    read_all(desk, Bill.select().first().run.instance.id + 1, readings, NEXT, tmp_path)
    run = open_run(luis, "07", "2026-11")
    assert calculate_run(luis, run.number).bills == 2
    held = [(one.account, one.why) for one in not_in_run(run.id)]
    assert held == [(number, "held: the account has the flag Hold bill")]
    assert flag_counts(house, day).endswith("first on the bill of 11/20/26.")
    assert flag_counts(house, day, date(2026, 11, 20)).endswith("first on the bill of 11/20/26.")
    assert flag_counts(house, day, date(2026, 11, 19)) == (
        "It ends on 11/19/26 before the bill of 11/20/26: it counts on none that is planned."
    )


def test_from_which_bill_on(house: int) -> None:
    """A period ends the day before its read day; posted runs are past."""
    found = first_bill(house, date(2026, 10, 1))
    assert found is not None
    assert (found.name, found.bill_day) == ("2026-11", date(2026, 11, 20))
    assert first_bill(house, NEXT - timedelta(days=1)) == found
    assert first_bill(house, NEXT) is None
    assert attribute_counts(house, NOVEMBER) == (
        "Counts on the bill of 11/20/26, for the whole period read on 11/13/26."
    )
    assert days_count(house, NOVEMBER).endswith("first on the bill of 11/20/26.")
    assert end_counts(house, NEXT) == "Charged by days up to 11/12/26, on the bill of 11/20/26."
    assert "no bill is planned yet" in days_count(house, NEXT)
    assert "no bill is planned yet" in end_counts(house, NEXT + timedelta(days=1))
    assert "none is planned yet" in attribute_counts(house, NEXT)


def test_what_thirty_days_cost(house: int) -> None:
    """By the rates of the day and the usage of the last bill; what no rate can read says why."""
    assert [terms.rate_class for terms in terms_offered("refuse", NEXT)] == ["COM", "MFR", "RES"]
    assert terms_offered("refuse", date(2024, 1, 1)) == ()
    assert check_terms("refuse", "REFUSE", "COM", NEXT).title == "Commercial"
    measured = last_measured(house)
    assert measured == {"water": Measured(Decimal(9), "ccf")}
    cart = ("REFUSE", "RES")
    assert month_cents(cart, {"cart_size": "96"}, measured, "refuse", NEXT) == 3000
    assert "cart_size" in str(month_cents(cart, {}, measured, "refuse", NEXT))
    assert month_cents(("SEWER", "RES"), {}, measured, "sewer", NEXT) == 4052
    size = {"meter_size": '5/8"'}
    assert month_cents(("WATER", "SFR"), size, measured, "water", NEXT) == 4961


def test_a_stale_change_is_refused(desk: Callable[..., Desk], house: int) -> None:
    """Two clerks at one account: the second looks again."""
    maria, version = desk("maria"), version_of(house)
    add_service(maria, refuse(house), version=version)
    with pytest.raises(Exception, match="was changed meanwhile") as refusal:
        add_service(maria, refuse(house), version=version)
    assert not isinstance(refusal.value, Refused)


steps = st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=1, max_size=8)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps)
def test_no_day_is_taken_twice(
    desk: Callable[..., Desk], house: int, office: Office, plan: list[tuple[bool, int]]
) -> None:
    """However refuse is added and ended, each day has it once or not at all, at one point."""
    maria = desk("maria")
    for begins, count in plan:
        day = NOVEMBER + timedelta(days=count)
        mine = Service.select().where((Service.account == house) & (Service.kind == "refuse"))
        goes_on = mine.where(Service.to_day.is_null()).first()
        try:
            if begins:
                add(maria, refuse(house, day))
            elif goes_on is not None:
                end(maria, EndForm(service_id=goes_on.id, day=day), house)
        except BillingError:
            continue
    rows = list(Service.select().where((Service.account == house) & (Service.kind == "refuse")))
    for count in range(40):
        day = NOVEMBER + timedelta(days=count)
        on = [r for r in rows if r.from_day <= day and (r.to_day is None or day <= r.to_day)]
        assert len(on) <= 1
    assert ServicePoint.select().where(ServicePoint.kind == "refuse").count() <= 1
    assert broken(office) == []


def test_an_account_that_was_never_billed_is_priced_without_use(
    town: list[int], office: Office
) -> None:
    """No use is billed yet: nothing is wrong, and what thirty days cost is said without any."""
    with write_transaction(office.store):
        adopt(REFUSE)
    form = ChangeForm(
        account_id=town[0], change=ChangeKind.ADD, day=NOVEMBER, kind=ServiceKind.REFUSE,
        terms=check_terms("refuse", "REFUSE", "RES", NOVEMBER),
        values={"cart_size": "64", "carts": "1"},
    )  # fmt: skip
    found = preview_change(account_summary(town[0], NOVEMBER), form)
    assert (found.before_cents, found.after_cents, found.unused) == (5220, 7620, True)
    assert found.warnings == ()


def put_in(desk: Callable[..., Desk], account: int, size: str, day: date) -> None:
    """Another meter stands at the account's point from a day on."""
    with write_transaction(desk("luis").store):
        there = (
            MeterInstallation.select()
            .join(Service, on=Service.service_point == MeterInstallation.service_point)
            .where(Service.account == account)
            .get()
        )
        there.to_day, there.last_reading = day, there.first_reading
        there.save()
        meter = Meter.create(number="M999999", size=size, dials=6, unit="ccf")
        MeterInstallation.create(
            meter=meter, service_point=there.service_point, from_day=day, first_reading=0
        )


def test_two_changes_of_one_day_are_told_with_the_same_price_before(
    desk: Callable[..., Desk], house: int
) -> None:
    """A bill counts meters and carts of its period's last day, also for a change that lies back."""
    service = add(desk("maria"), refuse(house, NOVEMBER - timedelta(days=9)))
    asked = partial(ChangeForm, account_id=house, service_id=service)
    carts = asked(change=ChangeKind.CARTS, day=NOVEMBER, values={"cart_size": "96"})

    def told(form: ChangeForm) -> tuple[int | None, int | None]:
        found = preview_change(account_summary(house, form.day), form)
        return found.before_cents, found.after_cents

    before, after = told(carts)
    change_service_attributes(
        desk("maria"), service, carts.values, from_day=NOVEMBER, version=version_of(house)
    )
    put_in(desk, house, '1"', NOVEMBER)
    larger = told(replace(carts, values={"cart_size": "64"}))
    terms = check_terms("refuse", "REFUSE", "COM", NOVEMBER)
    earlier = asked(change=ChangeKind.CLASS, day=NOVEMBER - timedelta(days=5), terms=terms)

    assert before is not None
    assert after == before + 600
    now = larger[0]
    assert now is not None
    assert now >= after + 3825 - 2000  # and the tax on it
    assert larger[1] == now - 600
    assert told(earlier) == (now, now - 3000 + 9000)


def test_a_change_that_a_later_value_overtakes_is_said_to_count_nothing(
    desk: Callable[..., Desk], house: int
) -> None:
    """Another cart from tomorrow on counts for the whole period, whatever was there today."""
    service = add(desk("maria"), refuse(house))
    later = NOVEMBER + timedelta(days=1)
    change_service_attributes(
        desk("maria"), service, {"cart_size": "96"}, from_day=later, version=version_of(house)
    )
    form = ChangeForm(
        account_id=house, change=ChangeKind.CARTS, day=NOVEMBER, service_id=service,
        values={"cart_size": "64", "carts": "2"},
    )  # fmt: skip
    found = preview_change(account_summary(house, NOVEMBER), form)

    assert [one for one in found.warnings if "96; the bill counts that" in one]


def test_sewer_without_any_water_is_still_said_to_be_unbillable(town: list[int]) -> None:
    """That no other service hands over its use is no matter of a bill to come."""
    water = account_summary(town[0], NOVEMBER).services[0]
    form = ChangeForm(
        account_id=town[0], change=ChangeKind.END, day=NOVEMBER, service_id=water.service_id
    )
    found = preview_change(account_summary(town[0], NOVEMBER), form)
    assert [one for one in found.warnings if "water_usage" in one]
    assert found.after_cents is None


def test_a_class_is_asked_for_with_what_its_rate_needs(
    desk: Callable[..., Desk], house: int, office: Office
) -> None:
    """Without the dwellings nobody is asked; with them the lead gives both in one entry."""
    service = add(desk("maria"), refuse(house))

    def ask(values: dict[str, str]) -> ClassChange:
        return change_class(
            desk("maria"), service, schedule="REFUSE", rate_class="MFR", from_day=NEXT,
            values=values, version=version_of(house), why="four flats now",
        )  # fmt: skip

    with pytest.raises(InvalidEntry, match="asks for number of dwellings, which nobody") as wrong:
        ask({})
    assert wrong.value.field == "dwelling_units"
    with pytest.raises(InvalidEntry, match="whole number"):
        ask({"dwelling_units": "4.5"})
    assert ChangeRequest.select().count() == 0
    request = ask({"dwelling_units": "04"}).request
    assert request is not None
    shown = find_request(desk("luis"), request)
    assert [(one.field, one.before, one.after) for one in shown.changes] == [
        ("dwelling_units", None, "4"),
        ("rate_class", "RES", "MFR"),
    ]
    approve_request(desk("luis"), request, seen=shown.digest, executors=EXECUTORS)
    there = account_summary(house, NEXT)
    assert there.location.attributes == {"dwelling_units": "4"}
    assert there.services[-1].rate_class == "MFR"
    assert account_summary(house, NOVEMBER).location.attributes == {}
    assert json.loads(newest().after)["dwelling_units"] == "4"
    assert broken(office) == []


def test_a_class_that_needs_more_changes_at_once_for_a_lead(
    desk: Callable[..., Desk], house: int
) -> None:
    """What was stated meanwhile is not overwritten; a value of a meter is no place's."""
    luis, service = desk("luis"), add(desk("maria"), refuse(house))
    more = {"schedule": "REFUSE", "rate_class": "MFR", "from_day": NEXT, "why": "flats"}

    def change(**values: str) -> ClassChange:
        return change_class(luis, service, values=values, version=version_of(house), **more)  # type: ignore[arg-type]

    with pytest.raises(InvalidEntry, match="kept with the meter"):
        change(dwelling_units="4", meter_size='1"')
    done = change(dwelling_units="4")
    assert Service.get_by_id(done.service_id).rate_class == "MFR"
    assert account_summary(house, NEXT).location.attributes == {"dwelling_units": "4"}
    with pytest.raises(Refused, match="dwelling_units is 4 by now"):
        change_class(
            luis, done.service_id or 0, schedule="REFUSE", rate_class="RES", from_day=NEXT,
            values={"dwelling_units": "6"}, version=version_of(house), why="back",
        )  # fmt: skip


def test_what_can_be_added(desk: Callable[..., Desk], house: int) -> None:
    """What the account lacks and rates know; nothing once it takes that."""
    location = Account.get_by_id(house).location.id
    assert addable(house, location, NOVEMBER) == [ServiceKind.REFUSE]
    add(desk("maria"), refuse(house))
    assert addable(house, location, NOVEMBER) == []


def test_a_lead_is_not_told_to_ask_a_lead(desk: Callable[..., Desk], house: int) -> None:
    """The way that is open to whoever is refused."""
    early = refuse(house, date(2026, 10, 1))
    with pytest.raises(ProblemsFound, match="begin then, or ask a lead"):
        add(desk("maria"), early)
    with pytest.raises(ProblemsFound, match="begin then, or despite it"):
        add(desk("luis"), early)
