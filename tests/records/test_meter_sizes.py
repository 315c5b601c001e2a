"""Sizes of meters: one spelling, that of the rates."""

from __future__ import annotations

from typing import Any

import pytest

from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.strict_yaml import read_yaml
from billing_tui.foundation.units import Unit
from billing_tui.records.meter_sizes import SIZES, meter_size


@pytest.mark.parametrize(
    ("keyed", "stored"),
    [
        ("1", '1"'), ("1 in", '1"'), ("1in.", '1"'), ('1"', '1"'), ("2 inch", '2"'),
        ("3/4", '3/4"'), (" 5/8 ", '5/8"'), ("1 1/2", '1-1/2"'), ('1-1/2"', '1-1/2"'),
        ("8''", '8"'),
    ],
)  # fmt: skip
def test_a_size_has_one_spelling(keyed: str, stored: str) -> None:
    """However it stands on the plate; what is stored stays as it is."""
    assert meter_size(keyed, Unit.CCF) == stored
    assert meter_size(stored, Unit.GAL) == stored


@pytest.mark.parametrize("keyed", ["3/8", "abc", "11", '1-3/4"', "5", '"', "-1", "0"])
def test_what_no_rate_knows_is_refused_with_the_list(keyed: str) -> None:
    """A meter of that size could not be billed."""
    with pytest.raises(InvalidEntry, match=r'5/8", 3/4", 1", 1-1/2"') as caught:
        meter_size(keyed, Unit.CCF)

    assert caught.value.sentence.startswith(repr(keyed))
    assert caught.value.field == "size"


def test_an_electric_meter_keeps_what_its_plate_says() -> None:
    """Its size is a class of current, which no rate asks for; a blank one is refused too."""
    assert meter_size("CL200", Unit.KWH) == "CL200"
    with pytest.raises(InvalidEntry, match="missing"):
        meter_size("  ", Unit.KWH)


def test_every_size_has_its_price_and_no_price_lacks_its_size() -> None:
    """The list of the records is that of the newest water rates that the office ships with."""
    newest = max(data_path("rates").glob("water-*.yaml"))
    rates: Any = read_yaml(newest.read_text(encoding="utf-8"))

    assert tuple(rates["values"]["meter_charge"]["table"]) == SIZES
