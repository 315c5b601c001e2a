"""Several people at the same exceptions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from billing_tui.access.desk import NotAllowed
from billing_tui.foundation.errors import Refused
from billing_tui.metering.check_reads import check_reads, open_exceptions
from billing_tui.metering.dispose_exception import dispose_exception, hold_rest
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.tables import Disposition, ReadException
from billing_tui.metering.worklist import worklist

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from tests.metering.conftest import Town

    Sit = Callable[..., Desk]
    Csv = Callable[..., Path]


def flagged(town: Town, desk: Sit, csv_file: Csv, *readings: int) -> int:
    """Upload a month whose first meters have these readings; the upload's row."""
    usual: dict[str, object] = {town.number(n): last + 10 for n, last in enumerate(town.last)}
    odd = {town.number(n): reading for n, reading in enumerate(readings)}
    upload = import_reads(desk("maria"), town.instance, csv_file(usual | odd), "csv-default")
    check_reads(desk("maria"), upload.upload_id)
    return upload.upload_id


def test_the_second_of_two_people_is_told_who_was_first(
    town: Town, desk: Sit, csv_file: Csv
) -> None:
    """A decision made on an old screen is refused; the first one stands."""
    upload = flagged(town, desk, csv_file, town.last[0] + 90)
    [row] = worklist(upload)
    dispose_exception(desk("maria"), row.exception_id, Disposition.ESTIMATE, "reader was unsure")

    with pytest.raises(Refused, match=r"maria settled this.*estimate, reader was unsure"):
        dispose_exception(
            desk("luis"), row.exception_id, Disposition.HOLD, "wait", seen=Disposition.OPEN
        )

    kept = ReadException.get_by_id(row.exception_id)
    assert kept.disposition == Disposition.ESTIMATE


def test_usage_below_zero_takes_a_lead(town: Town, desk: Sit, csv_file: Csv) -> None:
    """A clerk mends a back-read; only a lead may let it stand."""
    upload = flagged(town, desk, csv_file, 99)
    [row] = worklist(upload)

    with pytest.raises(Refused, match="accepted by a lead only"):
        dispose_exception(desk("maria"), row.exception_id, Disposition.ACCEPT, "as read")

    dispose_exception(desk("luis"), row.exception_id, Disposition.ACCEPT, "meter ran backwards")
    assert open_exceptions(upload) == 0


def test_a_lead_holds_what_is_left_when_time_is_up(town: Town, desk: Sit, csv_file: Csv) -> None:
    """Everything open is held at once with one reason; the rest is posted."""
    upload = flagged(town, desk, csv_file, town.last[0] + 90, 99)
    with pytest.raises(NotAllowed):
        hold_rest(desk("maria"), upload, "no time left")

    assert hold_rest(desk("luis"), upload, "no time left") == 2

    assert open_exceptions(upload) == 0
    assert post_reads(desk("luis"), upload).posted == 4
