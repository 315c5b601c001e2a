"""A guided entry: fields, a sheet that says what will happen, and one key that saves.

What a screen of this sort adds is small: its `entries`, the `outlook` for what is known so far,
the verb in `save`, and the sentence of `saved`. The rest is here, the same for all of them: Enter
goes on and checks, F10 reads everything and saves in a worker, a refusal puts the cursor on its
field and keeps what was keyed, and an entry that was not saved is kept as a draft.
"""

from __future__ import annotations

import os
import uuid
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from billing_tui.access.drafts import Draft, drafts_of, drop_draft, keep_draft
from billing_tui.foundation.errors import BillingError, ProblemsFound, Refused
from billing_tui.records.editing import StaleEdit
from billing_tui.tui.commands import CONFIRM, DUPLICATE, LIST
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Line, Role, cut
from billing_tui.tui.painted import Rule, Sheet
from billing_tui.tui.room_screen import RoomScreen
from billing_tui.tui.screens.confirm import ConfirmScreen

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from textual.widget import Widget

    from billing_tui.tui.commands import Command
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.room_screen import Outcome

_LONGEST_TOLD = 100
_MARK = 3
"""Cells of the message line beside its sentence."""
_OVERTAKEN = "Changed since this was keyed: see what stands now, F10 then saves."


class EntryScreen(RoomScreen):
    """One entry of one kind of record.

    A subclass gives `entries` and `save`; where they help also `first_texts`, `understood`,
    `outlook`, `ask_first` and `saved`.
    """

    commands: tuple[Command, ...] = (LIST, CONFIRM)

    stays: ClassVar[bool] = False
    """After saving, the screen is cleared for the next record; else it goes one step back."""
    opens_account: ClassVar[bool] = False
    """The account of `leads_to` is opened from wherever one came: it is a new one."""
    enter_saves: ClassVar[bool] = False
    """Enter on the last field saves; else it says that F10 does."""

    def __init__(self, subject: str = "") -> None:
        super().__init__(subject)
        self.request_key = uuid.uuid4().hex
        self._draft: Draft | None = None
        self._at: Entry | None = None
        """The field that comes next, as a draft keeps it."""
        self._keyed_on: list[int] = []
        """Versions of a draft that was taken up, where they changed since and F10 was not told."""

    # What a subclass says

    def entries(self) -> Sequence[Entry]:
        """The fields in their order; those to be opened later have `display = False`."""
        raise NotImplementedError

    def first_texts(self) -> Mapping[str, str]:
        """What stands in the fields at first, by name."""
        return {}

    def understood(self, entry: Entry) -> None:
        """A field was read: open or shut others, put what follows from it.

        It is called again for each field when everything is read, so it must be quick and may be
        repeated. It must not overwrite what the person keyed: ask `Entry.changed`.

        Raises:
            BillingError: what was keyed does not go with the rest; the cursor stays.
        """

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """What will happen, from the values of the fields that were read so far."""
        del known
        return ()

    def ask_first(self, values: Mapping[str, Any]) -> RoomScreen | None:
        """A window to be answered before saving, such as a reason; its answer joins the values.

        A window gives a mapping, True or nothing; after nothing (or False) nothing is saved.
        """
        del values
        return None

    def save(self, values: Mapping[str, Any]) -> Any:
        """Call the verb, with `request_key` as its key. It runs in a worker: touch no widget.

        Raises:
            BillingError: with the field to put the cursor on.
        """
        raise NotImplementedError

    def saved(self, result: Any) -> str:
        """What the message line says of the verb's result."""
        del result
        return "Saved."

    def versions(self) -> Sequence[int]:
        """Of the records that are changed, as they were when they were looked at.

        A draft keeps them: who takes it up is told where somebody changed a record meanwhile.
        """
        return ()

    def look_again(self) -> None:
        """Read the records anew that somebody else changed since they were shown."""

    def leads_to(self, result: Any) -> str:
        """Number of the account that was changed, or "": it is in front after saving.

        Where a screen below is of no account, it goes one step back, unless `opens_account`.
        """
        del result
        return ""

    # Frame

    def body(self) -> Iterable[Widget]:
        """The fields, and under them what will happen."""
        yield Form(*self.entries(), understood=self._entry_understood)
        yield Rule(self.outlook_word)
        yield Sheet(id="outlook")

    outlook_word: ClassVar[str] = ""
    """What the rule above the sheet says."""

    @property
    def form(self) -> Form:
        """The fields."""
        return self.query_one(Form)

    def open(self) -> None:
        """Fill in what is known; a draft that is taken up stands there as it was keyed."""
        self.form.put(self.first_texts())
        if self._draft is not None:
            self._put_draft(self._draft)
        self.show_outlook()

    def take_subject(self) -> None:
        """The record that was named stands in the first field: read it, and go on."""
        first = self.form.shown[0]
        if self._draft is None and self.subject and first.text == self.subject:
            first.accept()

    def came_back(self, sentence: str) -> None:
        """What was keyed here stands, beside the records as they are now."""
        with suppress(BillingError):  # what no longer goes is said on the sheet, or by F10
            self.look_again()
        self.show_outlook()
        self.show_keys()
        self.say(sentence)

    def first_sentence(self) -> str:
        """What to do first; that such an entry was begun and not saved, or is taken up."""
        if self._keyed_on:
            return _OVERTAKEN
        if self._draft is not None:
            return "Taken up as it was left, with the cursor where it stood."
        if self._waiting() is None:
            return self.greeting()
        self.commands = (*self.commands, DUPLICATE.called("Take up", "What was not saved."))
        return "One of these was begun and not saved: F9 takes it up."

    def _waiting(self) -> Draft | None:
        """The newest entry that was begun here, about the same subject, and not saved."""
        mine = (one for one in drafts_of(self.desk) if one.key != self.request_key)
        return next((one for one in mine if one.is_about(self.ident, self.subject)), None)

    def command_duplicate(self) -> Outcome:
        """Go on with what was begun and not saved."""
        draft = self._waiting()
        if draft is None:
            return "It was saved or dropped meanwhile."
        self.billing.take_up(draft)
        return True

    def command_refresh(self) -> Outcome:
        """An entry is not read from anywhere; only what will happen is worked out again."""
        self.show_outlook()
        return True

    def on_entry_refused(self, message: Entry.Refused) -> None:
        """What was said of the value before goes; the room screen, asked too, says the refusal."""
        del message
        self.show_outlook()

    def show_outlook(self) -> None:
        """Work out again what will happen."""
        known = self.form.known()
        try:
            lines = self.outlook(known)
        except BillingError as error:
            lines = self.problem_lines(error)
        self.put_outlook(lines)

    def put_outlook(self, lines: Sequence[Line]) -> None:
        """Put lines on the sheet under the fields."""
        self.query_one("#outlook", Sheet).show(lines)

    def problem_lines(self, error: BillingError) -> list[Line]:
        """Each thing that is wrong, on a line of its own."""
        problems = error.problems if isinstance(error, ProblemsFound) else ()
        sentences = [problem.sentence for problem in problems] or [error.sentence]
        return [((f" ! {one}", Role.WARNING),) for one in sentences]

    def _entry_understood(self, entry: Entry) -> None:
        self.understood(entry)
        self.show_outlook()
        shown = self.form.shown
        self._at = ([*shown[shown.index(entry) + 1 :], entry] if entry in shown else shown)[0]
        self.keep_draft()

    def went_on(self, entry: Entry | None) -> None:
        """Say what the next field takes."""
        if entry is not None:
            self.say(f"{entry.label.strip(' .') or 'Next line'}: {entry.help_sentence}")

    # Saving

    def on_form_completed(self, message: Form.Completed) -> None:
        """The last field was read; those that Tab went over are read now."""
        message.stop()
        if self.enter_saves:
            self.call_later(self.action_command, CONFIRM.id)
            return
        try:
            self.form.values()
        except BillingError as error:
            self.refuse(error)
            return
        self.show_outlook()
        self.say(self.all_keyed())

    def all_keyed(self) -> str:
        """What comes after the last field."""
        return "Everything is keyed: F10 saves, F12 takes it back."

    def command_confirm(self) -> Outcome:
        """Read everything, ask what is to be asked, and save."""
        why = self.why_not(self.command_of(CONFIRM.id))
        if why:
            return why
        values = self.form.values()
        if self._keyed_on:
            self._keyed_on = []
            raise Refused(_OVERTAKEN)
        window = self.ask_first(values)
        if window is None:
            self._save(values)
            return True

        def answered(answer: Any) -> None:
            if answer:
                self._save(values | (answer if isinstance(answer, dict) else {}))
            else:
                self.say("Nothing was saved; what was keyed still stands.")

        self.billing.ask(window, answered)
        return True

    def _save(self, values: Mapping[str, Any]) -> None:
        self.carry_out("saving", lambda: self.save(values), self._saved)

    def _saved(self, result: Any) -> None:
        sentence, account = self.saved(result), self.leads_to(result)
        self.forget()
        if self.stays:
            self.form.remember()
            self.open()
            self.show_keys()
            self.say(sentence)
        elif self._elsewhere(account):
            self.billing.on_to("ACC020", account, sentence)
        else:
            self.billing.back_saying(sentence)

    def _elsewhere(self, account: str) -> bool:
        """Whether the account is to be opened: the screen below shows another one."""
        below: Any = self.billing.screen_stack[-2]
        shown = below.account_shown
        return bool(account) and (shown != account if shown else self.opens_account)

    def forget(self) -> None:
        """Drop the draft; what is keyed from now on is another entry."""
        drop_draft(self.desk, self.request_key)
        self.request_key = uuid.uuid4().hex
        self._draft = None
        for entry in self.form.entries:
            entry.put(entry.text)

    def refuse(self, error: BillingError) -> None:
        """Show the refusal on its field, and on the sheet all of it that the line cannot hold.

        After a stale edit the next try is on the records as they stand now.
        """
        if isinstance(error, StaleEdit):
            self.look_again()
            self.show_outlook()
        if isinstance(error, ProblemsFound) and error.problems:
            first, *more = error.problems
            error.field = error.field or first.field
            error.sentence = error.sentence if more else first.sentence
            if more or len(error.sentence) > self.billing.size.width - _MARK:
                self.put_outlook(self.problem_lines(error))
            else:
                self.show_outlook()
        super().refuse(error)

    # Leaving, and what is kept

    def command_cancel(self) -> Outcome:
        """One step back; what was keyed is dropped only when that is confirmed."""
        if not self.form.changed:
            self.billing.back()
            return True

        def answered(drop: object) -> None:
            if drop:
                self.forget()
                self.billing.back()

        told = ("What was keyed here was not saved.", "Enter drops it. F12 goes on with it.")
        self.billing.ask(ConfirmScreen(f"Drop this entry? {self.heading}", told), answered)
        return True

    def leaving(self) -> None:
        """The screen is closed without having been asked: what was keyed is kept."""
        self._at = next((one for one in self.form.shown if one.has_focus), self._at)
        self.keep_draft()

    def keep_draft(self) -> None:
        """Write down what was keyed so far, if anything was."""
        form = self.form
        if not form.changed:
            return
        kept = [entry for entry in form.entries if not entry.kind.secret]
        texts = {entry.id or "": entry.text for entry in kept if entry.changed}
        if not any(texts.values()):  # a secret, or what was erased again: there is nothing to keep
            drop_draft(self.desk, self.request_key)
            return
        told = [entry.taken.echo or entry.text for entry in kept if entry.taken is not None]
        if kept[0].taken is not None and kept[0].taken.echo:  # a record, by number too
            told[0] = f"{kept[0].text} {told[0]}"
        draft = Draft(
            ident=self.ident,
            subject=self.subject,
            key=self.request_key,
            at=self.desk.clock().isoformat(timespec="seconds"),
            texts=texts,
            told=cut(", ".join(filter(None, told)), _LONGEST_TOLD),
            process=os.getpid(),
            at_field=(self._at.id or "") if self._at is not None else "",
            filled={one.id or "": one.text for one in kept if one.text and not one.changed},
            versions=self._keyed_on or [*self.versions()],
        )
        keep_draft(self.desk, draft)

    def take_up(self, draft: Draft) -> None:
        """Go on with a draft when the screen opens."""
        self._draft = draft
        self.request_key = draft.key

    def take(self, entry: Entry) -> None:
        """Read what stands in a field, if anything does, as if it had just been keyed."""
        if not entry.text or not entry.display:
            return
        try:
            entry.read()
            self.understood(entry)
        except BillingError:
            entry.wrong = True

    def _put_draft(self, draft: Draft) -> None:
        form = self.form
        for entry in form.entries:
            if entry.id in draft.texts:
                entry.retype(draft.texts[entry.id])
            elif not entry.text:
                entry.put(draft.filled.get(entry.id or "", ""))
            self.take(entry)
        self._keyed_on = draft.versions if draft.versions != [*self.versions()] else []
        there = [entry for entry in form.shown if entry.id == draft.at_field]
        unfinished = [entry for entry in form.shown if entry.wrong or not entry.text]
        (there or unfinished or form.shown)[0].focus()
