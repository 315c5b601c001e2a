"""Units: volumes convert exactly, anything else is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.units import (
    Quantity,
    Unit,
    UnitMismatch,
    convert,
    measured_text,
    parse_unit,
    quantity_text,
)

VOLUMES = (Unit.CCF, Unit.KGAL, Unit.GAL, Unit.CF, Unit.M3, Unit.LITRE, Unit.ACRE_FOOT)
amounts = st.decimals(min_value=0, max_value=10**7, allow_nan=False, allow_infinity=False, places=3)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        ("1", Unit.CCF, Unit.GAL, "748.0519480519480519480519481"),
        ("1", Unit.CCF, Unit.CF, "100"),
        ("1", Unit.ACRE_FOOT, Unit.CCF, "435.6"),
        ("1", Unit.KGAL, Unit.GAL, "1000"),
        ("1", Unit.GAL, Unit.LITRE, "3.785411784"),
        ("1", Unit.M3, Unit.LITRE, "1000"),
        ("1", Unit.CF, Unit.LITRE, "28.316846592"),
        ("5", Unit.KWH, Unit.KWH, "5"),
    ],
)
def test_known_conversions(value: str, source: Unit, target: Unit, expected: str) -> None:
    """From the definitions: the US gallon of 231 cubic inches, the inch of 25.4 mm."""
    assert convert(Decimal(value), source, target) == Decimal(expected)


@given(amounts, st.sampled_from(VOLUMES), st.sampled_from(VOLUMES))
def test_there_and_back_is_the_same(value: Decimal, source: Unit, target: Unit) -> None:
    """To far more digits than any bill shows."""
    back = convert(convert(value, source, target), target, source)
    assert abs(back - value) <= abs(value) * Decimal("1e-25")


@given(st.sampled_from(Unit), st.sampled_from(Unit))
def test_only_volumes_convert(source: Unit, target: Unit) -> None:
    """Energy, carts and days never turn into each other or into water."""
    if source is target or {source, target} <= set(VOLUMES):
        assert convert(Decimal(1), source, target) > 0
    else:
        with pytest.raises(UnitMismatch):
            convert(Decimal(1), source, target)


def test_unlike_quantities_do_not_add() -> None:
    """Even where they would convert, the units must be made equal first."""
    with pytest.raises(UnitMismatch):
        Quantity(Decimal(1), Unit.CCF) + Quantity(Decimal(1), Unit.GAL)
    both = Quantity(Decimal(1), Unit.CCF) + Quantity(Decimal("0.5"), Unit.CCF)
    assert both == Quantity(Decimal("1.5"), Unit.CCF)
    assert str(both.to(Unit.CF)) == "150 cf"


@pytest.mark.parametrize("unit", Unit)
def test_every_unit_reads_back_in_any_case(unit: Unit) -> None:
    """As it is written, in capitals, and with spaces around it."""
    assert parse_unit(f" {unit.value.upper()} ") is unit
    assert parse_unit("HCF") is Unit.CCF


@pytest.mark.parametrize("text", ["", "ccfs", "therm", "c c f", "\u0441cf"])
def test_unknown_units_are_refused(text: str) -> None:
    """The sentence lists the units that are known."""
    with pytest.raises(UnitMismatch, match="ccf"):
        parse_unit(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("1500", "1,500"),
        ("1500.500", "1,500.5"),
        ("0.000", "0"),
        ("1E+3", "1,000"),
        ("0.001", "0.001"),
        ("-12.50", "-12.5"),
        ("100", "100"),
    ],
)
def test_quantities_are_shown_plainly(value: str, text: str) -> None:
    """No exponent, no trailing zeros, thousands marked."""
    assert quantity_text(Decimal(value)) == text


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [("6", "cart", "6 carts"), ("1", "cart", "1 cart"), ("2.5", "ccf", "2.5 ccf"), ("3", "", "3")],
)
def test_carts_are_counted_as_people_do(value: str, unit: str, text: str) -> None:
    """One cart, six carts; units of measure stay as they are."""
    assert measured_text(Decimal(value), unit) == text
