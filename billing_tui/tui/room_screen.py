"""What all screens share: the three lines, the way a key finds who handles it, and refusals.

A key is offered to the focused widget first, then to what holds it, then to the screen: whoever
has a method `command_<action>` takes it and says how it went. A `BillingError` that a room raises
becomes one sentence on the message line, in one place.
"""

from __future__ import annotations

import asyncio
import inspect
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from textual.containers import Vertical
from textual.reactive import Reactive
from textual.screen import Screen

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError
from billing_tui.tui.commands import CANCEL, EVERYWHERE, GO, HELP, LEAVE, TABLE, bindings
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.lines import KeyLine, MessageLine, TitleLine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from billing_tui.access.desk import Desk
    from billing_tui.tui.app import BillingApp
    from billing_tui.tui.commands import Command
    from billing_tui.tui.kinds import Choice

_ONCE_MORE = "F1 again for the screen."
T = TypeVar("T")
Outcome = bool | str | None
"""How a command went: False it is not mine, a text why it cannot be done, anything else done."""


class RoomScreen(Screen[Any], inherit_bindings=False):
    """A screen of one room."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]
    AUTO_FOCUS = "Entry, RecordList"

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """As Textual's, but another focus repaints two widgets, not the screen (2 KB on the wire)."""

    ident: ClassVar[str] = ""
    """The screen's id, such as ACC020; it also stands on the first line of the file."""
    heading: ClassVar[str] = ""
    help_text: ClassVar[str] = ""
    """What one does here, for the help page."""
    commands: tuple[Command, ...] = ()
    """The commands that mean something here, in the order of the key line."""
    option_rights: ClassVar[dict[str, Right]] = {}
    """The right that an option of the list needs, where it needs one."""
    opening: ClassVar[str] = ""
    """The sentence that stands on the message line at first."""

    def __init__(self, subject: str = "") -> None:
        super().__init__()
        self.subject = subject

    def prepare(self) -> None:
        """Find what the screen is about before it opens; a refusal keeps the old one in front."""

    # Frame

    def compose(self) -> ComposeResult:
        """Title, body, message, keys."""
        yield TitleLine(self.ident, self.heading, self.billing.standing)
        yield Vertical(*self.body(), classes="body")
        yield MessageLine()
        yield KeyLine()

    def body(self) -> Iterable[Widget]:
        """What stands between the title and the message."""
        return ()

    def on_mount(self) -> None:
        """Fill the screen."""
        self.open()
        self.say(self.first_sentence())
        self.show_keys()

    def first_sentence(self) -> str:
        """What the message line says when the screen opens."""
        return self.greeting()

    def greeting(self) -> str:
        """What the message line says at first."""
        return self.opening

    def open(self) -> None:
        """Read what the screen shows; called when it appears and on F5."""

    @property
    def account_shown(self) -> str:
        """Number of the account that the screen is about; "" where it is about no single one."""
        return ""

    def came_back(self, sentence: str) -> None:
        """What stood over this screen has saved something: show what is stored now, and say so."""
        self.open()
        self.show_keys()
        self.say(sentence)

    def shown_again(self) -> None:
        """What stood over this screen is gone, and may have changed what is shown here."""

    def leaving(self) -> None:
        """The screen is about to be closed by a way out that does not ask it."""

    @property
    def billing(self) -> BillingApp:
        """The app."""
        app: Any = self.app
        billing: BillingApp = app
        return billing

    @property
    def desk(self) -> Desk:
        """Who works here."""
        return self.billing.desk

    # The message line

    def _message(self, sentence: str, tone: Literal["say", "warn", "refuse"]) -> None:
        self.query_one(MessageLine).put(sentence, tone)

    @property
    def told(self) -> tuple[str, str]:
        """The sentence on the message line, and its tone."""
        line = self.query_one(MessageLine)
        return line.sentence, line.tone

    def went_on(self, entry: Entry | None) -> None:
        """A field was read and the cursor goes to the next one, if there is one.

        A refusal that was mended does not stay on the message line.
        """
        del entry
        if self.told[1] == "refuse":
            self.say(self.greeting())

    def say(self, sentence: str) -> None:
        """Say what happened or what to do next."""
        self._message(sentence, "say")

    def warn(self, sentence: str) -> None:
        """Say what needs a look."""
        self._message(sentence, "warn")

    def refuse_sentence(self, sentence: str) -> None:
        """Say why an entry was refused, with the bell, and drop what was typed ahead."""
        self.billing.drop_keys()
        self.billing.bell()
        self._message(sentence, "refuse")

    def refuse(self, error: BillingError) -> None:
        """Show a room's refusal and put the cursor on the field that it names."""
        for form in self.query(Form):
            form.place_cursor(error.field)
        self.refuse_sentence(error.sentence)

    def on_entry_refused(self, message: Entry.Refused) -> None:
        """A field could not read its entry."""
        message.stop()
        self.refuse_sentence(message.sentence)

    async def on_entry_asked(self, message: Entry.Asked) -> None:
        """`?` in a field is F4 where it has a list; else it shows the keys."""
        message.stop()
        await self.action_command("list" if message.entry.kind.choices is not None else "keys")

    # Keys

    def command_of(self, id_: str) -> Command:
        """The command under the word that this screen uses for it."""
        own = [command for command in self.commands if command.id == id_]
        return (own or [command for command in TABLE if command.id == id_])[0]

    def why_not(self, command: Command) -> str:
        """Why a command does not work here and now; "" where it does."""
        return self.desk.why_not(Right(command.right)) if command.right else ""

    def why_not_option(self, option: str) -> str:
        """Why an option of the list is not this person's; "" where it is."""
        right = self.option_rights.get(option)
        return self.desk.why_not(right) if right is not None else ""

    def show_keys(self) -> None:
        """Draw the key line again, after something changed what can be done."""
        shown = [HELP, GO, *self.commands, CANCEL]
        works = [(command, not self.why_not(command)) for command in shown]
        self.query_one(KeyLine).show(works)

    async def action_command(self, id_: str) -> None:
        """Carry a key out: focused widget first, the screen last; else say why not."""
        command = self.command_of(id_)
        offered = command in self.commands
        reason, line = self.why_not(command), self.query_one(MessageLine)
        if reason:
            line.put_aside(f"{command.key_text}: {reason}")
            return
        for handler in self._outward():
            method = getattr(handler, f"command_{command.action}", None)
            if method is None or (handler is self and not offered and id_ not in EVERYWHERE):
                continue
            outcome = await self._carry_out(method)
            if isinstance(outcome, str):
                line.put_aside(outcome)
            elif outcome:
                line.put_back()
            if outcome is not False:
                return
        line.put_aside(f"{command.key_text} has nothing to do here; F1 shows the keys that have.")

    async def _carry_out(self, method: Any) -> Outcome:
        try:
            outcome = method()
            if inspect.isawaitable(outcome):
                outcome = await outcome
        except BillingError as error:
            self.refuse(error)
            return None
        result: Outcome = outcome
        return result

    def _outward(self) -> list[Any]:
        """Who may take a key, from the focused widget out to the screen."""
        focused = self.focused
        return [self] if focused is None else [*focused.ancestors_with_self][:-1]

    # Work that takes a while

    def carry_out(
        self, doing: str, work: Callable[[], T], then: Callable[[T], None] | None = None
    ) -> None:
        """Run a verb in its own thread and connection; the keyboard is locked and keys are held.

        Args:
            doing: what the status line says meanwhile, such as "saving".
            work: the verb; it touches no widget.
            then: gets the result, back among the widgets.
        """
        self.billing.lock_keyboard(doing)
        self.run_worker(self._carried(doing, work, then), name=doing)

    async def _carried(
        self, doing: str, work: Callable[[], T], then: Callable[[T], None] | None
    ) -> None:
        try:
            result = await asyncio.to_thread(self._with_own_connection, work)
            if then is not None:
                then(result)
        except BillingError as error:
            self.refuse(error)
        finally:
            self.billing.unlock_keyboard(doing)

    def job_moved(self, sentence: str) -> None:
        """A job goes on; screens that follow it show how far it is."""

    def job_ended(self, sentence: str, *, good: bool) -> None:
        """A job has ended, well or with a refusal."""
        if good:
            self.say(sentence)
        else:
            self._message(sentence, "refuse")

    def _with_own_connection(self, work: Callable[[], T]) -> T:
        try:
            return work()
        finally:
            self.desk.store.database.close()

    # What works everywhere

    def command_help(self) -> Outcome:
        """A message that was cut, whole; help for the field; pressed again, for the screen."""
        from billing_tui.tui.screens.help import HelpScreen

        focused = self.focused
        line = self.query_one(MessageLine)
        if isinstance(focused, Entry) and not line.is_cut:
            sentence = f"{focused.label.strip(' .')}: {focused.help_sentence} {_ONCE_MORE}"
            if line.sentence != sentence:
                self.say(sentence)
                return True
        message = line.sentence if line.is_cut and not self._is_help_of_field(line) else ""
        self.billing.ask(HelpScreen(self, message))
        return True

    def _is_help_of_field(self, line: MessageLine) -> bool:
        focused = self.focused
        return isinstance(focused, Entry) and line.sentence.endswith(
            f"{focused.help_sentence} {_ONCE_MORE}"
        )

    def command_keys(self) -> Outcome:
        """The keys that work here."""
        from billing_tui.tui.screens.help import HelpScreen

        self.billing.ask(HelpScreen(self, keys=True))
        return True

    def command_go(self) -> Outcome:
        """The fast path."""
        from billing_tui.tui.screens.go import GoScreen

        if isinstance(self, GoScreen):
            return "Key where to go, then Enter."
        self.billing.ask(GoScreen())
        return True

    def command_list(self) -> Outcome:
        """List what the focused field takes; the chosen one is put there."""
        from billing_tui.tui.screens.choose import ChooseScreen

        entry = self.focused
        if not isinstance(entry, Entry) or entry.kind.choices is None:
            return "This field has no list."
        keyed = entry.text if entry.changed else ""  # what stood there already narrows nothing
        pages = None if keyed else entry.kind.pages
        listed = pages() if pages is not None else entry.kind.choices(keyed)
        if not keyed and not listed:
            return f"Key a part of it first: {entry.help_sentence}"

        def chosen(choice: Choice | None) -> None:
            if choice is not None:
                entry.retype(choice.code)
                entry.accept()

        self.billing.ask(ChooseScreen(entry.label.strip(), listed), chosen)
        return True

    def command_leave(self) -> Outcome:
        """To the menu."""
        self.billing.to_menu()
        return True

    def command_cancel(self) -> Outcome:
        """One step back."""
        self.billing.back()
        return True

    def command_next(self) -> Outcome:
        """Enter where nothing takes it."""
        return True

    def command_next_field(self) -> Outcome:
        """Go on without checking."""
        self._stepped_to(self.focus_next())
        return True

    def command_previous_field(self) -> Outcome:
        """Go back without checking."""
        self._stepped_to(self.focus_previous())
        return True

    def _stepped_to(self, there: Widget | None) -> None:
        """What the message line says of the field that was left is over."""
        if isinstance(there, Entry):
            self.went_on(there)

    command_down = command_next_field
    command_up = command_previous_field

    def command_first(self) -> Outcome:
        """Home where nothing takes it."""
        return True

    command_last = command_first
    command_erase_field = command_first
    command_erase_all = command_first

    def command_refresh(self) -> Outcome:
        """Read again what is stored."""
        self.open()
        self.show_keys()
        self.say("Refreshed.")
        return True

    def command_redraw(self) -> Outcome:
        """Draw the screen again."""
        self.refresh(layout=True)
        self.billing.redraw()
        return True

    def command_quit_key(self) -> Outcome:
        """Ctrl+Q does not quit."""
        return f"{LEAVE.key_text} leaves to the menu, and F3 on the menu signs off."
