"""PIN010 Your PIN: choose what unlocks this terminal after a pause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.pin import LEAST, MOST, check_pin, has_pin, idle_minutes, set_pin
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.tui.commands import CONFIRM
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Kind, Taken, secret
from billing_tui.tui.shown import counted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.foundation.errors import BillingError
    from billing_tui.tui.ink import Line


_TWO = "PIN-TWO"


def _new_pin(help_: str) -> Kind:
    def read(entry: str) -> Taken:
        check_pin(entry)
        return Taken(entry, entry)

    return replace(secret(MOST, help_), read=read)


class ChoosePin(EntryScreen):
    """The PIN until now, where there is one, and the new one twice."""

    ident = "PIN010"
    heading = "Your PIN"
    help_text = (
        "A terminal without a key for a while is locked, and your PIN opens it where you left it. "
        "Without a PIN the session ends then. The PIN is no way to sign in."
    )
    commands = (CONFIRM,)
    opening = f"Choose {LEAST} to {MOST} characters that nobody guesses."

    def entries(self) -> Sequence[Entry]:
        """Three secrets."""
        before = Entry("before", " PIN until now", secret(MOST, "The PIN that you have."))
        before.display = has_pin(self.desk)
        help_ = f"{LEAST} to {MOST} characters."
        return (
            before,
            Entry("pin", " New PIN", _new_pin(help_)),
            Entry("again", " Once more", secret(MOST, "The same again.")),
        )

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """When it is asked for."""
        del known
        minutes = idle_minutes()
        told = f"After {counted(minutes, 'minute')} without a key" if minutes else "With 6.5 Lock"
        return [((f" {told} this terminal asks for it.", Role.LABEL),)]

    def save(self, values: Mapping[str, Any]) -> None:
        """Keep its hash."""
        if values["pin"] != values["again"]:
            raise InvalidEntry("The two are not the same; key both again.", field="pin", code=_TWO)
        before = values.get("before", "")
        set_pin(self.desk, values["pin"], before=before, key=self.request_key)

    def refuse(self, error: BillingError) -> None:
        """Two that differ are both keyed again."""
        if error.code == _TWO:
            for name in ("pin", "again"):
                self.form.entry(name).put("")
        super().refuse(error)

    def saved(self, result: Any) -> str:
        """Where it is used."""
        del result
        return "Your PIN is kept. 6.5 locks this terminal at once."
