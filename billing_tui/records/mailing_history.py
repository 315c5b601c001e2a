"""Where an account's bills went, go and will go."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.records.bulk_lookup import day_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

_SPANS = """
SELECT from_day, to_day, lines, zip FROM mailing_address WHERE account_id = ? ORDER BY from_day DESC
"""


@dataclass(frozen=True, slots=True)
class MailingSpan:
    """An address from one day to another; outside of all of them bills go to the service address.

    Attributes:
        to_day: last day, None while no other one is known.
        lines: without the name.
        zip: 5, 9 or 11 digits, "" where none was given.
    """

    from_day: date
    to_day: date | None
    lines: tuple[str, ...]
    zip: str

    def covers(self, day: date) -> bool:
        """Whether bills go there on a day."""
        return self.from_day <= day and (self.to_day is None or day <= self.to_day)


def mailing_history(account_id: int) -> tuple[MailingSpan, ...]:
    """Every mailing address that an account had, the newest first."""
    return tuple(
        MailingSpan(date.fromisoformat(start), day_or_none(end), tuple(lines.split("\n")), digits)
        for start, end, lines, digits in rows_of(_SPANS, (account_id,))
    )


def mailing_on(spans: Iterable[MailingSpan], day: date) -> MailingSpan | None:
    """The address of a day; None where it is the service address."""
    return next((span for span in spans if span.covers(day)), None)
