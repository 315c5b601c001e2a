"""CAR010 Contacts: who speaks for the customer, what they may do, and their passphrase."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.customer_care.check_passphrase import check_passphrase
from billing_tui.customer_care.contacts import ContactLine, contacts_of
from billing_tui.customer_care.keep_contact import end_contact, set_passphrase
from billing_tui.customer_care.kinds import MayDo
from billing_tui.records.address import phone_text
from billing_tui.tui.commands import BACKWARD, FOLD, FORWARD, NEW, REFRESH
from billing_tui.tui.ink import Role
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.screens.customer_care.passphrase_window import PassphraseWindow
from billing_tui.tui.screens.reason import ask_why
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

_MAY = {MayDo.ASK: "ask", MayDo.CHANGE: "ask, change", MayDo.NOBODY: "NOTHING"}
_OPTIONS = {"7": "Ask passphrase", "2": "Change", "3": "Set passphrase", "4": "End"}
_WHY = ("The customer asked for it", "Has died", "No longer acts for the customer")


def _tone(row: ContactLine) -> Role:
    return Role.WARNING if row.may_do is MayDo.NOBODY else Role.TEXT


_COLUMNS: tuple[Column[ContactLine], ...] = (
    Column("Name", 16, lambda row: row.name, grows=True, role=lambda _row: Role.VALUE),
    Column("Is", 9, lambda row: row.relation or "-"),
    Column("Phone", 14, lambda row: phone_text(row.phone) or "-"),
    Column("May", 11, lambda row: _MAY[row.may_do], role=_tone),
    Column("Phrase", 6, lambda row: "yes" if row.has_passphrase else "-"),
    Column("Until", 8, lambda row: day_text(row.to_day)),
    Column("Email", 24, lambda row: row.email or "-", extra=110),
    Column("Accounts", 10, lambda row: row.account or "all", extra=100),
)


class Contacts(RoomScreen):
    """Contacts in force; F11 shows those who ended as well."""

    ident = "CAR010"
    heading = "Contacts"
    help_text = (
        "Before you tell somebody anything, see whether they stand here and what they may do. 7 "
        "asks for the passphrase: it says right or wrong and logs which; the words are kept "
        "nowhere. 3 sets a passphrase, 2 changes a contact, 4 ends one, F6 enters one. Who is not "
        "on the list is told what anybody may know (Gov. Code 7927.410)."
    )
    commands = (
        REFRESH,
        NEW.called("New", "Enter a contact.", Right.KEEP_RECORDS.value),
        BACKWARD,
        FORWARD,
        FOLD.called("Ended", "Those in force, or those who ended as well."),
    )
    option_rights: ClassVar[dict[str, Right]] = {
        "7": Right.LOG_CONTACTS,
        **dict.fromkeys("234", Right.KEEP_RECORDS),
    }

    def prepare(self) -> None:
        """Find the account."""
        self._account_id = named_account(self.subject)
        self._all = False

    def body(self) -> Iterable[Widget]:
        """Whose account, who speaks for them."""
        yield Sheet(id="head")
        yield Rule()
        yield RecordList(
            _COLUMNS,
            options=_OPTIONS,
            empty="Nobody but the customer. F6 enters a contact.",
            key=lambda row: row.contact_id,
        )
        yield Sheet(id="legend")

    @property
    def _list(self) -> RecordList[ContactLine]:
        return self.query_one(RecordList)

    def open(self) -> None:
        """Read the contacts."""
        account_id = self._account_id
        self._account = head_of(account_id, self.desk.business_day)
        day = None if self._all else self.desk.business_day

        def fetch(row: ContactLine | None, limit: int) -> Sequence[ContactLine]:
            return contacts_of(account_id, on=day, after=row.contact_id if row else 0, limit=limit)

        self._list.show_again(Onward(fetch, lambda row: row.name))
        self.query_one("#head", Sheet).show([head_line(self._account, self.billing.size.width)])
        self.query_one("#legend", Sheet).show([self._list.legend_line])

    def greeting(self) -> str:
        """What the first line answers."""
        row = self._list.row
        if row is None:
            return "Only the customer may be told anything here. F6 enters a contact."
        asked = "; 7 asks for the passphrase" if row.has_passphrase else ""
        return f"{row.name} may do: {_MAY[row.may_do]}{asked}."

    def command_new(self) -> Outcome:
        """Enter a contact."""
        self.billing.open_screen("CAR011", self._account.number)
        return True

    def command_fold(self) -> Outcome:
        """Those in force, or all."""
        self._all = not self._all
        self.open()
        self.say("All, those who ended as well." if self._all else "Those in force.")
        return True

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """One option at a time."""
        message.stop()
        option, row = message.choices[0]
        message.list.keep(message.choices[1:])
        act = {"2": self._change, "3": self._set, "4": self._end, "7": self._ask}[option]
        act(row)

    def _change(self, row: ContactLine) -> None:
        self.billing.open_screen("CAR011", f"{self._account.number} {row.contact_id}")

    def _ask(self, row: ContactLine) -> None:
        if not row.has_passphrase:
            self.warn(f"{row.name} has no passphrase; 3 sets one.")
            return
        desk, account_id = self.desk, self._account_id

        def work(words: str) -> bool:
            return check_passphrase(desk, account_id, row.contact_id, words)

        def then(right: bool) -> None:  # noqa: FBT001 - a callback's
            if right:
                self.say(f"Right: {row.name}, {row.relation or 'contact'}; may {_MAY[row.may_do]}.")
            else:
                self.refuse_sentence(f"WRONG. Tell {row.name} nothing; it is in the contact log.")

        window = PassphraseWindow(f"What does {row.name} say?", "Spoken words; capitals are alike.")
        self._with_words(window, lambda words: self.carry_out("asking", lambda: work(words), then))

    def _set(self, row: ContactLine) -> None:
        desk = self.desk

        def work(words: str) -> str:
            set_passphrase(desk, row.contact_id, words, version=row.version)
            return "is kept; nobody can read it" if words.strip() else "is forgotten"

        def then(told: str) -> None:
            self.open()
            self.say(f"The passphrase of {row.name} {told}.")

        window = PassphraseWindow(
            f"New passphrase of {row.name}",
            "Six letters or more; empty forgets the old one.",
            twice=True,
        )
        self._with_words(window, lambda words: self.carry_out("saving", lambda: work(words), then))

    def _with_words(self, window: PassphraseWindow, use: Any) -> None:
        def given(values: dict[str, Any] | None) -> None:
            if values is None:
                self.say("Nothing was asked or changed.")
            else:
                use(str(values["words"]))

        self.billing.ask(window, given)

    def _end(self, row: ContactLine) -> None:
        desk = self.desk

        def then(_none: None) -> None:
            self.open()
            self.say(f"{row.name} speaks for the customer until the end of today.")

        def end(why: str) -> None:
            def work() -> None:
                end_contact(desk, row.contact_id, version=row.version, why=why)

            self.carry_out("saving", work, then)

        word = f"End {row.name}. Why?"
        ask_why(self, word, _WHY, end, otherwise="Nothing was changed.")
