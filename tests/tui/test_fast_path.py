"""Where F2 leads."""

from __future__ import annotations

import pytest

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.tui.fast_path import Way, find_way


@pytest.mark.parametrize(
    ("entry", "way"),
    [
        ("bil020", Way("BIL020")),
        ("=BIL020", Way("BIL020")),
        ("ACC020 10432-03", Way("ACC020", "10432-03")),
        ("3.2", Way("BIL020")),
        ("3.4 10432-03", Way("BIL040", "10432-03")),
        ("5 elm st", Way("ACC010", "5 elm st")),
        ("10432-03", Way("ACC020", "10432-03")),
        ("1043203", Way("ACC020", "1043203")),
        ("review", Way("BIL020")),
        ("cyc cock", Way("BIL010")),
        ("  high   low ", Way("RDG020")),
        ("delgado", Way("ACC010", "delgado")),
        ("418 alder", Way("ACC010", "418 alder")),
    ],
)
def test_ways(entry: str, way: Way) -> None:
    """Ids, numbers, accounts, words, and names of customers for the rest."""
    assert find_way(entry) == way


@pytest.mark.parametrize("entry", ["", "  ", "=", "ZZZ999", "9.9"])
def test_ways_to_nowhere(entry: str) -> None:
    """What can only be a slip is refused."""
    with pytest.raises(InvalidEntry):
        find_way(entry)
