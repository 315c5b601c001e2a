"""A special bill before it is posted: its lines, each with its arithmetic, and what they sum to."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from billing_tui.foundation.money import money_text

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One line.

    Attributes:
        revenue: ledger role that it is credited to.
        service: whose receivable the debt is.
        quantity, unit, price: exact decimals as text, dollars per unit; None where cents are given.
        how: the arithmetic, as a clerk reads it out.
        cents: what is billed; below zero for a credit.
    """

    label: str
    revenue: str
    service: str
    how: str
    cents: int
    quantity: str | None = None
    unit: str = ""
    price: str | None = None


@dataclass(frozen=True, slots=True)
class SpecialDraft:
    """A special bill as it would be posted.

    Attributes:
        template, version, title, citation: what it is made from.
        digest: of the template's text.
        approval: kind of the approval policy, "" where whoever drew it up may post it alone.
        account_id, account: whom it is for.
        priced_on: the day whose prices count.
        due_days: from the day on which it is posted.
        inputs: what was keyed, as text, in the template's order.
        lines: in print order; their cents sum to `total_cents`.
        told: what prices and the normal use came from, one sentence each.
        corrects: number of the bill that a leak adjustment prices anew, else "".
    """

    template: str
    version: str
    title: str
    citation: str
    digest: str
    approval: str
    account_id: int
    account: str
    priced_on: date
    due_days: int
    inputs: Mapping[str, str]
    lines: tuple[DraftLine, ...]
    told: tuple[str, ...] = ()
    corrects: str = ""

    @property
    def total_cents(self) -> int:
        """Sum of the lines; below zero for a credit."""
        return sum(line.cents for line in self.lines)

    def shown(self) -> dict[str, str]:
        """What a checker sees: template, inputs, every line with its arithmetic, the total."""
        labels = Counter(line.label for line in self.lines)
        lines = {
            line.label if labels[line.label] == 1 else f"{line.label}, {line.service}": line.how
            for line in self.lines
        }
        total = money_text(self.total_cents)
        return {"bill for": self.title, **self.inputs, **lines, "total": total}

    def payload(self) -> dict[str, Any]:
        """The draft as JSON values: what is asked for is what is carried out."""
        return asdict(self) | {
            "priced_on": self.priced_on.isoformat(),
            "inputs": dict(self.inputs),
            "lines": [asdict(line) for line in self.lines],
            "told": list(self.told),
        }


def draft_of_payload(payload: Mapping[str, Any]) -> SpecialDraft:
    """The draft that was asked for."""
    told = dict(payload)
    told["priced_on"] = date.fromisoformat(told["priced_on"])
    told["lines"] = tuple(DraftLine(**line) for line in told["lines"])
    told["told"] = tuple(told["told"])
    return SpecialDraft(**told)
