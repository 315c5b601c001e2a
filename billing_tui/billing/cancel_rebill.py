"""Cancel posted bills and bill again, exactly as previewed, in one transaction (BIL-12, RDG-9).

The lead does it directly up to the first limit of `cancel_rebill` in the approval policy; above it,
and for everybody who may only ask, a second person approves. What nobody was billed for yet is
corrected by whoever keeps reads and meters.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.approval_policy import read_approval_policy
from billing_tui.access.desk import NotAllowed
from billing_tui.access.request_change import request_change
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.correction import Correction
from billing_tui.billing.plan_correction import plan_correction
from billing_tui.billing.replace_bill import reverse_bill, take_place
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import Refused
from billing_tui.foundation.money import money_text, owed_text
from billing_tui.metering.correct_read import kept_reason, write_changes
from billing_tui.records.change_service import give_terms
from billing_tui.records.correct_meter import correct_meter
from billing_tui.records.editing import existing
from billing_tui.records.tables import Service

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.approval_policy import ApprovalPolicy
    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.billing.correction import BillChange, CorrectionPlan

CANCEL_REBILL = "billing.cancel_rebill"
"""The kind in the approval policy, and the verb in the trail."""


@dataclass(frozen=True, slots=True)
class Rebilled:
    """What was done.

    Attributes:
        cancelled: numbers of the bills that no longer count.
        posted: numbers of those that took their place, in that order; none after a cancel alone.
        difference_cents: what the accounts together owe more.
        reads: reads that were written again.
    """

    cancelled: tuple[str, ...]
    posted: tuple[str, ...]
    difference_cents: int
    reads: int


def direct_limit(policy: ApprovalPolicy | None = None) -> int:
    """Cents up to which a lead corrects without a second person."""
    first = (policy or read_approval_policy()).kind(CANCEL_REBILL).classes[0]
    return first.most_cents or 0


_MOVED = """
SELECT coalesce(sum(abs(moved)), 0) FROM (
  SELECT sum(CASE WHEN l.bill_id = c.bill_id THEN -l.cents ELSE l.cents END) AS moved
  FROM cancelled_bill c JOIN bill b ON b.id = c.bill_id JOIN account a ON a.id = b.account_id
  LEFT JOIN bill n ON n.replaces_id = b.id
  JOIN bill_line l ON l.bill_id = b.id OR l.bill_id = n.id
  JOIN bill_service s ON s.id = l.bill_service_id
  WHERE c.staff_id = ? AND c.day > ? AND a.number IN ({accounts})
  GROUP BY c.id, s.kind, l.code, l.tier, l.from_day) AS charge
"""
_WAITING = """
SELECT r.id, s.username, r.payload FROM change_request r JOIN staff_member s ON s.id = r.maker_id
WHERE r.kind = ? AND r.state = 'Pending' ORDER BY r.id
"""


def _together(desk: Desk, accounts: tuple[str, ...], days: int) -> int:
    """Cents by which the same person moved these accounts lately: splitting does not help."""
    since = (desk.business_day - timedelta(days=days)).isoformat()
    sql = _MOVED.replace("{accounts}", ", ".join("?" * len(accounts)))
    return int(rows_of(sql, (desk.staff_id, since, *accounts))[0][0])


def why_ask(desk: Desk, plan: CorrectionPlan, policy: ApprovalPolicy | None = None) -> str:
    """Why this person must ask somebody else, "" where they may do it themselves."""
    rules = policy or read_approval_policy()
    if not plan.changes:
        return ""
    if not desk.may(Right.REBILL):
        told = f"Charges move by {money_text(plan.weight_cents)}."
        return f"{told} A lead corrects posted bills; you can ask for it."
    limit = direct_limit(rules)
    moved = plan.weight_cents
    together = moved + _together(desk, plan.accounts, rules.together_days)
    if together <= limit:
        return ""
    before = f"; with yours of before they move by {money_text(together)}"
    lately = f"{before} in {rules.together_days} days" if together > moved else ""
    return (
        f"Charges move by {money_text(moved)}{lately}, above the limit of "
        f"{money_text(limit)}; a second lead must approve it."
    )


def waiting_requests(plan: CorrectionPlan) -> tuple[str, ...]:
    """A sentence for each request that waits for a decision on one of the bills of a plan."""
    titles = {change.bill.title for change in plan.bills}
    told = []
    for request, maker, payload in rows_of(_WAITING, (CANCEL_REBILL,)):
        same = sorted(titles & json.loads(payload)["before"].keys())
        if same:
            told.append(f"Request {request} of {maker} on {', '.join(same)} waits; 5.3 shows it.")
    return tuple(told)


def _right(plan: CorrectionPlan) -> Right:
    if plan.changes:
        return Right.REBILL
    return Right.KEEP_METERS if plan.correction.meter else Right.CORRECT_READS


def _refuse_stale(plan: CorrectionPlan, seen: str) -> None:
    if plan.digest != seen:
        raise Refused(
            "Something changed since this was previewed; look at it again.", code="PLAN-STALE"
        )
    if not plan.changes and not plan.chains and plan.correction.meter is None:
        raise Refused("There is nothing to correct.", code="PLAN-EMPTY")
    if plan.correction.terms and not plan.changes:
        raise Refused("No bill stands under those terms; change the service.", code="PLAN-EMPTY")
    if plan.correction.terms and plan.correction.meter:
        raise Refused("Correct the meter and the class one after the other.", code="PLAN-BOTH")


def _save_facts(desk: Desk, act: Act, plan: CorrectionPlan, reason: str) -> int:
    """Write what was found wrong into the records; returns how many reads were written again."""
    reads = write_changes(desk, plan.chains, reason)
    meter, terms = plan.correction.meter, plan.correction.terms
    if meter:
        meter_id, version, size, dials, unit, multiplier, _ = meter
        correct_meter(
            act, meter_id, version=version, size=size, dials=dials, unit=unit,
            multiplier_milli=multiplier,
        )  # fmt: skip
    if terms:
        service: Any = existing(Service, terms.service_id)
        give_terms(
            act,
            terms.service_id,
            schedule=terms.schedule,
            rate_class=terms.rate_class,
            billing_hold=service.billing_hold,
            from_day=terms.since,
            version=service.account.version,
        )
    return reads


def _carry_out(desk: Desk, act: Act, plan: CorrectionPlan, reason: str) -> Rebilled:
    """Do what the plan says, inside the transaction of a verb or an approval."""
    before, after = shown_change(plan)
    for change in plan.changes:
        reverse_bill(desk, change, reason)
    reads = _save_facts(desk, act, plan, reason)
    posted = take_place(desk, plan.changes)
    done = Rebilled(
        tuple(change.bill.title for change in plan.changes), posted, plan.difference_cents, reads
    )
    act.before |= before
    act.after |= after | {"posted": list(posted), "difference_cents": plan.difference_cents}
    if plan.accounts:
        act.about("account", plan.accounts[0])
    elif plan.chains:
        act.about("meter", plan.chains[0][0].was.meter)
    return done


def _facts(correction: Correction) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the records say of a meter or a service now, and what they will."""
    meter, terms = correction.meter, correction.terms
    if meter:
        names = ("size", "dials", "unit", "multiplier_milli")
        now = rows_of(f"SELECT {', '.join(names)} FROM meter WHERE id = ?", (meter.meter_id,))[0]
        new = (meter.size, meter.dials, meter.unit.value, meter.multiplier_milli)
        return dict(zip(names, now, strict=True)), dict(zip(names, new, strict=True))
    if terms:
        service: Any = existing(Service, terms.service_id)
        before = {"schedule": service.schedule, "rate_class": service.rate_class}
        return before, {"schedule": terms.schedule, "rate_class": terms.rate_class}
    return {}, {}


def _charges(change: BillChange) -> dict[str, tuple[int, int]]:
    """The charges of a bill that change, by their label and tier, in cents."""
    found: dict[str, tuple[int, int]] = {}
    for line in change.lines:
        name = f"{line.label} {line.tier}" if line.tier else line.label
        was, becomes = found.get(name, (0, 0))
        found[name] = was + line.before_cents, becomes + line.after_cents
    return {name: cents for name, cents in found.items() if cents[0] != cents[1]}


def shown_change(plan: CorrectionPlan) -> tuple[dict[str, Any], dict[str, Any]]:
    """Before and after, as the trail and the queue of approvals show them, sorted by name.

    What the account owes comes first there: it is what the person who decides must see.
    """
    before, after = _facts(plan.correction)
    for one in (one for chain in plan.chains for one in chain if one.fixed):
        name = f"{one.was.meter} {one.was.day.isoformat()}"
        before[name], after[name] = one.was.reading, one.reading
    for change in plan.changes:
        name = change.bill.title
        before[name] = money_text(change.bill.current_cents)
        after[name] = money_text(change.after_cents) if change.draft else "cancelled"
        for charge, (was, becomes) in _charges(change).items() if change.draft else ():
            before[f"{name} {charge}"], after[f"{name} {charge}"] = map(money_text, (was, becomes))
    for account in plan.accounts:
        before[f"Account {account}"] = owed_text(plan.balances[account])
        after[f"Account {account}"] = owed_text(plan.balance_after(account))
    return before, after


def cancel_rebill(
    desk: Desk,
    correction: Correction,
    *,
    seen: str,
    reason: str,
    key: str | None = None,
    policy: ApprovalPolicy | None = None,
) -> Rebilled:
    """Carry a correction out, exactly as it was previewed.

    Args:
        desk: who does it; entries count on the business day.
        correction: what was found wrong.
        seen: digest of the plan that was looked at.
        reason: how it is known.
        key: idempotency key; the same request again gets the first result.
        policy: limits; the shipped ones where None.

    Raises:
        NotAllowed: the person must ask, or the amount takes a second person.
        Refused: something changed since the preview, or the books refuse it; nothing was saved.
    """
    why = kept_reason(reason)
    asked = [correction.as_json(), why]
    right = Right.LOOK
    if not _repeated(key):
        right = _right(plan_correction(correction, desk.business_day))
    with writing(desk, right, CANCEL_REBILL, why=why, key=key, request=asked) as act:
        if act.repeated:
            return _result(act.done)
        plan = plan_correction(correction, desk.business_day)
        _refuse_stale(plan, seen)
        if _right(plan) is not right:
            raise Refused("Something changed meanwhile; look at it again.", code="PLAN-STALE")
        if must := why_ask(desk, plan, policy):
            raise NotAllowed(must, code="NEEDS-APPROVAL")
        done = _carry_out(desk, act, plan, why)
        act.result = _as_json(done)
    return done


def _repeated(key: str | None) -> bool:
    return bool(key and rows_of('SELECT 1 FROM request WHERE "key" = ?', (key,)))


def _as_json(done: Rebilled) -> list[Any]:
    return [list(done.cancelled), list(done.posted), done.difference_cents, done.reads]


def _result(told: Any) -> Rebilled:
    cancelled, posted, difference, reads = told
    return Rebilled(tuple(cancelled), tuple(posted), difference, reads)


def refuse_idle(plan: CorrectionPlan) -> None:
    """Nobody is asked to decide what changes nothing; a lead may print the same anew.

    Raises:
        Refused: no bill would be touched, or each new one says what the old one said.
    """
    if not plan.changes:
        raise Refused("That touches no posted bill; correct it directly.", code="NO-APPROVAL")
    if all(change.same for change in plan.changes):
        raise Refused(
            "Nothing on the new bill would differ; there is nothing to ask a lead for.",
            field="bill",
            code="NOTHING-CHANGES",
        )


def request_rebill(
    desk: Desk, correction: Correction, *, seen: str, reason: str, key: str | None = None
) -> int:
    """Ask a lead for a correction of posted bills; returns the request's number.

    Raises:
        NotAllowed: the person's roles may not ask.
        Refused: something changed since the preview, nothing would be cancelled or come out
            otherwise, or the same is asked for already.
    """
    why = kept_reason(reason)
    plan = plan_correction(correction, desk.business_day)
    _refuse_stale(plan, seen)
    refuse_idle(plan)
    before, after = shown_change(plan)
    payload = {
        "correction": {**correction.as_json(), "plan": plan.digest, "why": why},
        "before": before,
        "after": after,
    }
    return request_change(
        desk,
        CANCEL_REBILL,
        payload,
        why,
        about=("account", plan.accounts[0]),
        cents=plan.weight_cents,
        key=key,
    )


def execute_rebill(desk: Desk, act: Act, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Carry out what was asked for, if the books still stand as the maker saw them.

    Raises:
        Refused: they do not; the request waits, to be refused and asked anew.
    """
    asked = payload["correction"]
    plan = plan_correction(Correction.from_json(asked), desk.business_day)
    _refuse_stale(plan, asked["plan"])
    done = _carry_out(desk, act, plan, asked["why"])
    return {"posted": list(done.posted), "difference_cents": done.difference_cents}
