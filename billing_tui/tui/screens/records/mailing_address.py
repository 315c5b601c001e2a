"""CHG020 Mailing address: where bills go from a day on, and where they went before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.records.change_mailing_address import (
    change_mailing_address,
    mail_to_service_address,
)
from billing_tui.records.mailing_history import mailing_history, mailing_on
from billing_tui.service_orders.first_bill import flag_counts
from billing_tui.tui.entry import Entry
from billing_tui.tui.ink import Line, Role, cut, gap, left
from billing_tui.tui.kinds import day, text
from billing_tui.tui.screens.records.account_entry import AccountEntryScreen, saving
from billing_tui.tui.screens.records.envelope_fields import (
    WIDTH,
    envelope,
    envelope_entries,
    envelope_understood,
    field_of_line,
)
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from billing_tui.foundation.errors import BillingError
    from billing_tui.records.mailing_history import MailingSpan


class ChangeMailingAddress(AccountEntryScreen):
    """Bills go elsewhere from a day on, or to the service address again."""

    ident = "CHG020"
    heading = "Mailing address"
    help_text = (
        "Key the address as it is to stand on the envelope, without the name; city, state and ZIP "
        "are its last line, abroad the country. A ZIP keyed alone is put there. Leave the first "
        "line blank to send bills to the service address again. The address before ends the day "
        "before; one that begins later keeps its day. The sheet shows where bills went, go and "
        "will go."
    )
    commands = saving("Send bills there.")
    next_step = "From which day? Then the address; blank lines mean the service address."
    outlook_word = "Where bills go"

    def entries(self) -> Sequence[Entry]:
        """Account, day, up to four lines, the ZIP, why."""
        blank = "The first line; blank where bills go to the service address again."
        return (
            self.account_field(),
            Entry("from_day", " From", day(self.desk.business_day)),
            *envelope_entries(" Address", blank),
            Entry("why", " Why", text(WIDTH, "Who asked for it; blank where there is no more.")),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The account that was named, from today on."""
        return {"account": self.subject, "from_day": f"{self.desk.business_day:%m%d%y}"}

    def understood(self, entry: Entry) -> None:
        """Open what follows a line; look at the whole address behind the ZIP."""
        if entry.id == "account":
            if self.take_account(entry.value):
                self._spans = mailing_history(entry.value.account_id)
        else:
            envelope_understood(self.form, entry)

    def looked_again(self) -> None:
        """Read the addresses again."""
        self._spans = mailing_history(self.known_account().account_id)

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """The envelope from that day on, what stands now, and every address with its days."""
        summary, width = self.summary, self.billing.size.width
        if summary is None or "account" not in known:
            return []
        since = known.get("from_day", self.desk.business_day)
        service = (summary.location.address, summary.location.city_line)
        found = mailing_on(self._spans, since)
        was = found.lines if found else service
        new = envelope(known)
        lines = self.head_lines(width)
        then = (new or service) if "line1" in known else ()
        lines += _two(summary.customer.mailing_name, was, then, width)
        lines.append(((f" {flag_counts(summary.account_id, since)}", Role.LABEL),))
        return [*lines, *_history(self._spans, service, since, width)]

    def save(self, values: Mapping[str, Any]) -> tuple[str, date]:
        """Send bills there, or back to the service address."""
        summary = self.known_account()
        lines = envelope(values)
        shared: dict[str, Any] = {
            "from_day": values["from_day"],
            "version": summary.version,
            "why": values["why"],
            "key": self.request_key,
        }
        if lines:
            change_mailing_address(
                self.desk, summary.account_id, lines, values.get("zip", ""), **shared
            )
        else:
            mail_to_service_address(self.desk, summary.account_id, **shared)
        where = lines[0] if lines else "the service address"
        return where, values["from_day"]

    def saved(self, result: Any) -> str:
        """Where bills go now."""
        where, since = result
        return f"Bills of {self.known_account().number} go to {where} from {day_text(since)} on."

    def refuse(self, error: BillingError) -> None:
        """A refused address has the cursor on the line that is wrong."""
        self.field_of(error, version="account")
        error.field = field_of_line(self.form, error.field)
        super().refuse(error)


def _two(name: str, was: Sequence[str], new: Sequence[str], width: int) -> list[Line]:
    """The envelope as it is and, once it was keyed, as it will be, side by side."""
    room = (width - 4) // 2
    heads = (left("Until then", room, Role.LABEL), gap(2), left("From then on", room, Role.LABEL))
    lines: list[Line] = [(gap(1), *heads)]
    before, after = (name, *was), (name, *new) if new else ()
    role = Role.TEXT if tuple(was) == tuple(new) else Role.VALUE
    for at in range(max(len(before), len(after))):
        one, two = (side[at] if at < len(side) else "" for side in (before, after))
        lines.append((gap(1), left(one, room, Role.TEXT), gap(2), left(two, room, role)))
    return lines


def _history(
    spans: Sequence[MailingSpan], service: Sequence[str], since: date, width: int
) -> list[Line]:
    """Every address with its first and last day, the newest first."""
    told: list[Line] = [
        (gap(1), left("From", 10, Role.HEAD), left("To", 10, Role.HEAD), ("Address", Role.HEAD))
    ]
    for span in spans:
        mark = ("> " if span.covers(since) else "  ", Role.ACCENT)
        where = cut(", ".join(span.lines), width - 25)
        told.append(
            (
                gap(1),
                left(day_text(span.from_day), 10),
                left(day_text(span.to_day), 8),
                mark,
                (where, Role.TEXT),
            )
        )
    rest = left("else" if spans else "always", 20, Role.LABEL)
    where = cut(f"{', '.join(service)}, the service address", width - 23)
    return [*told, (gap(1), rest, (where, Role.LABEL))]
