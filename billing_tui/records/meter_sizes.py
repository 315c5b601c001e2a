"""The sizes that a meter can have, in the one spelling by which the rates know them.

The sizes themselves stand with the attribute `meter_size`, as the tables of the rates have them.
"""

from __future__ import annotations

import re

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.text import clean
from billing_tui.foundation.units import ELECTRIC
from billing_tui.records.attributes import REGISTRY

SIZES = REGISTRY["meter_size"].choices
"""Nominal connections of water meters, the smallest first."""
_INCHES = re.compile(r"\s*(?:\"|''|in\.?|inch(?:es)?)\Z", re.IGNORECASE)
_MIXED = re.compile(r"([0-9])[\s-]+([0-9])")


def meter_size(entry: str, unit: str) -> str:
    """The stored spelling of a size: `1`, `1 in` and `1"` are `1"`; `1 1/2` is `1-1/2"`.

    What an electric meter says of its size is kept as it is: no rate asks for it.

    Args:
        entry: what stands on the plate.
        unit: of one count of the meter.

    Raises:
        InvalidEntry: there is no such size; the sentence lists those there are.
    """
    keyed = clean(entry, most=20, field="size")
    if not keyed:
        raise InvalidEntry("The size is missing.", field="size")
    if unit in ELECTRIC:
        return keyed
    plain = _MIXED.sub(r"\1-\2", _INCHES.sub("", keyed))
    if f'{plain}"' in SIZES:
        return f'{plain}"'
    raise InvalidEntry(
        f"{keyed!r} is no size of a meter here; there are {', '.join(SIZES)}.",
        field="size",
        code="METER-SIZE",
    )
