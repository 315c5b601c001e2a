"""Transfer service: a customer leaves one place and comes to another, in one entry (SVO-1)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Problem
from billing_tui.records.account_flags import carry_flags
from billing_tui.records.address import city_line, street_line
from billing_tui.records.editing import existing
from billing_tui.records.mailing_history import mailing_history, mailing_on
from billing_tui.records.open_account import opened_facts
from billing_tui.records.tables import Account, Location
from billing_tui.service_orders.coming import come
from billing_tui.service_orders.kinds import MoveKind
from billing_tui.service_orders.moving import Course, finish, moved_before, refuse_if_any
from billing_tui.service_orders.stop_service import send_off

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.service_orders.forms import Moved, StartForm, StopForm


def transfer_service(
    desk: Desk,
    leaves: StopForm,
    comes: StartForm,
    *,
    version: int,
    mail_along: bool = True,
    why: str = "",
    key: str | None = None,
) -> Moved:
    """End an account and open one for the same customer elsewhere, on one day or with a gap.

    Flags of the person (`OF_THE_PERSON`) go along; those of the old place or its bills do not.

    Args:
        desk: who does it.
        leaves: the account that ends.
        comes: the new place; its customer is taken from the account that ends.
        version: of the account that ends, as it was shown.
        mail_along: the last bills of the old place go to the new one, unless `leaves` names where
            else, or they go to an address of their own, not to the old place.
        why: the reason.
        key: idempotency key; the same request again gets the first move.

    Raises:
        ProblemsFound: everything that is wrong, each with its entry field.
        StaleEdit: the account was changed meanwhile.
    """
    asked = {"account": leaves.account_id, "location": comes.account.location_id}
    with writing(
        desk, Right.KEEP_RECORDS, "service_orders.transfer_service", why=why, key=key, request=asked
    ) as act:
        if act.repeated:
            return moved_before(act.done)
        account = existing(Account, leaves.account_id)
        places = (account.location.id, comes.account.location_id)
        refuse_if_any(_unfit(leaves, comes, places))
        course = Course(MoveKind.TRANSFER, leaves.day, leaves.source, places)
        if mail_along and not leaves.forwarding:
            leaves = _after_the_customer(leaves, comes)
        send_off(desk, act, course, leaves, version)
        form = replace(comes, account=replace(comes.account, customer=account.customer.id))
        opened = come(desk, course, form, besides={account.id})
        act.after["new_account"] = opened_facts(opened.account_id, form.account)
        carried = carry_flags(desk, account.id, opened.account_id, leaves.day)
        act.after |= {"flags_along": carried} if carried else {}
        return finish(desk, act, course)


def _after_the_customer(leaves: StopForm, comes: StartForm) -> StopForm:
    """The last bills go to the new place where they went to the old one."""
    if mailing_on(mailing_history(leaves.account_id), leaves.day) is not None:
        return leaves
    there = existing(Location, comes.account.location_id)
    lines = (
        street_line(there.house, there.street, there.unit),
        city_line(there.city, there.state, there.zip),
    )
    return replace(leaves, forwarding=lines, forwarding_zip=there.zip)


def _unfit(leaves: StopForm, comes: StartForm, places: tuple[int, int]) -> list[Problem]:
    """Both halves share the day and where the readings come from, and lie apart."""
    found = []
    if places[0] == places[1]:
        found.append(Problem(0, "A transfer goes to another place.", "location"))
    if leaves.day != comes.account.opened:
        found.append(
            Problem(0, "Both ends of a transfer are on one day; else stop and start.", "day")
        )
    if leaves.source is not comes.source:
        found.append(Problem(0, "Both reads of a transfer come from one source.", "source"))
    return found
