"""QST010 Send the crew, QST020 Log the call, QST030 Reply letter: windows of a bill question."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from billing_tui.service_orders.issue_order import PASSED
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.kinds import Choice, choice, coming_day, text
from billing_tui.tui.pop_up import FormPopUp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from textual.widget import Widget

    from billing_tui.service_orders.kinds import OrderType

_DAYS = 3
_PRIORITIES = (
    Choice("1", "now"),
    Choice("2", "today"),
    Choice("3", "by the day"),
    Choice("4", "when nearby"),
)


class OrderWindow(FormPopUp):
    """By when the crew is to come, how urgent, and what they should know."""

    ident = "QST010"
    help_text = "Three fields; Enter on the last one issues the order. F12 issues none."
    opening = "Enter on the last field issues the order, F12 issues none."

    def __init__(self, type_: OrderType, today: date, remarks: str) -> None:
        super().__init__()
        self.word = f"Order: {type_.value}"
        self._today = today
        self._remarks = remarks

    def body(self) -> Iterable[Widget]:
        """The fields."""
        yield Form(
            Entry("need_by", " By", coming_day(self._today, PASSED), label_width=11),
            Entry("priority", " Priority", choice(1, _PRIORITIES), label_width=11),
            Entry("remarks", " Remarks", text(64), label_width=11),
        )

    def open(self) -> None:
        """Three days from now, by the day, what the question says."""
        by = self._today + timedelta(days=_DAYS)
        texts = {"need_by": f"{by:%m%d%y}", "priority": "3", "remarks": self._remarks[:64]}
        self.query_one(Form).put(texts)


class CallWindow(FormPopUp):
    """What was said, for the contact log."""

    ident = "QST020"
    help_text = "What the customer asked and what was answered; it goes into the contact log."
    opening = "Enter logs it, F12 logs nothing."
    word = "Log the call"

    def body(self) -> Iterable[Widget]:
        """One line of words."""
        words = text(66, "What was asked and answered, in a few words.", required=True)
        yield Form(Entry("words", " Said", words, label_width=8))


class LetterWindow(FormPopUp):
    """A paragraph of the clerk's own for the reply, or none."""

    ident = "QST030"
    help_text = (
        "The letter says what this screen says. A line of your own goes in as a paragraph; leave "
        "it empty for none. Enter prints the letter into the office's folder `printed`."
    )
    opening = "Enter prints the letter, F12 prints none."
    word = "Reply letter"

    def body(self) -> Iterable[Widget]:
        """One line of words."""
        words = text(66, "A paragraph of your own, or nothing.")
        yield Form(Entry("note", " Add", words, label_width=8))
