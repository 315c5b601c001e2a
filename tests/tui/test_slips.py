"""The lines of the completion grid: what is handed to the verb, and how they come by pages."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from hypothesis import given, strategies as st

from billing_tui.service_orders.kinds import Condition, OrderState, OrderType
from billing_tui.service_orders.orders import OrderLine
from billing_tui.tui.pages import Pages
from billing_tui.tui.screens.service_orders.order_fields import conditions_text
from billing_tui.tui.screens.service_orders.slips import Slip, Slips, columns

if TYPE_CHECKING:
    from billing_tui.tui.cell import Cell

TODAY = date(2026, 11, 2)


def order(number: str = "S26-0000001", meters: int = 1) -> OrderLine:
    """An issued order for so many meters."""
    meter = {"meter": "M1", "size": '3/4"', "dials": 4, "unit": "ccf"}
    return OrderLine(
        order_id=1, number=number, type=OrderType.REREAD, state=OrderState.ISSUED,
        location="10001", address="102 Alder Ct", route="07-01", sequence=10, reader_note="",
        account="10001-01", need_by=TODAY, priority=3, crew="", remarks="",
        snapshot=(meter,) * meters, issued_on=TODAY, finished_on=None, reading=None, result="",
        exception_id=None, service_point_id=1, location_id=1, version=4,
    )  # fmt: skip


def open_cells(slip: Slip) -> list[str]:
    """The cells of a line that can be keyed."""
    cells: list[Cell[Slip]] = [one for one in columns(TODAY, ()) if hasattr(one, "name")]  # type: ignore[misc]
    return [cell.name for cell in cells if cell.kind(slip) is not None]


def test_cells_open_as_the_line_becomes_known() -> None:
    """Only the order at first; no reading for several meters; nothing once it is saved."""
    assert open_cells(Slip(1)) == ["order"]
    known = Slip(1, {}, order())
    assert open_cells(known) == ["order", "reading", "conditions", "code", "day", "result"]
    assert "reading" not in open_cells(Slip(1, {}, order(meters=2)))
    assert open_cells(Slip(1, {}, order(), saved=True)) == []


@given(
    reading=st.none() | st.integers(0, 9999),
    pair=st.none() | st.tuples(st.sampled_from("1234"), st.sampled_from("1234")),
    code=st.sampled_from(["", "51", "58"]),
    back=st.integers(0, 300),
    remark=st.text("abc ", max_size=10),
)
def test_the_verb_gets_what_was_keyed(
    reading: int | None, pair: tuple[str, str] | None, code: str, back: int, remark: str
) -> None:
    """Every field in its place; a code means that it could not be done."""
    day = TODAY - timedelta(days=back)
    texts = {"day": f"{day:%m%d%y}", "code": code, "result": remark}
    texts |= {"reading": str(reading)} if reading is not None else {}
    texts |= {"conditions": "".join(pair)} if pair else {}
    told = Slip(1, texts, order()).result(TODAY)
    assert (told.number, told.version, told.day, told.reading) == ("S26-0000001", 4, day, reading)
    assert (told.code, told.unable, told.result) == (code, bool(code), remark)
    if pair is None:
        assert (told.found, told.left) == (None, None)
    else:
        conditions = list(Condition)
        assert told.found is conditions[int(pair[0]) - 1]
        assert told.left is conditions[int(pair[1]) - 1]
        assert conditions_text("".join(pair)) == f"found {told.found}, left {told.left}"


@given(count=st.integers(1, 200), at=st.integers(1, 200))
def test_lines_come_by_pages_in_order(count: int, at: int) -> None:
    """From either end or from an order on, each line once."""
    slips = [Slip(place, {}, order(f"S26-{place:07d}")) for place in range(1, count + 1)]
    pages = Pages(Slips(slips))
    while not pages.at_end:
        pages.grow_down()
    assert [pages[place] for place in range(len(pages))] == slips
    pages.to_last()
    while not pages.at_start:
        pages.grow_up()
    assert [pages[place] for place in range(len(pages))] == slips
    assert pages.to_text(f"S26-{at:07d}") is (at <= count)
    if at <= count:
        assert pages[0].place == at
