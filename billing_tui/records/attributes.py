"""The registry of attributes that rates depend on (PRM-1, PRM-6): type, unit, home, values.

Rate schedules name attributes; an attribute that stands here is checked when it is keyed, so that
a bill never meets a value that no schedule can read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NUMBER = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,4})?\Z", re.ASCII)
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._/\"-]{0,23}\Z", re.ASCII)
_YES = frozenset({"yes", "y", "true", "1"})
_NO = frozenset({"no", "n", "false", "0"})


class LivesAt(StrEnum):
    """Whose attribute it is."""

    LOCATION = "location"
    SERVICE = "service"
    METER = "meter"


class Form(StrEnum):
    """What a value looks like."""

    CODE = "code"
    YES_NO = "yes or no"
    WHOLE = "whole number"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute.

    Attributes:
        name: as rate schedules spell it.
        says: what it is, for the entry form.
        lives_at: location, service or meter.
        form: what a value looks like.
        unit: of a number.
        choices: the only values, where they are listed.
        least: smallest number.
        most: greatest number.
        personal: it is the customer's own; whoever takes the place next does not get it.
    """

    name: str
    says: str
    lives_at: LivesAt
    form: Form = Form.CODE
    unit: Unit | None = None
    choices: tuple[str, ...] = ()
    least: Decimal = Decimal(0)
    most: Decimal = Decimal(999_999_999)
    personal: bool = False

    def canonical(self, text: str) -> str:
        """The one spelling of a value.

        Raises:
            InvalidEntry: the value cannot be this attribute's.
        """
        entry = clean(text, most=24, field=self.name)
        match self.form:
            case Form.YES_NO:
                return self._yes_no(entry)
            case Form.WHOLE | Form.NUMBER:
                return self._number(entry)
            case Form.CODE:
                return self._code(entry)

    def _refuse(self, expected: str) -> InvalidEntry:
        return InvalidEntry(f"{self.says} is {expected}.", field=self.name, code="ATTRIBUTE-VALUE")

    def _yes_no(self, entry: str) -> str:
        if entry.lower() in _YES:
            return "yes"
        if entry.lower() in _NO:
            return "no"
        raise self._refuse("yes or no")

    def _number(self, entry: str) -> str:
        if not _NUMBER.match(entry):
            raise self._refuse("a number, such as 3" + (" or 2.5" * (self.form is Form.NUMBER)))
        value = Decimal(entry)
        if self.form is Form.WHOLE and value != value.to_integral_value():
            raise self._refuse("a whole number")
        if not self.least <= value <= self.most:
            raise self._refuse(f"a number from {self.least} to {self.most}")
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text

    def _code(self, entry: str) -> str:
        for choice in self.choices:
            if choice.casefold() == entry.casefold():
                return choice
        if self.choices:
            raise self._refuse(f"one of {', '.join(self.choices)}")
        if not _CODE.match(entry):
            raise self._refuse("a code of letters and digits, at most 24 long")
        return entry


def _registry(attributes: Iterable[Attribute]) -> dict[str, Attribute]:
    return {attribute.name: attribute for attribute in attributes}


_PLACE, _SERVICE, _METER = LivesAt.LOCATION, LivesAt.SERVICE, LivesAt.METER
_WHOLE, _NUM, _YES_NO = Form.WHOLE, Form.NUMBER, Form.YES_NO

REGISTRY: dict[str, Attribute] = _registry(
    (
        Attribute("zone", "The pressure zone", _PLACE),
        Attribute("elevation_zone", "The elevation zone", _PLACE),
        Attribute("inside_city", "Inside the city limits", _PLACE, _YES_NO),
        Attribute("tax_area", "The tax area", _PLACE),
        Attribute("lot_sqft", "The lot's area", _PLACE, _NUM, Unit.SQFT),
        Attribute("irrigated_sqft", "The irrigated area", _PLACE, _NUM, Unit.SQFT),
        Attribute("impervious_sqft", "The impervious area", _PLACE, _NUM, Unit.SQFT),
        Attribute("lot_size_group", "The lot size group", _PLACE),
        Attribute("eru", "The number of equivalent units", _PLACE, _NUM, Unit.ERU),
        Attribute("dwelling_units", "The number of dwellings", _PLACE, _WHOLE, Unit.DWELLING),
        Attribute("et_zone", "The evapotranspiration zone", _PLACE),
        Attribute(
            "household_size",
            "The number of people",
            _SERVICE,
            _WHOLE,
            most=Decimal(99),
            personal=True,
        ),
        Attribute("water_type", "The kind of water", _SERVICE),  # as the schedule spells it
        Attribute("drought_stage", "The drought stage", _SERVICE, _WHOLE, most=Decimal(9)),
        Attribute("line_size", "The size of the fire line", _SERVICE),
        Attribute("strength_class", "The strength class of the sewage", _SERVICE),
        Attribute("winter_average", "The winter average", _SERVICE, _NUM, Unit.CCF, personal=True),
        Attribute("fixtures", "The number of fixtures", _SERVICE, _WHOLE, Unit.EACH),
        Attribute(
            "cart_size", "The cart's size in gallons", _SERVICE, choices=("20", "32", "64", "96")
        ),
        Attribute("carts", "The number of carts", _SERVICE, _WHOLE, Unit.CART, most=Decimal(99)),
        Attribute("pickups", "The pickups a week", _SERVICE, _WHOLE, most=Decimal(7)),
        Attribute("low_income", "On the low-income rate", _SERVICE, _YES_NO, personal=True),
        Attribute(
            "tax_exempt", "Exempt from the utility users' tax", _SERVICE, _YES_NO, personal=True
        ),
        Attribute("contract_kw", "The contract demand", _SERVICE, _NUM, Unit.KW),
        Attribute(
            "meter_size",
            "The meter's size",
            _METER,
            choices=('5/8"', '3/4"', '1"', '1-1/2"', '2"', '3"', '4"', '6"', '8"'),
        ),
    )
)
"""Every attribute by its name."""


def attribute(name: str) -> Attribute:
    """The attribute of that name; raises `InvalidEntry` for one that nobody declared."""
    found = REGISTRY.get(name)
    if found is None:
        raise InvalidEntry(f"{name[:40]!r} is no attribute.", field="name", code="ATTRIBUTE-NAME")
    return found


def without_personal(values: Mapping[str, str]) -> dict[str, str]:
    """What of a service's attributes goes on to whoever takes the place next.

    A winter average, a household, a discount or an exemption is the customer's own. A schedule
    says what a customer without one is billed, such as `default` in the flow of SEWER.
    """
    return {name: value for name, value in values.items() if not is_personal(name)}


def is_personal(name: str) -> bool:
    """Whether an attribute is the customer's own, not the place's."""
    return name in REGISTRY and REGISTRY[name].personal


def canonical(name: str, value: str, lives_at: LivesAt) -> str:
    """The checked value of an attribute that must live at a location or a service.

    Raises:
        InvalidEntry: no such attribute, another home, or a value that cannot be.
    """
    found = attribute(name)
    if found.lives_at is not lives_at:
        raise InvalidEntry(
            f"{name} is kept with the {found.lives_at}, not with the {lives_at}.",
            field=name,
            code="ATTRIBUTE-HOME",
        )
    return found.canonical(value)
