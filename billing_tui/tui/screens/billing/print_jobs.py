"""Bills printed again from a screen, as a job that says where the paper is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.special_bill import is_special
from billing_tui.tui.shown import PRINTED, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.tui.jobs import Progress


def duplicates_job(desk: Desk, bill_ids: Sequence[int]) -> Callable[[Progress], str]:
    """Print duplicates, one file for each bill."""

    def work(progress: Progress) -> str:
        from billing_tui.documents.reprint_bill import reprint_bill

        printed = []
        for done, bill_id in enumerate(bill_ids, 1):
            printed.append(reprint_bill(desk, bill_id))
            progress(done, len(bill_ids))
        if len(printed) == 1:
            return f"The duplicate is {printed[0].path.name} {PRINTED}."
        return f"{counted(len(printed), 'duplicate')} {PRINTED}."

    return work


def papers_job(desk: Desk, numbers: Sequence[str]) -> Callable[[Progress], str]:
    """Print bills again by number, special ones too, one file for each."""

    def work(progress: Progress) -> str:
        from billing_tui.documents.print_special import print_special
        from billing_tui.documents.reprint_bill import reprint_bill

        paths = []
        for done, number in enumerate(numbers, 1):
            if is_special(number):
                paths.append(print_special(desk, number).path)
            else:
                paths.append(reprint_bill(desk, find_bill(number).id).path)
            progress(done, len(numbers))
        if len(paths) == 1:
            return f"The duplicate is {paths[0].name} {PRINTED}."
        return f"{counted(len(paths), 'duplicate')} {PRINTED}."

    return work
