"""The fields of a mailing address: up to four lines, of which the next opens, and the ZIP."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from billing_tui.records.envelope import envelope_lines
from billing_tui.records.new_records import zip_digits
from billing_tui.tui.entry import Entry
from billing_tui.tui.kinds import text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.tui.form import Form

LINES = ("line1", "line2", "line3", "line4")
WIDTH = 60
_ZIP = re.compile(r"\b([0-9]{5})(?:-([0-9]{4}))?\s*\Z")
_ZIP_HELP = "5, 9 or 11 digits; it is printed behind the city. Blank abroad."


def envelope_entries(label: str, blank: str) -> tuple[Entry, ...]:
    """The lines and the ZIP; what opens only later is shut.

    Args:
        label: of the first line.
        blank: the first line's sentence: what it means to leave it blank.
    """
    line = text(WIDTH, "A line of the address; the last one has city, state and ZIP.")
    first = Entry(LINES[0], label, line, help_=blank)
    others = [
        *(Entry(name, "", line) for name in LINES[1:]),
        Entry("zip", " ZIP", text(10, _ZIP_HELP)),
    ]
    for one in others:
        one.display = False
    return (first, *others)


def line_understood(form: Form, line: str) -> None:
    """Open the line after one that was keyed; take the ZIP from the end of this one."""
    opens = True
    for name in LINES:
        entry = form.entry(name)
        entry.display = opens
        opens = opens and bool(entry.text.strip())
    digits, found = form.entry("zip"), _ZIP.search(line)
    digits.display = bool(form.entry(LINES[0]).text.strip())
    if found and not digits.changed:
        digits.put("".join(filter(None, found.groups())))


def envelope(values: Mapping[str, Any]) -> tuple[str, ...]:
    """The lines that were keyed, as they will be printed: the ZIP behind the city."""
    lines = tuple(values[name] for name in LINES if values.get(name))
    return envelope_lines(lines, zip_digits(values.get("zip") or ""))
