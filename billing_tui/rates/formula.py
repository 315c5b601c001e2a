"""Formulas of rate schedules: `+ - * / ^ ( )`, decimal numbers and names, never evaluated as code.

A text is parsed once, in time linear in its length and to a bounded depth, into a small tree; the
tree is compiled once into closures. The grammar stands in data/rates/README.md, section 2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from billing_tui.rates.errors import RateError
from billing_tui.rates.exact import EXACT, ZERO, add, divide, multiply, subtract

LONGEST = 2_000
DEEPEST = 50
_LARGEST_EXPONENT = 99
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+|[A-Za-z_][A-Za-z0-9_]*|[-+*/^()]", re.ASCII)
_SPACE = re.compile(r"[ \t]*", re.ASCII)

Evaluator = Callable[[Any], Decimal]
"""Gives a value in a scope (see `scope.py`)."""


@dataclass(frozen=True, slots=True)
class Number:
    """A decimal number."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Name:
    """A name, resolved when the class is compiled."""

    name: str


@dataclass(frozen=True, slots=True)
class Negative:
    """A sign before an operand."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands of equal rank, taken from the left: `first op operand op operand ...`."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Power:
    """`base ^ exponent`."""

    base: Node
    exponent: Node


Node = Number | Name | Negative | Chain | Power


@dataclass(frozen=True, slots=True)
class Formula:
    """A parsed formula; equal if the text is equal."""

    text: str
    tree: Node = field(compare=False, repr=False)
    names: frozenset[str] = field(compare=False, repr=False)

    @property
    def number(self) -> Decimal | None:
        """The number, if the formula is nothing else."""
        if isinstance(self.tree, Negative) and isinstance(self.tree.operand, Number):
            return -self.tree.operand.value
        return self.tree.value if isinstance(self.tree, Number) else None


def tokens(text: str) -> Iterator[str]:
    """The numbers, names and signs of a formula, in order; refuses any other character."""
    at = _SPACE.match(text, 0).end()  # type: ignore[union-attr]  # it matches the empty text too
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise RateError(f"{text[:60]!r} is no formula: {text[at]!r} has no place in it.")
        yield match.group()
        at = _SPACE.match(text, match.end()).end()  # type: ignore[union-attr]  # likewise


def is_name(word: str) -> bool:
    """Whether a token is a name."""
    return word[0].isalpha() or word[0] == "_"


class _Parser:
    """Recursive descent over the tokens; `depth` bounds the recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = [*tokens(text), ""]
        self.at = 0
        self.depth = 0

    @property
    def ahead(self) -> str:
        return self.tokens[self.at]

    def take(self) -> str:
        token = self.tokens[self.at]
        self.at += 1
        return token

    def fail(self) -> RateError:
        what = f"{self.ahead!r} is not expected there" if self.ahead else "it ends too early"
        return RateError(f"{self.text[:60]!r} is no formula: {what}.")

    def chain(self, signs: str, operand: Callable[[], Node]) -> Node:
        first = operand()
        rest = []
        while self.ahead and self.ahead in signs:
            rest.append((self.take(), operand()))
        return Chain(first, tuple(rest)) if rest else first

    def sum(self) -> Node:
        return self.chain("+-", self.product)

    def product(self) -> Node:
        return self.chain("*/", self.unary)

    def unary(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise RateError(f"{self.text[:60]!r} is nested more than {DEEPEST} levels deep.")
        node = self.signed() if self.ahead in {"-", "+"} else self.power()
        self.depth -= 1
        return node

    def signed(self) -> Node:
        sign, operand = self.take(), self.unary()
        return Negative(operand) if sign == "-" else operand

    def power(self) -> Node:
        base = self.primary()
        if self.ahead != "^":
            return base
        self.take()
        return Power(base, self.unary())

    def primary(self) -> Node:
        if self.ahead == "(":
            self.take()
            node = self.sum()
            if self.ahead != ")":
                raise self.fail()
            self.take()
            return node
        if not self.ahead or self.ahead in "+-*/^)":
            raise self.fail()
        word = self.take()
        return Name(word) if is_name(word) else Number(Decimal(word))


def parse_formula(text: str) -> Formula:
    """The formula that `text` writes.

    Raises:
        RateError: saying which character or end is not expected, or that it is too long or deep.
    """
    if len(text) > LONGEST:
        raise RateError(f"A formula has at most {LONGEST:,} characters; this has {len(text):,}.")
    parser = _Parser(text)
    tree = parser.sum()
    if parser.ahead:
        raise parser.fail()
    names = frozenset(word for word in parser.tokens if word and is_name(word))
    return Formula(" ".join(text.split()), tree, names)


def write_node(node: Node) -> str:
    """A tree as text that parses to an equal one; operands of chains and signs in brackets."""
    match node:
        case Number(value):
            return f"{value:f}"
        case Name(name):
            return name
        case Negative(operand):
            return f"(-{write_node(operand)})"
        case Power(base, exponent):
            return f"({write_node(base)} ^ {write_node(exponent)})"
        case Chain(first, rest):
            text = " ".join(f"{sign} {write_node(item)}" for sign, item in rest)
            return f"({write_node(first)} {text})"


_OPERATIONS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
}


def _power(base: Decimal, exponent: Decimal) -> Decimal:
    if exponent != exponent.to_integral_value() or abs(exponent) > _LARGEST_EXPONENT:
        raise RateError("An exponent must be a whole number from -99 to 99.")
    return EXACT.power(base, exponent)


def compile_node(node: Node, resolve: Callable[[str], Evaluator]) -> Evaluator:
    """Closures that compute `node` in a scope; `resolve` gives the closure of a name."""
    match node:
        case Number(value):
            return lambda _: value
        case Name(name):
            return resolve(name)
        case Negative(operand):
            inner = compile_node(operand, resolve)
            return lambda scope: subtract(ZERO, inner(scope))
        case Power(base, exponent):
            lower, upper = compile_node(base, resolve), compile_node(exponent, resolve)
            return lambda scope: _power(lower(scope), upper(scope))
        case Chain(first, rest):
            return _compile_chain(
                compile_node(first, resolve),
                tuple((_OPERATIONS[sign], compile_node(item, resolve)) for sign, item in rest),
            )


def _compile_chain(
    first: Evaluator, rest: tuple[tuple[Callable[[Decimal, Decimal], Decimal], Evaluator], ...]
) -> Evaluator:
    def run(scope: Any) -> Decimal:
        result = first(scope)
        for operation, operand in rest:
            result = operation(result, operand(scope))
        return result

    return run
