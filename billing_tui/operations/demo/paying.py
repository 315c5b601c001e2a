"""How the people of the demo city pay: when, how much, or not at all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.operations.demo.dice import chance

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from random import Random


class Demand(NamedTuple):
    """A bill as its customer sees it.

    Attributes:
        due_cents: what it asks for, less payments that are already on their way.
        current_cents: its new charges.
        turn: how many bills this customer has had.
        last: whether it is the final one.
    """

    bill_day: date
    due_day: date
    due_cents: int
    current_cents: int
    turn: int
    last: bool


class Paid(NamedTuple):
    """A payment that will come."""

    day: date
    cents: int


def _days(day: date, count: int) -> date:
    return day + timedelta(days=count)


def _autopay(_: Random, bill: Demand) -> Paid:
    return Paid(bill.due_day, bill.due_cents)


def _prompt(rng: Random, bill: Demand) -> Paid:
    return Paid(_days(bill.bill_day, rng.randint(3, 19)), bill.due_cents)


def _late(rng: Random, bill: Demand) -> Paid:
    return Paid(_days(bill.due_day, rng.choice((1, 2, 3, 5, 7, 12, 18, 26))), bill.due_cents)


def _rounds_up(rng: Random, bill: Demand) -> Paid:
    return Paid(_days(bill.bill_day, rng.randint(4, 15)), -(-bill.due_cents // 2000) * 2000)


def _partial(rng: Random, bill: Demand) -> Paid:
    if bill.turn % 4 == 0:
        return _late(rng, bill)
    part = bill.due_cents * rng.randint(45, 85) // 100
    return Paid(_days(bill.due_day, rng.randint(-3, 9)), max(500, part // 500 * 500))


def _every_other(rng: Random, bill: Demand) -> Paid | None:
    return _late(rng, bill) if bill.turn % 2 else None


def _never(rng: Random, bill: Demand) -> Paid | None:
    """Pays for a while, then stops."""
    return _late(rng, bill) if bill.turn <= 8 else None


_HABITS: dict[str, Callable[[Random, Demand], Paid | None]] = {
    "autopay": _autopay,
    "prompt": _prompt,
    "late": _late,
    "rounds_up": _rounds_up,
    "partial": _partial,
    "every_other": _every_other,
    "never": _never,
}


def payment(rng: Random, habit: str, bill: Demand) -> Paid | None:
    """What a customer of this habit pays on a bill; None where nothing comes.

    One final bill in eight is never paid; now and then a prompt payer forgets one.
    """
    if bill.due_cents <= 0 or (bill.last and habit != "autopay" and chance(rng, 12)):
        return None
    if habit == "prompt" and chance(rng, 1.5):
        return None
    return _HABITS[habit](rng, bill)
