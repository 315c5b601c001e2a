"""SVC020 Stop service: who leaves, when, with which readings; the final bill (SVO-1, BIL-11)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.service_orders.forms import StopForm
from billing_tui.service_orders.stop_service import stop_service
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.screens.records.envelope_fields import (
    envelope,
    envelope_entries,
    envelope_understood,
)
from billing_tui.tui.screens.service_orders.leaving_fields import LeavingFields
from billing_tui.tui.screens.service_orders.move_fields import (
    LABEL,
    field,
    yes_no,
)
from billing_tui.tui.screens.service_orders.move_lines import said
from billing_tui.tui.screens.service_orders.move_screen import MoveScreen
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.service_orders.forms import Moved
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line
    from billing_tui.tui.screens.service_orders.move_fields import Readings


class StopService(MoveScreen):
    """Somebody leaves."""

    ident = "SVC020"
    heading = "Stop service"
    help_text = (
        "Key who leaves and from which day, then what each meter shows. The last day of service is "
        "the one before; whoever comes on that day counts from the same read. The sheet says what "
        "the final bill covers and with which run it comes. An owner who agreed to it takes the "
        "place over. SVC040 takes a stop back as long as nothing was billed by it."
    )
    opening = "Who leaves? Key an account, a name or an address; F4 lists."
    commands = (
        LIST,
        CONFIRM.called("Stop", "Stop the service.", Right.KEEP_RECORDS.value),
    )

    def entries(self) -> Sequence[Entry]:
        """Who, when, what the meters show, where the last bill goes."""
        self.leaver = LeavingFields(self.desk, self.sitting)
        return (
            self.leaver.account,
            *self.timing(),
            *self.leaver.readings.entries,
            field("owner", "Owner takes over", yes_no(_OWNER), shut=True),
            *envelope_entries(" Forward mail to", _FORWARD, LABEL),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named; today, read on the spot."""
        return self.usual_timing | {"account": self.subject, "owner": "Y"}

    def look_at_day(self, value: date) -> None:
        """In the open cycle and not ahead of us."""
        self.leaver.look_at_day(value)

    def versions(self) -> Sequence[int]:
        """Of the account that ends."""
        return self.leaver.versions

    def look_again(self) -> None:
        """The account as it stands now."""
        self.leaver.look_again()

    def readings(self) -> tuple[Readings, ...]:
        """Those of the place."""
        return (self.leaver.readings,)

    def understood(self, entry: Entry) -> None:
        """Open a field for each meter, the owner's where one agreed, the rest of an address."""
        account = self.leaver.account
        envelope_understood(self.form, entry)
        if entry.id in {"account", "day"} and account.taken is not None:
            self.leaver.look_at_account(account.value)
            self.form.entry("owner").display = bool(self.leaver.landlord)

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Who, the final bill in words, who takes the place over."""
        width = self.billing.size.width
        lines = [*self.leaver.lines(known, width), *self.estimate_lines()]
        owner = self.leaver.landlord
        if lines and owner and known.get("owner", True):
            lines += said(f"{owner} takes the place over on the same day and read.", width)
        elif lines:
            lines += said("Nobody takes the place over: it stands empty from that day.", width)
        return lines

    def save(self, values: Mapping[str, Any]) -> Moved:
        """Stop the service."""
        summary = self.leaver.summary
        assert summary is not None  # noqa: S101 - the account was read
        form = StopForm(
            account_id=summary.account_id,
            day=values["day"],
            source=values["source"],
            readings=self.leaver.readings.counts(values),
            forwarding=envelope(values),
            forwarding_zip=values.get("zip", ""),
            owner_takes_over=values.get("owner", True),
        )
        return stop_service(self.desk, form, version=summary.version, key=self.request_key)

    def saved(self, result: Moved) -> str:
        """The account, and whose the place is now."""
        owner = f" {result.owner} is the owner's." if result.owner else ""
        return f"{result.left} ends on {day_text(result.day)} (move {result.move_id}).{owner}"


_OWNER = "Y where the owner takes it over under the agreement, N where it stands empty."
_FORWARD = "Where the last bills go: the street line; blank for where they go now."
