"""CAR040 Contact log: what was said with the customer, keyed while they are on the phone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.rights import Right
from billing_tui.customer_care.contact_log import LoggedContact, log_of
from billing_tui.customer_care.contacts import contacts_of
from billing_tui.customer_care.correct_log import correct_logged
from billing_tui.customer_care.kinds import Channel, Outcome
from billing_tui.customer_care.log_contact import BY_CHECK_ONLY, LONGEST, SpokenWith, log_contact
from billing_tui.customer_care.log_policy import read_log_reasons
from billing_tui.foundation.moments import day_of, moment_text
from billing_tui.tui.commands import BACKWARD, CONFIRM, FORWARD, LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.key_legend import key_legend
from billing_tui.tui.kinds import Choice, choice, text
from billing_tui.tui.pages import Onward
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.record_list import Column, RecordList
from billing_tui.tui.screens.customer_care.head import head_line, head_of, named_account
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from billing_tui.tui.ink import Line
    from billing_tui.tui.kinds import Kind
    from billing_tui.tui.room_screen import Outcome as Went

_CHANNELS = {
    "P": (Channel.PHONE_IN, "the customer called"),
    "O": (Channel.PHONE_OUT, "we called"),
    "C": (Channel.COUNTER, "at the counter"),
    "E": (Channel.EMAIL_IN, "an email came"),
    "R": (Channel.EMAIL_OUT, "we replied by email"),
    "L": (Channel.LETTER_IN, "a letter came"),
    "M": (Channel.LETTER_OUT, "we mailed a letter"),
    "F": (Channel.FIELD, "in the field"),
}
_OUTCOMES = {
    "A": Outcome.ANSWERED,
    "P": Outcome.PROMISED,
    "H": Outcome.PASSED_ON,
    "N": Outcome.NO_ANSWER,
    "W": Outcome.WENT_AWAY,
}
_ENDED = {Outcome.KNOWN: "right", Outcome.UNKNOWN: "WRONG"}
_SELF = "SELF"
_WORDS = 64
_LABEL = 10


def _tone(row: LoggedContact) -> Role:
    if row.corrected_by:
        return Role.OFF
    return Role.WARNING if row.outcome in {Outcome.UNKNOWN, Outcome.PROMISED} else Role.TEXT


def _plain(row: LoggedContact) -> Role:
    return Role.OFF if row.corrected_by else Role.TEXT


def _bright(row: LoggedContact) -> Role:
    return Role.OFF if row.corrected_by else Role.VALUE


def _said(row: LoggedContact) -> str:
    return f"{row.contact}: {row.words}" if row.contact else row.words


def _listed(row: LoggedContact) -> str:
    return f"(corrected by {row.corrected_by}) {_said(row)}" if row.corrected_by else _said(row)


def _reason(row: LoggedContact) -> str:
    return read_log_reasons().get(row.reason, row.reason)


_COLUMNS: tuple[Column[LoggedContact], ...] = (
    Column("Date", 8, lambda row: day_text(row.day), role=_plain),
    Column("How", 7, lambda row: row.channel.value, role=_plain),
    Column("", 1, lambda row: row.reason, role=_bright),
    Column("Why", 12, _reason, extra=100, role=_plain),
    Column("What was said", 24, _listed, grows=True, role=_bright),
    Column("Ended", 9, lambda row: _ENDED.get(row.outcome, row.outcome.value), role=_tone),
    Column("By", 8, lambda row: row.staff, role=_plain),
)


def _quick(choices: Sequence[Choice], help_: str) -> Kind:
    """A code of one character that goes on by itself."""
    return replace(choice(1, choices, help_), auto_advance=True)


class ContactLog(EntryScreen):
    """How, why, a few words, Enter: logged, and the screen is ready for the next one."""

    ident = "CAR040"
    heading = "Contact log"
    help_text = (
        "One key says how the contact came about, one key why; then the words, and Enter logs it. "
        "F4 lists the keys. Shift+Tab goes up to who spoke (the customer where nothing is "
        "changed), how it ended, and the number of what it led to. F7 and F8 page the log; Tab "
        "goes to it, where Enter shows an entry whole and 2 corrects one: another takes its place, "
        "the wrong one stays, dim, with who corrected it."
    )
    commands = (
        LIST,
        CONFIRM.called("Log", "Log what stands here.", Right.LOG_CONTACTS.value),
        BACKWARD,
        FORWARD,
    )
    stays = True
    enter_saves = True
    option_rights: ClassVar[dict[str, Right]] = {"2": Right.LOG_CONTACTS}
    _wrong: LoggedContact | None = None
    """The entry that is being corrected."""

    def prepare(self) -> None:
        """Find the account."""
        self._account_id = named_account(self.subject)

    def entries(self) -> Sequence[Entry]:
        """What is rarely changed first; the cursor begins at `channel`."""
        spoke = [
            Choice(str(at), f"{one.name}, {one.relation or 'contact'}, may {one.may_do}")
            for at, one in enumerate(self._contacts, 1)
        ]
        channels = [Choice(key, told) for key, (_, told) in _CHANNELS.items()]
        reasons = [Choice(code, meaning) for code, meaning in read_log_reasons().items()]
        outcomes = [Choice(key, one.value) for key, one in _OUTCOMES.items()]
        keys = " ".join(_CHANNELS)
        codes = " ".join(read_log_reasons())
        who = choice(4, [Choice(_SELF, "the customer"), *spoke], "Who spoke; F4 lists contacts.")
        words = replace(text(LONGEST, "What was said."), width=_WORDS, most=LONGEST)
        return (
            Entry("who", " Who", who, label_width=_LABEL),
            Entry("outcome", " Ended", _quick(outcomes, "How it ended."), label_width=_LABEL),
            Entry("link", " Led to", text(20, "Number of a bill or order."), label_width=_LABEL),
            Entry("channel", " How", _quick(channels, f"One key: {keys}."), label_width=_LABEL),
            Entry("reason", " Why", _quick(reasons, f"One key: {codes}."), label_width=_LABEL),
            Entry("words", " Words", words, label_width=_LABEL),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The customer, answered."""
        return {"who": _SELF, "outcome": "A"}

    def body(self) -> Iterable[Widget]:
        """Whose account, the entry, the log."""
        self._account = head_of(self._account_id, self.desk.business_day)
        self._contacts = contacts_of(self._account_id, on=self.desk.business_day)
        yield Sheet(id="outlook")
        yield Rule()
        yield from [*super().body()][:1]
        yield Sheet(id="keys")
        yield Rule()
        yield RecordList(
            _COLUMNS,
            options={"2": "Correct"},
            default="?",
            empty="Nothing was logged yet.",
            key=lambda row: row.entry_id,
        )
        yield Sheet(id="legend")

    def open(self) -> None:
        """Clear the entry, read the log again, and put the cursor on the first key."""
        super().open()
        account_id = self._account_id

        def fetch(row: LoggedContact | None, limit: int) -> Sequence[LoggedContact]:
            return log_of(account_id, before=row.entry_id if row else None, limit=limit)

        self.query_one("#keys", Sheet).show(key_lines(self.billing.size.width))
        list_ = self.query_one(RecordList)
        list_.show(Onward(fetch, lambda row: row.words))
        self.query_one("#legend", Sheet).show([list_.legend_line])
        for name in ("who", "outcome"):
            self.form.entry(name).read()
        if self._draft is None:
            self.form.entry("channel").focus()

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Whose account it is, or which entry is corrected."""
        del known
        wrong = self._wrong
        if wrong is None:
            return (head_line(self._account, self.billing.size.width),)
        return (((f" In the place of {day_text(wrong.day)} {_said(wrong)}", Role.WARNING),),)

    def greeting(self) -> str:
        """What the first key says."""
        return "One key for how, one for why, a few words, Enter. Tab leads to the log."

    def save(self, values: Mapping[str, Any]) -> int:
        """Log it."""
        who = values["who"]
        said = SpokenWith(
            channel=_CHANNELS[values["channel"]][0],
            reason=values["reason"],
            words=values["words"],
            outcome=_OUTCOMES[values["outcome"]],
            contact_id=None if who == _SELF else self._contacts[int(who) - 1].contact_id,
            link=values["link"],
        )
        if self._wrong is not None:
            return correct_logged(self.desk, self._wrong.entry_id, said, key=self.request_key)
        return log_contact(self.desk, self._account_id, said, key=self.request_key)

    def saved(self, result: Any) -> str:
        """That it is kept."""
        del result
        if self._wrong is not None:
            self._wrong = None
            return "Corrected; the wrong entry stays, marked."
        return "Logged. One key for how the next came about; F7 and F8 page the log, F12: back."

    def command_forward(self) -> Went:
        """Page the log from wherever the cursor is."""
        return self.query_one(RecordList).command_forward()

    def command_backward(self) -> Went:
        """Page the log from wherever the cursor is."""
        return self.query_one(RecordList).command_backward()

    def on_record_list_chosen(self, message: RecordList.Chosen) -> None:
        """Say the whole entry, F1 shows it where the line is too short; or correct it."""
        message.stop()
        option, row = message.choices[0]
        if option == "2":
            self._correct(row)
        else:
            self.say(_whole(row))

    def _correct(self, row: LoggedContact) -> None:
        """Put an entry into the fields, to be keyed as it should have been."""
        if row.corrected_by:
            self.warn(f"{row.corrected_by} has corrected that; correct the newer entry.")
            return
        if row.outcome in BY_CHECK_ONLY:
            self.warn("The check of a passphrase stands as it was; log another entry.")
            return
        self._wrong = row
        self.form.put(self._texts_of(row))
        for entry in self.form.entries:
            self.take(entry)
        self.show_outlook()
        self.form.entry("channel").focus()
        self.say("Key it as it was, Enter after the words; F12 lets the entry stand.")

    def _texts_of(self, row: LoggedContact) -> dict[str, str]:
        speakers = [one.contact_id for one in self._contacts]
        who = _SELF if row.contact_id is None else ""
        if row.contact_id in speakers:
            who = str(speakers.index(row.contact_id) + 1)
        return {
            "who": who,
            "outcome": next(key for key, one in _OUTCOMES.items() if one is row.outcome),
            "link": row.link,
            "channel": next(key for key, (one, _) in _CHANNELS.items() if one is row.channel),
            "reason": row.reason,
            "words": row.words,
        }

    def keep_draft(self) -> None:
        """A correction that is not saved is dropped: taken up later it would be an entry more."""
        if self._wrong is None:
            super().keep_draft()

    def command_cancel(self) -> Went:
        """Let the entry stand that was to be corrected, or one step back."""
        if self._wrong is None:
            return super().command_cancel()
        self._wrong = None
        self.open()
        self.say("The entry stands as it was.")
        return True


def _whole(row: LoggedContact) -> str:
    what = [moment_text(row.at), _reason(row)]
    if row.corrects is not None:
        what.append("in the place of a wrong entry")
    if row.corrected_by:
        on = day_of(row.corrected_at)
        what.append(f"corrected by {row.corrected_by} {day_text(on)}")
    link = f" Led to {row.link}." if row.link else ""
    return f"{', '.join(what)}. {_said(row)}.{link}"


def key_lines(width: int) -> list[Line]:
    """The keys of both quick fields, in as many lines as they take."""
    how = [(key, one.value) for key, (one, _) in _CHANNELS.items()]
    return [*key_legend("How", how, width), *key_legend("Why", read_log_reasons().items(), width)]
