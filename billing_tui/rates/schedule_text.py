"""A schedule as the text that the utility edits and the council adopts, both ways."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import yaml

from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import Node, read_yaml
from billing_tui.foundation.units import Unit, UnitMismatch, parse_unit
from billing_tui.rates.charge_text import class_node, read_class, read_named_values
from billing_tui.rates.errors import RateError
from billing_tui.rates.example_text import example_node, read_example
from billing_tui.rates.fields import (
    Fields,
    fields_of,
    read_day,
    read_list,
    read_map,
    read_name,
    read_text,
    wrong,
)
from billing_tui.rates.schedule import Example, Proration, RateClass, Rounding, Schedule, Service
from billing_tui.rates.value_text import value_node

if TYPE_CHECKING:
    from collections.abc import Mapping

_POLICIES = ("by_days", "none")
_CHANGES = ("by_days", "last_day", "first_day")


def _unit(node: Node, path: str) -> Unit:
    try:
        return parse_unit(read_text(node, path))
    except UnitMismatch as error:
        raise wrong(path, error.sentence) from error


def _rounding(node: Node, path: str) -> Rounding:
    fields = fields_of(node, path)
    rounding = Rounding(
        fields.word("money", ("line", "bill"), "line"),
        fields.word("caps", ("none", "half-even", "half-up"), "none"),
        fields.word("usage", ("none", "truncate"), "none"),
    )
    fields.done()
    return rounding


def _days(node: Node, path: str) -> int:
    if not isinstance(node, str) or not node.isascii() or not node.isdigit() or len(node) > 3:
        raise wrong(path, "a number of days must stand here.")
    return int(node)


def _range(node: Node, path: str) -> tuple[int, int]:
    items = [_days(item, path) for item in read_list(node, path)]
    if len(items) != 2 or items[0] > items[1]:
        raise wrong(path, "[from, to] in days must stand here.")
    return items[0], items[1]


def _proration(node: Node, path: str) -> Proration:
    fields = fields_of(node, path)
    standard: int | None = fields.take("standard_days", _days, None)
    between: tuple[int, int] | None = fields.take("no_proration_between", _range, None)
    proration = Proration(
        standard,
        between,
        fields.word("fixed", _POLICIES, "none"),
        fields.word("tier_caps", _POLICIES, "none"),
        fields.word("rate_change", _CHANGES, "by_days"),
        fields.word("season_change", _CHANGES, "last_day"),
    )
    fields.done()
    if not standard and (standard == 0 or "by_days" in {proration.fixed, proration.tier_caps}):
        raise wrong(path, "by_days needs standard_days, above 0.")
    return proration


def _calendar(node: Node, path: str) -> dict[int, str]:
    months: dict[int, str] = {}
    for season, numbers in read_map(node, path).items():
        for item in read_list(numbers, path):
            number = _days(item, path)
            if not 1 <= number <= 12 or number in months:
                raise wrong(path, f"{item} is no month, or stands twice.")
            months[number] = season
    if len(months) < 12:
        raise wrong(path, "each of the months 1 to 12 must stand in one season.")
    return months


def _kinds(fields: Fields, key: str, words: tuple[str, ...]) -> dict[str, str]:
    entries: Mapping[str, Node] = fields.take(key, read_map, {})
    found = Fields(entries, fields.at(key))
    return {read_name(name, found.path): found.word(name, words) for name in found.node}


def _classes(node: Node, path: str) -> tuple[dict[str, RateClass], list[Problem]]:
    classes, problems = {}, []
    for code, item in read_map(node, path).items():
        try:
            classes[code] = read_class(code, item, f"{path}.{code}")
        except RateError as error:
            problems.append(Problem(0, error.sentence))
    if not classes and not problems:
        raise wrong(path, "a schedule has at least one class.")
    return classes, problems


def _examples(node: Node, path: str) -> tuple[Example, ...]:
    return tuple(
        read_example(item, f"{path}[{at}]") for at, item in enumerate(read_list(node, path), 1)
    )


def _schedule(node: Node) -> tuple[Schedule, list[Problem]]:
    fields = fields_of(node, "")
    classes, problems = fields.need("classes", _classes)
    code = read_name(fields.need("schedule", read_text), "schedule")
    schedule = Schedule(
        code,
        fields.need("title", read_text),
        Service(fields.word("service", tuple(service.value for service in Service))),
        fields.take("unit", _unit, None),
        fields.need("effective", read_day),
        classes,
        fields.take("adopted", read_day, None),
        fields.take("resolution", read_text, ""),
        fields.take("source", lambda item, path: read_text(item, path, most=1000), ""),
        fields.take("rounding", _rounding, Rounding()),
        fields.word("negative_usage", ("refuse", "zero", "credit"), "refuse"),
        fields.word("given", ("refuse", "wins"), "refuse"),
        fields.take("proration", _proration, Proration()),
        {read_name(n, path): _calendar(item, path) for n, item, path in fields.each("seasons")},
        _kinds(fields, "attributes", ("text", "number")),
        _kinds(fields, "related", ("measured", "standing")),
        read_named_values(fields),
        fields.take("examples", _examples, ()),
    )
    fields.done()
    return schedule, problems


def read_schedule(text: str) -> Schedule:
    """The schedule that a file's text writes.

    Raises:
        ProblemsFound: what is wrong and where, all classes considered.
    """
    try:
        schedule, problems = _schedule(read_yaml(text))
    except RateError as error:
        problems = [Problem(0, error.sentence)]
    if problems:
        raise ProblemsFound(f"The schedule cannot be read: {problems[0]}", tuple(problems))
    return schedule


def _seasons_node(seasons: Mapping[str, Mapping[int, str]]) -> dict[str, dict[str, list[str]]]:
    result: dict[str, dict[str, list[str]]] = {}
    for name, months in seasons.items():
        calendar = result.setdefault(name, {})
        for month, season in sorted(months.items()):
            calendar.setdefault(season, []).append(str(month))
    return result


def _proration_node(proration: Proration) -> dict[str, Any]:
    node: dict[str, Any] = {}
    if proration.standard_days is not None:
        node["standard_days"] = str(proration.standard_days)
    if proration.no_proration_between is not None:
        node["no_proration_between"] = [str(days) for days in proration.no_proration_between]
    for key in ("fixed", "tier_caps", "rate_change", "season_change"):
        node[key] = getattr(proration, key)
    return node


def schedule_node(schedule: Schedule) -> dict[str, Any]:
    """The schedule as plain maps and texts, in the order in which files are written."""
    rounding = schedule.rounding
    node: dict[str, Any] = {
        "schedule": schedule.code,
        "title": schedule.title,
        "service": schedule.service.value,
        "unit": schedule.unit.value if schedule.unit else None,
        "resolution": schedule.resolution,
        "adopted": schedule.adopted.isoformat() if schedule.adopted else None,
        "effective": schedule.effective.isoformat(),
        "source": schedule.source,
        "rounding": {"money": rounding.money, "caps": rounding.caps, "usage": rounding.usage},
        "negative_usage": schedule.negative_usage,
        "given": schedule.given,
        "proration": _proration_node(schedule.proration),
        "seasons": _seasons_node(schedule.seasons),
        "attributes": dict(schedule.attributes),
        "related": dict(schedule.related),
        "values": {name: value_node(value) for name, value in schedule.values.items()},
        "classes": {code: class_node(item) for code, item in schedule.classes.items()},
        "examples": [example_node(example) for example in schedule.examples],
    }
    return {key: item for key, item in node.items() if item}


def write_schedule(schedule: Schedule) -> str:
    """The text of a schedule; reading it gives an equal one."""
    return yaml.safe_dump(schedule_node(schedule), sort_keys=False, allow_unicode=True, width=100)
