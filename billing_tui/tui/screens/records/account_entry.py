"""What entries on one account share: the account as it was when it was looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import NotFound
from billing_tui.records.find_records import accounts_for
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.tui.commands import CONFIRM, LIST, REFRESH
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role, apart, cut, cut_before_end, gap
from billing_tui.tui.record_kinds import account

if TYPE_CHECKING:
    from collections.abc import Sequence

    from billing_tui.foundation.errors import BillingError
    from billing_tui.records.account_values import AccountSummary
    from billing_tui.records.search import Hit
    from billing_tui.tui.commands import Command
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome


def saving(sentence: str) -> tuple[Command, ...]:
    """The commands of an entry that changes what is on file of an account; F10 does `sentence`."""
    return (LIST, REFRESH, CONFIRM.called("Save", sentence, Right.KEEP_RECORDS.value))


class AccountEntryScreen(EntryScreen):
    """An entry whose first field is the account; opened on one, it begins at the second field.

    The account is read once and its version handed back with the change, so that what somebody
    else changed meanwhile is noticed; it is looked at again then, and by F5.
    """

    opening: ClassVar[str] = "Which account? Its number, a name, an address; F4 lists."

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self.summary: AccountSummary | None = None

    def prepare(self) -> None:
        """Refuse an account that is none before the screen opens; words find the one they fit."""
        if any(map(str.isalpha, self.subject)):
            found = accounts_for(self.subject)
            if len(found) != 1:
                fit = "Several accounts fit" if found else "No account fits"
                told = f"{fit} {self.subject}; key its number, or find it with 1.1."
                raise NotFound(told, field="way")
            self.subject = found[0].number
        elif self.subject:
            find_account(self.subject)

    def account_field(self, label_width: int = 16) -> Entry:
        """The first field."""
        return Entry("account", " Account", account(), label_width=label_width)

    def open(self) -> None:
        """Take the account that the screen was opened on as keyed."""
        self.summary = None
        super().open()
        entry = self.form.entry("account")
        if not self.subject or entry.changed or self._draft is not None:
            return
        entry.read()
        self.understood(entry)
        self.form.shown[1].focus()
        self.show_outlook()

    def greeting(self) -> str:
        """What to key next."""
        return self.next_step if self.summary is not None else self.opening

    next_step: ClassVar[str] = ""
    """What the message line says once the account is known."""

    def take_account(self, hit: Hit) -> bool:
        """Look at the account that was keyed; False where it is the one already looked at."""
        if self.summary is not None and self.summary.account_id == hit.account_id:
            return False
        self.summary = account_summary(hit.account_id, self.desk.business_day)
        return True

    def versions(self) -> Sequence[int]:
        """Of the account, and of its place."""
        known = self.summary
        return () if known is None else (known.version, known.location.version)

    def look_again(self) -> None:
        """Look at the account again."""
        if self.summary is not None:
            self.summary = account_summary(self.summary.account_id, self.desk.business_day)
            self.looked_again()

    def command_refresh(self) -> Outcome:
        """Look at the account again; what was keyed stays."""
        self.look_again()
        self.show_outlook()
        self.say("Read again; what was keyed stands.")
        return True

    def looked_again(self) -> None:
        """The account was read again: what hangs on it follows."""

    def head_lines(self, width: int) -> list[Line]:
        """Who it is, and where: the check that it is the right account."""
        known = self.summary
        if known is None:
            return []
        status = Role.VALUE if known.status.value == "Active" else Role.WARNING
        name = cut(known.customer.name, width // 2 - 14)
        place = cut_before_end(known.location.address, width // 2 - 14)
        start: Line = (gap(1), (known.number, Role.ACCENT), gap(2), (name, Role.VALUE))
        end: Line = ((place, Role.TEXT), gap(2), (known.status.value.upper(), status), gap(1))
        return [apart(start, end, width)]

    def leads_to(self, result: Any) -> str:
        """The account that was changed."""
        del result
        return self.known_account().number

    def field_of(self, error: BillingError, **names: str) -> None:
        """Give a refusal the name that this form has for its field."""
        error.field = names.get(error.field or "", error.field)

    def known_account(self) -> AccountSummary:
        """The account of the form, which was read by now."""
        assert self.summary is not None  # noqa: S101 - `values` has read the field
        return self.summary
