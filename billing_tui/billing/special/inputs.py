"""What was keyed into the inputs of a template, understood and checked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.special.template import Input, InputType
from billing_tui.foundation.errors import BillingError, InvalidEntry, Problem, ProblemsFound
from billing_tui.foundation.money import Money, money_text
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import quantity_text
from billing_tui.rates.exact import parse_number

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.billing.special.template import Template

Value = Decimal | date | str
_LONGEST = 120
_FINEST = Decimal("0.001")


def _number(one: Input, text: str) -> Decimal:
    if one.type is InputType.MONEY:
        return Decimal(Money.parse(text, field=one.name).cents).scaleb(-2)
    found = parse_number(text)
    if found is None:
        raise InvalidEntry("Key digits, with a point where it has decimals.", field=one.name)
    if one.type is InputType.WHOLE and found != int(found):
        raise InvalidEntry("Key a whole number.", field=one.name)
    if found % _FINEST:
        raise InvalidEntry("At most three decimals.", field=one.name)
    return found


def read_input(one: Input, text: str) -> Value:
    """The value of an input; an empty text stands for its default.

    Raises:
        InvalidEntry: it is missing, of another type, or out of bounds.
    """
    told = text.strip() or one.default
    if not told:
        raise InvalidEntry(f"{one.label} must be keyed.", field=one.name)
    if one.type is InputType.DAY:
        try:
            return date.fromisoformat(told)
        except ValueError as error:
            raise InvalidEntry("Key a day such as 2026-10-31.", field=one.name) from error
    if not one.type.is_number:
        return clean(told, most=_LONGEST, field=one.name)
    found = _number(one, told)
    if found < one.least or (one.most is not None and found > one.most):
        most = "" if one.most is None else f" to {quantity_text(one.most)}"
        raise InvalidEntry(
            f"{one.label} is {quantity_text(one.least)}{most or ' or more'}.", field=one.name
        )
    return found


def read_inputs(template: Template, keyed: Mapping[str, str]) -> dict[str, Value]:
    """All inputs of a template.

    Raises:
        ProblemsFound: each that is wrong, under its name.
    """
    problems = [
        Problem(0, f"The template has no input {name[:40]!r}.", "template")
        for name in keyed
        if all(one.name != name for one in template.inputs)
    ]
    found: dict[str, Value] = {}
    for one in template.inputs:
        try:
            found[one.name] = read_input(one, keyed.get(one.name, ""))
        except BillingError as error:
            problems.append(Problem(0, error.sentence, one.name))
    if problems:
        raise ProblemsFound(problems[0].sentence, tuple(problems))
    return found


def input_text(one: Input, value: Value) -> str:
    """A value as it is kept and shown: `38`, `2026-10-31`."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        if one.type is InputType.MONEY:
            return money_text(int(value * 100)).replace(",", "")
        return quantity_text(value).replace(",", "")
    return value
