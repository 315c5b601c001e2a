"""A correction of what was billed, and what it comes to, as frozen values (RDG-9, BIL-12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from billing_tui.access.chain import digest_of
from billing_tui.foundation.units import Unit, measured_text, quantity_text
from billing_tui.metering.plan_read_fix import Chains, ReadFix

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from billing_tui.billing.bill_view import BillView
    from billing_tui.billing.calculate import DraftBill


class MeterFix(NamedTuple):
    """What a meter really is.

    Attributes:
        meter_id: its row; `version` is the one that was shown.
        since: bills whose days all fall on or after this day are recalculated; what was put in
            within a bill's days was wrong on all that it counted there.
    """

    meter_id: int
    version: int
    size: str
    dials: int
    unit: Unit
    multiplier_milli: int
    since: date


class TermsFix(NamedTuple):
    """The schedule and class under which a service should have been billed since a day."""

    service_id: int
    schedule: str
    rate_class: str
    since: date


@dataclass(frozen=True, slots=True)
class Correction:
    """What somebody found wrong.

    Attributes:
        reads: registers that were misread.
        meter: what the meter really is.
        terms: what the service should have been billed under.
        bills: numbers of bills to cancel besides those that the facts touch: the records were set
            right before.
        rebill: whether new bills take their place; else they are cancelled and nothing follows.
    """

    reads: tuple[ReadFix, ...] = ()
    meter: MeterFix | None = None
    terms: TermsFix | None = None
    bills: tuple[str, ...] = ()
    rebill: bool = True

    def as_json(self) -> dict[str, Any]:
        """For the payload of a request and the digest of an idempotency key."""
        meter, terms = self.meter, self.terms
        return {
            "reads": [list(fix) for fix in self.reads],
            "meter": [*meter[:4], meter.unit.value, meter[5], meter.since.isoformat()]
            if meter
            else None,
            "terms": [*terms[:3], terms.since.isoformat()] if terms else None,
            "bills": list(self.bills),
            "rebill": self.rebill,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Correction:
        """The correction of a payload."""
        meter, terms = told["meter"], told["terms"]
        return cls(
            reads=tuple(ReadFix(*fix) for fix in told["reads"]),
            meter=_meter(*meter) if meter else None,
            terms=_terms(*terms) if terms else None,
            bills=tuple(told["bills"]),
            rebill=told["rebill"],
        )


def _meter(*told: Any) -> MeterFix:
    meter_id, version, size, dials, unit, multiplier, since = told
    return MeterFix(
        meter_id, version, size, dials, Unit(unit), multiplier, date.fromisoformat(since)
    )


def _terms(*told: Any) -> TermsFix:
    service_id, schedule, rate_class, since = told
    return TermsFix(service_id, schedule, rate_class, date.fromisoformat(since))


def charged(draft: DraftBill | None) -> list[Any]:
    """The charges of a draft as JSON: what is previewed is what is posted, to the cent."""
    if draft is None:
        return []
    return [
        [
            part.service.kind, part.service.schedule, part.service.rate_class,
            part.from_day.isoformat(), part.to_day.isoformat(), part.usage_milli, part.unit,
            [[line.code, line.tier, str(line.quantity), line.cents] for line in part.lines],
        ]
        for part in draft.services
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineChange:
    """One charge of a bill before and after.

    Attributes:
        service: kind of the service; `label` is the charge, `tier` its step.
        quantity_before, quantity_after: how many of `unit`, None where the line has none.
        before_cents, after_cents: amounts; 0 where there is no such line.
        told: how the new amount comes about.
    """

    service: str
    label: str
    tier: int | None
    unit: str
    quantity_before: Decimal | None
    quantity_after: Decimal | None
    before_cents: int
    after_cents: int
    told: tuple[str, ...] = ()

    @property
    def difference_cents(self) -> int:
        """After less before."""
        return self.after_cents - self.before_cents


def quantity_told(line: LineChange) -> str:
    """How much the new amount is for: `12 ccf`, for a percentage `of 113.57`; "" where it ends."""
    if line.quantity_after is None:
        return ""
    if line.unit == "%":
        return f"of {quantity_text(line.quantity_after)}"
    return measured_text(line.quantity_after, line.unit)


@dataclass(frozen=True, slots=True)
class BillChange:
    """One posted bill and what takes its place.

    Attributes:
        bill: as it stands.
        draft: what would be billed instead, None where nothing is.
        lines: every charge, in print order.
        kept: why the bill stays as it is although it would change: the law's limit; "" otherwise.
        warning: what to see to besides.
        same: the bill that takes its place says the same: no charge, usage, class or read differs.
    """

    bill: BillView
    draft: DraftBill | None
    lines: tuple[LineChange, ...]
    kept: str = ""
    warning: str = ""
    same: bool = False

    @property
    def after_cents(self) -> int:
        """Current charges of the bill that takes its place."""
        return self.draft.current_cents if self.draft else 0

    @property
    def difference_cents(self) -> int:
        """What the account owes more by it; less below zero."""
        return self.after_cents - self.bill.current_cents

    @property
    def moved_cents(self) -> int:
        """What its charges move by, those that fall added to those that rise."""
        return sum(abs(line.difference_cents) for line in self.lines)


@dataclass(frozen=True, slots=True)
class CorrectionPlan:
    """Everything that a correction does, before it is done.

    Attributes:
        correction: what was found wrong.
        chains: reads that are written again.
        bills: posted bills that are touched, oldest first; also those that the law keeps.
        balances: cents that each account owes now, by its number.
        left: a sentence for each bill that began before the day and is left alone.
    """

    correction: Correction
    chains: Chains
    bills: tuple[BillChange, ...]
    balances: Mapping[str, int] = field(default_factory=dict)
    left: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[BillChange, ...]:
        """The bills that are cancelled."""
        return tuple(change for change in self.bills if not change.kept)

    @property
    def difference_cents(self) -> int:
        """What all accounts together owe more by it."""
        return sum(change.difference_cents for change in self.changes)

    @property
    def weight_cents(self) -> int:
        """What is held against limits: what every charge of every bill moves by, up or down.

        Of a bill that is only cancelled that is the whole of it. What goes up makes nothing good
        that goes down: `data/policies/approvals.yaml` says so.
        """
        return sum(change.moved_cents for change in self.changes)

    @property
    def accounts(self) -> tuple[str, ...]:
        """Numbers of the accounts whose bills are cancelled."""
        return tuple(dict.fromkeys(change.bill.account for change in self.changes))

    @property
    def digest(self) -> str:
        """SHA-256 of what is done: another state of the books gives another one."""
        return digest_of(
            [
                self.correction.as_json(),
                [
                    [change.was.id, change.reading, change.used.milli]
                    for chain in self.chains
                    for change in chain
                ],
                [
                    [
                        change.bill.number,
                        change.bill.current_cents,
                        charged(change.draft),
                        bool(change.kept),
                    ]
                    for change in self.bills
                ],
            ]
        )

    def balance_after(self, account: str) -> int:
        """What an account owes once it is done."""
        return self.balances.get(account, 0) + sum(
            change.difference_cents for change in self.changes if change.bill.account == account
        )
