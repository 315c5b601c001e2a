"""Formulas as postfix programs: ordered once by a shunting yard, run on a stack."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING

from billing_tui.billing.second_calculator.arithmetic import keep, over, power, times
from billing_tui.billing.second_calculator.refusals import Unreadable

if TYPE_CHECKING:
    from collections.abc import Callable

_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<sign>[-+*/^()]))"
)
_LONGEST = 2_000
_DEEPEST = 50
_NEGATE, _AFFIRM = "negate", "affirm"
_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, _NEGATE: 3, _AFFIRM: 3, "^": 4}

Step = tuple[str, str | Fraction]
"""`("number", value)`, `("name", name)` or `("do", sign)`."""
Postfix = tuple[Step, ...]


def _tokens(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise Unreadable(f"The formula {text!r} has something unknown at place {at + 1}.")
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


class _Yard:
    """The two tracks: what is already in order, and the signs that wait for their operands."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.done: list[Step] = []
        self.waiting: list[str] = []
        self.wants_operand = True

    def fail(self) -> Unreadable:
        return Unreadable(f"The formula {self.text!r} is not well formed.")

    def operand(self, kind: str, text: str) -> None:
        if not self.wants_operand:
            raise self.fail()
        self.done.append((kind, Fraction(text) if kind == "number" else text))
        self.wants_operand = False

    def sign(self, sign: str) -> None:
        if sign == ")":
            self._close()
        elif self.wants_operand:
            self._before_operand(sign)
        elif sign == "(":
            raise self.fail()
        else:
            self._between(sign)

    def _before_operand(self, sign: str) -> None:
        prefix = {"(": "(", "-": _NEGATE, "+": _AFFIRM}.get(sign)
        if prefix is None:
            raise self.fail()
        self.waiting.append(prefix)
        if sum(one in {"(", _NEGATE, _AFFIRM} for one in self.waiting) > _DEEPEST:
            raise Unreadable(f"The formula {self.text[:40]!r}... is nested too deep.")

    def _between(self, sign: str) -> None:
        strength = _BINDS[sign]
        while self.waiting and self.waiting[-1] != "(":
            before = _BINDS[self.waiting[-1]]
            if before < strength or (before == strength and sign == "^"):
                break
            self.done.append(("do", self.waiting.pop()))
        self.waiting.append(sign)
        self.wants_operand = True

    def _close(self) -> None:
        if self.wants_operand or "(" not in self.waiting:
            raise self.fail()
        while (top := self.waiting.pop()) != "(":
            self.done.append(("do", top))

    def finish(self) -> Postfix:
        if self.wants_operand or "(" in self.waiting:
            raise self.fail()
        self.done.extend(("do", sign) for sign in reversed(self.waiting))
        return tuple(self.done)


def read_formula(text: str) -> Postfix:
    """The formula in postfix order. Raises `Unreadable` where it leaves the grammar (section 2)."""
    if len(text) > _LONGEST:
        raise Unreadable(f"A formula has at most {_LONGEST:,} characters.")
    yard = _Yard(text)
    for kind, token in _tokens(text):
        if kind == "sign":
            yard.sign(token)
        else:
            yard.operand(kind, token)
    return yard.finish()


def names_in(program: Postfix) -> frozenset[str]:
    """The names that a formula mentions."""
    return frozenset(str(what) for kind, what in program if kind == "name")


def plain_number(program: Postfix) -> Fraction | None:
    """The number, where the formula is nothing else."""
    if len(program) == 1 and isinstance(program[0][1], Fraction):
        return program[0][1]
    return None


_DO: dict[str, Callable[[Fraction, Fraction], Fraction]] = {
    "+": lambda left, right: keep(left + right),
    "-": lambda left, right: keep(left - right),
    "*": times,
    "/": over,
    "^": power,
}


def run(program: Postfix, amount_of: Callable[[str], Fraction]) -> Fraction:
    """What the program leaves on the stack; `amount_of` gives a name's number."""
    stack: list[Fraction] = []
    for kind, what in program:
        if isinstance(what, Fraction):
            stack.append(what)
        elif kind == "name":
            stack.append(amount_of(what))
        elif what in _DO:
            right = stack.pop()
            stack.append(_DO[what](stack.pop(), right))
        elif what == _NEGATE:
            stack.append(-stack.pop())
    return stack.pop()
