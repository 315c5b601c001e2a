"""A window over the lower half of the screen that asks one thing and goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Vertical
from textual.screen import ModalScreen

from billing_tui.foundation.errors import BillingError
from billing_tui.tui.commands import CANCEL, bindings
from billing_tui.tui.lines import KeyLine, MessageLine
from billing_tui.tui.painted import Rule
from billing_tui.tui.room_screen import RoomScreen

if TYPE_CHECKING:
    from textual.app import ComposeResult
    from textual.binding import BindingType

    from billing_tui.tui.form import Form
    from billing_tui.tui.room_screen import Outcome


class PopUp(RoomScreen, ModalScreen[Any], inherit_bindings=False):
    """A screen that leaves the one under it in sight."""

    word: str = ""
    """What the rule above the window says, where the heading does not say it."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    def compose(self) -> ComposeResult:
        """A rule with the question, the body, message and keys."""
        yield Vertical(
            Rule(self.word or self.heading),
            *self.body(),
            MessageLine(),
            KeyLine(),
            classes="window",
        )

    async def action_command(self, id_: str) -> None:
        """Esc closes the window at once, whatever was keyed into it."""
        if id_ == CANCEL.id:
            await self._carry_out(self.command_cancel)
        else:
            await super().action_command(id_)


class FormPopUp(PopUp):
    """A window with a form: it gives the entries back, or nothing."""

    def on_form_completed(self, message: Form.Completed) -> None:
        """Give the entries back, all of them read again."""
        message.stop()
        try:
            values = message.form.values()
        except BillingError as error:
            self.refuse(error)
            return
        self.billing.call_later(self.dismiss, values)

    def command_cancel(self) -> Outcome:
        """Give nothing back."""
        self.billing.call_later(self.dismiss, None)
        return True
