"""The table of meter readings: one row per meter, its notes beneath."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.bill_grid import FINE, FINE_LEADING, ROW
from billing_tui.documents.bill_rows import Row, gap, heading, notes
from billing_tui.documents.bill_values import ReadKind, short_day
from billing_tui.documents.sheet import BOLD, GREY, REGULAR
from billing_tui.foundation.units import quantity_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.documents.bill_values import BillPage, MeterRow
    from billing_tui.documents.sheet import Sheet
    from billing_tui.documents.wrapping import Wrapper

_SECTION = "Meter readings"
# Left edges of text columns and right edges of figure columns, from the left of the row.
_SERVICE, _METER, _PERIOD, _DAYS = 0.0, 42.0, 94.0, 180.0
_PREVIOUS, _CURRENT, _KIND, _USAGE = 217.0, 255.0, 259.0, 336.0
_FIGURE = 36.0


def _heads(sheet: Sheet, left: float, _right: float, y: float) -> None:
    for x, text in ((_SERVICE, "Service"), (_METER, "Meter"), (_PERIOD, "From and to")):
        sheet.text(left + x, y, text, FINE, grey=GREY)
    for x, text in ((_DAYS, "Days"), (_PREVIOUS, "Previous"), (_CURRENT, "Current")):
        sheet.right(left + x, y, text, FINE, grey=GREY)
    sheet.right(left + _USAGE, y, "Usage", FINE, grey=GREY)


def _meter(row: MeterRow) -> Row:
    period = f"{short_day(row.from_day)}\u2009\u2013\u2009{short_day(row.to_day)}"
    texts = ((_SERVICE, row.service, _METER - 3), (_METER, row.meter, _PERIOD - 3))
    figures = (
        (_DAYS, str(row.days), 16.0),
        (_PREVIOUS, quantity_text(row.previous), _FIGURE),
        (_CURRENT, quantity_text(row.current), _FIGURE),
        (_USAGE, f"{quantity_text(row.usage)} {row.unit}", _FIGURE + 4),
    )

    def draw(sheet: Sheet, left: float, _right: float, y: float) -> None:
        for x, text, end in texts:
            sheet.text(left + x, y, sheet.fitted(text, end - x, FINE), FINE)
        sheet.text(left + _PERIOD, y, period, FINE)
        for x, text, room in figures:
            sheet.figure(left + x, y, text, room, FINE)
        weight = REGULAR if row.kind in {ReadKind.ACTUAL, ReadKind.FINAL} else BOLD
        sheet.text(left + _KIND, y, row.kind.value, FINE - 0.5, weight)

    return Row(ROW, draw, section=_SECTION)


def meter_rows(bill: BillPage, wrapper: Wrapper) -> Iterator[Row]:
    """The table of readings; a note tells the multiplier, the exchange, the estimate's reason."""
    if not bill.meters:
        return
    yield heading(_SECTION)
    yield Row(FINE_LEADING + 1.6, _heads, 1)
    for meter in bill.meters:
        yield _meter(meter)
        if meter.multiplier is not None and meter.multiplier != 1:
            times = f"Readings times {quantity_text(meter.multiplier)}"
            yield from notes(times, _METER, _SECTION, wrapper)
        if meter.note:
            yield from notes(meter.note, _METER, _SECTION, wrapper)
    yield gap(8)
