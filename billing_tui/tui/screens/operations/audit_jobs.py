"""The sign-off sheet of a day, printed as a job that says where the paper is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.shown import PRINTED

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from billing_tui.access.desk import Desk
    from billing_tui.tui.jobs import Progress


def sheet_job(desk: Desk, day: date) -> Callable[[Progress], str]:
    """Print the sheet of the day's newest round into the office's folder `printed`."""

    def work(progress: Progress) -> str:
        from billing_tui.access.staff import setting
        from billing_tui.documents.audit_sheet import print_audit_sheet
        from billing_tui.operations.daily_audit.sheet import sheet_of

        found = sheet_of(day)
        path = desk.home.printed / f"audit-{day}-{found.round}.pdf"
        printed = print_audit_sheet(found, setting("utility"), path, made_at=desk.clock())
        progress(1, 1)
        return f"{printed.path.name} is {PRINTED}."

    return work
