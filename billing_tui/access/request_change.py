"""Ask for a change that somebody else must approve, and take such a request back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.approval_policy import read_approval_policy
from billing_tui.access.approvals import existing_request, together_cents
from billing_tui.access.chain import canonical, digest_of
from billing_tui.access.desk import NotAllowed
from billing_tui.access.rights import Right
from billing_tui.access.tables import ChangeRequest, RequestState
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.approval_policy import ApprovalPolicy, LimitClass
    from billing_tui.access.desk import Desk

_LONGEST_REASON = 400


def kept_reason(text: str) -> str:
    """A reason that was given.

    Raises:
        InvalidEntry: none was.
    """
    reason = clean(text, most=_LONGEST_REASON, field="reason")
    if not reason:
        raise InvalidEntry("Give a reason.", field="reason")
    return reason


def _unsaved(
    desk: Desk, kind: str, payload: Mapping[str, Any], about: tuple[str, str], cents: int
) -> Any:
    return ChangeRequest(
        kind=kind,
        subject_kind=about[0],
        subject=about[1],
        payload=canonical(payload),
        digest=digest_of(payload),
        amount_cents=cents,
        maker=desk.staff_id,
        made_at=desk.clock().isoformat(timespec="milliseconds"),
        made_day=desk.business_day,
    )


def _refuse_twice(row: Any) -> None:
    same = ChangeRequest.get_or_none(
        (ChangeRequest.kind == row.kind)
        & (ChangeRequest.subject == row.subject)
        & (ChangeRequest.digest == row.digest)
        & (ChangeRequest.state == RequestState.PENDING.value)
    )
    if same is not None:
        raise Refused(f"Request {same.id} asks for the same and waits.", code="REQUEST-TWICE")


def refuse_beyond(
    desk: Desk,
    kind: str,
    *,
    about: tuple[str, str],
    cents: int,
    policy: ApprovalPolicy | None = None,
) -> LimitClass:
    """The class of approvers of an amount, with what this person asked for there of late.

    Raises:
        NotFound: the policy has no such kind.
        Refused: nobody may approve as much.
    """
    rules = policy or read_approval_policy()
    before = together_cents(_unsaved(desk, kind, {}, about, cents), rules)
    return rules.kind(kind).class_of(before + abs(cents))


def request_change(
    desk: Desk,
    kind: str,
    payload: Mapping[str, Any],
    reason: str,
    *,
    about: tuple[str, str],
    cents: int = 0,
    policy: ApprovalPolicy | None = None,
    key: str | None = None,
) -> int:
    """Ask for a change; returns the request's number.

    Args:
        desk: who asks.
        kind: of the approval policy.
        payload: JSON of what is to be carried out; `before` and `after` are shown side by side.
        reason: why; the checker reads it.
        about: what it concerns, such as `("account", "10432-03")`.
        cents: the money concerned.
        policy: the shipped one where None.
        key: idempotency key.

    Raises:
        NotAllowed: the person's roles may not ask for this kind.
        NotFound: the policy has no such kind.
        Refused: nobody may approve as much, or the same is asked for already.
    """
    rules = policy or read_approval_policy()
    told = kept_reason(reason)
    asked = [kind, dict(payload), list(about), cents, told]
    with writing(
        desk, Right.REQUEST_CHANGES, "access.request_change", why=told, key=key, request=asked
    ) as act:
        if act.repeated:
            return int(act.done)
        wanted = rules.kind(kind)
        if not wanted.makers & desk.roles:
            makers = " or ".join(sorted(wanted.makers))
            raise NotAllowed(f"To ask for this takes a {makers}: {wanted.title}.")
        row = _unsaved(desk, kind, payload, about, cents)
        _refuse_twice(row)
        row.limit_class = refuse_beyond(desk, kind, about=about, cents=cents, policy=rules).name
        row.reason = told
        row.save(force_insert=True)
        act.about("change_request", row.id)
        act.after = {**payload, "kind": kind, about[0]: about[1], "digest": row.digest}
        act.result = int(row.id)
    return int(row.id)


def withdraw_request(desk: Desk, request_id: int, *, why: str = "") -> None:
    """Take back one's own request.

    Raises:
        NotFound: there is none.
        Refused: it is somebody else's, or decided.
    """
    with writing(desk, Right.REQUEST_CHANGES, "access.withdraw_request", why=why) as act:
        row = existing_request(request_id)
        if row.maker_id != desk.staff_id:
            raise Refused(
                f"Request {request_id} is {row.maker.username}'s; only they take it back.",
                code="REQUEST-NOT-YOURS",
            )
        if row.state != RequestState.PENDING:
            raise Refused(
                f"Request {request_id} is {row.state.lower()} already.", code="REQUEST-DECIDED"
            )
        row.state = RequestState.WITHDRAWN.value
        row.decided_at = desk.clock().isoformat(timespec="milliseconds")
        row.save()
        act.about("change_request", request_id)
        act.before = {"state": RequestState.PENDING.value}
        act.after = {"state": row.state}
