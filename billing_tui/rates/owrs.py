"""Reads Open Water Rate Specification files into our schedules, so that one engine bills both.

Both dialects are read: keys once or in a list, lists under `tier_starts` or
`tier_starts_commodity`, days as MM/DD/YYYY or ISO, any spelling of frequency. A class that cannot
be billed exactly is refused by name and field; the others stand.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from billing_tui.foundation.errors import Problem, ProblemsFound
from billing_tui.foundation.strict_yaml import Node, read_yaml
from billing_tui.foundation.units import Unit
from billing_tui.rates.errors import RateError
from billing_tui.rates.owrs_class import ClassReader, read_owrs_class
from billing_tui.rates.owrs_fields import normal_text
from billing_tui.rates.plan import compile_class
from billing_tui.rates.schedule import Proration, RateClass, Rounding, Schedule, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TierStarts = Literal["first_unit", "threshold"]

_UNITS = {
    "": Unit.CCF,
    "ccf": Unit.CCF,
    "hcf": Unit.CCF,
    "kgal": Unit.KGAL,
    "gal": Unit.GAL,
    "cf": Unit.CF,
    "kl": Unit.M3,
    "kilolitre": Unit.M3,
    "kiloliter": Unit.M3,
    "m3": Unit.M3,
    "af": Unit.ACRE_FOOT,
}
_FREQUENCIES = {
    "monthly": "monthly",
    "bimonthly": "bimonthly",
    "quarterly": "quarterly",
    "annual": "annual",
    "annually": "annual",
    "yearly": "annual",
}
_US_DAY = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})\Z", re.ASCII)
_ISO_DAY = re.compile(r"([0-9]{4})[-/]([0-9]{1,2})[-/]([0-9]{1,2})\Z", re.ASCII)


@dataclass(frozen=True, slots=True)
class OwrsFile:
    """What a file gives.

    Attributes:
        utility: its name in the file.
        frequency: monthly, bimonthly, quarterly or annual; prices are per bill.
        schedule: the classes that can be billed.
        problems: each class (error) or table entry (warning) that was refused, by name.
    """

    utility: str
    frequency: str
    schedule: Schedule
    problems: tuple[Problem, ...]


def _map(node: Node | None, what: str) -> Mapping[str, Node]:
    if not isinstance(node, dict):
        raise RateError(f"{what} must be a map.", field=what)
    return node


def _effective(node: Node | None) -> date:
    text = node.strip() if isinstance(node, str) else ""
    try:
        if iso := _ISO_DAY.match(text):
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if us := _US_DAY.match(text):
            return date(int(us[3]), int(us[1]), int(us[2]))
    except ValueError:
        pass
    raise RateError(f"effective_date is {text[:40]!r}, which is no day.", field="effective_date")


def _frequency(node: Node | None) -> str:
    text = re.sub(r"[^a-z]", "", node.lower()) if isinstance(node, str) else ""
    if text not in _FREQUENCIES:
        raise RateError(f"bill_frequency {node!r} is not known.", field="bill_frequency")
    return _FREQUENCIES[text]


def _unit(node: Node | None) -> Unit:
    text = node.strip().lower() if isinstance(node, str) else ""
    if text not in _UNITS:
        raise RateError(f"bill_unit {node!r} is not known.", field="bill_unit")
    return _UNITS[text]


def _code(utility: str) -> str:
    slug = re.sub(r"[^A-Za-z0-9]+", "_", utility).strip("_")[:50]
    return slug if slug and slug[0].isalpha() else f"OWRS_{slug}"


@dataclass(slots=True)
class _Classes:
    """The classes read so far, and what was refused."""

    shell: Schedule
    threshold: bool
    spell: Callable[[str], str]
    found: dict[str, RateClass]
    attributes: dict[str, str]
    problems: list[Problem]

    def read(self, code: str, node: Node) -> None:
        """Read one class; refuse it by name if it cannot be billed exactly."""
        reader = ClassReader(node if isinstance(node, dict) else {}, self.threshold, self.spell)
        try:
            rate_class = read_owrs_class(reader, code)
            compile_class(_with(self.shell, {code: rate_class}, reader.attributes), rate_class)
        except RateError as error:
            self.problems.append(Problem(0, f"{code}: {error.sentence}", field=code))
            return
        self.found[code] = rate_class
        for name, kind in reader.attributes.items():
            if self.attributes.get(name) != "text":
                self.attributes[name] = kind
        for sentence in reader.left_out:
            self.problems.append(Problem(0, f"{code}: {sentence}", field=code, severity="warning"))


def _with(
    shell: Schedule, classes: Mapping[str, RateClass], attributes: Mapping[str, str]
) -> Schedule:
    return Schedule(
        shell.code,
        shell.title,
        shell.service,
        shell.unit,
        shell.effective,
        classes,
        source=shell.source,
        rounding=Rounding(money="bill"),
        given="wins",
        proration=Proration(rate_change="last_day"),
        attributes=attributes,
    )


def _read(tree: Node, tier_starts: TierStarts, spell: Callable[[str], str]) -> OwrsFile:
    root = _map(tree, "the file")
    metadata = _map(root.get("metadata"), "metadata")
    structure = _map(root.get("rate_structure"), "rate_structure")
    name = metadata.get("utility_name")
    utility = name if isinstance(name, str) and name else "Unnamed utility"
    shell = Schedule(
        _code(utility),
        utility,
        Service.WATER,
        _unit(metadata.get("bill_unit")),
        _effective(metadata.get("effective_date")),
        {},
        source="Open Water Rate Specification file",
    )
    classes = _Classes(shell, tier_starts == "threshold", spell, {}, {}, [])
    for code, node in structure.items():
        classes.read(code, node)
    if not classes.found:
        raise RateError("no class of it can be billed.")
    schedule = _with(shell, classes.found, classes.attributes)
    frequency = _frequency(metadata.get("bill_frequency"))
    return OwrsFile(utility, frequency, schedule, tuple(classes.problems))


def read_owrs(
    text: str,
    *,
    tier_starts: TierStarts = "first_unit",
    spell: Callable[[str], str] = normal_text,
) -> OwrsFile:
    """The schedule that an OWRS file states.

    Args:
        text: the file's.
        tier_starts: whether a tier's start is the first unit billed in it (the specification's
            reading), or the threshold above which it begins (what many files seem to mean).
        spell: `normal_text` keeps one spelling of meter sizes, as an office needs; `as_written`
            compares texts as the specification does.

    Raises:
        ProblemsFound: where the file as a whole cannot be read.
    """
    try:
        return _read(read_yaml(text, aliases=True), tier_starts, spell)
    except RateError as error:
        problem = Problem(0, error.sentence, field=error.field or "")
        raise ProblemsFound(f"The file cannot be read: {problem}", (problem,)) from error
