"""The tests of the pre-billing audit (BIL-5). Errors block approval, warnings need a decision.

A test is one entry of `TESTS`: a stable name, its severity, what motivated it and a function that
returns a sentence where the bill fails. A sentence states the arithmetic.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.billing.states import Severity
from billing_tui.foundation.money import money_text
from billing_tui.records.kinds import FlagKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from billing_tui.billing.audit_facts import AuditedBill
    from billing_tui.billing.audit_policy import AuditPolicy


@dataclass(frozen=True, slots=True)
class AuditTest:
    """One test.

    Attributes:
        name: stable identifier, shown in lists.
        severity: error or warning.
        because: what went wrong somewhere for want of it.
        fails: the sentence for a bill that fails, or None.
    """

    name: str
    severity: Severity
    because: str
    fails: Callable[[AuditedBill, AuditPolicy], str | None]


def _foots(bill: AuditedBill, _: AuditPolicy) -> str | None:
    lines = sum(service.lines_cents for service in bill.services)
    if lines != bill.current_cents:
        return (
            f"its lines sum to {money_text(lines)}, the bill says {money_text(bill.current_cents)}."
        )
    return None


def _gap(bill: AuditedBill, _: AuditPolicy) -> str | None:
    for service in bill.services:
        if service.billed_to is not None and service.billed_to != service.from_day:
            return (
                f"{service.kind} was billed to {service.billed_to:%m/%d/%y}, "
                f"this bill starts {service.from_day:%m/%d/%y}."
            )
    return None


def _negative_usage(bill: AuditedBill, _: AuditPolicy) -> str | None:
    for service in bill.services:
        if service.usage_milli is not None and service.usage_milli < 0:
            return f"{service.kind} usage is negative: {service.usage_milli / 1000:g}."
    return None


def _much_above_usual(bill: AuditedBill, policy: AuditPolicy) -> str | None:
    usual = bill.median_cents()
    if not usual or usual <= 0:
        return None
    far = bill.current_cents - usual >= policy.above_usual_cents
    if far and bill.current_cents > usual * policy.times_usual:
        times = bill.current_cents / usual
        return (
            f"{money_text(bill.current_cents)} is {times:.1f} times the usual {money_text(usual)} "
            f"(median of {len(bill.usual_cents)} bills)."
        )
    return None


def _large(bill: AuditedBill, policy: AuditPolicy) -> str | None:
    if bill.current_cents >= policy.large_cents:
        return (
            f"{money_text(bill.current_cents)} is {money_text(policy.large_cents)} or more; "
            "large bills are always looked at."
        )
    return None


def _nothing_charged(bill: AuditedBill, _: AuditPolicy) -> str | None:
    if bill.current_cents <= 0:
        return f"current charges are {money_text(bill.current_cents)}."
    return None


def _first_bill(bill: AuditedBill, _: AuditPolicy) -> str | None:
    new = [service.kind for service in bill.services if service.billed_to is None]
    return f"first bill for {', '.join(new)}." if new else None


def _odd_period(bill: AuditedBill, policy: AuditPolicy) -> str | None:
    for service in bill.services:
        if service.billed_to is not None and not (
            policy.short_days <= service.days <= policy.long_days
        ):
            return (
                f"{service.kind} covers {service.days} days; "
                f"{policy.short_days} to {policy.long_days} are usual."
            )
    return None


def _estimated_again(bill: AuditedBill, policy: AuditPolicy) -> str | None:
    for service in bill.services:
        count = service.estimates_before + 1
        if service.estimated and count >= policy.estimates_in_a_row:
            return f"{service.kind} is estimated for the {count}. time in a row."
    return None


def _zero_use(bill: AuditedBill, _: AuditPolicy) -> str | None:
    water = [s for s in bill.services if s.kind in {"water", "electric"} and s.billed_to]
    if water and all(service.usage_milli == 0 for service in water) and bill.median_cents():
        return "no usage at all on an active account."
    return None


def _sewer_without_water(bill: AuditedBill, _: AuditPolicy) -> str | None:
    kinds = {service.kind for service in bill.services}
    if "sewer" in kinds and "water" not in kinds:
        return "sewer is billed without water."
    return None


def _refuse_without_cart(bill: AuditedBill, _: AuditPolicy) -> str | None:
    for service in bill.services:
        if service.kind == "refuse" and service.attributes.get("carts", "0") in {"", "0"}:
            return "refuse is billed without a cart on file."
    return None


def _exchanged(bill: AuditedBill, _: AuditPolicy) -> str | None:
    for service in bill.services:
        if service.meters > 1:
            return f"{service.kind} was read on {service.meters} meters: exchanged in the period."
    return None


def _returned_mail(bill: AuditedBill, _: AuditPolicy) -> str | None:
    if FlagKind.RETURNED_MAIL in _in_force(bill):
        return "the last bill came back: the mailing address needs a look."
    return None


def _expired_relief(bill: AuditedBill, _: AuditPolicy) -> str | None:
    for kind in (FlagKind.TAX_EXEMPT, FlagKind.LOW_INCOME):
        end = bill.flags.get(kind)
        start = min((service.from_day for service in bill.services), default=None)
        if end is not None and start is not None and start <= end < bill.bill_day:
            return f"the flag {kind} ran out on {end:%m/%d/%y}, inside this period."
    return None


def _credit(bill: AuditedBill, _: AuditPolicy) -> str | None:
    if bill.due_cents < 0:
        return f"the account is {money_text(-bill.due_cents)} in credit after this bill."
    return None


def _in_force(bill: AuditedBill) -> set[str]:
    return {kind for kind, end in bill.flags.items() if end is None or end >= bill.bill_day}


_E, _W = Severity.ERROR, Severity.WARNING
TESTS: tuple[AuditTest, ...] = (
    AuditTest("does not foot", _E, "a bill is the sum of its lines", _foots),
    AuditTest("gap or overlap", _E, "months lumped together or billed twice", _gap),
    AuditTest("negative usage", _E, "a back-read billed as usage", _negative_usage),
    AuditTest("far above usual", _W, "misread meters found by customers", _much_above_usual),
    AuditTest("large bill", _W, "errors on large users cost most", _large),
    AuditTest("nothing charged", _W, "accounts active and never billed", _nothing_charged),
    AuditTest("first bill", _W, "a wrong class stays wrong for years", _first_bill),
    AuditTest("odd period", _W, "long periods push usage into higher tiers", _odd_period),
    AuditTest("estimated again", _W, "estimates that outlive the policy", _estimated_again),
    AuditTest("zero use", _W, "stopped meters go unseen", _zero_use),
    AuditTest("sewer without water", _W, "services received and not billed", _sewer_without_water),
    AuditTest("refuse without cart", _W, "carts and charges drift apart", _refuse_without_cart),
    AuditTest("meter exchanged", _W, "sizes and dials mistaken at the exchange", _exchanged),
    AuditTest("returned mail", _W, "bills that reach nobody", _returned_mail),
    AuditTest("relief expired", _W, "discounts that nobody ends or renews", _expired_relief),
    AuditTest("credit balance", _W, "credits that pile up on accounts", _credit),
)


def failures(bill: AuditedBill, policy: AuditPolicy) -> Iterator[tuple[AuditTest, str]]:
    """Every test that the bill fails, with the sentence."""
    for test in TESTS:
        sentence = test.fails(bill, policy)
        if sentence is not None:
            yield test, sentence
