"""What must hold of change requests: asked, decided and carried out as the trail tells it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_tui.access.chain import digest_of
from billing_tui.foundation.bulk import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_VERB = {"Executed": "access.approve_request", "Refused": "access.refuse_request"}


@dataclass(slots=True)
class _Told:
    """What the trail tells of requests, by number.

    Attributes:
        asked: maker and digest.
        decided: verb, checker and digest.
    """

    asked: dict[int, tuple[int, str]] = field(default_factory=dict)
    decided: dict[int, tuple[str, int, str]] = field(default_factory=dict)


def _told() -> _Told:
    told = _Told()
    for verb, staff, subject, after in rows_of(
        "SELECT verb, staff_id, subject, after FROM audit_entry WHERE verb IN"
        " ('access.request_change', 'access.approve_request', 'access.refuse_request') ORDER BY seq"
    ):
        fields = json.loads(after)
        if verb == "access.request_change":
            told.asked[int(subject)] = (staff, fields["digest"])
        else:
            told.decided[fields["change_request"]] = (verb, staff, fields["digest"])
    return told


def broken_requests() -> Iterator[str]:
    """A sentence for each request that two people did not make, or that was altered."""
    told = _told()
    for number, payload, digest, maker, state, checker, refusal in rows_of(
        "SELECT id, payload, digest, maker_id, state, checker_id, refusal FROM change_request"
    ):
        if told.asked.pop(number, None) != (maker, digest):
            yield f"request {number} is not what its maker asked for."
        if digest_of(json.loads(payload)) != digest:
            yield f"request {number} has a payload that its digest does not fit."
        if checker == maker:
            yield f"request {number} was decided by its maker."
        decision = (_VERB[state], checker, digest) if state in _VERB else None
        if told.decided.pop(number, None) != decision:
            yield f"request {number} is {state.lower()}, but the trail tells it otherwise."
        if (state == "Refused") != bool(refusal):
            yield f"request {number} is {state.lower()}; a refusal and nothing else has a reason."
    yield from (f"request {number} is in the trail and gone." for number in told.asked)
