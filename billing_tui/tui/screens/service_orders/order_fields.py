"""Field kinds of service orders: type, state, priority, conditions, code, route."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.service_orders.kinds import Condition, OrderState, OrderType
from billing_tui.service_orders.order_policy import shipped_order_policy
from billing_tui.tui.kinds import Choice, Kind, Taken, choice

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_PRIORITIES = ("now", "today", "by the day", "when nearby")
CONDITIONS = {str(at): one for at, one in enumerate(Condition, 1)}
"""The figure that the work sheet prints for each condition."""


def type_kind(*, needed: bool = True) -> Kind:
    """A type of order; its value is an `OrderType`, or None where none is needed."""
    base = choice(12, [Choice(one.value, "") for one in OrderType], "What is to be done. F4 lists.")

    def read(entry: str) -> Taken:
        if not entry.strip() and not needed:
            return Taken(None, "", "any type")
        return Taken(OrderType(base.read(entry).value), base.read(entry).shown)

    return Kind(base.width, read, base.help, upper=False, choices=base.choices)


def state_kind() -> Kind:
    """A state of orders; empty means all."""
    base = choice(9, [Choice(one.value, "") for one in OrderState], "A state; empty for all.")

    def read(entry: str) -> Taken:
        if not entry.strip():
            return Taken(None, "", "in any state")
        return Taken(OrderState(base.read(entry).value), base.read(entry).shown)

    return Kind(base.width, read, base.help, upper=False, choices=base.choices)


def priority_kind() -> Kind:
    """1 now to 4 when nearby."""
    base = choice(1, [Choice(str(at), word) for at, word in enumerate(_PRIORITIES, 1)])

    def read(entry: str) -> Taken:
        taken = base.read(entry)
        return Taken(int(taken.value), taken.shown, taken.echo)

    sentence = "1 now, 2 today, 3 by the day, 4 when somebody is nearby."
    return Kind(1, read, sentence, frozenset("1234"), choices=base.choices)


def priority_text(priority: int) -> str:
    """A priority in words."""
    return _PRIORITIES[priority - 1]


def conditions_kind(code_goes: str = "under Code") -> Kind:
    """How the service was found and left, a figure each; the value is the pair.

    Args:
        code_goes: where a code is keyed, for who keys one here.
    """
    told = ", ".join(f"{figure} {one}" for figure, one in CONDITIONS.items())

    def read(entry: str) -> Taken:
        keyed = entry.strip()
        if keyed in codes():
            raise InvalidEntry(
                f"{keyed} is the code for {codes()[keyed]}: key it {code_goes}.", code="CODE-HERE"
            )
        pair = [CONDITIONS.get(figure) for figure in keyed]
        if len(pair) != 2 or None in pair:
            raise InvalidEntry(f"Two figures, found and left: {told}.", code="CONDITION-FORM")
        return Taken(tuple(pair), keyed, conditions_text(keyed))

    sentence = f"Found and left, a figure each: {told}; 12 is found on, left off."
    return Kind(2, read, sentence, frozenset("0123456789"))


def conditions_text(figures: str) -> str:
    """`found on, left off` for `12`."""
    pair = [CONDITIONS.get(figure) for figure in figures.strip()]
    return f"found {pair[0]}, left {pair[1]}" if len(pair) == 2 and None not in pair else ""


def codes() -> Mapping[str, str]:
    """Code to why an order could not be carried out."""
    return shipped_order_policy().unable


def code_kind(state_goes: str = "under F/L") -> Kind:
    """Why an order could not be carried out.

    Args:
        state_goes: where found and left are keyed, for who keys them here.
    """
    base = choice(2, [Choice(*one) for one in codes().items()], "Why it was not done; F4 lists.")

    def read(entry: str) -> Taken:
        if entry.strip() not in codes() and (told := conditions_text(entry)):
            raise InvalidEntry(
                f"{entry.strip()} is {told}: key it {state_goes}.", code="CONDITION-HERE"
            )
        return base.read(entry)

    return replace(base, read=read)


def out_kind(out: Callable[[str], Sequence[Choice]]) -> Kind:
    """An order by its number or its end, a line of the sheet, or sheet.line; read by the screen.

    Args:
        out: the orders that are still out, for what was keyed so far.
    """
    sentence = "An order's number or its last figures, its line on the sheet, or sheet.line: 12.3."
    return Kind(
        11, lambda entry: Taken(entry.strip(), entry.strip().upper()), sentence, upper=True,
        choices=out,
    )  # fmt: skip
