"""Printing a work sheet as a job."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.service_orders.work_sheets import left_out
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.work_sheets import SheetChoice
    from billing_tui.tui.jobs import Progress


def sheet_job(desk: Desk, choice: SheetChoice) -> Callable[[Progress], str]:
    """Put the orders on a sheet and print it; the sentence says where it is."""

    def work(_progress: Progress) -> str:
        from billing_tui.documents.work_sheet import print_work_sheet

        printed, later = left_out(choice)
        done = print_work_sheet(desk, choice)
        orders = counted(done.orders, "order")
        told = f"Sheet {done.number}: {orders}, {counted(done.pages, 'page')}, {done.path.name}."
        left = [f"{printed:,} on a sheet already"] if printed else []
        left += [f"{later:,} needed later"] if later else []
        return f"{told} Left out: {', '.join(left)}." if left else told

    return work
