"""Whose account it is, in one line, for the screens that open on an account."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Refused
from billing_tui.records.address import phone_text
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.tui.ink import Role, apart, cut, cut_before_end, gap

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.records.account_values import AccountSummary
    from billing_tui.tui.ink import Line


def named_account(subject: str) -> int:
    """Row of the account that a screen was opened on.

    Raises:
        Refused: none was named.
        NotFound: there is none of that number.
    """
    if not subject:
        raise Refused("Which account? Find it with 1.1; F6 on the account opens this.", field="way")
    return find_account(subject)


def head_of(account_id: int, day: date) -> AccountSummary:
    """What the head shows."""
    return account_summary(account_id, day)


def head_line(account: AccountSummary, width: int) -> Line:
    """Number and name at the left, first phone and address at the right."""
    phones = account.customer.phones
    reach = phone_text(phones[0][0]) if phones else "no phone"
    start: Line = (
        gap(1),
        (account.number, Role.ACCENT),
        gap(2),
        (cut(account.customer.name, width // 2 - 14), Role.VALUE),
    )
    place = cut_before_end(account.location.address, width // 2 - 22)
    return apart(start, ((reach, Role.TEXT), gap(2), (place, Role.LABEL), gap(1)), width)
