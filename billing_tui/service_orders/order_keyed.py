"""The order that a person means: by its number or the end of it, or by its line on a work sheet.

`S26-0000003`, `26-3` and `0000003` are numbers; `3` is line 3 of the sheet in hand, and order 3
where no sheet is in hand or it has no such line; `12.3` is line 3 of sheet 12. Reads only.
"""

from __future__ import annotations

import re

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import NotFound
from billing_tui.service_orders.orders import OrderLine, find_order

_ON_SHEET = re.compile(r"([0-9]{1,9})[./]([0-9]{1,4})\Z", re.ASCII)
_NUMBER = re.compile(r"S?(?:([0-9]{2})-)?([0-9]{1,7})\Z", re.ASCII)
_LINE = re.compile(r"[1-9][0-9]{0,3}\Z", re.ASCII)


def order_keyed(entry: str, sheet: int | None = None) -> OrderLine:
    """The order that was keyed or scanned.

    Args:
        entry: a number, the end of one, a line of `sheet`, or sheet.line.
        sheet: the sheet in hand.

    Raises:
        NotFound: there is none.
    """
    keyed = entry.strip().upper()
    if told := _ON_SHEET.match(keyed):
        return _on_line(int(told[1]), int(told[2]))
    number = _NUMBER.match(keyed)
    if number is None:
        return find_order(keyed)
    if sheet is not None and _LINE.match(keyed):
        try:
            return _on_line(sheet, int(keyed))
        except NotFound as error:
            return _numbered(number, f"{error.sentence[:-1]}, and no order ends in {keyed}.")
    return _numbered(number, f"No service order ends in {keyed}.")


def _on_line(sheet: int, line: int) -> OrderLine:
    rows = rows_of(
        "SELECT o.number FROM work_sheet_line l JOIN service_order o ON o.id = l.order_id"
        " WHERE l.sheet_id = ? AND l.line = ?",
        (sheet, line),
    )
    if not rows:
        raise NotFound(f"Sheet {sheet} has no line {line}.", field="order")
    return find_order(rows[0][0])


def _numbered(number: re.Match[str], refusal: str) -> OrderLine:
    """By year and serial, or by the serial alone, the newest year first."""
    end = f"-{int(number[2]):07d}"
    if number[1]:
        return find_order(f"S{number[1]}{end}")
    rows = rows_of(
        "SELECT number FROM service_order WHERE substr(number, 4) = ? ORDER BY number DESC LIMIT 1",
        (end,),
    )
    if not rows:
        raise NotFound(refusal, field="order")
    return find_order(rows[0][0])
