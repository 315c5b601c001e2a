"""What is made ready in a training home before a drill begins, by the colleagues of the city."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.staff import sit_down
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.open_run import open_run
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, InvalidEntry
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.dispose_exception import dispose_exception
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.tables import CycleInstance, Disposition
from billing_tui.operations.demo.samples import FOLDER as SAMPLES
from billing_tui.operations.training.casting import OPEN_CYCLE
from billing_tui.records.tables import Cycle

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

_LEAD = "nora"
"""Who of the city does what the drill needs done beforehand."""
_WAYS = (Disposition.ACCEPT, Disposition.ESTIMATE, Disposition.HOLD)


def _instance() -> int:
    """The instance of the open cycle that waits to be read."""
    newest = (
        CycleInstance.select()
        .join(Cycle)
        .where(Cycle.code == OPEN_CYCLE)
        .order_by(CycleInstance.read_day.desc())
        .first()
    )
    return int(newest.id)


def reads_checked(desk: Desk) -> int:
    """The file of the open cycle is uploaded and checked; returns the upload."""
    file = min((desk.home.root / SAMPLES).glob("reads-*.csv"))
    upload = import_reads(desk, _instance(), file, "csv-default").upload_id
    check_reads(desk, upload)
    return int(upload)


def _settle(desk: Desk, exception_id: int) -> None:
    for way in _WAYS:
        try:
            dispose_exception(desk, exception_id, way, "Settled before the drill")
        except BillingError:
            continue
        return


def run_audited(desk: Desk) -> None:
    """The reads are settled and posted, the bills of the cycle calculated and tested."""
    upload = reads_checked(desk)
    sql = "SELECT min(id) FROM read_exception WHERE upload_id = ? AND disposition = 'open'"
    last = None
    while (one := rows_of(sql, (upload,))[0][0]) is not None and one != last:
        _settle(desk, one)
        last = one
    post_reads(desk, upload)
    number = open_run(desk, OPEN_CYCLE).number
    calculate_run(desk, number)
    audit_run(desk, number)


_STEPS: Mapping[str, Callable[[Desk], object]] = {
    "reads checked": reads_checked,
    "run audited": run_audited,
}
STEPS = frozenset(_STEPS)
"""What a drill may name."""


def prepare(office: Office, steps: tuple[str, ...]) -> None:
    """Do what a drill names, as a colleague.

    Raises:
        InvalidEntry: there is no such preparation.
    """
    day = office.business_day
    assert day is not None  # noqa: S101 - the training city has a day of its own
    desk = sit_down(office.store, office.home, _LEAD, day, station="training")
    for step in steps:
        if step not in _STEPS:
            raise InvalidEntry(f"There is no preparation {step!r}.", field="prepare")
        _STEPS[step](desk)
