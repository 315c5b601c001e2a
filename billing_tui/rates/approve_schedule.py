"""Approve a draft: by somebody else, once its worked examples reproduce to the cent (RAT-6)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Problem, ProblemsFound, Refused
from billing_tui.rates.engine import compile_schedule
from billing_tui.rates.lookup import VersionView, all_versions, find_version
from billing_tui.rates.proof import prove
from billing_tui.rates.schedule_text import read_schedule
from billing_tui.rates.tables import NOT_APPROVED, RateVersion, VersionState

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_tui.access.desk import Desk

_DAY = timedelta(days=1)


class NotProved(ProblemsFound, Refused):
    """The schedule was understood; its worked examples do not come out."""

    code = "RATE-UNPROVED"


def _check_proof(version: VersionView) -> None:
    schedule = read_schedule(version.text)
    unproved = schedule.classes.keys() - {example.rate_class for example in schedule.examples}
    found = [f"{code}: no worked example proves it." for code in sorted(unproved)]
    found += prove(compile_schedule(schedule))
    if found:
        problems = tuple(Problem(0, sentence, field="examples") for sentence in found)
        raise NotProved(
            f"Version {version.number} of {version.schedule} does not prove itself: {found[0]}",
            problems,
        )


def _neighbours(version: VersionView) -> tuple[VersionView | None, date | None]:
    """The approved version before, and the last day before the one after."""
    standing = [v for v in all_versions(version.schedule) if v.state not in NOT_APPROVED]
    if any(other.effective_from == version.effective_from for other in standing):
        raise Refused(
            f"A version of {version.schedule} is approved from {version.effective_from} already;"
            " rates that stand are never replaced, only followed.",
            field="effective",
        )
    earlier = [v for v in standing if v.effective_from < version.effective_from]
    later = [v.effective_from for v in standing if v.effective_from > version.effective_from]
    before = max(earlier, key=lambda v: v.effective_from, default=None)
    return before, min(later) - _DAY if later else None


def _check_unused(before: VersionView | None, version: VersionView, business_day: date) -> None:
    used = {VersionState.IN_USE, VersionState.SUPERSEDED}
    if before is not None and before.state in used and version.effective_from <= business_day:
        raise Refused(
            f"Version {before.number} of {version.schedule} may have billed days from"
            f" {version.effective_from} on; a version must be approved before it takes effect.",
            field="effective",
            code="RATE-LATE",
        )


def approve_schedule(desk: Desk, code: str, number: int) -> VersionView:
    """Approve version `number` of schedule `code`; it is in force from its effective day.

    Raises:
        Refused: not a draft, prepared by the same person, or its days are taken.
        NotProved: a worked example that does not reproduce, with the difference.
    """
    with writing(desk, Right.APPROVE_RATES, "rates.approve_schedule") as act:
        version = find_version(code, number)
        if version.state is not VersionState.DRAFT:
            raise Refused(
                f"Version {number} of {code} is {version.state} already.", field="version"
            )
        if version.prepared_by == desk.username:
            raise Refused(
                f"{desk.username} prepared this version; somebody else approves it.",
                code="RATE-SAME-PERSON",
            )
        _check_proof(version)
        before, last_day = _neighbours(version)
        _check_unused(before, version, desk.business_day)
        if before is not None:
            RateVersion.update(effective_to=version.effective_from - _DAY).where(
                RateVersion.id == before.id
            ).execute()
        RateVersion.update(
            state=VersionState.APPROVED.value,
            effective_to=last_day,
            approved_by=desk.staff_id,
            approved_at=desk.clock().isoformat(timespec="seconds"),
        ).where(RateVersion.id == version.id).execute()
        act.about("rate_version", f"{code} {number}")
        act.before, act.after = {"state": version.state}, {"state": VersionState.APPROVED.value}
    return find_version(code, number)


def mark_in_use(version_ids: Iterable[int]) -> None:
    """Note that bills were posted under these versions; inside the posting's transaction.

    Versions of the same schedules that ended before them are superseded.
    """
    for version_id in sorted(set(version_ids)):
        row = RateVersion.get_by_id(version_id)
        if row.state == VersionState.APPROVED:
            RateVersion.update(state=VersionState.IN_USE.value).where(
                RateVersion.id == version_id
            ).execute()
        RateVersion.update(state=VersionState.SUPERSEDED.value).where(
            (RateVersion.schedule == row.schedule)
            & (RateVersion.effective_to < row.effective_from)
            & (RateVersion.state == VersionState.IN_USE.value)
        ).execute()
