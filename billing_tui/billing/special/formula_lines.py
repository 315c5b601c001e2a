"""Lines of a template from its formulas and from prices that schedules have in force."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from billing_tui.billing.special.draft import DraftLine
from billing_tui.billing.special.template import SchedulePrice
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.money import LIMIT_CENTS, money_text
from billing_tui.foundation.units import quantity_text
from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import multiply, plain, round_to, to_cents
from billing_tui.rates.formula import compile_node
from billing_tui.rates.line import ServiceUse, price_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date

    from billing_tui.billing.rate_book import RateBook
    from billing_tui.billing.special.inputs import Value
    from billing_tui.billing.special.template import Template, TemplateLine
    from billing_tui.rates.formula import Formula

_MUCH = Decimal(1_000_000)
"""Use at which every tier of a schedule is reached."""
_MONTH = timedelta(days=30)


def _resolve(name: str) -> Callable[[Mapping[str, Decimal]], Decimal]:
    return lambda scope: scope[name]


def evaluate(formula: Formula, scope: Mapping[str, Decimal]) -> Decimal:
    """What a formula comes to.

    Raises:
        InvalidEntry: it divides by zero, or a number grows too large.
    """
    try:
        return compile_node(formula.tree, _resolve)(scope)
    except (RateError, ArithmeticError) as error:
        raise InvalidEntry(f"{formula.text} cannot be computed from these entries.") from error


def schedule_price(price: SchedulePrice, day: date, book: RateBook) -> Decimal:
    """The price that a schedule has in force on a day, dollars per unit.

    Raises:
        RateError: no version is in force, or it asks for something that the template does not say.
        Refused: it has no such charge.
    """
    versions = book.versions(price.schedule, day, day + timedelta(days=1))
    if not versions.compiled:
        raise Refused(f"No version of {price.schedule} is in force on {day}.", field="template")
    use = ServiceUse(
        rate_class=price.rate_class,
        attributes=price.attributes,
        usage=_MUCH,
        unit=versions.compiled[-1].compiled.schedule.unit,
        from_day=day,
        to_day=day + _MONTH,
    )
    for line in versions.compiled[-1].compiled.rate(use).lines:
        if line.code == price.charge and price.tier in {None, line.tier} and line.price is not None:
            return line.price
    where = f"{price.schedule} {price.rate_class}"
    raise Refused(f"{where} has no charge {price.charge} of that tier.", field="template")


def _values(
    template: Template, scope: dict[str, Decimal], day: date, book: RateBook
) -> dict[str, str]:
    """Put the template's values into the scope; by name, where each came from in words."""
    told = {}
    for name, value in template.values.items():
        word = name.replace("_", " ")
        if isinstance(value, SchedulePrice):
            scope[name] = schedule_price(value, day, book)
            tier = f" tier {value.tier}" if value.tier else ""
            told[name] = (
                f"{word.capitalize()} is {price_text(scope[name])}, the price of {value.schedule} "
                f"{value.rate_class} {value.charge}{tier} in force on {day:%m/%d/%y}."
            )
        else:
            scope[name] = evaluate(value, scope)
            if value.number is None:
                told[name] = f"{word.capitalize()} is {value.text} = {price_text(scope[name])}."
    return told


def _used(template: Template, lines: list[TemplateLine]) -> set[str]:
    """The values that some lines are computed from, and those behind these."""
    found = {name for line in lines for name in line.quantity.names | line.price.names}
    for name, value in reversed(tuple(template.values.items())):
        if name in found and not isinstance(value, SchedulePrice):
            found |= value.names
    return found


def _line(one: TemplateLine, scope: Mapping[str, Decimal], service: str) -> DraftLine | None:
    quantity, price = evaluate(one.quantity, scope), evaluate(one.price, scope)
    if one.round is not None:
        quantity = round_to(quantity, "half-up", one.round)
    cents = to_cents(multiply(quantity, price))
    if abs(cents) > LIMIT_CENTS:
        raise InvalidEntry(f"{one.label} is larger than any bill may be.")
    if not cents:
        return None
    shown = f"{quantity_text(quantity)} {one.unit}".rstrip()
    return DraftLine(
        label=one.label,
        revenue=one.revenue,
        service=service,
        how=f"{shown} x {price_text(price)} = {money_text(cents)}",
        cents=cents,
        quantity=plain(quantity),
        unit=one.unit,
        price=plain(price),
    )


def formula_lines(
    template: Template, values: Mapping[str, Value], day: date, book: RateBook
) -> tuple[tuple[DraftLine, ...], tuple[str, ...]]:
    """The lines of a template and where their prices came from; lines of zero are left out.

    Raises:
        InvalidEntry: a formula cannot be computed from these entries.
        RateError, Refused: a schedule does not give the price.
    """
    scope = {name: value for name, value in values.items() if isinstance(value, Decimal)}
    told = _values(template, scope, day, book)
    made = [(one, _line(one, scope, template.service.value)) for one in template.lines]
    used = _used(template, [one for one, line in made if line is not None])
    lines = tuple(line for _, line in made if line is not None)
    return lines, tuple(sentence for name, sentence in told.items() if name in used)
