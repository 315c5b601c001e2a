"""Load the text of a schedule's next version as a draft."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.plain_file import text_of_file
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.lookup import VersionView, find_version
from billing_tui.rates.owrs import TierStarts, read_owrs
from billing_tui.rates.schedule_text import read_schedule, write_schedule
from billing_tui.rates.tables import RateSchedule, RateVersion, VersionState

if TYPE_CHECKING:
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.foundation.errors import Problem
    from billing_tui.rates.schedule import Schedule

_LARGEST = 4_000_000  # bytes; the text itself may have a million characters


def _row_of(schedule: Schedule) -> RateSchedule:
    row = RateSchedule.get_or_none(RateSchedule.code == schedule.code)
    if row is None:
        return RateSchedule.create(
            code=schedule.code, title=schedule.title, service=schedule.service.value
        )
    if row.service != schedule.service.value:
        raise Refused(f"{schedule.code} is a schedule of {row.service}.", field="service")
    return row


def _number(row: RateSchedule, sha256: str) -> int:
    last = 0
    for version in RateVersion.select().where(RateVersion.schedule == row.id):
        if version.sha256 == sha256 and version.state != VersionState.WITHDRAWN:
            raise Refused(
                f"This text is version {version.number} of {row.code} already.", code="RATE-TWICE"
            )
        last = max(last, version.number)
    return last + 1


def import_schedule(desk: Desk, text: str) -> VersionView:
    """Load a version as a draft.

    Args:
        desk: a rate specialist's.
        text: the schedule in the format of data/rates/README.md.

    Raises:
        ProblemsFound: what is wrong in the text.
        Refused: the text was loaded before, with the number it got.
    """
    schedule = read_schedule(text)
    compile_schedule(schedule)
    sha256 = hashlib.sha256(text.encode()).hexdigest()
    with writing(desk, Right.PREPARE_RATES, "rates.import_schedule") as act:
        row = _row_of(schedule)
        number = _number(row, sha256)
        RateVersion.create(
            schedule=row.id,
            number=number,
            state=VersionState.DRAFT.value,
            effective_from=schedule.effective,
            text=text,
            sha256=sha256,
            resolution=schedule.resolution,
            adopted=schedule.adopted,
            prepared_by=desk.staff_id,
            prepared_at=desk.clock().isoformat(timespec="seconds"),
        )
        act.about("rate_version", f"{schedule.code} {number}")
        act.after = {"effective": schedule.effective.isoformat(), "sha256": sha256}
    return find_version(schedule.code, number)


def read_schedule_file(
    path: Path, *, tier_starts: TierStarts = "first_unit"
) -> tuple[str, tuple[Problem, ...]]:
    """The text of a schedule file in our format; an .owrs file is turned into it.

    Returns the text, and what of an OWRS file was left out.

    Raises:
        InvalidEntry, ProblemsFound: the file cannot be read.
    """
    text = text_of_file(path, _LARGEST)
    if path.suffix.lower() != ".owrs":
        return text, ()
    owrs = read_owrs(text, tier_starts=tier_starts)
    return write_schedule(owrs.schedule), owrs.problems
