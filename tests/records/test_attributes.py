"""The registry of attributes: one spelling for one value, and refusals."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.attributes import REGISTRY, Attribute, LivesAt, attribute, canonical

kinds = st.sampled_from(list(REGISTRY.values()))


@pytest.mark.parametrize(
    ("name", "keyed", "kept"),
    [
        ("inside_city", "Y", "yes"),
        ("inside_city", "false", "no"),
        ("lot_sqft", "6500.50", "6500.5"),
        ("eru", "2.0", "2"),
        ("dwelling_units", "012", "12"),
        ("cart_size", "96", "96"),
        ("water_type", "RECYCLED", "RECYCLED"),
        ("zone", " B2 ", "B2"),
    ],
)
def test_canonical_values(name: str, keyed: str, kept: str) -> None:
    """A value is kept in the spelling that rate tables use."""
    assert REGISTRY[name].canonical(keyed) == kept


@pytest.mark.parametrize(
    ("name", "keyed"),
    [
        ("inside_city", "maybe"),
        ("lot_sqft", "-1"),
        ("lot_sqft", "1e9"),
        ("lot_sqft", "1,000"),
        ("dwelling_units", "2.5"),
        ("carts", "100"),
        ("cart_size", "95"),
        ("zone", ""),
        ("zone", "A;B"),
        ("zone", "A\x00"),
        ("eru", "NaN"),
        ("eru", "\u0665"),
    ],
)
def test_refused_values(name: str, keyed: str) -> None:
    """A value that no rate could read is refused, with the attribute as field."""
    with pytest.raises(InvalidEntry) as refusal:
        REGISTRY[name].canonical(keyed)
    assert refusal.value.field == name


def test_home_and_name_are_checked() -> None:
    """An attribute of a service is not taken at a location, an unknown one nowhere."""
    with pytest.raises(InvalidEntry, match="kept with the service"):
        canonical("cart_size", "96", LivesAt.LOCATION)
    with pytest.raises(InvalidEntry, match="kept with the meter"):
        canonical("meter_size", "1", LivesAt.SERVICE)
    with pytest.raises(InvalidEntry, match="no attribute"):
        attribute("colour")


@given(kinds, st.text(max_size=40))
def test_canonical_is_stable(kind: Attribute, text: str) -> None:
    """What is kept is kept again unchanged; everything else is refused in a sentence."""
    with suppress(InvalidEntry):
        kept = kind.canonical(text)
        assert kind.canonical(kept) == kept


@given(st.decimals(0, 999_999_999, places=4))
def test_numbers_keep_their_value(value: Decimal) -> None:
    """Trimming zeros never changes a number."""
    assert Decimal(REGISTRY["lot_sqft"].canonical(f"{value:f}")) == value
