"""The fields of a mailing address: up to four lines, of which the next opens, and the ZIP.

Every screen on which an address is keyed has these: a line with city and state is the last one,
the ZIP follows it, and what is wrong has the mark and the cursor on its own line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.envelope import envelope_lines, is_city_line, street_and_city
from billing_tui.records.new_records import mailing_problems, zip_digits
from billing_tui.tui.entry import Entry
from billing_tui.tui.kinds import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.tui.form import Form

LINES = ("line1", "line2", "line3", "line4")
WIDTH = 60
_ZIP = re.compile(r"\b([0-9]{5})(?:-([0-9]{4}))?\s*\Z")
_ZIP_HELP = "5, 9 or 11 digits; it is printed behind the city. Blank abroad."
_NEXT = "City and state, as Reno NV, or one more line before it; abroad a country."


def envelope_entries(label: str, blank: str, label_width: int = 16) -> tuple[Entry, ...]:
    """The lines and the ZIP; what opens only later is shut.

    Args:
        label: of the first line.
        blank: the first line's sentence: what it means to leave it blank.
        label_width: cells of the labels on that screen.
    """
    width = WIDTH + 16 - label_width  # as much as 80 columns hold
    first = Entry(LINES[0], label, text(width, blank), label_width=label_width)
    others = [
        *(
            Entry(name, f" Line {at}", text(width, _NEXT), label_width=label_width)
            for at, name in enumerate(LINES[1:], 2)
        ),
        Entry("zip", " ZIP", text(10, _ZIP_HELP), label_width=label_width),
    ]
    for one in others:
        one.display = False
    return (first, *others)


def open_lines(form: Form) -> None:
    """Open the line after each one that was keyed, up to the city's, and the ZIP."""
    opens = form.entry(LINES[0]).display
    form.entry("zip").display = opens and bool(form.entry(LINES[0]).text.strip())
    for name in LINES:
        entry = form.entry(name)
        entry.display = opens
        last = name != LINES[0] and is_city_line(entry.text)
        opens = opens and bool(entry.text.strip()) and not last


def envelope_understood(form: Form, entry: Entry) -> None:
    """Open what follows a line and take the ZIP from its end; behind the ZIP look at it all.

    Raises:
        InvalidEntry: the address cannot be printed so; the field is the one that is wrong.
    """
    if entry.id in LINES:
        digits, found = form.entry("zip"), _ZIP.search(entry.text)
        _part_city(form)
        open_lines(form)
        if found and not digits.changed:
            digits.put("".join(filter(None, found.groups())))
    elif entry.id == "zip" and entry.display:
        for problem in mailing_problems(0, _keyed(form), entry.text):
            raise InvalidEntry(problem.sentence, field=field_of_line(form, problem.field))


def _part_city(form: Form) -> None:
    """An address keyed in one line: its city goes to the second, where nothing stands there."""
    first, second = (form.entry(name) for name in LINES[:2])
    street, city = street_and_city(first.text)
    if city and not second.text:
        first.retype(street)
        first.read()
        second.retype(city)


def _keyed(form: Form) -> tuple[str, ...]:
    texts = (form.entry(name).text.strip() for name in LINES if form.entry(name).display)
    return tuple(filter(None, texts))


def field_of_line(form: Form, field: str | None) -> str | None:
    """The field that a refusal means: of `lines`, the last one, or the city's that is missing."""
    if field != "lines":
        return field
    count = len(_keyed(form))
    return LINES[count - 1 if count > 1 else count]


def envelope(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines that were keyed, as they will be printed: the ZIP behind the city."""
    lines = tuple(values[name] for name in LINES if values.get(name))
    return envelope_lines(lines, zip_digits(values.get("zip") or ""))
