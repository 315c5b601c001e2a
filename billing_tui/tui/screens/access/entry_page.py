"""AUD031 Entry of the trail: one entry whole, with its place in the chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.trail import link_of
from billing_tui.access.trail_search import find_entry
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.tui.ink import BLANK, Line, Role, wrapped
from billing_tui.tui.long_page import PageScreen
from billing_tui.tui.screens.access.entry_lines import head_lines, shown_fields
from billing_tui.tui.side_by_side import side_by_side

if TYPE_CHECKING:
    from collections.abc import Sequence

_WHOLE = 40


class EntryPage(PageScreen):
    """All fields of one entry, before and after."""

    ident = "AUD031"
    heading = "Entry of the trail"
    help_text = (
        "One entry with all its fields; those that changed stand first and are marked >. The chain "
        "is computed anew from what is stored: an entry that was edited or whose neighbour was "
        "taken out says so. `F2 aud031 1204` opens entry 1204."
    )
    opening = "F7 and F8 turn the page, F12 goes back."

    def prepare(self) -> None:
        """Find the entry that was named."""
        if not self.subject.isdigit():
            raise InvalidEntry("Key the number of an entry.", field="way")
        self._entry = find_entry(self.desk, int(self.subject))

    def page(self) -> Sequence[Line]:
        """Head, chain, fields."""
        entry, width = self._entry, self.billing.size.width
        link = link_of(entry.seq)
        state = Role.GOOD if link.whole else Role.ERROR
        told = wrapped(f"{link.sentence}  SHA-256 {link.hash}", width - 2, 3)
        chain: list[Line] = [((f" {part}", state),) for part in told]
        fields = side_by_side(shown_fields(entry), width)
        return [*head_lines(entry, entry.person, width, deepest=_WHOLE), *chain, BLANK, *fields]
