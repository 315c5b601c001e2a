"""SVO011 Issue an order: what the crew is to do, where, and by when."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.records.kinds import ServiceKind
from billing_tui.service_orders.issue_order import PASSED, OrderForm, issue_order
from billing_tui.service_orders.order_place import order_place
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.entry import Entry
from billing_tui.tui.entry_screen import EntryScreen
from billing_tui.tui.ink import Line, Role, gap
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, coming_day, text
from billing_tui.tui.record_kinds import place
from billing_tui.tui.screens.service_orders.order_fields import priority_kind, type_kind
from billing_tui.tui.shown import day_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from billing_tui.service_orders.order_place import OrderPlace, OrderPoint
    from billing_tui.service_orders.orders import OrderLine

_LABELS = 12


def _service_kind(kinds: Iterable[str]) -> Kind:
    """One of these kinds of service, or nothing for the point with the meter."""
    base = choice(8, [Choice(one, "") for one in kinds])

    def read(entry: str) -> Taken:
        if not entry.strip():
            return Taken("", "", "the meter, or the whole place")
        return Taken(base.read(entry).value, base.read(entry).shown)

    sentence = "The service that it concerns; empty for the one meter there, or the whole place."
    return Kind(8, read, sentence, choices=base.choices)


class IssueOrder(EntryScreen):
    """Somebody is sent."""

    ident = "SVO011"
    heading = "Issue an order"
    help_text = (
        "Key where: an account, an address, a name, a meter. The order keeps the meter as it is "
        "now; SVO010 shows what has changed when it comes back. A draft waits until option 7 of "
        "SVO010 issues it."
    )
    opening = "Where? Key an account, an address, a name or a meter; F4 lists."
    commands = (LIST, CONFIRM.called("Issue", "Issue the order.", Right.KEEP_RECORDS.value))
    outlook_word = "There"

    def prepare(self) -> None:
        """Nothing is known of the place yet."""
        self._place: OrderPlace | None = None

    def entries(self) -> Sequence[Entry]:
        """Where, what, by when, who, and what they should know."""
        today = self.desk.business_day
        fields = (
            ("place", "Where", place()),
            ("type", "What", type_kind()),
            ("service_point", "Service", _service_kind(ServiceKind)),
            ("need_by", "Needed by", coming_day(today, PASSED, auto_advance=False)),
            ("priority", "Priority", priority_kind()),
            ("crew", "Who goes", text(20, "The crew or the person, if it is known.")),
            (
                "remarks",
                "Remarks",
                replace(text(180, "What they should know."), width=60, most=180),
            ),
            (
                "draft",
                "Keep back",
                choice(1, [Choice("N", "issue it now"), Choice("Y", "a draft")]),
            ),
        )
        return [Entry(name, f" {label}", kind, label_width=_LABELS) for name, label, kind in fields]

    def first_texts(self) -> Mapping[str, str]:
        """The place that was named; today, by the day, issued at once."""
        today = f"{self.desk.business_day:%m%d%y}"
        return {"place": self.subject, "need_by": today, "priority": "3", "draft": "N"}

    def understood(self, entry: Entry) -> None:
        """Look up what stands there."""
        if entry.id == "place":
            self._place = there = order_place(entry.value.location_id)
            kinds = dict.fromkeys(point.kind for point in there.points)
            self.form.entry("service_point").kind = _service_kind(kinds)

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """Who, which meters, and orders that are out already."""
        there = self._place
        if there is None or "place" not in known:
            return ()
        who = f"{there.account}  {there.name}" if there.account else "Nobody takes service there."
        lines: list[Line] = [((f" {who}", Role.VALUE),)]
        for point in there.points[:4]:
            meter = f"meter {point.meter}  {point.size}" if point.meter else "no meter"
            note = f"   ! {point.note}" if point.note else ""
            lines.append(((f" {point.kind:<12}{meter}", Role.TEXT), (note, Role.WARNING)))
        if there.open_orders:
            out = ", ".join(there.open_orders)
            lines.append((gap(1), (f"Out already: {out}", Role.WARNING)))
        return lines

    def _point(self, kind: str) -> OrderPoint | None:
        there = self._place
        if there is None:
            return None
        if not kind:
            return there.metered
        point = there.point_of(kind)
        if point is None:
            raise InvalidEntry(f"There is no one {kind} service there.", field="service_point")
        return point

    def save(self, values: Mapping[str, Any]) -> OrderLine:
        """Issue the order."""
        point = self._point(values["service_point"])
        form = OrderForm(
            type=values["type"],
            location_id=values["place"].location_id,
            need_by=values["need_by"],
            service_point_id=point.point_id if point else None,
            account_id=self._place.account_id if self._place else None,
            priority=values["priority"],
            crew=values["crew"],
            remarks=values["remarks"],
            draft=values["draft"] == "Y",
        )
        return issue_order(self.desk, form, key=self.request_key)

    def saved(self, result: OrderLine) -> str:
        """Its number."""
        done = (
            "kept as a draft" if result.issued_on is None else f"out by {day_text(result.need_by)}"
        )
        return f"Order {result.number}, {result.type} at {result.address}: {done}."
