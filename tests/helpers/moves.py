"""Moves of the town of helpers/town.py: forms with everything that the test does not care about."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import AccountForm, TakenService
from billing_tui.records.tables import Account, Customer, Cycle, ServicePoint
from billing_tui.service_orders.forms import StartForm, StopForm

if TYPE_CHECKING:
    from collections.abc import Mapping

DAY = date(2026, 10, 24)
TERMS = {"water": ("WATER", "SFR"), "sewer": ("SEWER", "RES")}
COMER = NewCustomer(name="Okada, Kenji", phones=("805 555 0177",))


def version_of(account_id: int) -> int:
    """Version of an account as a screen would show it now."""
    return int(Account.get_by_id(account_id).version)


def status_of(number: str) -> str:
    """Status of an account."""
    return str(Account.get(Account.number == number).status)


def stops(account_id: int, readings: Mapping[str, int], day: date = DAY, **more: Any) -> StopForm:
    """The account ends on a day."""
    return StopForm(account_id=account_id, day=day, readings=readings, **more)


def starts(
    location_id: int,
    readings: Mapping[str, int],
    day: date = DAY,
    customer: int | NewCustomer = COMER,
    **more: Any,
) -> StartForm:
    """A customer takes everything at a place."""
    points = ServicePoint.select().where(ServicePoint.location == location_id)
    services = tuple(
        TakenService(
            service_point_id=point.id,
            schedule=TERMS[point.kind][0],
            rate_class=TERMS[point.kind][1],
        )
        for point in points.order_by(ServicePoint.id)
    )
    form = AccountForm(
        customer=customer,
        location_id=location_id,
        cycle_id=Cycle.get().id,
        opened=day,
        services=services,
    )
    return StartForm(account=form, readings=readings, **more)


def place_of(account_id: int) -> int:
    """Row of the account's location."""
    return int(Account.get_by_id(account_id).location.id)


def owner() -> int:
    """A customer who owns houses."""
    return int(
        Customer.create(
            number="C9000001", kind="person", name="Landry, Olive", mailing_name="Olive Landry"
        ).id
    )
