"""What the rate of a class asks of an account that nobody has stated so far (PRM-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.records.attributes import REGISTRY, LivesAt
from billing_tui.records.kinds import FlagKind
from billing_tui.service_orders.terms import asked_for, last_measured, no_use_yet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.records.account_values import AccountSummary
    from billing_tui.service_orders.terms import Terms

_FLAGS = {FlagKind.LOW_INCOME: "low_income", FlagKind.TAX_EXEMPT: "tax_exempt"}


def stated(summary: AccountSummary) -> dict[str, str]:
    """What all services of an account share: the attributes of the place, and its flags' yes or no.

    Both flags are always told, since an account without one is billed as `no`.
    """
    flags = {flag.kind for flag in summary.flags}
    relief = {name: "yes" if kind in flags else "no" for kind, name in _FLAGS.items()}
    return {**summary.location.attributes, **relief}


def unstated(
    summary: AccountSummary,
    service_id: int,
    terms: Terms,
    values: Mapping[str, str],
    day: date,
) -> str:
    """The next attribute without which a class could not bill a service; "" where none is missing.

    Args:
        summary: the account on the day of the change.
        service_id: the service that changes its class.
        terms: the new ones.
        values: what is stated with the change.
        day: first of the new terms.
    """
    line = next(one for one in summary.services if one.service_id == service_id)
    size = {"meter_size": line.size} if line.size else {}
    own = {**stated(summary), **size, **line.attributes, **values}
    measured = last_measured(summary.account_id)
    for one in summary.services:
        unused = no_use_yet(one.schedule, day) if one.metered else None
        if unused is not None:
            measured.setdefault(one.kind.value, unused)
    name = asked_for((terms.schedule, terms.rate_class), own, measured, line.kind.value, day)
    found = REGISTRY.get(name)
    return name if found is not None and found.lives_at is not LivesAt.METER else ""
