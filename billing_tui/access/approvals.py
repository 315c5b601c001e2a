"""Changes that two people make: what is asked for, and the queue with all that a decision needs.

A payload is JSON with one spelling; where it holds maps named `before` and `after`, the queue shows
them side by side. `request_change` asks, `decide_request` approves or refuses.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from billing_tui.access.approval_policy import read_approval_policy
from billing_tui.access.field_changes import FieldChange, all_fields
from billing_tui.access.rights import Right
from billing_tui.access.staff import roles_on
from billing_tui.access.tables import ChangeRequest, RequestState, StaffMember
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError, NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.approval_policy import ApprovalPolicy
    from billing_tui.access.desk import Desk

MOST_LISTED = 200
"""Requests that one page of the queue holds."""


@dataclass(frozen=True, slots=True)
class RequestView:
    """A change request with everything that is needed to decide it.

    Attributes:
        id: its number.
        kind, title: of the policy.
        subject_kind, subject: what it concerns, such as account 10432-03.
        changes: before and after, field by field.
        same: fields of the payload's two maps that stay.
        payload: everything that will be carried out.
        digest: of the payload; an approval names it.
        amount_cents: the money concerned, 0 where there is none.
        together_cents: with the maker's other requests for the subject of late.
        limit_class: the class of the policy that it falls into.
        most_cents: largest amount that this desk may approve of the kind; None for any, 0 for none.
        checkers: roles that may approve the class.
        reason: why the maker asks.
        maker, maker_name: user name and name.
        made_at: moment, UTC.
        age_days: since then, in calendar days of the business date.
        state: where it stands.
        checker: user name of who decided, or "".
        decided_at: moment, UTC, or "".
        refusal: why it was refused, or "".
        result: what the execution returned.
        others_open: other requests that wait for the same subject.
        why_not: why this desk may not decide it; "" where it may.
        maker_gone: why nobody can approve it any more, its maker having left; "" where it stands.
    """

    id: int
    kind: str
    title: str
    subject_kind: str
    subject: str
    changes: tuple[FieldChange, ...]
    same: tuple[FieldChange, ...]
    payload: Mapping[str, Any]
    digest: str
    amount_cents: int
    together_cents: int
    limit_class: str
    most_cents: int | None
    checkers: tuple[str, ...]
    reason: str
    maker: str
    maker_name: str
    made_at: str
    age_days: int
    state: RequestState
    checker: str
    decided_at: str
    refusal: str
    result: Any
    others_open: int
    why_not: str
    maker_gone: str


def together_cents(request: Any, policy: ApprovalPolicy) -> int:
    """Amounts of one maker for one subject and kind up to the request's day, unless turned down."""
    first = request.made_day - timedelta(days=policy.together_days - 1)
    rows = rows_of(
        "SELECT coalesce(sum(abs(amount_cents)), 0) FROM change_request"
        " WHERE kind = ? AND subject_kind = ? AND subject = ? AND maker_id = ?"
        " AND made_day BETWEEN ? AND ? AND state IN ('Pending', 'Executed')",
        (
            request.kind,
            request.subject_kind,
            request.subject,
            request.maker_id,
            first.isoformat(),
            request.made_day.isoformat(),
        ),
    )
    return int(rows[0][0])


def existing_request(request_id: int) -> Any:
    """The row of a request.

    Raises:
        NotFound: there is none.
    """
    row = ChangeRequest.get_or_none(ChangeRequest.id == request_id)
    if row is None:
        raise NotFound(f"There is no request {request_id}.", field="request")
    return row


def why_not_decide(desk: Desk, row: Any, policy: ApprovalPolicy) -> str:
    """Why this desk may not decide the request; "" where it may."""
    if row.state != RequestState.PENDING:
        return f"Request {row.id} is {row.state.lower()} already."
    if row.maker_id == desk.staff_id:
        return "Nobody decides what they asked for; somebody else must."
    if not desk.may(Right.DECIDE_REQUESTS):
        return f"{desk.username} may not {Right.DECIDE_REQUESTS.value}."
    try:
        able = policy.kind(row.kind).class_named(row.limit_class).checkers
    except BillingError as error:
        return error.sentence
    if not able & desk.roles:
        return f"Class {row.limit_class} takes a {' or '.join(sorted(able))}."
    return ""


def maker_gone(desk: Desk, row: Any, policy: ApprovalPolicy) -> str:
    """Why a request that waits cannot be approved any more; "" where its maker may still ask."""
    kind = policy.kinds.get(row.kind)
    if row.state != RequestState.PENDING or kind is None:
        return ""
    if row.maker.active and kind.makers & roles_on(row.maker_id, desk.business_day):
        return ""
    return f"{row.maker.username} may no longer ask for this; refuse it and ask anew."


def _others_open(row: Any) -> int:
    return int(
        ChangeRequest.select()
        .where(
            (ChangeRequest.subject_kind == row.subject_kind)
            & (ChangeRequest.subject == row.subject)
            & (ChangeRequest.state == RequestState.PENDING.value)
            & (ChangeRequest.id != row.id)
        )
        .count()
    )


def _part(payload: Mapping[str, Any], name: str) -> dict[str, Any]:
    part = payload.get(name)
    return part if isinstance(part, dict) else {}


def _view(desk: Desk, row: Any, policy: ApprovalPolicy) -> RequestView:
    payload = json.loads(row.payload)
    kind = policy.kinds.get(row.kind)
    fields = all_fields(_part(payload, "before"), _part(payload, "after"))
    return RequestView(
        id=row.id,
        kind=row.kind,
        title=kind.title if kind else row.kind,
        subject_kind=row.subject_kind,
        subject=row.subject,
        changes=tuple(one for one in fields if one.changed),
        same=tuple(one for one in fields if not one.changed),
        payload=payload,
        digest=row.digest,
        amount_cents=row.amount_cents,
        together_cents=together_cents(row, policy),
        limit_class=row.limit_class,
        most_cents=kind.most(desk.roles) if kind else 0,
        checkers=kind.checkers(row.limit_class) if kind else (),
        reason=row.reason,
        maker=row.maker.username,
        maker_name=row.maker.name,
        made_at=row.made_at,
        age_days=(desk.business_day - row.made_day).days,
        state=RequestState(row.state),
        checker=row.checker.username if row.checker_id else "",
        decided_at=row.decided_at or "",
        refusal=row.refusal,
        result=json.loads(row.result) if row.result else None,
        others_open=_others_open(row),
        why_not=why_not_decide(desk, row, policy),
        maker_gone=maker_gone(desk, row, policy),
    )


def find_request(
    desk: Desk, request_id: int, *, policy: ApprovalPolicy | None = None
) -> RequestView:
    """One request.

    Raises:
        NotFound: there is none.
    """
    desk.require(Right.LOOK)
    return _view(desk, existing_request(request_id), policy or read_approval_policy())


def list_requests(
    desk: Desk,
    *,
    state: RequestState | None = RequestState.PENDING,
    maker: str = "",
    decided: bool = False,
    newest_first: bool = False,
    after: int = 0,
    limit: int = MOST_LISTED,
    policy: ApprovalPolicy | None = None,
) -> tuple[RequestView, ...]:
    """Requests, the oldest first.

    Args:
        desk: who looks.
        state: only those that stand so; all where None.
        maker: only those of this person; refused ones reach their maker this way.
        decided: only those that wait no more; `state` does not narrow then.
        newest_first: the other way round.
        after: only those that follow this number, for the next page; 0 for the first one.
        limit: most requests of the page.
        policy: the shipped one where None.
    """
    desk.require(Right.LOOK)
    asked = policy or read_approval_policy()
    wanted = ChangeRequest.id < after if newest_first and after else ChangeRequest.id > after
    if decided:
        wanted &= ChangeRequest.state != RequestState.PENDING.value
    elif state is not None:
        wanted &= ChangeRequest.state == state.value
    if maker:
        members = StaffMember.select(StaffMember.id).where(StaffMember.username == maker.lower())
        wanted &= ChangeRequest.maker.in_(members)
    order = ChangeRequest.id.desc() if newest_first else ChangeRequest.id
    rows = ChangeRequest.select().where(wanted).order_by(order).limit(limit)
    return tuple(_view(desk, row, asked) for row in rows)
