"""Golden bills: the worked examples of a schedule must reproduce to the cent (RAT-6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.money import money_text
from billing_tui.rates.exact import plain, to_cents
from billing_tui.rates.line import RatedLine, RatedService, ServiceUse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.rates.engine import CompiledSchedule
    from billing_tui.rates.schedule import Example, ExampleLine


def use_of(compiled: CompiledSchedule, example: Example) -> ServiceUse:
    """What an example gives to the engine."""
    return ServiceUse(
        example.rate_class,
        example.attributes,
        example.usage,
        compiled.schedule.unit,
        example.from_day,
        example.to_day,
        example.related,
    )


def _line_differences(wanted: ExampleLine, line: RatedLine) -> Iterator[str]:
    if to_cents(wanted.amount) != line.cents:
        stated = money_text(to_cents(wanted.amount))
        yield f"{line.code} is stated as {stated} and comes to {money_text(line.cents)}"
    for name in ("tier", "quantity", "price"):
        stated, found = getattr(wanted, name), getattr(line, name)
        if stated is not None and stated != found:
            got = plain(found) if name != "tier" and found is not None else found
            yield f"the {name} of {line.code} is stated as {stated} and comes to {got}"


def _differences(example: Example, rated: RatedService) -> Iterator[str]:
    stated = [line.code for line in example.lines]
    found = [line.code for line in rated.lines]
    if stated != found:
        yield f"the lines are stated as {', '.join(stated)} and come to {', '.join(found)}"
        return
    for wanted, line in zip(example.lines, rated.lines, strict=True):
        yield from _line_differences(wanted, line)
    if to_cents(example.total) != rated.total_cents:
        total = money_text(to_cents(example.total))
        yield f"the total is stated as {total} and comes to {money_text(rated.total_cents)}"


def prove(compiled: CompiledSchedule) -> tuple[str, ...]:
    """What the schedule bills otherwise than its examples state, as sentences; none is well."""
    found = []
    for example in compiled.schedule.examples:
        try:
            rated = compiled.rate(use_of(compiled, example))
        except BillingError as error:
            found.append(f"{example.name}: {error.sentence}")
            continue
        found += [f"{example.name}: {text}." for text in _differences(example, rated)]
    return tuple(found)
