"""One more estimate in a row than the policy allows: one person asks, another allows it (RDG-5).

Whether the office made the estimate or the file brought it, nobody lets it stand alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from billing_tui.access.request_change import kept_reason, request_change
from billing_tui.foundation.errors import Refused
from billing_tui.metering import settling
from billing_tui.metering.dispose_exception import (
    Disposed,
    decision_of,
    dispose_exception,
    disposed,
)
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.tables import Disposition

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.metering.settling import Case

ESTIMATE_BEYOND = "metering.estimate_beyond"
"""Kind of the approval policy."""


def _payload(case: Case, disposition: Disposition, reason: str) -> dict[str, Any]:
    """What is asked for: the reading that would stand, and where it comes from."""
    row, found = case.row, settling.estimated(case)
    made = found.estimate if disposition is Disposition.ESTIMATE else None
    return {
        "exception": case.exception_id,
        "stands": case.stands,
        "decision": disposition.value,
        "reason": reason,
        "meter": row.meter_number,
        "read_day": row.day.isoformat(),
        "estimate_in_a_row": found.in_row,
        "allowed_in_a_row": case.policy.estimates_in_row,
        "how": made.derivation if made else "The estimate came in the file.",
        "before": {"reading": row.reading},
        "after": {"reading": made.reading if made else row.reading},
    }


def request_estimate(
    desk: Desk, exception_id: int, disposition: Disposition, reason: str, *, key: str | None = None
) -> int:
    """Ask that an estimate beyond the rule may stand; returns the request's number.

    Args:
        desk: who asks.
        exception_id: the exception.
        disposition: to estimate, or to accept an estimate that came in the file.
        reason: why it cannot be read; the checker reads it.
        key: idempotency key.

    Raises:
        NotFound: there is no such exception.
        Refused: the upload is posted, there is nothing to estimate from, or the same is asked for.
        NotAllowed: the person's roles may not ask.
    """
    case = settling.open_case(exception_id, shipped_policy())
    payload = _payload(case, disposition, kept_reason(reason))
    if payload["after"]["reading"] is None:
        raise Refused("There is nothing to estimate from; have it read or hold it.")
    living = case.around.occupants.get(case.row.point_id)
    about = ("account", living.account) if living else ("meter", case.row.meter_number)
    return request_change(desk, ESTIMATE_BEYOND, payload, reason, about=about, key=key)


def execute_estimate(desk: Desk, act: Act, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Let the estimate stand, if it is still the one that was asked for.

    Raises:
        Refused: the read was settled or changed since, or its upload is posted.
    """
    case = settling.open_case(payload["exception"], shipped_policy())
    disposition = Disposition(payload["decision"])
    if _payload(case, disposition, payload["reason"]) != payload:
        raise Refused(
            "The read is not what was asked about any more; refuse this and ask again.",
            code="RECORD-STALE",
        )
    decision = decision_of(desk, disposition, payload["reason"])
    if disposition is Disposition.ESTIMATE:
        settling.estimate(case, decision, beyond_limit=True)
    else:
        settling.accept(case, decision, below_zero=True, beyond_limit=True)
    act.before = dict(payload["before"])
    act.after = {"exception": case.exception_id, "disposition": disposition, **payload["after"]}
    return {"exception": case.exception_id}


def dispose_or_ask(
    desk: Desk,
    exception_id: int,
    disposition: Disposition,
    reason: str,
    *,
    reading: int | None = None,
    seen: Disposition | None = None,
) -> Disposed:
    """Settle an exception as `dispose_exception`, or ask where that takes another person.

    The exception stays open then, and `Disposed.asked` is the number of the request.
    """
    try:
        return dispose_exception(
            desk, exception_id, disposition, reason, reading=reading, seen=seen
        )
    except settling.EstimateLimit:
        asked = request_estimate(desk, exception_id, disposition, reason)
    case = settling.open_case(exception_id, shipped_policy())
    return disposed(case, asked=asked)
