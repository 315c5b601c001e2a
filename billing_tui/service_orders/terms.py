"""Schedules and classes that a service can be billed under, and what thirty days of it cost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, InvalidEntry
from billing_tui.foundation.units import parse_unit
from billing_tui.rates.errors import InputMissing
from billing_tui.rates.line import ServiceUse
from billing_tui.rates.lookup import versions_between
from billing_tui.rates.period import rate_period
from billing_tui.rates.schedule_text import read_schedule

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from billing_tui.rates.line import RatedService
    from billing_tui.rates.lookup import VersionView
    from billing_tui.rates.period import CompiledVersion
    from billing_tui.rates.schedule import RateClass

MONTH = timedelta(days=30)
"""The period that prices are compared over."""

_MEASURED = """
SELECT b.kind, b.usage_milli, b.unit FROM bill_service b JOIN bill ON bill.id = b.bill_id
JOIN service s ON s.id = b.service_id
WHERE s.account_id = ? AND b.live = 1 AND bill.state <> 'draft' AND b.usage_milli IS NOT NULL
ORDER BY b.to_day DESC, b.id DESC
"""
_THOUSAND = Decimal(1000)


@dataclass(frozen=True, slots=True)
class Terms:
    """A class of a rate schedule that is in force."""

    schedule: str
    rate_class: str
    title: str


@dataclass(frozen=True, slots=True)
class Measured:
    """What an account's last bill measured of a kind of service."""

    usage: Decimal
    unit: str


@lru_cache(maxsize=64)
def _classes(text: str) -> tuple[tuple[str, RateClass], ...]:
    return tuple(sorted(read_schedule(text).classes.items()))


@lru_cache(maxsize=64)
def _compiled(version: VersionView) -> CompiledVersion:
    """A version ready to bill; a clerk's screen asks for the same ones over and over."""
    return version.compiled()


def terms_offered(kind: str, day: date) -> tuple[Terms, ...]:
    """Every schedule and class for a kind of service on a day, in order of their codes."""
    codes = rows_of("SELECT code FROM rate_schedule WHERE service = ? ORDER BY code", (kind,))
    return tuple(
        Terms(code, name, found.title)
        for (code,) in codes
        for version in versions_between(code, day, day + timedelta(days=1))
        for name, found in _classes(version.text)
    )


def check_terms(kind: str, schedule: str, rate_class: str, day: date) -> Terms:
    """The terms of those codes.

    Raises:
        InvalidEntry: no schedule of the kind has that class on the day; the account would be
            parked by every run.
    """
    offered = terms_offered(kind, day)
    for terms in offered:
        if (terms.schedule, terms.rate_class) == (schedule, rate_class):
            return terms
    classes = [terms.rate_class for terms in offered if terms.schedule == schedule]
    if classes:
        raise InvalidEntry(
            f"{schedule} has no class {rate_class[:24]} on {day:%m/%d/%y}; it has "
            f"{', '.join(classes)}.",
            field="rate_class",
            code="TERMS",
        )
    codes = sorted({terms.schedule for terms in offered})
    known = f"; there is {', '.join(codes)}" if codes else ""
    raise InvalidEntry(
        f"There is no {kind} schedule {schedule[:24]} on {day:%m/%d/%y}{known}.",
        field="schedule",
        code="TERMS",
    )


def last_measured(account_id: int) -> dict[str, Measured]:
    """By kind of service, what the account's last bill measured."""
    found: dict[str, Measured] = {}
    for kind, milli, unit in rows_of(_MEASURED, (account_id,)):
        found.setdefault(kind, Measured(Decimal(milli) / _THOUSAND, unit))
    return found


def no_use_yet(schedule: str, day: date) -> Measured | None:
    """No use at all, in a schedule's unit: what is priced where no bill has measured any.

    None where the schedule measures nothing, or none is in force on that day.
    """
    for view in versions_between(schedule, day, day + timedelta(days=1)):
        if (unit := _compiled(view).compiled.schedule.unit) is not None:
            return Measured(Decimal(0), unit.value)
    return None


def month_cents(
    terms: tuple[str, str],
    attributes: Mapping[str, str],
    measured: Mapping[str, Measured],
    kind: str,
    day: date,
) -> int | str:
    """What thirty days of a service cost from a day on, in cents; or why that cannot be said.

    Args:
        terms: schedule and class.
        attributes: of the place, the meter, the flags and the service.
        measured: the usage that counts, by kind of service; of its own kind and of the others.
        kind: of the service.
        day: first of the thirty days.
    """
    try:
        return _month(terms, attributes, measured, kind, day).total_cents
    except BillingError as error:
        return error.sentence


def asked_for(
    terms: tuple[str, str],
    attributes: Mapping[str, str],
    measured: Mapping[str, Measured],
    kind: str,
    day: date,
) -> str:
    """The input that a class's rate misses first, "" where none is; args as `month_cents`."""
    try:
        _month(terms, attributes, measured, kind, day)
    except InputMissing as error:
        return error.field or ""
    except BillingError:
        return ""  # it cannot be billed for another reason, which the price says
    return ""


def _month(
    terms: tuple[str, str],
    attributes: Mapping[str, str],
    measured: Mapping[str, Measured],
    kind: str,
    day: date,
) -> RatedService:
    """Thirty days of a service, rated; args as `month_cents`."""
    mine = measured.get(kind)
    related = {f"{other}_usage": one.usage for other, one in measured.items()}
    if average := attributes.get("winter_average"):
        related["winter_average"] = Decimal(average)
    use = ServiceUse(
        rate_class=terms[1],
        attributes=attributes,
        usage=mine.usage if mine else None,
        unit=parse_unit(mine.unit) if mine else None,
        from_day=day,
        to_day=day + MONTH,
        related=related,
    )
    versions = [_compiled(view) for view in versions_between(terms[0], day, day + MONTH)]
    return rate_period(versions, use)
