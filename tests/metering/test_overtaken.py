"""A meter without a reading: it waits on one list, and cannot be estimated over no days."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from billing_tui.foundation.errors import Refused
from billing_tui.foundation.transaction import write_transaction
from billing_tui.metering.cancel_upload import cancel_upload
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.close_keyed_batch import close_keyed_batch
from billing_tui.metering.dispose_exception import dispose_exception
from billing_tui.metering.key_reads import key_read
from billing_tui.metering.open_keyed_batch import open_keyed_batch
from billing_tui.metering.overtaken import new_exceptions
from billing_tui.metering.tables import Disposition, Read, StagedRead
from billing_tui.metering.worklist import worklist
from billing_tui.operations.verify import verify_office

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from tests.metering.conftest import Town


def test_a_meter_waits_on_one_list(desk: Callable[..., Desk], town: Town, office: Office) -> None:
    """A second batch misses nothing again; what it brings leaves the first list, unless set aside.

    Before either is closed, it is known how many meters become exceptions, and how many are.
    """
    maria = desk("maria")

    def waiting(upload: int) -> list[tuple[str, str]]:
        return [(one.meter, one.check.value) for one in worklist(upload)]

    first = open_keyed_batch(maria, town.instance, "0301", control_count=2)
    key_read(maria, first.batch_id, 1, reading=town.last[0] + 10)
    key_read(maria, first.batch_id, 2, reading=None, code="12")
    assert new_exceptions(first) == (2, 0)
    one = close_keyed_batch(maria, first.batch_id).upload
    check_reads(maria, one.upload_id)
    before = waiting(one.upload_id)
    assert [meter for meter, _ in sorted(before)] == [town.number(place) for place in (1, 2, 3)]

    second = open_keyed_batch(maria, town.instance, "0301", control_count=2)
    key_read(maria, second.batch_id, 1, reading=town.last[1] + 10)
    key_read(maria, second.batch_id, 2, reading=town.last[2] + 10)
    assert new_exceptions(second) == (0, 1)
    two = close_keyed_batch(maria, second.batch_id).upload
    check_reads(maria, two.upload_id)
    assert two.missing == 0
    assert (waiting(one.upload_id), waiting(two.upload_id)) == ([(town.number(3), "missing")], [])
    check_reads(maria, one.upload_id)
    assert waiting(one.upload_id) == [(town.number(3), "missing")]
    held = list(StagedRead.select().where(StagedRead.upload == one.upload_id, StagedRead.held == 1))
    assert {row.derivation for row in held} == {f"It came in with upload {two.upload_id}."}
    assert len(held) == 2

    cancel_upload(maria, two.upload_id, "the wrong sheets")
    assert sorted(waiting(one.upload_id)) == sorted(before)
    assert not [
        s
        for one in verify_office(office.store)
        if one.id.startswith("METERING")
        for s in one.broken
    ]


def test_an_estimate_over_no_days_says_so(
    desk: Callable[..., Desk], town: Town, office: Office
) -> None:
    """A register that was read on the day of the read lacks days, not history."""
    maria = desk("maria")
    before = Read.select().where(Read.meter == town.meters[1]).order_by(Read.id.desc()).get()
    with write_transaction(office.store):
        Read.create(
            service_point=town.points[1], meter=town.meters[1], day=date(2026, 11, 2),
            reading=town.last[1] + 10, kind="A", usage_milli=10_000, unit="ccf", days=31,
            previous=before,
        )  # fmt: skip
    batch = open_keyed_batch(maria, town.instance, "0301", control_count=1)
    key_read(maria, batch.batch_id, 1, reading=town.last[0] + 10)
    upload = close_keyed_batch(maria, batch.batch_id).upload
    check_reads(maria, upload.upload_id)
    missing = next(one for one in worklist(upload.upload_id) if one.meter == town.number(1))
    with pytest.raises(Refused, match=r"read on 11/02/26.*no day to estimate"):
        dispose_exception(maria, missing.exception_id, Disposition.ESTIMATE, "nobody at home")
