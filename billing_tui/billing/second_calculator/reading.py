"""A version of a schedule, read once from its text: `read_schedule`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from billing_tui.billing.second_calculator.charges import read_charge
from billing_tui.billing.second_calculator.class_reading import (
    BUILT_IN,
    ClassReading,
    Meanings,
    read_class,
)
from billing_tui.billing.second_calculator.fields import Fields, listed, words
from billing_tui.billing.second_calculator.refusals import Unreadable
from billing_tui.billing.second_calculator.values import read_value
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.units import Unit, parse_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,59}\Z")
_MONTHS = range(1, 13)


@dataclass(frozen=True, slots=True)
class Proration:
    """How a version shares out short periods, rate changes and seasons (section 5)."""

    standard_days: Fraction | None
    whole_between: tuple[int, int] | None
    fixed_by_days: bool
    caps_by_days: bool
    rate_change: str
    season_change: str


@dataclass(frozen=True, slots=True, eq=False)
class ScheduleReading:
    """One version of a schedule. Compared by identity: read each version once and keep it.

    Attributes:
        schedule: its code.
        effective: first day of the version.
        unit: of usage, or None.
        by_line: whether money is rounded line by line (else on the bill).
        caps_rounding: `none`, `half-even` or `half-up`.
        truncates: whether usage loses its fraction.
        negative: what negative usage means: `refuse`, `zero` or `credit`.
        given_wins: whether an attribute may replace a value.
        proration: its policy.
        seasons: for each calendar, the season of the months 1 to 12.
        classes: by code.
    """

    schedule: str
    effective: date
    unit: Unit | None
    by_line: bool
    caps_rounding: str
    truncates: bool
    negative: str
    given_wins: bool
    proration: Proration
    seasons: Mapping[str, tuple[str, ...]]
    classes: Mapping[str, ClassReading]


def read_schedule(text: str) -> ScheduleReading:
    """The version that a file states.

    Raises:
        Unreadable: where the text departs from the format.
        ProblemsFound: where it is not even the plain YAML that we read.
    """
    fields = Fields(read_yaml(text), "The schedule")
    code = fields.where = fields.text("schedule")
    for only_printed in ("title", "service", "resolution", "adopted", "source"):
        fields.text(only_printed, "")
    fields.take("examples")
    given_wins = fields.word("given", "refuse", "wins") == "wins"
    rounding = Fields(fields.map("rounding"), f"{code}, rounding")
    seasons = _seasons(fields)
    reading = ScheduleReading(
        schedule=code,
        effective=_day(fields.text("effective"), code),
        unit=parse_unit(fields.text("unit")) if "unit" in fields else None,
        by_line=rounding.word("money", "line", "bill") == "line",
        caps_rounding=rounding.word("caps", "none", "half-even", "half-up"),
        truncates=rounding.word("usage", "none", "truncate") == "truncate",
        negative=fields.word("negative_usage", "refuse", "zero", "credit"),
        given_wins=given_wins,
        proration=_proration(fields),
        seasons=seasons,
        classes=_classes(fields, seasons, given_wins=given_wins),
    )
    rounding.done()
    fields.done()
    return reading


def _day(text: str, where: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise Unreadable(f"{where}: {text!r} is no day; write 2026-07-01.") from error


def _proration(fields: Fields) -> Proration:
    inner = Fields(fields.map("proration"), f"{fields.where}, proration")
    days = _whole(inner.text("standard_days", "0"), inner.where)
    between = inner.take("no_proration_between")
    bounds = [_whole(word, inner.where) for word in words(between or [], inner.where)]
    if between is not None and len(bounds) != 2:
        raise Unreadable(
            f"{inner.where}: no_proration_between has a first and a last number of days."
        )
    proration = Proration(
        standard_days=Fraction(days) if days else None,
        whole_between=(bounds[0], bounds[1]) if bounds else None,
        fixed_by_days=inner.word("fixed", "none", "by_days") == "by_days",
        caps_by_days=inner.word("tier_caps", "none", "by_days") == "by_days",
        rate_change=inner.word("rate_change", "by_days", "last_day", "first_day"),
        season_change=inner.word("season_change", "last_day", "by_days", "first_day"),
    )
    inner.done()
    if not days and (proration.fixed_by_days or proration.caps_by_days):
        raise Unreadable(f"{inner.where}: by_days needs standard_days.")
    return proration


def _whole(text: str, where: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise Unreadable(f"{where}: {text!r} is no whole number of days.")
    return int(text)


def _seasons(fields: Fields) -> dict[str, tuple[str, ...]]:
    calendars: dict[str, tuple[str, ...]] = {}
    for calendar, node in fields.map("seasons").items():
        where = f"{fields.where}, season {calendar}"
        if not isinstance(node, dict):
            raise Unreadable(f"{where} must be a map of seasons.")
        pairs = [
            (_whole(month, where), season)
            for season, months in node.items()
            for month in words(months, where)
        ]
        if sorted(month for month, _ in pairs) != list(_MONTHS):
            raise Unreadable(f"{where}: each month must stand exactly once.")
        calendars[calendar] = tuple(season for _, season in sorted(pairs))
    return calendars


def _classes(
    fields: Fields, seasons: Mapping[str, object], *, given_wins: bool
) -> dict[str, ClassReading]:
    attributes, related = fields.map("attributes"), fields.map("related")
    shared = fields.map("values")
    kinds = _kinds(
        fields.where,
        ("built in", BUILT_IN),
        ("season", seasons),
        ("attribute", attributes),
        ("related", related),
        ("value", shared),
    )
    measured = frozenset(name for name, kind in related.items() if kind == "measured")
    classes = {}
    for code, node in fields.map("classes").items():
        where = f"{fields.where}, {code}"
        inner = Fields(node, where)
        inner.text("title", "")
        own = inner.map("values")
        charges = tuple(
            read_charge(item, where) for item in listed(inner.need("charges"), f"{where}, charges")
        )
        inner.done()
        seen = _kinds(
            where,
            *(((kind, (name,)) for name, kind in kinds.items())),
            ("value", own),
            ("charge", [charge.code for charge in charges]),
        )
        values = {name: read_value(v, f"{where}, {name}") for name, v in {**shared, **own}.items()}
        meanings = Meanings(seen, values, measured)
        classes[code] = read_class(code, meanings, charges, where, given_wins=given_wins)
    return classes


def _kinds(where: str, *groups: tuple[str, Any]) -> dict[str, str]:
    """The kind of each name; a name that stands twice or is malformed is refused."""
    kinds: dict[str, str] = {}
    for kind, names in groups:
        for name in names:
            if name in kinds or not _NAME.match(name):
                raise Unreadable(f"{where}: the name {name!r} is malformed or means two things.")
            kinds[name] = kind
    return kinds
