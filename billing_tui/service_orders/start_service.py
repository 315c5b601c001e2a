"""Start service: a customer takes a place over, with the read from which they pay (SVO-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.records.open_account import opened_facts
from billing_tui.service_orders.coming import come
from billing_tui.service_orders.kinds import MoveKind
from billing_tui.service_orders.moving import Course, finish, moved_before

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.forms import Moved, StartForm


def start_service(desk: Desk, form: StartForm, *, why: str = "", key: str | None = None) -> Moved:
    """Open an account at a place that nobody holds, or that its owner holds for the tenant.

    Args:
        desk: who does it.
        form: who comes, where, when, with which readings.
        why: the reason.
        key: idempotency key; the same request again gets the first move.

    Raises:
        ProblemsFound: everything that is wrong, each with its entry field.
    """
    account = form.account
    asked = {"location": account.location_id, "day": account.opened.isoformat()}
    with writing(
        desk, Right.KEEP_RECORDS, "service_orders.start_service", why=why, key=key, request=asked
    ) as act:
        if act.repeated:
            return moved_before(act.done)
        course = Course(MoveKind.START, account.opened, form.source, (account.location_id,))
        opened = come(desk, course, form)
        act.about("account", opened.number)
        act.after = opened_facts(opened.account_id, account)
        return finish(desk, act, course)
