"""The windows of SVO010: SVO012 filters the list, SVO013 finishes one order, SVO014 prints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.service_orders.kinds import OrderState
from billing_tui.tui.entry import Entry
from billing_tui.tui.form import Form
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import (
    Choice,
    Kind,
    Taken,
    choice,
    code,
    day,
    past_day,
    register_reading,
    text,
)
from billing_tui.tui.painted import Sheet
from billing_tui.tui.pop_up import FormPopUp
from billing_tui.tui.screens.service_orders.order_fields import (
    code_kind,
    conditions_kind,
    state_kind,
    type_kind,
)

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from textual.widget import Widget

    from billing_tui.service_orders.kinds import OrderType
    from billing_tui.service_orders.orders import OrderLine

_LABELS = 14
_AGAIN = (Choice("N", "not those on a sheet"), Choice("Y", "those on a sheet too"))


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders are listed; None or "" leaves a thing open."""

    state: OrderState | None = OrderState.ISSUED
    kind: OrderType | None = None
    route: str = ""
    crew: str = ""
    need_by: date | None = None
    account: str = ""

    @property
    def told(self) -> str:
        """The filter in words."""
        parts = [
            f"{self.state.lower() if self.state else 'all'} orders",
            str(self.kind or ""),
            f"route {self.route}" if self.route else "",
            f"account {self.account}" if self.account else "",
            f"of {self.crew}" if self.crew else "",
            f"due by {self.need_by:%m/%d/%y}" if self.need_by else "",
        ]
        return ", ".join(part for part in parts if part)


def or_nothing(kind: Kind, echo: str = "") -> Kind:
    """The same kind, where an empty field means nothing."""

    def read(entry: str) -> Taken:
        return kind.read(entry) if entry.strip() else Taken(None, "", echo)

    return Kind(
        kind.width, read, kind.help, kind.characters, upper=kind.upper, choices=kind.choices
    )


def _entry(name: str, label: str, kind: Kind) -> Entry:
    return Entry(name, f" {label}", kind, label_width=_LABELS)


class FilterOrders(FormPopUp):
    """Asks which orders are listed."""

    ident = "SVO012"
    heading = "Which orders"
    help_text = "An empty field leaves it open. The list comes in walk order, route by route."
    opening = "Enter goes on, and filters after the last field; empty leaves it open."

    def __init__(self, before: OrderFilter, today: date) -> None:
        super().__init__()
        self._before, self._today = before, today

    def body(self) -> Iterable[Widget]:
        """State, type, route, person, day."""
        by = or_nothing(day(self._today, auto_advance=False), "any day")
        yield Form(
            _entry("state", "State", state_kind()),
            _entry("kind", "Type", type_kind(needed=False)),
            _entry("route", "Route", code(10, "A route; empty for all.")),
            _entry("crew", "Who goes", text(20, "The beginning of a name; empty for all.")),
            _entry("need_by", "Needed up to", by),
        )

    def open(self) -> None:
        """The filter as it is."""
        before = self._before
        self.query_one(Form).put(
            {
                "state": before.state or "",
                "kind": before.kind or "",
                "route": before.route,
                "crew": before.crew,
                "need_by": f"{before.need_by:%m%d%y}" if before.need_by else "",
            }
        )


class FinishOrder(FormPopUp):
    """Asks what came back for one order, or why it could not be done."""

    ident = "SVO013"
    help_text = (
        "What the crew wrote on the sheet. A reading goes back to the read exception that the "
        "order was born from. SVO020 takes a whole pile of sheets."
    )
    opening = "Enter goes on and saves after the last field; F12 takes it back."

    def __init__(self, order: OrderLine, today: date, *, unable: bool) -> None:
        super().__init__()
        self._order, self._today, self._unable = order, today, unable
        verb = "Could not be done" if unable else "Complete"
        self.word = f"{verb}: {order.number}, {order.type} at {order.address}"

    def body(self) -> Iterable[Widget]:
        """The fields that this order takes."""
        meters = self._order.snapshot
        yield Sheet([((f"   {self._order.remarks}", Role.LABEL),)])
        entries = [_entry("day", "Done on", past_day(self._today, auto_advance=False))]
        if self._unable:
            why = or_nothing(code_kind("with 2, Complete"), "say it in words below")
            entries.append(_entry("code", "Why", why))
        else:
            if len(meters) == 1:
                reading = or_nothing(register_reading(int(meters[0]["dials"])), "not read")
                entries.append(_entry("reading", "Reading", reading))
            state = or_nothing(conditions_kind("with 3, Unable"))
            entries.append(_entry("conditions", "Found, left", state))
        entries.append(_entry("result", "Remark", text(55, "What was done, or why not.")))
        yield Form(*entries)

    def open(self) -> None:
        """Today stands there already."""
        self.query_one(Form).entry("day").put(f"{self._today:%m%d%y}")


class PrintSheet(FormPopUp):
    """Asks which issued orders go on a work sheet."""

    ident = "SVO014"
    heading = "Print a work sheet"
    help_text = (
        "Issued orders that are needed up to the day, in walk order; empty fields leave it open. "
        "Those on a sheet already are left out; Y prints them again."
    )
    opening = "Enter goes on and prints after the last field; F12 takes it back."

    def __init__(self, before: OrderFilter, today: date) -> None:
        super().__init__()
        self._before, self._today = before, today

    def body(self) -> Iterable[Widget]:
        """Day, route, type, person, whether those on a sheet are printed once more."""
        yield Form(
            _entry("day", "Needed up to", day(self._today, auto_advance=False)),
            _entry("route", "Route", code(10, "A route; empty for all.")),
            _entry("kind", "Type", type_kind(needed=False)),
            _entry("crew", "Who goes", text(20, "The beginning of a name; empty for all.")),
            _entry("again", "Once more", choice(1, _AGAIN)),
        )

    def open(self) -> None:
        """As the list is filtered."""
        before, by = self._before, self._before.need_by or self._today
        self.query_one(Form).put(
            {
                "day": f"{by:%m%d%y}",
                "route": before.route,
                "kind": before.kind or "",
                "crew": before.crew,
                "again": "N",
            }
        )
