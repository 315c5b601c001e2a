"""A reading that is keyed is taken whole or refused whole; the dials cut nothing off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driving import drive
from hypothesis import given, strategies as st

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.metering.tables import ReadException, StagedRead
from billing_tui.records.tables import Meter
from billing_tui.tui.kinds import register_reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp


@given(st.integers(3, 10), st.integers(0, 10**17))
def test_the_dials_hold_the_reading_or_refuse_it(dials: int, reading: int) -> None:
    """What the field holds is what was keyed, and what is read is that number or nothing."""
    kind, keyed = register_reading(dials), str(reading)
    assert kind.holds >= len(keyed)
    if reading < 10**dials:
        assert kind.read(keyed).value == reading
    else:
        with pytest.raises(InvalidEntry, match=f"{dials} dials cannot show {keyed}"):
            kind.read(keyed)


def test_an_edit_longer_than_the_dials_changes_nothing(app: Callable[..., BillingApp]) -> None:
    """99999 on a meter of four dials stays in the field, with the reason below."""
    Meter.update(dials=4).execute()
    before = list(StagedRead.select(StagedRead.id, StagedRead.reading).tuples())
    (seen,) = drive(app(), "2.1<enter>e<enter>99999<enter>1<enter>")

    assert "The 4 dials cannot show 99999" in seen.text
    assert list(StagedRead.select(StagedRead.id, StagedRead.reading).tuples()) == before
    assert not ReadException.select().where(ReadException.disposition == "edit").exists()
