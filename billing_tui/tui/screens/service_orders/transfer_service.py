"""SVC030 Transfer service: from one place to another, in one entry (SVO-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.mailing_history import mailing_history, mailing_on
from billing_tui.service_orders.coming import debt_problems
from billing_tui.service_orders.forms import StartForm, StopForm
from billing_tui.service_orders.transfer_service import transfer_service
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.screens.service_orders.coming_fields import ComingFields
from billing_tui.tui.screens.service_orders.leaving_fields import LeavingFields
from billing_tui.tui.screens.service_orders.move_fields import field, yes_no
from billing_tui.tui.screens.service_orders.move_lines import (
    debt_lines,
    flag_lines,
    own_lines,
    said,
)
from billing_tui.tui.screens.service_orders.move_screen import MoveScreen
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.records.mailing_history import MailingSpan
    from billing_tui.service_orders.forms import Moved
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line
    from billing_tui.tui.screens.service_orders.move_fields import Readings


class TransferService(MoveScreen):
    """A customer leaves one place and comes to another."""

    ident = "SVC030"
    heading = "Transfer service"
    opens_account = True
    help_text = (
        "Key the account that ends, the place where the customer goes, and the day; both ends are "
        "on one day, else stop and start. A field opens for each meter of both places. The final "
        "bill of the old place is made as for a stop and goes to the new place unless you say "
        "otherwise; what is owed there stays there and is told."
    )
    opening = "Who moves? Key an account, a name or an address; F4 lists."
    commands = (
        LIST,
        CONFIRM.called("Transfer", "Transfer the service.", Right.KEEP_RECORDS.value),
    )

    def entries(self) -> Sequence[Entry]:
        """Who, where to, when; what the meters show at both places."""
        self.leaver = LeavingFields(self.desk, self.sitting, "Out")
        self.coming = ComingFields(self.desk, self.sitting, "Where to", "In")
        return (
            self.leaver.account,
            self.coming.place,
            *self.timing(),
            self.coming.way,
            *self.coming.points,
            *self.leaver.readings.entries,
            *self.coming.readings.entries,
            field("mail", "Mail goes along", yes_no(_MAIL), shut=True),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named; today, read on the spot, as last taken there."""
        return self.usual_timing | {"account": self.subject, "services": "SAME", "mail": "Y"}

    def look_at_day(self, value: date) -> None:
        """In the open cycle of both places and not ahead of us."""
        self.leaver.look_at_day(value)
        self.coming.look_at_day(value)

    def versions(self) -> Sequence[int]:
        """Of the account that ends."""
        return self.leaver.versions

    def look_again(self) -> None:
        """The account as it stands now."""
        self.leaver.look_again()

    def readings(self) -> tuple[Readings, ...]:
        """Those of both places."""
        return self.leaver.readings, self.coming.readings

    def understood(self, entry: Entry) -> None:
        """Look at both places as soon as they are known."""
        account, place = self.leaver.account, self.coming.place
        if entry.id in {"account", "day"} and account.taken is not None:
            self.leaver.look_at_account(account.value)
            self.form.entry("mail").display = self._own_mail() is None
        if entry.id in {"location", "day"} and place.taken is not None:
            self._look_at_place()
        elif entry.id == "services":
            self.coming.look_at_way(entry.value)
        elif entry.id is not None and entry.id.startswith("service"):
            self.coming.show_meters()

    def _own_mail(self) -> MailingSpan | None:
        """Where mail of the old account goes on the day; None where it goes to the old place."""
        here = self.leaver.summary
        spans = mailing_history(here.account_id) if here is not None else ()
        return mailing_on(spans, self.sitting()[0])

    def _mail_lines(self, known: Mapping[str, Any], width: int) -> list[Line]:
        """Where the last bills of the old account will go."""
        here, own = self.leaver.summary, self._own_mail()
        if here is None or "location" not in known:
            return []
        if own is not None:
            told = f"go to {', '.join(own.lines)}, as now"
        elif known.get("mail", True):
            told = f"go along, to {self.coming.place.value.address}"
        else:
            told = f"still go to {here.location.address}"
        return said(f"Last bills of {here.number} {told}.", width)

    def _look_at_place(self) -> None:
        here, there = self.leaver.summary, self.coming.place.value
        if here is not None and there.location_id == here.location.location_id:
            raise InvalidEntry("A transfer goes to another place.", field="location")
        self.coming.look_at_place(there)

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Who, the final bill of the one place, the terms of the other."""
        width = self.billing.size.width
        lines = [*self.leaver.lines(known, width), *self.estimate_lines()]
        here = self.leaver.summary
        if lines and self.leaver.landlord:
            lines += said(f"{self.leaver.landlord} takes the old place over.", width)
        lines += self._mail_lines(known, width)
        if here is not None and "location" in known:
            lines += flag_lines([flag.kind for flag in here.flags], width)
            lines += own_lines(here.services, width)
        there = self.coming.lines(known, self.sitting()[0], width)
        if there:
            there = said(f"At {self.coming.address}:", width) + there
        if here is not None and lines:
            debts = debt_problems(self.desk, here.customer.customer_id, besides=(here.account_id,))
            there += debt_lines(debts, width)
        return [*lines, *there]

    def save(self, values: Mapping[str, Any]) -> Moved:
        """Transfer the service."""
        here = self.leaver.summary
        assert here is not None  # noqa: S101 - the account was read
        leaves = StopForm(
            account_id=here.account_id,
            day=values["day"],
            source=values["source"],
            readings=self.leaver.readings.counts(values),
        )
        comes = StartForm(
            account=self.coming.account(here.customer.customer_id, values["day"]),
            source=values["source"],
            readings=self.coming.readings.counts(values),
        )
        return transfer_service(
            self.desk,
            leaves,
            comes,
            version=here.version,
            mail_along=values.get("mail", True),
            key=self.request_key,
        )

    def saved(self, result: Moved) -> str:
        """Both accounts."""
        day = day_text(result.day)
        return f"{result.left} ends and {result.opened} begins on {day} (move {result.move_id})."


_MAIL = "Y where the last bills of the old place go to the new one, N where they go to the old."
