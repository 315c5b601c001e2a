"""The QR code of the stub.

The mask is fixed: any of the eight is legal, and the search for the prettiest costs four times
the rest.
"""

from __future__ import annotations

from billing_tui.foundation.errors import InvalidEntry

MOST_CHARACTERS = 300
"""Longest text that we print; the modules would become too small for a phone beyond that."""
_MASK = 2


def matrix(text: str) -> tuple[bytes, ...]:
    """The modules row by row from the top, 1 for black, without the quiet zone of four modules.

    Error correction level M (15 % of the code may be soiled).

    Raises:
        InvalidEntry: the text is empty, too long, or holds more than plain ASCII.
    """
    if not 0 < len(text) <= MOST_CHARACTERS or not (text.isascii() and text.isprintable()):
        raise InvalidEntry(
            f"A QR code takes 1 to {MOST_CHARACTERS} plain characters.", code="QR-FORM"
        )
    import segno

    code = segno.make(text, error="m", micro=False, mask=_MASK, boost_error=False)
    return tuple(bytes(row) for row in code.matrix)


def runs(rows: tuple[bytes, ...]) -> list[tuple[int, int, int]]:
    """Black runs as (column, row from the top, length): what a printer draws as rectangles."""
    result = []
    for number, row in enumerate(rows):
        start = row.find(1)
        while start >= 0:
            end = row.find(0, start)
            end = len(row) if end < 0 else end
            result.append((start, number, end - start))
            start = row.find(1, end)
    return result
