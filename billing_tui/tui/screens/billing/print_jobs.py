"""Bills printed again from a screen, as a job that says where the paper is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.bill_view import find_bill
from billing_tui.billing.special_bill import is_special
from billing_tui.foundation.errors import BillingError
from billing_tui.tui.screens.confirm import ask_first
from billing_tui.tui.shown import PRINTED, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.tui.jobs import Progress
    from billing_tui.tui.room_screen import RoomScreen

_MOST_TOLD = 6
_NOTHING = "Nothing was printed."


def print_again(screen: RoomScreen, numbers: Sequence[str]) -> None:
    """Print duplicates as a job; where one of the bills was cancelled, ask first."""
    what = numbers[0] if len(numbers) == 1 else counted(len(numbers), "bill")

    def printing() -> None:
        try:
            screen.billing.start_job(f"Printing {what}", papers_job(screen.desk, numbers))
        except BillingError as error:
            screen.refuse(error)

    cautions = [told for told in map(_caution, numbers) if told]
    if not cautions:
        printing()
        return
    told = (*cautions[:_MOST_TOLD], "The paper says CANCELLED and asks for no money.")
    ask_first(screen, f"Print {what} all the same?", told, printing, otherwise=_NOTHING)


def _caution(number: str) -> str:
    """What is to be known before a bill is printed again; "" mostly."""
    bill = None if is_special(number) else find_bill(number)
    if bill is None or not bill.cancelled:
        return ""
    instead = f"{bill.replaced_by} took its place" if bill.replaced_by else "none took its place"
    return f"{number} was cancelled; {instead}."


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
            return f"{paths[0].name} is {PRINTED}."
        return f"{paths[0].name} and {len(paths) - 1} more are {PRINTED}."

    return work
