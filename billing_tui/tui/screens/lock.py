"""LCK010 Lock terminal: nothing of the office is in sight until the PIN is keyed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.pin import MOST, has_pin, log_wrong_pins, pin_fits
from billing_tui.foundation.errors import Refused
from billing_tui.tui.commands import HELP, LEAVE, NEXT
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import BLANK, Role
from billing_tui.tui.kinds import secret
from billing_tui.tui.lines import KeyLine
from billing_tui.tui.painted import Sheet
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from textual.widget import Widget

    from billing_tui.tui.room_screen import Outcome

MOST_WRONG = 5
"""Wrong PINs after which the session ends."""
_WORKING = frozenset({"next", "leave", "redraw", "erase_field", "erase_all", "help"})


class LockScreen(RoomScreen):
    """What was open stands behind it, as it was left."""

    ident = "LCK010"
    heading = "Lock terminal"
    help_text = (
        "Your PIN opens what you left. F3 signs off instead; what was keyed and not saved is kept "
        "as a draft."
    )
    commands = (NEXT.called("Unlock"), LEAVE.called("Sign off", "End this session."))
    opening = "Key your PIN and press Enter; F3 signs off."

    _wrong = 0

    def prepare(self) -> None:
        """A terminal is locked only if its person can unlock it."""
        if not has_pin(self.desk):
            raise Refused("You have no PIN yet: choose one with 6.4, then lock with 6.5.")

    def body(self) -> Iterable[Widget]:
        """One field."""
        told = f"   {self.desk.username.upper()} is away. What was open stands as it was left."
        yield Sheet([BLANK, ((told, Role.VALUE),), BLANK])
        yield Form(Entry("pin", "   PIN", secret(MOST, "The PIN you chose."), label_width=8))

    async def action_command(self, id_: str) -> None:
        """Only what unlocks or signs off."""
        if id_ in _WORKING:
            await super().action_command(id_)
        else:
            self.warn(self.opening)

    def show_keys(self) -> None:
        """The keys that work here, and no others."""
        self.query_one(KeyLine).show([(command, True) for command in (HELP, *self.commands)])

    def on_form_completed(self, message: Form.Completed) -> None:
        """Open what stands behind, or count a wrong PIN."""
        message.stop()
        pin = message.form.entry("pin").text
        message.form.put()
        if pin_fits(self.desk, pin):
            self.billing.back()
            self.billing.call_later(self._opened)
            return
        self._wrong += 1
        if self._wrong >= MOST_WRONG:
            log_wrong_pins(self.desk, self._wrong)
            self.billing.sign_off(f"Signed off after {self._wrong} wrong PINs.")
            return
        self.refuse_sentence(f"That is not your PIN; {MOST_WRONG - self._wrong} more tries.")

    def _opened(self) -> None:
        """What was said before the lock is old; a refusal still stands with its field."""
        top = self.billing.top
        if top.told[1] == "say":
            top.say("Unlocked; everything stands as it was left.")

    def command_leave(self) -> Outcome:
        """Sign off."""
        self.billing.sign_off("Signed off.")
        return True
