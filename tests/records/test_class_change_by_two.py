"""Another rate class of a service: a clerk asks, a lead approves, and only then it is so."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from town import build_town, plan, read_all

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry, ChangeRequest
from billing_tui.foundation.errors import BillingError, InvalidEntry, Refused
from billing_tui.operations.executors import EXECUTORS
from billing_tui.operations.verify import verify_office
from billing_tui.records.change_service import change_service
from billing_tui.records.request_class_change import request_class_change
from billing_tui.records.tables import Account, Service

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from billing_tui.access.desk import Desk

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def water(desk: Callable[..., Desk], tmp_path: Path) -> int:
    """The water service of a house, whose meter was read on the first of November."""
    [account] = build_town(desk, 1)
    read_all(desk, plan(desk, "2026-11", NOVEMBER, NOVEMBER), {"M000001": 1014}, NOVEMBER, tmp_path)
    return int(Service.get((Service.account == account) & (Service.kind == "water")).id)


def ask(desk: Desk, service: int, rate_class: str = "MFR", from_day: date = NOVEMBER) -> int:
    """Ask for a class."""
    return request_class_change(
        desk,
        service,
        schedule="WATER",
        rate_class=rate_class,
        from_day=from_day,
        reason="two units",
    )


def test_the_class_changes_when_a_lead_approves(desk: Callable[..., Desk], water: int) -> None:
    """The service goes on as a new row; the trail tells the account's change and the request."""
    request = ask(desk("maria"), water)
    assert Service.select().where(Service.kind == "water").count() == 1
    shown = find_request(desk("luis"), request)
    assert [(c.field, c.before, c.after) for c in shown.changes] == [("rate_class", "SFR", "MFR")]
    assert (shown.subject_kind, shown.subject) == ("account", Account.get().number)
    done = approve_request(desk("luis"), request, seen=shown.digest, executors=EXECUTORS)
    new = Service.get_by_id(done.result["service"])
    assert (new.rate_class, new.from_day, new.to_day) == ("MFR", NOVEMBER, None)
    assert Service.get_by_id(water).to_day == date(2026, 10, 31)
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    after = json.loads(entry.after)
    assert (entry.subject_kind, entry.subject) == ("account", shown.subject)
    assert (after["rate_class"], after["change_request"]) == ("MFR", request)
    assert [verdict for verdict in verify_office(desk("luis").store) if verdict.broken] == []


def test_a_clerk_alone_changes_no_class(desk: Callable[..., Desk], water: int) -> None:
    """The hold is the clerk's; schedule and class are not, and the refusal says what to do."""
    service = Service.get_by_id(water)

    def change(who: str, rate_class: str, *, hold: bool) -> None:
        change_service(
            desk(who),
            water,
            schedule="WATER",
            rate_class=rate_class,
            billing_hold=hold,
            from_day=service.from_day,
            version=Account.get().version,
        )

    with pytest.raises(NotAllowed, match="a lead approves") as refusal:
        change("maria", "COM", hold=False)
    assert (refusal.value.code, refusal.value.field) == ("NEEDS-APPROVAL", "rate_class")
    assert Service.get_by_id(water).rate_class == "SFR"
    change("maria", "SFR", hold=True)
    change("luis", "COM", hold=True)
    assert (Service.get_by_id(water).rate_class, Service.get_by_id(water).billing_hold) == (
        "COM",
        True,
    )


def test_a_service_that_changed_meanwhile_is_left_alone(
    desk: Callable[..., Desk], water: int
) -> None:
    """What the maker saw is no longer so; the request waits to be refused."""
    request = ask(desk("maria"), water)
    version = Account.get().version
    change_service(
        desk("luis"),
        water,
        schedule="WATER",
        rate_class="COM",
        billing_hold=False,
        from_day=Service.get_by_id(water).from_day,
        version=version,
    )
    seen = find_request(desk("nora"), request).digest
    with pytest.raises(Refused, match="WATER COM by now"):
        approve_request(desk("nora"), request, seen=seen, executors=EXECUTORS)
    assert ChangeRequest.get_by_id(request).state == "Pending"
    assert Service.get_by_id(water).rate_class == "COM"


def test_what_cannot_be_is_refused_when_it_is_asked_for(
    desk: Callable[..., Desk], water: int
) -> None:
    """The same class, no class, a day before the service, a service that is none."""
    maria = desk("maria")
    with pytest.raises(Refused, match="Nothing would change"):
        ask(maria, water, "SFR")
    with pytest.raises(InvalidEntry):
        ask(maria, water, "")
    with pytest.raises(InvalidEntry, match="not in force"):
        ask(maria, water, from_day=date(2020, 1, 1))
    with pytest.raises(BillingError, match="no such service"):
        ask(maria, 999)
    assert ChangeRequest.select().count() == 0
