"""Stop service: final reads, then the final bill; the owner may take over (SVO-1)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.records.editing import claim, existing
from billing_tui.records.tables import Account
from billing_tui.service_orders.kinds import MoveKind
from billing_tui.service_orders.leaving import forward_mail, leave, owner_takes_over
from billing_tui.service_orders.moving import Course, finish, moved_before

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.access.writing import Act
    from billing_tui.service_orders.forms import Moved, StopForm


def stop_service(
    desk: Desk, form: StopForm, *, version: int, why: str = "", key: str | None = None
) -> Moved:
    """End all services of an account on a day.

    Args:
        desk: who does it.
        form: who leaves, when, with which readings.
        version: of the account, as it was shown.
        why: the reason.
        key: idempotency key; the same request again gets the first move.

    Raises:
        ProblemsFound: everything that is wrong, each with its entry field.
        StaleEdit: the account was changed meanwhile.
    """
    asked = {"account": form.account_id, "day": form.day.isoformat()}
    with writing(
        desk, Right.KEEP_RECORDS, "service_orders.stop_service", why=why, key=key, request=asked
    ) as act:
        if act.repeated:
            return moved_before(act.done)
        account = existing(Account, form.account_id)
        course = Course(MoveKind.STOP, form.day, form.source, (account.location.id,))
        send_off(desk, act, course, form, version)
        return finish(desk, act, course)


def send_off(desk: Desk, act: Act, course: Course, form: StopForm, version: int) -> None:
    """The leaver's part of a stop or a transfer, told to the trail."""
    account = existing(Account, form.account_id)
    claim(act, "account", account, version)
    was = {"status": account.status, "closed": None}
    services = leave(desk, course, account, form.readings)
    forward_mail(course, account.id, form)
    if form.owner_takes_over:
        owner_takes_over(desk, course, account, services)
    act.before |= was
    act.after |= {"status": account.status, "closed": form.day.isoformat()}
