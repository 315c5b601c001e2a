"""What a change in service would do: before and after, thirty days' price, the bill it begins on.

Nothing is written. Prices are what the bill counts on which the change comes first: rates, meters,
carts and attributes of the last day of its period, the flags of its bill day, whatever the day of
the change; with the usage that the last bill measured. So two changes of one account are told with
the same price before. A service that no rate could bill any more is told, since its account would
be parked by every run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.foundation.errors import BillingError
from billing_tui.records.attributes import LivesAt, attribute
from billing_tui.records.billed_days import check_terms_day
from billing_tui.records.difference import attribute_words
from billing_tui.records.editing import existing
from billing_tui.records.lookup import account_summary
from billing_tui.records.tables import Service, ServicePoint
from billing_tui.service_orders.add_service import free_point
from billing_tui.service_orders.billed import run_under_way
from billing_tui.service_orders.class_needs import stated
from billing_tui.service_orders.end_service import end_problems
from billing_tui.service_orders.first_bill import (
    attribute_counts,
    days_count,
    end_counts,
    first_bill,
)
from billing_tui.service_orders.service_changes import ChangeKind
from billing_tui.service_orders.terms import last_measured, month_cents, no_use_yet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.records.account_values import AccountSummary, ServiceLine
    from billing_tui.service_orders.service_changes import ChangeForm
    from billing_tui.service_orders.terms import Measured

_COUNTS = {
    ChangeKind.ADD: days_count,
    ChangeKind.CLASS: days_count,
    ChangeKind.END: end_counts,
}
_LATER = "A later value stands: {} {}; the bill counts that."


class Turned(NamedTuple):
    """One thing before and after, in words; "" where there is none."""

    whose: str
    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Preview:
    """What would come of a change.

    Attributes:
        turned: each thing that changes.
        before_cents: what thirty days of all services cost now; None where it cannot be said.
        after_cents: the same after it.
        counts: from which bill on.
        unused: a meter's use that no bill has yet is priced as none.
        warnings: what the clerk should know before saving.
    """

    turned: tuple[Turned, ...]
    before_cents: int | None
    after_cents: int | None
    counts: str
    unused: bool = False
    warnings: tuple[str, ...] = ()


class _Counted(NamedTuple):
    """What the next bill counts, and as of which day."""

    day: date
    lines: tuple[ServiceLine, ...]
    shared: Mapping[str, str]


def _counted(summary: AccountSummary, day: date) -> _Counted:
    """The services of the day, with meters and attributes as the bill counts them."""
    bill = first_bill(summary.account_id, day)
    last = bill.read_day - timedelta(days=1) if bill else day
    there = account_summary(summary.account_id, last)
    flags = account_summary(summary.account_id, bill.bill_day).flags if bill else summary.flags
    on_last = {one.service_id: one for one in there.services}
    pairs = [(line, on_last.get(line.service_id, line)) for line in summary.services]
    lines = tuple(
        replace(line, size=then.size or line.size, attributes=then.attributes)
        for line, then in pairs
    )
    return _Counted(last, lines, stated(replace(there, flags=flags)))


def _overtaken(summary: AccountSummary, billed: _Counted, form: ChangeForm) -> dict[str, str]:
    """What the change states and the bill counts otherwise: a later value stands already."""
    was, then = dict(summary.location.attributes), dict(billed.shared)
    for line, counted in zip(summary.services, billed.lines, strict=True):
        if line.service_id == form.service_id:
            was, then = was | dict(line.attributes), then | dict(counted.attributes)
    return {name: then.get(name, "") for name in form.values if then.get(name) != was.get(name)}


class _Taken(NamedTuple):
    """A service as rates see it."""

    point: int
    kind: str
    terms: tuple[str, str]
    own: Mapping[str, str]
    size: str
    metered: bool


def _takes(line: ServiceLine) -> _Taken:
    terms = (line.schedule, line.rate_class)
    own = dict(line.attributes)
    return _Taken(line.service_point_id, line.kind.value, terms, own, line.size, line.metered)


def _after(
    summary: AccountSummary, lines: tuple[ServiceLine, ...], form: ChangeForm
) -> list[_Taken]:
    """The services as they will be."""
    found: list[_Taken] = []
    for line in lines:
        taken = _takes(line)
        if line.service_id == form.service_id:
            if form.change is ChangeKind.END:
                continue
            if form.change is ChangeKind.CLASS and form.terms is not None:
                taken = taken._replace(terms=(form.terms.schedule, form.terms.rate_class))
            taken = taken._replace(own={**taken.own, **form.values})
        found.append(taken)
    if form.change is ChangeKind.ADD and form.kind is not None and form.terms is not None:
        terms = (form.terms.schedule, form.terms.rate_class)
        point = free_point(summary.location.location_id, form.kind, form.day)
        metered = point is not None and bool(existing(ServicePoint, point).metered)
        found.append(_Taken(0, form.kind.value, terms, dict(form.values), "", metered))
    return found


def _unused(
    taken: list[_Taken], measured: Mapping[str, Measured], day: date
) -> dict[str, Measured]:
    """No use, for each meter whose use no bill has measured yet."""
    fresh = (one for one in taken if one.metered and one.kind not in measured)
    found = {one.kind: no_use_yet(one.terms[0], day) for one in fresh}
    return {kind: one for kind, one in found.items() if one is not None}


def _is_place(form: ChangeForm) -> bool:
    return (
        form.change not in {ChangeKind.ADD, ChangeKind.CLASS}
        and bool(form.values)
        and all(attribute(name).lives_at is LivesAt.LOCATION for name in form.values)
    )


def _home(name: str, whose: str) -> str:
    return "Place" if attribute(name).lives_at is LivesAt.LOCATION else whose


def _turned(summary: AccountSummary, form: ChangeForm) -> tuple[Turned, ...]:
    line = next((one for one in summary.services if one.service_id == form.service_id), None)
    if form.change is ChangeKind.ADD:
        kind = form.kind.value.capitalize() if form.kind else ""
        terms = f"{form.terms.schedule} {form.terms.rate_class}" if form.terms else ""
        own = [Turned(kind, attribute_words(name), "", new) for name, new in form.values.items()]
        return (Turned(kind, "Schedule and class", "", terms), *own)
    whose = line.kind.value.capitalize() if line else "Place"
    if form.change is ChangeKind.END and line is not None:
        was = f"{line.schedule} {line.rate_class}"
        return (Turned(whose, "Schedule and class", was, "ended"),)
    if form.change is ChangeKind.CLASS and line is not None and form.terms is not None:
        was, new = line.rate_class, form.terms.rate_class
        if line.schedule != form.terms.schedule:
            was, new = f"{line.schedule} {was}", f"{form.terms.schedule} {new}"
        own = [
            Turned(_home(name, whose), attribute_words(name), "", value)
            for name, value in form.values.items()
        ]
        return (Turned(whose, "Class", was, new), *own)
    now = summary.location.attributes if line is None else line.attributes
    return tuple(
        Turned(whose, attribute_words(name), now.get(name, ""), new)
        for name, new in form.values.items()
    )


def _month(
    taken: list[_Taken],
    shared: Mapping[str, str],
    measured: Mapping[str, Measured],
    day: date,
) -> tuple[int | None, list[str]]:
    """Thirty days of all services together, and why one of them could not be billed."""
    total, unbillable = 0, []
    counted = {kind: one for kind, one in measured.items() if any(t.kind == kind for t in taken)}
    for one in taken:
        size = {"meter_size": one.size} if one.size else {}
        found = month_cents(one.terms, {**shared, **size, **one.own}, counted, one.kind, day)
        if isinstance(found, str):
            unbillable.append(f"{one.kind.capitalize()} could not be billed: {found}")
        else:
            total += found
    return (None if unbillable else total), unbillable


def preview_change(summary: AccountSummary, form: ChangeForm) -> Preview:
    """What would come of a change of the account as it stands.

    Args:
        summary: the account on the day of the change.
        form: what changes.
    """
    billed = _counted(summary, form.day)
    measured = last_measured(summary.account_id)
    later = _overtaken(summary, billed, form)
    values = {name: value for name, value in form.values.items() if name not in later}
    changed = replace(form, values={} if _is_place(form) else values)
    after_shared = {**billed.shared, **values} if _is_place(form) else billed.shared
    now = [_takes(line) for line in billed.lines]
    then = _after(summary, billed.lines, changed)
    counted = {**_unused([*now, *then], measured, billed.day), **measured}
    before, _ = _month(now, billed.shared, counted, billed.day)
    after, unbillable = _month(then, after_shared, counted, billed.day)
    turned = tuple(one for one in _turned(summary, form) if one.before != one.after)
    if not turned:
        unbillable = ["Nothing differs from what stands.", *unbillable]
    counts = _COUNTS.get(form.change, attribute_counts)(summary.account_id, form.day)
    overtaken = [_LATER.format(attribute_words(name), value) for name, value in later.items()]
    warnings = (*_refusals(form), *unbillable, *overtaken, *_drafted(summary, form))
    return Preview(turned, before, after, counts, len(counted) > len(measured), warnings)


def _refusals(form: ChangeForm) -> list[str]:
    """Why the verb would refuse to cut or end the service on that day."""
    if form.service_id is None:
        return []
    service = existing(Service, form.service_id)
    if form.change is ChangeKind.END:
        return [problem.sentence for problem in end_problems(service, form.day)]
    if form.change is ChangeKind.CLASS:
        try:
            check_terms_day(service, form.day)
        except BillingError as error:
            return [error.sentence]
    return []


def _drafted(summary: AccountSummary, form: ChangeForm) -> list[str]:
    """A run that has drafted the account's bill has counted what stood before."""
    points = [
        line.service_point_id
        for line in summary.services
        if form.service_id in {None, line.service_id}
    ]
    runs = {run for point in points if (run := run_under_way(point)) is not None}
    return [f"Run {run} has drafted a bill; calculate it again." for run in sorted(runs)]
