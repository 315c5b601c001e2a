"""CAR051 Likely pairs: customers who may have been entered twice, to take into a merge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.tui.commands import BACKWARD, FORWARD
from billing_tui.tui.ink import Role
from billing_tui.tui.pop_up import PopUp
from billing_tui.tui.record_list import Column, RecordList

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.customer_care.likely_pairs import LikelyPair
    from billing_tui.tui.room_screen import Outcome

_COLUMNS: tuple[Column[LikelyPair], ...] = (
    Column("First", 22, lambda pair: f"{pair.one.number} {pair.one.name}", grows=True),
    Column("Second", 22, lambda pair: f"{pair.other.number} {pair.other.name}", grows=True),
    Column("What they share", 28, lambda pair: pair.why, grows=True, role=lambda _pair: Role.VALUE),
)
MOST_PAIRS = 200
"""As many as are listed at a time; the next ones follow when some of these are merged."""


class LikelyPairs(PopUp):
    """Enter takes the pair; it is compared before anything is merged."""

    ident = "CAR051"
    heading = "Customers who may be one"
    help_text = (
        "The surest first: names that sound alike with one phone or email, at one place or a few "
        "doors away; then one phone or email under different names. Families stand here too: "
        "compare the two before you merge."
    )
    opening = "Enter takes the pair to be compared; F7 and F8 page, F12 takes none."
    commands = (BACKWARD, FORWARD)

    def __init__(self, pairs: Sequence[LikelyPair]) -> None:
        super().__init__()
        self._pairs = pairs

    def body(self) -> Iterable[Widget]:
        """The pairs."""
        yield RecordList(
            _COLUMNS, empty="No two customers look alike.", key=lambda pair: pair.place
        )

    def open(self) -> None:
        """Show them, the surest first."""
        self.query_one(RecordList).show_rows(self._pairs, lambda pair: pair.one.name)

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Give the pair back."""
        message.stop()
        self.billing.call_later(self.dismiss, message.choices[0][1])

    def command_cancel(self) -> Outcome:
        """Take none."""
        self.billing.call_later(self.dismiss, None)
        return True
