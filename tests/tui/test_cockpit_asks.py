"""The cockpit asks before it posts reads without those that are still out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from driving import drive

from billing_tui.billing.tables import BillRun
from billing_tui.metering.tables import ReadException, StagedRead, Upload

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.tui.app import BillingApp


@pytest.fixture
def ready(app: Callable[[str], BillingApp]) -> BillingApp:
    """A cockpit whose reads are checked and settled, without a run."""
    BillRun.update(state="Cancelled").execute()
    ReadException.update(disposition="accept", reason="seen").execute()
    StagedRead.update(held=False).execute()
    Upload.update(state="Checked").execute()
    return app("luis")


def test_reads_that_are_out_are_named_before_posting(ready: BillingApp) -> None:
    """Re-reads and holds are counted apart; F12 leaves the upload as it is."""
    first, second, *_ = StagedRead.select().order_by(StagedRead.id)
    StagedRead.update(held=True).where(StagedRead.id.in_([first.id, second.id])).execute()
    out = ReadException.select().order_by(ReadException.id).get()
    ReadException.update(disposition="re-read", staged_read=first.id).where(
        ReadException.id == out.id
    ).execute()
    asked, kept = drive(ready, "3.1<enter><f10>", "<f12>")

    assert "1 re-read out, not yet come back." in asked.text
    assert "1 read on hold." in asked.text
    assert kept.sentence == "Nothing was done: the reads wait."
    assert Upload.get().state == "Checked"


def test_nothing_is_asked_where_nothing_is_out(ready: BillingApp) -> None:
    """F10 starts the posting at once."""
    (seen,) = drive(ready, "3.1<enter><f10>")

    assert "on hold" not in seen.text
    assert seen.ident == "BIL010"
