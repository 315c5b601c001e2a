"""The lines of SVO020: what was keyed from each sheet that came back, and how saving it went."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.service_orders.finish_order import OrderResult
from billing_tui.tui.cell import Cell
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import DAY_KEYS, Kind, Taken, past_day, read_day, register_reading, text
from billing_tui.tui.record_list import Column
from billing_tui.tui.screens.service_orders.order_fields import (
    CONDITIONS,
    code_kind,
    conditions_kind,
    out_kind,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date

    from billing_tui.service_orders.orders import OrderLine
    from billing_tui.tui.kinds import Choice

FIELDS = ("order", "reading", "conditions", "code", "day", "result")


@dataclass(frozen=True, slots=True)
class Slip:
    """One line.

    Attributes:
        place: from 1.
        texts: what was keyed, by the name of the field.
        order: the one that was found; None before that.
        saved: it is done with.
        refusal: why it was not saved; "" where nobody tried.
        told: what came of saving it.
        doubted: the reading that a check asks about, as it was keyed; "" where none does.
        confirmed: that reading was looked at again and stands.
    """

    place: int
    texts: Mapping[str, str] = field(default_factory=dict)
    order: OrderLine | None = None
    saved: bool = False
    refusal: str = ""
    told: str = ""
    doubted: str = ""
    confirmed: bool = False

    def text(self, name: str) -> str:
        """What was keyed into a field."""
        return self.texts.get(name, "")

    @property
    def unsaved(self) -> bool:
        """Whether something stands here that would be lost."""
        return self.order is not None and not self.saved

    @property
    def reading(self) -> int | None:
        """The sum that the totals take it into."""
        return int(self.text("reading")) if self.text("reading") else None

    def result(self, today: date) -> OrderResult:
        """What is handed to the verb. The order was found before."""
        assert self.order is not None  # noqa: S101 - the screen saves lines with an order only
        found, left = (
            (CONDITIONS[one] for one in self.text("conditions"))
            if self.text("conditions")
            else (None, None)
        )
        return OrderResult(
            number=self.order.number,
            day=read_day(self.text("day"), today),
            result=self.text("result"),
            reading=self.reading,
            unable=bool(self.text("code")),
            found=found,
            left=left,
            code=self.text("code"),
            confirmed=self.confirmed,
            version=self.order.version,
        )


class Slips:
    """The lines in hand: a few hundred at most, so all of them."""

    def __init__(self, slips: Sequence[Slip]) -> None:
        self._slips = slips

    def after(self, slip: Slip | None, limit: int) -> Sequence[Slip]:
        """The lines that follow."""
        start = slip.place if slip else 0
        return self._slips[start : start + limit]

    def before(self, slip: Slip | None, limit: int) -> Sequence[Slip]:
        """The lines that precede."""
        end = slip.place - 1 if slip else len(self._slips)
        return self._slips[max(end - limit, 0) : end]

    def from_text(self, text: str, limit: int) -> Sequence[Slip]:
        """From the line of an order on."""
        places = (one.place for one in self._slips if one.order and one.order.number == text)
        place = next(places, 0)
        return self._slips[place - 1 :][:limit] if place else ()


@lru_cache(maxsize=16)
def _reading_kind(dials: int) -> Kind:
    return register_reading(dials)


@lru_cache(maxsize=64)
def _done_kind(today: date, issued: date | None) -> Kind:
    """The day of the work: from its issue on, up to today."""
    plain = past_day(today, auto_advance=False)

    def read(entry: str) -> Taken:
        taken = plain.read(entry)
        if issued is not None and taken.value < issued:
            raise InvalidEntry(f"It went out on {issued:%m/%d/%y}, not before.", code="DAY-BEFORE")
        return taken

    return replace(plain, read=read, characters=DAY_KEYS - {"+"})


@lru_cache(maxsize=1)
def _fixed_kinds() -> dict[str, Kind]:
    return {
        "conditions": conditions_kind(),
        "code": code_kind(),
        "result": text(60, "What was done, or why not."),
    }


def _mark(slip: Slip) -> str:
    return "ok" if slip.saved else "!" if slip.refusal else ""


def _mark_role(slip: Slip) -> Role:
    return Role.GOOD if slip.saved else Role.ERROR


def columns(today: date, out: Callable[[str], Sequence[Choice]]) -> tuple[Column[Slip], ...]:
    """The columns; `out` gives the orders that F4 lists in the first one."""
    order = out_kind(out)

    def reading(slip: Slip) -> Kind | None:
        if slip.saved or slip.order is None or len(slip.order.snapshot) != 1:
            return None
        return _reading_kind(int(slip.order.snapshot[0]["dials"]))

    def kind_of(name: str, slip: Slip) -> Kind | None:
        if slip.saved or slip.order is None:
            return None
        return _done_kind(today, slip.order.issued_on) if name == "day" else _fixed_kinds()[name]

    return (
        Column("", 2, _mark, role=_mark_role),
        Cell(
            "Order", 11, lambda one: one.text("order"), name="order",
            kind=lambda one: None if one.saved else order,
        ),
        Column("Address", 14, lambda one: one.order.address if one.order else "", grows=True,
               keeps_end=True, role=lambda _one: Role.VALUE),
        Cell("Read", 9, lambda one: one.text("reading"), right=True, name="reading", kind=reading),
        Cell("F/L", 3, lambda one: one.text("conditions"), name="conditions",
             kind=lambda one: kind_of("conditions", one)),
        Cell("Code", 4, lambda one: one.text("code"), name="code",
             kind=lambda one: kind_of("code", one)),
        Cell("Done", 6, lambda one: one.text("day"), name="day",
             kind=lambda one: kind_of("day", one)),
        Cell("Remark", 13, lambda one: one.text("result"), name="result", grows=True,
             kind=lambda one: kind_of("result", one)),
    )  # fmt: skip
