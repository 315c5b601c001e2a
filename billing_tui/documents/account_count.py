"""Where each account of a cycle is, as a sum: on the register and on the control sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.documents.listing import Column

if TYPE_CHECKING:
    from billing_tui.documents.listing import Listing


@dataclass(frozen=True, slots=True)
class AccountCount:
    """The accounts of a cycle, and the name and count of each part of them."""

    accounts: int
    parts: tuple[tuple[str, int], ...]

    @property
    def ties(self) -> bool:
        """Whether the parts are all accounts."""
        return self.accounts == sum(count for _name, count in self.parts)


_COLUMNS = (Column("", 200), Column("Accounts", 70, figure=True))


def write_accounts(listing: Listing, count: AccountCount) -> None:
    """Draw the parts, the accounts of the cycle, and whether they agree."""
    listing.heading("Accounts of the cycle")
    listing.table(_COLUMNS)
    for name, number in count.parts:
        listing.row((name.capitalize(), f"{number:,}"))
    listing.row(("Accounts of the cycle", f"{count.accounts:,}"))
    listing.y += 6
    listing.check("Bills and accounts without one are the cycle's accounts", holds=count.ties)
