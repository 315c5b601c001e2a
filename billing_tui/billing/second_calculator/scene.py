"""What a name or value comes to for one service in one part: a walk over the trees."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.arithmetic import (
    HUNDRED,
    number,
    over,
    rounded,
    times,
)
from billing_tui.billing.second_calculator.formula import run
from billing_tui.billing.second_calculator.refusals import NotGiven, NotRated
from billing_tui.billing.second_calculator.values import Level, Percentage, Value, ValueList

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import TypeVar

    from billing_tui.billing.second_calculator.class_reading import ClassReading
    from billing_tui.billing.second_calculator.parts import Part
    from billing_tui.billing.second_calculator.reading import ScheduleReading

    Leaf = TypeVar("Leaf")


def plain_digits(amount: Fraction) -> str:
    """A number as a table's key writes it: digits, no zeros at the end, no exponent."""
    places = 0
    while (10**places * amount).denominator != 1:
        places += 1
    digits = str(abs(int(amount * 10**places))).rjust(places + 1, "0")
    sign = "-" if amount < 0 else ""
    return sign + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


@dataclass(slots=True)
class Scene:
    """One service in one part.

    Attributes:
        reading: the part's version.
        rated: the class.
        part: days, month and proration.
        attributes: what the account states.
        usage: of the part, in the schedule's unit.
        related: amounts from other services, shared out to the part.
        charged: cents of the charges computed so far, by code; exact where the bill is rounded.
        known: values that hold for every service of the same account facts and part.
    """

    reading: ScheduleReading
    rated: ClassReading
    part: Part
    attributes: Mapping[str, str]
    usage: Fraction | None = None
    related: Mapping[str, Fraction] = field(default_factory=dict)
    charged: dict[str, Fraction | int] = field(default_factory=dict)
    known: dict[Value, Fraction] = field(default_factory=dict)

    def amount(self, name: str) -> Fraction:
        """The number that a name stands for in a formula (section 2)."""
        kind = self.rated.meanings.kinds[name]
        if kind == "value":
            return self._named_value(name)
        if kind == "attribute":
            return number(self.stated(name))
        if kind == "charge":
            return Fraction(self.charged.get(name, 0)) / 100
        if kind == "related":
            if name not in self.related:
                raise NotGiven(f"{self.where()}: {name} is not handed over.")
            return self.related[name]
        return self._built_in(name)

    def where(self) -> str:
        """Schedule and class, to open a sentence with."""
        return f"{self.reading.schedule}, {self.rated.code}"

    def stated(self, name: str) -> str:
        """An attribute's text; missing or empty is `NotGiven`."""
        text = self.attributes.get(name)
        if not text:
            raise NotGiven(f"{self.where()}: the account does not state {name}.")
        return text

    def _named_value(self, name: str) -> Fraction:
        if self.reading.given_wins and self.attributes.get(name):
            return number(self.attributes[name])
        return self.worth(self.rated.meanings.values[name])

    def _built_in(self, name: str) -> Fraction:
        if name == "days":
            return Fraction(self.part.days)
        if name == "month":
            return Fraction(self.part.month)
        found = self.usage if name == "usage" else self.reading.proration.standard_days
        if found is None:
            raise NotRated(f"{self.where()}: there is no {name}.")
        return found

    def worth(self, value: Value) -> Fraction:
        """What a value comes to, with its modifiers in the order of section 3.2."""
        before = self.known.get(value)
        if before is not None:
            return before
        try:
            found = self._bare(value)
        except NotGiven:
            if value.default is None:
                raise
            found = self.worth(value.default)
        if value.at_least is not None:
            found = max(found, self.worth(value.at_least))
        if value.at_most is not None:
            found = min(found, self.worth(value.at_most))
        if value.rounding is not None:
            found = rounded(found, *value.rounding)
        if value in self.rated.steady:
            self.known[value] = found
        return found

    def _bare(self, value: Value) -> Fraction:
        body = value.body
        if isinstance(body, tuple):
            return run(body, self.amount)
        if isinstance(body, Percentage):
            return times(over(self.worth(body.percent), HUNDRED), self.worth(body.of))
        return self.worth(self.entry(body))

    def chosen(self, choice: ValueList | Level[ValueList]) -> ValueList:
        """The list of values that a choice comes to."""
        return choice if isinstance(choice, tuple) else self.entry(choice)

    def entry(self, level: Level[Leaf]) -> Leaf:
        """A table's innermost entry for this service; a key that it does not have is refused."""
        found: Level[Leaf] | Leaf = level
        while isinstance(found, Level):
            found = self._step_down(found)
        return found

    def _step_down(self, level: Level[Leaf]) -> Level[Leaf] | Leaf:
        if not level.key.in_steps:
            word = self._key(level.key.name)
            if word in level.by_text:
                return level.by_text[word]
            raise NotRated(f"{self.where()}: the table by {level.key.name} has no {word!r}.")
        size = self.amount(level.key.name)
        for (low, high), entry in level.by_bounds:
            if (low is None or size > low) and (high is None or size <= high):
                return entry
        raise NotRated(f"{self.where()}: no step of {level.key.name} holds {plain_digits(size)}.")

    def _key(self, name: str) -> str:
        kind = self.rated.meanings.kinds[name]
        if kind == "season":
            return self.reading.seasons[name][self.part.month - 1]
        if kind == "attribute":
            return self.stated(name)
        return plain_digits(self.amount(name))
