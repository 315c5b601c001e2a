"""All tables of the office, in the order in which they refer to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access import tables as access
from billing_tui.billing import tables as billing
from billing_tui.customer_care import tables as customer_care
from billing_tui.foundation.model import Table
from billing_tui.ledger import tables as ledger
from billing_tui.metering import tables as metering
from billing_tui.operations.daily_audit import tables as daily_audit
from billing_tui.operations.today import tables as today
from billing_tui.operations.training import tables as training
from billing_tui.rates import tables as rates
from billing_tui.records import tables as records
from billing_tui.service_orders import tables as service_orders

if TYPE_CHECKING:
    from types import ModuleType

_ROOMS: tuple[ModuleType, ...] = (
    access,
    records,
    rates,
    ledger,
    metering,
    service_orders,
    customer_care,
    billing,
    daily_audit,
    training,
    today,
)


def all_tables() -> tuple[type[Table], ...]:
    """Every table, rooms from the ground up."""
    found: list[type[Table]] = []
    for room in _ROOMS:
        found += [
            thing
            for thing in vars(room).values()
            if isinstance(thing, type)
            and issubclass(thing, Table)
            and thing is not Table
            and thing.__module__ == room.__name__
        ]
    return tuple(found)
