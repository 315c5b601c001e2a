"""One verb's transaction: right checked again, work done, audit entry chained, all or nothing."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from billing_tui.access.chain import canonical, digest_of, entry_hash
from billing_tui.access.desk import NotAllowed
from billing_tui.access.staff import why_not_here
from billing_tui.access.tables import AuditEntry, Request
from billing_tui.access.trail import head
from billing_tui.foundation.bulk import insert_rows
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.text import clean
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.access.rights import Right


_LONGEST_WHY = 1000
_COLUMNS = ("seq", *AuditEntry.chained, "previous_hash", "hash")


class KeyConflict(BillingError):  # noqa: N818
    """The same idempotency key came with another request."""

    code = "KEY-CONFLICT"


@dataclass(slots=True)
class Act:
    """What a verb tells the trail while it works.

    Attributes:
        subject_kind: table or thing that the verb is about, such as "account".
        subject: its number or id.
        before: the fields that change, as they were; JSON values.
        after: the same fields as they are now.
        result: what a repeated request with the same key gets back.
        done: the first result, where this key was carried out before; then do nothing.
    """

    subject_kind: str = ""
    subject: str = ""
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    result: Any = None
    done: Any = None
    repeated: bool = False

    def about(self, kind: str, subject: object) -> None:
        """Name what the verb is about."""
        self.subject_kind, self.subject = kind, str(subject)


def _recheck(desk: Desk, right: Right) -> None:
    """Rights count at the moment of the change: a role may have been taken away meanwhile."""
    reason = why_not_here(desk)
    if reason:
        raise NotAllowed(reason)
    desk.require(right)


def _first_result(key: str, digest: str) -> Request | None:
    request: Request | None = Request.get_or_none(Request.key == key)
    if request is not None and request.digest != digest:
        raise KeyConflict("This request was carried out before with other contents.")
    return request


def chain(desk: Desk, verb: str, why: str, act: Act) -> int:
    """Add an entry to the trail, in the transaction of whoever calls; its number."""
    newest, previous = head()
    seq = newest + 1
    fields = (
        desk.clock().isoformat(timespec="milliseconds"),
        desk.business_day.isoformat(),
        str(desk.staff_id),
        desk.station,
        str(int(desk.verified)),
        verb,
        act.subject_kind,
        act.subject,
        why,
        canonical(act.before),
        canonical(act.after),
    )
    stored = (*fields[:2], desk.staff_id, fields[3], int(desk.verified), *fields[5:])
    row = (seq, *stored, previous, entry_hash(fields, previous, seq))
    insert_rows(AuditEntry, _COLUMNS, [row])
    return seq


@contextmanager
def writing(
    desk: Desk,
    right: Right,
    verb: str,
    *,
    why: str = "",
    key: str | None = None,
    request: Any = None,
    leaving: bool = False,
) -> Iterator[Act]:
    """The transaction of one verb.

    Args:
        desk: who does it.
        right: what the roles must carry.
        verb: its name in the trail, `room.verb`.
        why: the reason that was given.
        key: idempotency key; the same key again finds `act.repeated` true and `act.done` set.
        request: JSON of what is asked, compared when a key comes again.
        leaving: the person only signs off, which who no longer works here does too.

    Raises:
        NotAllowed: the right is missing, or roles changed since sign-in.
        InvalidEntry: the reason is too long or holds what cannot be stored.
        KeyConflict: the key was used for something else.
    """
    desk.require(right)
    why = clean(why, most=_LONGEST_WHY, field="why")
    digest = digest_of(request)
    with write_transaction(desk.store):
        if not leaving:
            _recheck(desk, right)
        act = Act()
        first = _first_result(key, digest) if key else None
        if first is not None:
            act.repeated, act.done = True, json.loads(first.result)
            yield act
            return
        yield act
        seq = chain(desk, verb, why, act)
        if key:
            Request.insert(key=key, digest=digest, result=canonical(act.result), seq=seq).execute()
