"""The app around all screens: opens, leaves and finds them, and keeps Textual's own doors shut."""

from __future__ import annotations

import os
import signal
import threading
from asyncio import get_running_loop
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Protocol, runtime_checkable

from textual.screen import ModalScreen

from billing_tui.access.pin import has_pin, idle_minutes
from billing_tui.access.rights import Right
from billing_tui.foundation.errors import BillingError
from billing_tui.operations.training.going import HOME
from billing_tui.tui.fast_path import find_way
from billing_tui.tui.jobs import Jobs
from billing_tui.tui.lines import MessageLine, Standing
from billing_tui.tui.look_up import settled
from billing_tui.tui.screens.register import listing
from billing_tui.tui.shown import counted
from billing_tui.tui.theme import PALETTES, TEXTUAL_THEME, ColorMode
from billing_tui.tui.type_ahead import KeyboardState, TypeAheadApp

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.events import Resize

    from billing_tui.access.desk import Desk
    from billing_tui.access.drafts import Draft
    from billing_tui.operations.training.going import Arrived, Going
    from billing_tui.tui.attendance import Attendance
    from billing_tui.tui.jobs import Job, Work
    from billing_tui.tui.room_screen import RoomScreen
    from billing_tui.tui.screens.register import Listing


@runtime_checkable
class TakesDraft(Protocol):
    """A screen that goes on with an entry that was not saved."""

    def take_up(self, draft: Draft) -> None:
        """Show it when the screen opens."""


_SMALLEST = (80, 24)
_LOOK_SECONDS = 20.0
_LAST_PATIENCE = 4.0
"""Seconds after a hang-up in which the program ends, even if the terminal takes no more bytes."""


class BillingApp(TypeAheadApp, inherit_bindings=False):
    """The billing office in a terminal."""

    CSS_PATH: ClassVar[Any] = "billing.tcss"
    ENABLE_COMMAND_PALETTE = False
    COMMANDS: ClassVar[set[Any]] = set()
    ESCAPE_TO_MINIMIZE = False
    ALLOW_SELECT = False

    def __init__(
        self,
        desk: Desk,
        standing: Standing,
        color: ColorMode = "16",
        *,
        arrived: Arrived | None = None,
    ) -> None:
        """The screens at a desk; `arrived` says how the person came there from another office."""
        super().__init__(ansi_color=True)
        self.arrived = arrived
        self.going: Going | None = None
        """Where the person goes when these screens have closed; None where they sign off."""
        self.desk = desk
        self.standing = standing
        self.color = color
        self.palette = PALETTES[color]
        self.last_way = ""
        self.fault: Exception | None = None
        self.attendance: Attendance | None = None
        self.farewell = ""
        """What the person reads after the screens have gone."""
        self.jobs = Jobs(self._job_moved, self._job_ended)
        self._disable_notifications = True
        self._disable_tooltips = True
        self.theme = TEXTUAL_THEME

    def get_default_screen(self) -> RoomScreen:
        """The menu stands under all other screens."""
        return listing("MNU010").load()("")

    def on_load(self) -> None:
        """End in order when the terminal hangs up or the machine goes down."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGHUP, signal.SIGTERM):
                get_running_loop().add_signal_handler(number, self._hang_up, number)

    def on_mount(self) -> None:
        """Look now and then whether anybody is there; open what the person came for."""
        super().on_mount()
        if self.arrived is not None:
            self.call_later(self._arrive, self.arrived)
        self.set_interval(_LOOK_SECONDS, self.look_whether_idle)
        self.set_interval(_LOOK_SECONDS, self.note_attendance)

    def _hang_up(self, number: int) -> None:
        last = threading.Timer(_LAST_PATIENCE, os._exit, (128 + number,))
        last.daemon = True
        last.start()
        self.sign_off("", code=128 + number)

    def note_attendance(self) -> None:
        """Keep the list of who is signed on up to date; end the session of who may not stay."""
        if self.attendance is not None:
            self.run_worker(self.attendance.look(self), name="attendance")

    # Away from the terminal

    def look_whether_idle(self) -> None:
        """Lock the terminal, or end the session of a person without a PIN, after a long pause."""
        minutes = idle_minutes()
        if not minutes or monotonic() - self.last_key < 60 * minutes or self.top.ident == "LCK010":
            return
        if has_pin(self.desk):
            self.open_screen("LCK010")
        elif self.jobs.current is None:
            self.sign_off(f"Signed off after {counted(minutes, 'minute')} without a key.")

    def sign_off(self, farewell: str, *, code: int = 0) -> None:
        """End the session in order; what was keyed and not saved is kept as drafts."""
        for screen in self.screen_stack:
            room: Any = screen
            room.leaving()
        self.farewell = farewell
        self.exit(code, return_code=code)

    def on_resize(self, event: Resize) -> None:
        """Say when the window became too small to show everything."""
        if event.size.width < _SMALLEST[0] or event.size.height < _SMALLEST[1]:
            for line in self.screen.query(MessageLine):
                line.put("Make the window 80 by 24 or larger.", "warn")

    # Going from screen to screen

    @property
    def top(self) -> RoomScreen:
        """The screen in front."""
        screen: Any = self.screen
        room: RoomScreen = screen
        return room

    def open_way(self, entry: str) -> None:
        """Go where the text leads; a refusal stands on the screen in front."""
        self.call_later(self._open_way, entry)

    async def _open_way(self, entry: str) -> None:
        try:
            way = settled(find_way(entry))
        except BillingError as error:
            self.top.refuse(error)
            return
        self.last_way = entry
        await self._open_screen(way.ident, way.subject)

    def open_screen(self, ident: str, subject: str = "") -> None:
        """Open a screen; one that is open already comes to the front with the new subject."""
        self.call_later(self._open_screen, ident, subject)

    def take_up(self, draft: Draft) -> None:
        """Open the screen of an entry that was not saved, as it was left."""
        self.call_later(self._open_screen, draft.ident, draft.subject, draft)

    async def _open_screen(self, ident: str, subject: str, draft: Draft | None = None) -> None:
        over = self.attendance.why_to_go() if self.attendance is not None else ""
        if over:
            self.sign_off(over)
            return
        found = listing(ident)
        opening = f"open {found.title}"
        reason = self.desk.why_not(Right(found.right), opening) if found.right else ""
        if reason:
            self.top.refuse_sentence(reason)
            return
        if found.asks and not subject and draft is None:
            self._ask_which(found)
            return
        try:
            screen = found.load()(subject)
            screen.prepare()
        except BillingError as error:
            self.top.refuse(error)
            return
        if isinstance(screen, TakesDraft) and draft is not None:
            screen.take_up(draft)
        await self._close_above(ident)
        if ident != "MNU010":
            with self.batch_update():  # one paint, not one for each part that is filled
                await self.push_screen(screen)

    def _ask_which(self, found: Listing) -> None:
        """Ask for the account or bill that a screen cannot open without."""
        from billing_tui.tui.screens.which import WhichScreen

        def answered(given: dict[str, Any] | None) -> None:
            if given is not None:
                self.open_screen(found.ident, str(given["which"]))

        self.ask(WhichScreen(found), answered)

    async def _close_above(self, ident: str) -> None:
        """Close the screen of that id and what stands above it; the menu stays."""
        stack: list[Any] = list(self.screen_stack)
        places = [at for at, screen in enumerate(stack) if screen.ident == ident]
        keep = places[0] if places else len(stack)
        for screen in stack[: max(keep, 1) - 1 : -1]:
            screen.leaving()
            await self.pop_screen()

    def back(self) -> None:
        """One screen back; the menu stays."""
        if len(self.screen_stack) > 1:
            self.call_later(self._back)
        else:
            self.top.say("This is the menu; F3 signs off.")

    async def _back(self) -> None:
        was_window = isinstance(self.screen, ModalScreen)
        await self.pop_screen()
        if not was_window:
            self.top.shown_again()

    def back_saying(self, sentence: str) -> None:
        """One screen back, which shows what was saved and says the sentence."""
        self.call_later(self._back_saying, sentence)

    async def _back_saying(self, sentence: str) -> None:
        await self.pop_screen()
        self.top.came_back(sentence)

    def on_to(self, ident: str, subject: str, sentence: str) -> None:
        """Leave the screen in front for another one, which says the sentence."""
        self.call_later(self._on_to, ident, subject, sentence)

    async def _on_to(self, ident: str, subject: str, sentence: str) -> None:
        with self.batch_update():
            await self.pop_screen()
            await self._open_screen(ident, subject)
        self.top.call_later(self.top.say, sentence)  # in the screen's own queue, so after its own

    def to_menu(self) -> None:
        """To the menu; from the menu, sign off."""
        if len(self.screen_stack) == 1:
            if self.jobs.current is not None:
                self.top.warn(f"{self.jobs.current.sentence} Sign off when it is done.")
            elif self.away:
                self._leave_training()
            else:
                self.exit(0)
        else:
            self.call_later(self._to_menu)

    async def _to_menu(self) -> None:
        await self._close_above("MNU010")
        self.top.say(self.top.greeting())

    @property
    def away(self) -> bool:
        """Whether this is a training home that was entered from an office."""
        return self.arrived is not None and self.arrived.away

    def _leave_training(self) -> None:
        """Back to the office; a drill in hand is not left by one key too many."""
        from billing_tui.operations.training.task import current_task
        from billing_tui.tui.screens.confirm import ask_first

        task = current_task()
        if task is None:
            self.leave_for(HOME)
            return
        told = ("It is not handed in: TRN030 (6.6), F10.", "The copy stays; F10 on 6.2 goes on.")
        word = f"Leave {task.drill.title}?"
        ask_first(self.top, word, told, lambda: self.leave_for(HOME), otherwise="You are training.")

    def leave_for(self, going: Going) -> None:
        """Close these screens; `run` opens those of the place that is wanted."""
        self.going = going
        self.exit(0)

    async def _arrive(self, arrived: Arrived) -> None:
        if arrived.way:
            await self._open_screen(arrived.way, "")
        if arrived.told:  # in the screen's own queue, so after its greeting
            tell = self.top.refuse_sentence if arrived.refused else self.top.say
            self.top.call_later(tell, arrived.told)

    def ask(self, screen: RoomScreen, answered: Callable[[Any], None] | None = None) -> None:
        """Open a window or page over this screen; `answered` gets what it was dismissed with."""
        self.call_later(self.push_screen, screen, answered)

    def redraw(self) -> None:
        """Clear the terminal and send everything again."""
        if self._driver is not None and not self.is_headless:
            self._driver.write("\x1b[2J")
        self.screen.refresh(layout=True)

    # Work that takes minutes

    def start_job(self, title: str, work: Work) -> None:
        """Start a job; it goes on while other screens are used.

        Raises:
            Refused: another one is under way.
        """
        job = self.jobs.start(title)
        self._job_moved(job)
        self.run_worker(self.jobs.run(self.desk.store, work), name=title)

    def _job_moved(self, job: Job) -> None:
        self.top.job_moved(job.sentence)

    def _job_ended(self, _job: Job, told: str, good: bool) -> None:  # noqa: FBT001 - a callback's
        self.top.job_ended(told, good=good)

    # The keyboard's state on the message line

    def keyboard_changed(self, state: KeyboardState) -> None:
        """Show that the keyboard is locked, and how many keys wait."""
        for line in self.screen.query(MessageLine):
            line.show_keyboard(state)

    def keys_dropped(self, count: int) -> None:
        """Say on the message line how many keys an error has cost."""
        for line in self.screen.query(MessageLine):
            line.show_dropped(count)

    # Faults, and doors that stay shut

    def _handle_exception(self, error: Exception) -> None:
        """Keep the first fault for the crash guard in `run`; no screen shows local values."""
        if self.fault is None:
            self.fault = error
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        self._close_messages_no_wait()

    def open_url(self, url: str, *, new_tab: bool = True) -> None:
        """Never: it would start a browser on the server."""
        del url, new_tab

    def copy_to_clipboard(self, text: str) -> None:
        """Never: it writes OSC 52 to the terminal."""
        del text

    def action_command_palette(self) -> None:
        """Never: F2 is the way to find things."""

    def action_suspend_process(self) -> None:
        """Never: a clerk's session has no shell under it."""

    def action_screenshot(self, filename: str | None = None, path: str | None = None) -> None:
        """Never: it writes customers' data to a file on the server."""
        del filename, path

    async def action_quit(self) -> None:
        """Never from a slip of the keyboard: F3 on the menu signs off."""


def standing_of(utility: str, mode: str, desk: Desk) -> Standing:
    """What the title line says about the office and the person."""
    roles = ", ".join(sorted(role.value for role in desk.roles)) or "no role"
    return Standing(utility, mode.upper(), desk.username, roles, desk.verified, desk.business_day)
