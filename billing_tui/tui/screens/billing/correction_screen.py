"""What entries that correct posted bills share: the preview, the reason, doing it or asking.

The sheet under the fields shows every charge of every bill before and after; F7 and F8 page it.
What is saved is what stands there: the verb compares its digest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.billing.cancel_rebill import (
    Rebilled,
    cancel_rebill,
    refuse_idle,
    request_rebill,
    why_ask,
)
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.rate_book import RateBook
from billing_tui.foundation.errors import BillingError, InvalidEntry
from billing_tui.foundation.money import money_text
from billing_tui.tui.commands import BACKWARD, CONFIRM, FOLD, FORWARD, LIST
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role, plain, wrapped
from billing_tui.tui.long_page import LongPage
from billing_tui.tui.painted import Rule
from billing_tui.tui.screens.billing.correction_lines import plan_lines
from billing_tui.tui.screens.reason import ReasonScreen
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from billing_tui.billing.correction import Correction, CorrectionPlan
    from billing_tui.tui.commands import Command
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line
    from billing_tui.tui.room_screen import Outcome, RoomScreen

WHY = FOLD.called("Why", "Under each charge that changes, how the new amount comes about.")
PREVIEW = (
    BACKWARD.called("Up", "The part of the preview before."),
    FORWARD.called("Down", "The part of the preview after."),
)


class CorrectionScreen(EntryScreen):
    """An entry that corrects what was billed."""

    commands: tuple[Command, ...] = (
        LIST,
        *PREVIEW,
        WHY,
        CONFIRM.called("Save", "Carry it out, or ask a lead to."),
    )
    outlook_word = "What follows"
    usual: ClassVar[tuple[str, ...]] = ()
    """Reasons that the window offers."""
    missing: ClassVar[str] = "Key what was wrong first."
    form_class: ClassVar[type[Form]] = Form

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self._plan: CorrectionPlan | None = None
        self._looked_at: Correction | None = None
        self._must_ask = ""
        self._why = False
        self._book = RateBook()

    def correction(self, known: Mapping[str, Any]) -> Correction | None:
        """What was found wrong, from the fields that were read; None where that is too little."""
        raise NotImplementedError

    def hint(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What the sheet says before there is anything to preview."""
        del known
        return [((f" {self.missing}", Role.LABEL),)]

    # The preview

    def body(self) -> Iterable[Widget]:
        """The fields, and a preview that can be paged."""
        yield self.form_class(*self.entries(), understood=self._entry_understood)
        yield Rule(self.outlook_word)
        yield LongPage()

    def open(self) -> None:
        """What was named stands there, understood."""
        super().open()
        self.take_subject()

    def put_outlook(self, lines: Sequence[Line]) -> None:
        """Show the preview from its top."""
        self.query_one(LongPage).show(lines)

    def problem_lines(self, error: BillingError) -> list[Line]:
        """Each thing that is wrong, in as many lines as it takes."""
        width = self.billing.size.width - 6
        return [
            ((f" {'!' if at == 0 else ' '} {text}", Role.WARNING),)
            for line in super().problem_lines(error)
            for at, text in enumerate(wrapped(plain(line).strip(" !"), width, 4))
        ]

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Every bill to the line."""
        self._plan = self._looked_at = None
        correction = self._looked_at = self.correction(known)
        if correction is None:
            return self.hint(known)
        self._plan = self._planned(correction)
        self._must_ask = why_ask(self.desk, self._plan)
        return plan_lines(self._plan, self._must_ask, self.billing.size.width, why=self._why)

    def _planned(self, correction: Correction) -> CorrectionPlan:
        return plan_correction(correction, self.desk.business_day, book=self._book)

    def on_resize(self) -> None:
        """Lay the preview out for the new width."""
        if self.query(Form):
            self.show_outlook()

    def command_forward(self) -> Outcome:
        """The next part of the preview."""
        page = self.query_one(LongPage)
        return page.move(page.room) or "This is the end of the preview."

    def command_backward(self) -> Outcome:
        """The part before."""
        page = self.query_one(LongPage)
        return page.move(-page.room) or "This is the start of the preview."

    def command_fold(self) -> Outcome:
        """Tell of each new amount how it comes about, or no longer."""
        self._why = not self._why
        self.show_outlook()
        if self._plan is not None:
            self.say(_WHY_TOLD[self._why])
        return True

    def on_entry_changed(self, _message: Entry.Changed) -> None:
        """What was erased or is keyed anew follows no longer."""
        try:
            standing = self.correction(self.form.known())
        except BillingError:
            standing = None
        if standing != self._looked_at:
            self.show_outlook()
            self.say(self._next_step() or self.missing)

    def _entry_understood(self, entry: Entry) -> None:
        """Once there is something to carry out, say by which key."""
        super()._entry_understood(entry)
        if self._plan is not None:
            self.say(self._next_step())

    def all_keyed(self) -> str:
        """After the last field too it is said whether F10 does it or asks."""
        return self._next_step() or self.missing

    def _next_step(self) -> str:
        """What F10 does with what is shown; "" where nothing follows yet."""
        if self._plan is None:
            return ""
        deed = "asks a lead for this" if self._must_ask else "carries this out"
        return f"F10 {deed}; F8 pages what follows, F11 tells why."

    # Saving

    def ask_first(self, values: Mapping[str, Any]) -> RoomScreen | None:
        """How it is known; and whether a lead is asked."""
        correction = self.correction(values)
        if correction is None:
            raise InvalidEntry(self.missing, code="NOTHING-WRONG")
        plan = self._plan = self._planned(correction)
        self._must_ask = why_ask(self.desk, plan)
        if self._must_ask:
            refuse_idle(plan)
        bills = f"{counted(len(plan.changes), 'bill')}, {money_text(plan.difference_cents)}"
        asks = "A lead is asked. " if self._must_ask else ""
        what = bills if plan.changes else "No posted bill changes"
        return ReasonScreen(f"{what}. {asks}How is it known?", self.usual)

    def save(self, values: Mapping[str, Any]) -> Rebilled | int:
        """Carry out what was previewed, or ask for it."""
        plan = self._plan
        if plan is None:
            raise InvalidEntry(self.missing, code="NOTHING-WRONG")
        verb = request_rebill if self._must_ask else cancel_rebill
        return verb(
            self.desk,
            plan.correction,
            seen=plan.digest,
            reason=str(values["reason"]),
            key=self.request_key,
        )

    def saved(self, result: Any) -> str:
        """The numbers of the new bills, or of the request."""
        if not isinstance(result, Rebilled):
            return f"Request {result} waits for a lead; 5.3 shows it."
        if result.posted:
            new = ", ".join(result.posted[:2]) + (" ..." if len(result.posted) > 2 else "")
            return f"{new} posted, {money_text(result.difference_cents)}. 3.3 prints it."
        if result.cancelled:
            gone = ", ".join(result.cancelled[:2])
            return f"{gone} cancelled, {money_text(result.difference_cents)}."
        return f"Corrected; {counted(result.reads, 'read')} written again, no bill changed."


_WHY_TOLD = (
    "Only the amounts stand there; F11 tells how they come about.",
    "How it comes about stands under each amount that moves; F8 pages to it.",
)
