"""Approve a request, which carries it out at once, or refuse it with a reason.

Approval and execution are one transaction and one audit entry: what the checker saw is what is
carried out, and a change that is refused on the way leaves the request waiting.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from billing_tui.access.approval_policy import read_approval_policy
from billing_tui.access.approvals import existing_request, find_request, maker_gone, why_not_decide
from billing_tui.access.chain import canonical, digest_of
from billing_tui.access.desk import Desk
from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.access.tables import RequestState
from billing_tui.access.writing import Act, writing
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, Refused

if TYPE_CHECKING:
    from billing_tui.access.approval_policy import ApprovalPolicy
    from billing_tui.access.approvals import RequestView

Executor = Callable[[Desk, Act, Mapping[str, Any]], Any]
"""Carries out a payload inside the checker's transaction; tells the Act what it changed and returns
JSON. The rooms above hand them in by kind."""


class Tampered(BillingError):  # noqa: N818
    """The request is not what its maker asked for."""

    code = "REQUEST-TAMPERED"


def _may_decide(desk: Desk, row: Any, policy: ApprovalPolicy) -> None:
    why = why_not_decide(desk, row, policy)
    if why and row.state != RequestState.PENDING:
        raise Refused(why, code="REQUEST-DECIDED")
    if why:
        code = "MAKER-IS-CHECKER" if row.maker_id == desk.staff_id else "NOT-ALLOWED"
        raise Refused(why, code=code)


def _maker_stands(desk: Desk, row: Any, policy: ApprovalPolicy) -> None:
    """Who asked must still be somebody who may ask."""
    gone = maker_gone(desk, row, policy)
    if gone:
        raise Refused(gone, code="MAKER-REVOKED")


def asked_digest(request_id: int) -> str:
    """The digest that the trail keeps of what was asked for; "" where it keeps none."""
    rows = rows_of(
        "SELECT after FROM audit_entry WHERE subject_kind = 'change_request' AND subject = ?"
        " AND verb = 'access.request_change'",
        (str(request_id),),
    )
    return str(json.loads(rows[0][0]).get("digest", "")) if rows else ""


def _untouched(row: Any, seen: str) -> Mapping[str, Any]:
    """The payload, when it is what was asked for and what the checker saw."""
    payload: Mapping[str, Any] = json.loads(row.payload)
    digest = digest_of(payload)
    if len({digest, row.digest, asked_digest(row.id)}) > 1:
        raise Tampered(
            f"Request {row.id} was altered after it was made; tell whoever audits, and refuse it."
        )
    if seen != digest:
        raise Refused(
            f"Request {row.id} is not what you looked at; look at it again.", code="REQUEST-STALE"
        )
    return payload


def _decide(desk: Desk, row: Any, state: RequestState) -> None:
    row.state = state.value
    row.checker = desk.staff_id
    row.decided_at = desk.clock().isoformat(timespec="milliseconds")


def approve_request(
    desk: Desk,
    request_id: int,
    *,
    seen: str,
    executors: Mapping[str, Executor],
    policy: ApprovalPolicy | None = None,
) -> RequestView:
    """Approve a request and carry it out.

    Args:
        desk: the checker.
        request_id: the request.
        seen: digest of the payload that the checker looked at.
        executors: what carries out each kind.
        policy: the shipped one where None.

    Raises:
        NotAllowed: roles changed since sign-in, or the right is missing.
        Refused: decided already, one's own, beyond the person's class, the maker may no longer
            ask, it is not what was looked at, or the change itself is refused.
        Tampered: payload or digest is not what the maker asked for.
    """
    rules = policy or read_approval_policy()
    with writing(desk, Right.DECIDE_REQUESTS, "access.approve_request") as act:
        row = existing_request(request_id)
        _may_decide(desk, row, rules)
        _maker_stands(desk, row, rules)
        payload = _untouched(row, seen)
        if row.kind not in executors:
            raise Refused(f"Nothing here carries out {row.kind}.", code="NO-EXECUTOR")
        act.about("change_request", request_id)
        row.result = canonical(executors[row.kind](desk, act, payload))
        _decide(desk, row, RequestState.EXECUTED)
        row.save()
        act.after = act.after | {"change_request": request_id, "digest": seen}
    return find_request(desk, request_id, policy=rules)


def refuse_request(
    desk: Desk, request_id: int, reason: str, *, policy: ApprovalPolicy | None = None
) -> RequestView:
    """Refuse a request; the reason reaches its maker.

    Raises:
        InvalidEntry: no reason.
        Refused: decided already, one's own, or beyond the person's class.
    """
    rules = policy or read_approval_policy()
    told = kept_reason(reason)
    with writing(desk, Right.DECIDE_REQUESTS, "access.refuse_request", why=told) as act:
        row = existing_request(request_id)
        _may_decide(desk, row, rules)
        _decide(desk, row, RequestState.REFUSED)
        row.refusal = told
        row.save()
        act.about("change_request", request_id)
        act.before = {"state": RequestState.PENDING.value}
        act.after = {"state": row.state, "change_request": request_id, "digest": row.digest}
    return find_request(desk, request_id, policy=rules)
