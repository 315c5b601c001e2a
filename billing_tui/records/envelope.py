"""One rule for mailing addresses: the last line is city, state and ZIP, or a country.

Where the ZIP was given beside the lines it is appended to the last one, so that what is printed,
shown and told is the same text. The layout is the one that USPS Publication 28 asks for.
"""

from __future__ import annotations

import re

from billing_tui.foundation.text import clean
from billing_tui.records.address import zip_text

_STATE_CODES = (
    "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM"
    " NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY DC PR VI GU AS MP AA AE AP"
)
_STATES = frozenset(_STATE_CODES.split())
_ZIP_AT_END = re.compile(r"[ ,]+([0-9]{5}(?:-?[0-9]{4})?)\Z", re.ASCII)
_CITY_AND_STATE = re.compile(r"[^\W\d].*[ ,]+([A-Za-z]{2})\Z")


def _parts(last: str) -> tuple[str, str]:
    """The last line without its ZIP, and the ZIP's digits, "" where it has none."""
    kept = last.strip()
    found = _ZIP_AT_END.search(kept)
    return (kept[: found.start()], found[1].replace("-", "")) if found else (kept, "")


def _domestic(before: str) -> bool:
    """Whether a line without its ZIP ends in a state."""
    found = _CITY_AND_STATE.match(before)
    return found is not None and found[1].upper() in _STATES


def is_city_line(line: str) -> bool:
    """Whether it ends in a state, with or without a ZIP: no other line follows."""
    return _domestic(_parts(line)[0])


def street_and_city(line: str) -> tuple[str, str]:
    """`12 Elm St` and `Fresno CA 93701` of an address in one line; "" where no city ends it."""
    pieces = line.split(",")
    for at in range(len(pieces) - 1, 0, -1):
        street, city = (",".join(half).strip() for half in (pieces[:at], pieces[at:]))
        if street and is_city_line(city):
            return street, city
    return line, ""


def last_line_problem(last: str, digits: str) -> tuple[str, str]:
    """What is wrong with the last line, and its entry field; two empty texts where nothing is.

    Args:
        last: the last line.
        digits: of the ZIP that was given beside the lines, "" where none was.
    """
    before, own = _parts(last)
    domestic = _domestic(before)
    if domestic and not (own or digits):
        return f"The ZIP is missing behind {before}.", "zip"
    if domestic and own and digits and not (digits.startswith(own) or own.startswith(digits)):
        return f"The last line ends in {zip_text(own)}, the ZIP is {zip_text(digits)}.", "zip"
    if domestic or (not own and not digits and not re.search(r"\d", before)):
        return "", ""
    return "The last line needs city, state and ZIP, as Reno NV 89501; abroad a country.", "lines"


def envelope_lines(lines: tuple[str, ...], digits: str) -> tuple[str, ...]:
    """The lines as they are kept and printed: the ZIP stands behind the city.

    Args:
        lines: without the name, at least one.
        digits: of the ZIP that was given beside the lines, "" where none was.
    """
    kept = tuple(clean(line) for line in lines)
    if not kept or not digits or _parts(kept[-1])[1]:
        return kept
    return (*kept[:-1], f"{kept[-1]} {zip_text(digits)}")
