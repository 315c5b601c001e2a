"""Formulas: the grammar, its bounds, and nothing but arithmetic."""

from __future__ import annotations

import time
from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from billing_tui.foundation.errors import BillingError
from billing_tui.rates.exact import EXACT
from billing_tui.rates.formula import compile_node, parse_formula, write_node

NAMES = {"a": Decimal(7), "b": Decimal("2.5"), "_c1": Decimal(-3)}


def compute(text: str) -> Decimal:
    """The value of a formula over NAMES."""
    return compile_node(parse_formula(text).tree, lambda name: lambda _: NAMES[name])(None)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1+2*3", "7"),
        ("(1+2)*3", "9"),
        ("8-3-2", "3"),
        ("16/4/2", "2"),
        ("-2^2", "-4"),
        ("2^-1", "0.5"),
        ("2^3^2", "512"),
        ("--3", "3"),
        ("2*-3", "-6"),
        (".5 + 1.", "1.5"),
        ("a*b", "17.5"),
        ("a - _c1", "10"),
        ("0.1+0.2", "0.3"),
    ],
)
def test_precedence(text: str, value: str) -> None:
    """Powers bind from the right and above a sign; products before sums; left to right."""
    assert compute(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    ["", " ", "1+", "*2", "(1", "1)", "1 2", "a b", "1..2", "2^^3", "a.b", "f(1)", "a[0]", "1e5",
     "__import__('os')", "a;b", "1,2", "a\nb", "٣", "x²", "${a}", "a==b", "a**b"],
)  # fmt: skip
def test_refuses_what_is_no_formula(text: str) -> None:
    """Whatever the grammar does not know is refused with a sentence."""
    with pytest.raises(BillingError, match="no formula"):
        parse_formula(text)


def test_refuses_depth_and_length() -> None:
    """Brackets, signs and length are bounded; the refusal comes at once."""
    for text in ("(" * 3000 + "1", "-" * 1999 + "1", "2^" * 900 + "1", "(" * 60 + "1" + ")" * 60):
        with pytest.raises(BillingError):
            parse_formula(text)


def test_time_is_linear() -> None:
    """The longest sum parses and computes fast and without deep recursion."""
    text = "+".join(["1"] * 1000)
    began = time.process_time()
    assert compute(text) == 1000
    assert time.process_time() - began < 1


def test_exponent_is_small_and_whole() -> None:
    """A power that could not be exact or would be endless is refused."""
    for text in ("2^0.5", "2^100", "2^(0-100)"):
        with pytest.raises(BillingError, match="exponent"):
            compute(text)


numbers = st.decimals(0, 999, places=2).map(str)
formulas = st.recursive(
    numbers | st.sampled_from(sorted(NAMES)),
    lambda inner: st.builds(
        "({} {} {})".format, inner, st.sampled_from("+-*"), inner
    ) | st.builds("(-{})".format, inner),
    max_leaves=12,
)  # fmt: skip


def reference(text: str) -> Decimal:
    """The same text computed by Python itself: brackets everywhere, so precedence cannot differ."""
    import decimal
    import re

    python = re.sub(r"(?<![\w.])(\d+(?:\.\d+)?)", r'D("\1")', text)
    with decimal.localcontext(EXACT):
        return eval(python, {"D": Decimal, **NAMES})  # type: ignore[no-any-return]  # noqa: S307 - our own text


@settings(deadline=None)
@given(formulas)
def test_agrees_with_python(text: str) -> None:
    """Random formulas come to what Python's own arithmetic gives in the same context."""
    assert compute(text) == reference(text)


@settings(deadline=None)
@given(formulas)
def test_writes_back(text: str) -> None:
    """A tree written as text parses to an equal tree."""
    tree = parse_formula(text).tree
    assert parse_formula(write_node(tree)).tree == tree


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="0123456789.ab_+-*/^() \t\"'$", max_size=40))
def test_any_text_is_parsed_or_refused(text: str) -> None:
    """No text leads to anything but a formula or a refusal."""
    with suppress(BillingError):
        assert parse_formula(text).text == " ".join(text.split())
