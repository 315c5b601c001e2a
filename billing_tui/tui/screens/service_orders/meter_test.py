"""MTR030 Meter test: how exact a meter is at each flow, as found and as left (PRM-3)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from billing_tui.access.rights import Right
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.service_orders.kinds import Stage
from billing_tui.service_orders.meter_limits import FLOWS, limits_for
from billing_tui.service_orders.record_meter_test import (
    AHEAD,
    MeterTestSheet,
    accuracy_problem,
    flow_text,
    meter_tests,
    record_meter_test,
)
from billing_tui.tui.commands import CONFIRM, LIST
from billing_tui.tui.ink import Role
from billing_tui.tui.kinds import Choice, Kind, Taken, choice, past_day, quantity
from billing_tui.tui.screens.service_orders.desk_entry import DeskEntry
from billing_tui.tui.screens.service_orders.meter_fields import MeterField
from billing_tui.tui.screens.service_orders.meter_lines import (
    card_lines,
    stay_lines,
    tested_lines,
)
from billing_tui.tui.screens.service_orders.move_fields import field, words
from billing_tui.tui.screens.service_orders.move_lines import said

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from billing_tui.service_orders.record_meter_test import MeterTestLine
    from billing_tui.tui.entry import Entry
    from billing_tui.tui.ink import Line

_STAGES = (Choice("FOUND", "before anything was done"), Choice("LEFT", "after it was set right"))
_MEANT = {"FOUND": Stage.FOUND, "LEFT": Stage.LEFT}


class MeterTestEntry(DeskEntry):
    """What a test of a meter showed."""

    ident = "MTR030"
    heading = "Meter test"
    help_text = (
        "Key the meter, the day, whether it was tested as found or as left, and the accuracy at "
        "each flow in per cent of what really passed; leave a flow blank that was not tested. "
        "Whether the meter passed follows from the limits of the policy, which names its source. "
        "Below stand the meter's earlier tests and places."
    )
    opening = "Which meter was tested? Its number, an account or an address."
    outlook_word = "The meter and its history"
    stays = True
    commands = (LIST, CONFIRM.called("Save", "Save the test.", Right.KEEP_METERS.value))

    def entries(self) -> Sequence[Entry]:
        """Meter, day, stage, a field for each flow."""
        self.which = MeterField("meter", "Meter")
        flows = [
            field(flow, f"{flow.capitalize()} flow %", self._flow_kind(flow)) for flow in FLOWS
        ]
        return (
            self.which.entry,
            field("day", "Tested on", past_day(self.desk.business_day, AHEAD)),
            field("stage", "As found or left", choice(5, _STAGES)),
            *flows,
            field("remarks", "Remarks", words(40, "What was done to it, or who tested it.")),
        )

    def first_texts(self) -> Mapping[str, str]:
        """The meter that was named, or the one at the place that was; today, as found."""
        today = f"{self.desk.business_day:%m%d%y}"
        return {"meter": self.subject, "day": today, "stage": "FOUND"}

    def _flow_kind(self, flow: str) -> Kind:
        plain = quantity(7, 3)

        def read(entry: str) -> Taken:
            if not entry.strip():
                return Taken(None, "", "not tested")
            milli = int(plain.read(entry).value * 1000)
            for problem in accuracy_problem(flow, milli):
                raise InvalidEntry(problem.sentence, field=flow)
            card = self.which.card
            told = flow_text(flow, milli, limits_for(card.unit).flows[flow]) if card else ""
            return Taken(milli, entry.strip(), told.partition(" ")[2])

        return replace(plain, read=read, help="Per cent, such as 98.6; blank if not tested.")

    def outlook(self, known: Mapping[str, Any]) -> Sequence[Line]:
        """The meter, the limits with their source, earlier tests, earlier places."""
        card = self.which.card if "meter" in known else None
        if card is None:
            return []
        width, rows = self.billing.size
        most = 2 if rows < 32 else 12
        lines = card_lines(card, self.desk.business_day, width)
        lines += tested_lines(meter_tests(card.meter_id), width, most)
        lines += stay_lines(card, width, most)
        return lines + said(f"Limits: {limits_for(card.unit).source}", width, Role.LABEL)

    def save(self, values: Mapping[str, Any]) -> MeterTestLine:
        """Keep the test."""
        sheet = MeterTestSheet(
            meter_id=values["meter"].meter_id,
            day=values["day"],
            stage=_MEANT[values["stage"]],
            accuracy={flow: values[flow] for flow in FLOWS if values[flow] is not None},
            remarks=values["remarks"],
        )
        return record_meter_test(self.desk, sheet, key=self.request_key)

    def saved(self, result: MeterTestLine) -> str:
        """The verdict."""
        verdict = "passed" if result.passed else "not passed"
        return f"Kept, {result.stage.value}: {verdict}. Next test, or F12."
