"""WCH010 Which one: asks for the account or bill that a screen opens on, where none was keyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from billing_tui.billing.bill_view import find_bill, recent_bills
from billing_tui.foundation.errors import NotFound
from billing_tui.tui import record_kinds
from billing_tui.tui.commands import LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.fast_path import BILL
from billing_tui.tui.form import Form
from billing_tui.tui.kinds import Kind, Taken
from billing_tui.tui.pop_up import FormPopUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.widget import Widget

    from billing_tui.tui.screens.register import Listing


def _account() -> Kind:
    """An account; the value is its number."""
    kind = record_kinds.account(30)

    def read(entry: str) -> Taken:
        found = kind.read(entry)
        return Taken(found.value.number, found.shown, found.echo)

    return Kind(kind.width, read, kind.help, choices=kind.choices)


def _bill() -> Kind:
    """A bill by its number, or the newest one of an account; the value is the bill's number."""
    account = record_kinds.account(30)

    def read(entry: str) -> Taken:
        keyed = entry.strip().upper()
        if BILL.match(keyed):
            return Taken(find_bill(keyed).title, keyed)
        hit = account.read(entry).value
        bills = recent_bills(hit.account_id, limit=1)
        if not bills:
            raise NotFound(f"{hit.number}, {hit.name}, has no bill yet.")
        return Taken(bills[0].title, hit.number, f"{hit.name}: {bills[0].title}")

    sentence = "A bill's number; or an account's number, a name, an address: its newest bill."
    return Kind(account.width, read, sentence, choices=account.choices)


class WhichScreen(FormPopUp):
    """Gives the number of an account or bill back, or nothing."""

    ident = "WCH010"
    heading = "Which one"
    help_text = (
        "This screen opens on an account or a bill. Key its number; a name, an address, a phone or "
        "a meter finds an account too, F4 lists what fits. F12 opens nothing."
    )
    commands = (LIST,)
    kinds: ClassVar[dict[str, Callable[[], Kind]]] = {"account": _account, "bill": _bill}

    def __init__(self, listing: Listing) -> None:
        super().__init__()
        self.word = f"{listing.title}: which {listing.asks}?"
        self._asks = listing.asks

    def body(self) -> Iterable[Widget]:
        """The field."""
        label = f" {self._asks.capitalize()}"
        yield Form(Entry("which", label, self.kinds[self._asks](), label_width=10))

    def greeting(self) -> str:
        """What the field takes."""
        return self.kinds[self._asks]().help
