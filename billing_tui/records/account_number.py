"""Account numbers: the location's number for life and the occupant's place in line, `10432-03`.

The location keeps its number; each new agreement there takes the next occupant sequence (CUS-2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.luhn import check_digit

FIRST_LOCATION = 10_001
"""Number of the first location of an office."""
LAST_LOCATION = 999_999_999
"""Largest number of a location."""
MOST_OCCUPANTS = 99
"""Two digits for the occupant, so that the digits alone can be taken apart again."""

_LONGEST = 20
_SHORTEST_WITHOUT_DASH = 7
_SPELLING = re.compile(r"([0-9]{1,11})(?:-([0-9]{1,3}))?\Z", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class AccountNumber:
    """A location's number and an occupant's; no occupant where only the location was keyed."""

    location: int
    occupant: int | None = None

    def __str__(self) -> str:
        if self.occupant is None:
            return str(self.location)
        return f"{self.location}-{self.occupant:02d}"

    @property
    def digits(self) -> str:
        """The number without its dash, as it stands on a scan line: `1043203`."""
        return str(self).replace("-", "")

    @property
    def check_digit(self) -> str:
        """The mod 10 digit over `digits`."""
        return check_digit(self.digits)

    def next_occupant(self) -> AccountNumber:
        """The number of the next agreement at the same location."""
        following = (self.occupant or 0) + 1
        if following > MOST_OCCUPANTS:
            raise Refused(
                f"Location {self.location} has had {MOST_OCCUPANTS} occupants; "
                "give the place a new location number.",
                code="ACCOUNT-OCCUPANTS",
            )
        return AccountNumber(self.location, following)


def parse_account_number(text: str, *, field: str | None = "account") -> AccountNumber:
    """What a clerk keys: `10432-03`, `10432-3`, `1043203`, `0010432-03`, or `10432` alone.

    Without a dash, seven digits or more (leading zeros aside) end in the occupant's two.

    Raises:
        InvalidEntry: it is no account number.
    """
    entry = text.strip().lstrip("0") if len(text) <= _LONGEST else ""
    found = _SPELLING.match(entry)
    if found is None:
        raise _unreadable(field)
    location, occupant = found.group(1), found.group(2)
    if occupant is None and len(location) >= _SHORTEST_WITHOUT_DASH:
        location, occupant = location[:-2], location[-2:]
    if occupant is None:
        return AccountNumber(int(location))
    if not 1 <= int(occupant) <= MOST_OCCUPANTS or int(location) > LAST_LOCATION:
        raise _unreadable(field)
    return AccountNumber(int(location), int(occupant))


def names_one_account(text: str) -> bool:
    """Whether somebody keyed a whole account number, dash and all: it means that one or none."""
    try:
        return "-" in text and parse_account_number(text).occupant is not None
    except InvalidEntry:
        return False


def parse_checked(digits: str, *, field: str | None = "account") -> AccountNumber:
    """The account that a scan line names: its digits and the check digit after them.

    Raises:
        InvalidEntry: it is no account number or its check digit is wrong.
    """
    entry = digits.strip().lstrip("0")
    body, check = entry[:-1], entry[-1:]
    if not (entry.isascii() and entry.isdigit() and body) or check_digit(body) != check:
        raise InvalidEntry(
            "The check digit does not fit; key the account from the stub again.",
            field=field,
            code="ACCOUNT-CHECK",
        )
    return parse_account_number(body, field=field)


def _unreadable(field: str | None) -> InvalidEntry:
    return InvalidEntry(
        "An account number is a location and an occupant, such as 10432-03.",
        field=field,
        code="ACCOUNT-FORM",
    )
