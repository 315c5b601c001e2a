"""What reads outside text is linear: the worst of it takes no longer than its length."""

from __future__ import annotations

import time
import unicodedata
from contextlib import suppress
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest

from billing_tui.billing.second_calculator.arithmetic import number as second_number
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.money import Money
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.text import clean, harmless
from billing_tui.metering import layout_values
from billing_tui.metering.layout_lines import cells_of
from billing_tui.metering.layout_values import BadValueError
from billing_tui.rates.exact import parse_number
from billing_tui.rates.formula import parse_formula
from billing_tui.records.account_number import parse_account_number, parse_checked
from billing_tui.records.attributes import REGISTRY
from billing_tui.records.new_records import (
    NewCustomer,
    NewLocation,
    customer_problems,
    location_problems,
    phone_digits,
)
from billing_tui.records.search_words import fold, readings, words
from billing_tui.tui.fast_path import find_way
from billing_tui.tui.kinds import read_day

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 500_000
WORST = {
    "digits": "1" * SIZE,
    "zeros": "0" * SIZE,
    "digits, then a letter": "1" * SIZE + "x",
    "points": "1." * (SIZE // 2),
    "dashes": "a-" * (SIZE // 2),
    "blanks": " " * SIZE + "x",
    "at signs": "a@" * (SIZE // 2),
    "email without an end": "a@" + "b." * (SIZE // 2) + "@",
    "quotes": '"' * SIZE + "x",
    "doubled quotes": 'x,"' + '""' * (SIZE // 2),
    "commas": "," * SIZE,
    "brackets": "(" * SIZE,
    "operators": "1+" * (SIZE // 2),
    "powers": "2^" * (SIZE // 2),
    "signs": "-" * SIZE + "1",
    "accents": "e" + "\u0301" * SIZE,
    "mixed accents": "e\u0301\u0316" * (SIZE // 3),
    "ligatures": "\ufdfa" * (SIZE // 18),
    "Hangul": "\u1112\u1161\u11ab" * (SIZE // 3),
    "line ends": "\n" * SIZE,
    "escapes": "\x1b[" * (SIZE // 2),
}
DAY = date(2026, 11, 2)
READERS: dict[str, Callable[[str], Any]] = {
    "clean": clean,
    "clean, long field": lambda text: clean(text, most=SIZE),
    "harmless": harmless,
    "money": Money.parse,
    "number of a file": layout_values.number,
    "whole number of a file": layout_values.whole,
    "day of a file": lambda text: layout_values.day(text, "MM/DD/YYYY", DAY),
    "time of a file": lambda text: layout_values.clock(text, "hh:mm:ss"),
    "interval of a file": lambda text: layout_values.after(layout_values.datetime.min, text),
    "columns": lambda text: cells_of(text, ","),
    "rate": parse_number,
    "rate, second calculator": second_number,
    "formula": parse_formula,
    "account number": parse_account_number,
    "scan line": parse_checked,
    "search": readings,
    "folding": fold,
    "index words": words,
    "phone": phone_digits,
    "customer": lambda text: list(
        customer_problems(0, NewCustomer(name=text, email=text, phones=(text,), language=text))
    ),
    "email": lambda text: list(customer_problems(0, NewCustomer(name="x", email=text))),
    "location": lambda text: list(
        location_problems(
            0, NewLocation(house=text, street=text, city=text, zip=text, state=text, unit=text)
        )
    ),
    "attributes": lambda text: [_quiet(one.canonical, text) for one in REGISTRY.values()],
    "fast path": find_way,
    "day of a screen": lambda text: read_day(text, DAY),
    "YAML": lambda text: read_yaml(text[:SIZE]),
}


def _quiet(read: Callable[[str], Any], text: str) -> None:
    with suppress(BillingError, BadValueError, ArithmeticError, ValueError):
        read(text)


def _seconds(call: Callable[[], Any]) -> float:
    begun = time.process_time()
    call()
    return time.process_time() - begun


@cache
def _baseline(kind: str) -> float:
    """Looking at every character once, as a program in Python does."""
    return _seconds(lambda: [unicodedata.category(char) for char in WORST[kind]])


@pytest.mark.slow
@pytest.mark.parametrize("name", READERS)
def test_a_long_text_is_read_in_linear_time(name: str) -> None:
    """Within a small multiple of looking at each character once, and never a crash."""
    for kind, text in WORST.items():
        allowed = 0.5 + 25 * _baseline(kind)
        spent = _seconds(lambda text=text: _quiet(READERS[name], text))  # type: ignore[misc]
        assert spent < allowed, (kind, spent, allowed)
