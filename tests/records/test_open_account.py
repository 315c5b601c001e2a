"""Opening an account: complete or not at all."""

from __future__ import annotations

import dataclasses
import json
from datetime import date
from typing import TYPE_CHECKING

import pytest
from records_city import form, ready, streets

from billing_tui.access.desk import NotAllowed
from billing_tui.access.tables import AuditEntry
from billing_tui.access.trail import broken_links
from billing_tui.foundation.errors import ProblemsFound
from billing_tui.records.account_values import AccountSummary
from billing_tui.records.install_meter import remove_meter
from billing_tui.records.kinds import AccountStatus
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.new_records import NewCustomer
from billing_tui.records.open_account import TakenService, open_account, what_is_missing
from billing_tui.records.place_on_route import place_on_route
from billing_tui.records.tables import Account, Customer, Service

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


def test_a_complete_account_is_opened(desk: Callable[..., Desk]) -> None:
    """The account takes the location's number and the first sequence, with its services."""
    maria = desk("maria")
    city = ready(maria)
    opened = open_account(maria, form(city))
    assert opened.number == "10001-01"
    assert opened.warnings == ()
    summary = account_summary(opened.account_id, date(2026, 3, 1))
    assert isinstance(summary, AccountSummary)
    assert summary.status is AccountStatus.ACTIVE
    assert [(line.kind, line.meter, line.size) for line in summary.services] == [
        ("water", "70318842", '3/4"'),
        ("refuse", "", ""),
    ]
    assert summary.services[1].description == "1 x 96 gal"
    assert summary.customer.mailing_name == "Rosa M Delgado"
    assert summary.mailing_lines == ("418 Alder Ct Unit B", "Sierra Vista CA 93001-1234")


def test_one_verb_writes_one_chained_entry(desk: Callable[..., Desk]) -> None:
    """The trail says what was opened, under the account's number."""
    maria = desk("maria")
    city = ready(maria)
    before = AuditEntry.select().count()
    opened = open_account(maria, form(city))
    assert AuditEntry.select().count() == before + 1
    entry = AuditEntry.select().order_by(AuditEntry.seq.desc()).first()
    assert (entry.verb, entry.subject_kind, entry.subject) == (
        "records.open_account",
        "account",
        opened.number,
    )
    assert json.loads(entry.after)["services"][0] == [city.water, "W", "SFR"]
    assert list(broken_links()) == []


def test_nothing_that_billing_needs_may_be_missing(desk: Callable[..., Desk]) -> None:
    """Cycle, route, meter, schedule and class are asked for together, and nothing is saved."""
    maria = desk("maria")
    city = streets(maria)
    bare = dataclasses.replace(
        form(city),
        customer=NewCustomer(name=" "),
        cycle_id=None,
        services=(TakenService(service_point_id=city.water, schedule="", rate_class=""),),
    )
    with pytest.raises(ProblemsFound) as refusal:
        open_account(maria, bare)
    fields = [problem.field for problem in refusal.value.problems]
    assert sorted(fields) == ["cycle", "meter", "name", "rate_class", "route", "schedule"]
    assert Account.select().count() == Customer.select().count() == 0


def test_no_service_is_a_problem(desk: Callable[..., Desk]) -> None:
    """An account without a service would never be billed."""
    maria = desk("maria")
    city = ready(maria)
    missing = what_is_missing(dataclasses.replace(form(city), services=()))
    assert [problem.field for problem in missing] == ["services"]


def test_the_route_must_be_read_with_the_cycle(desk: Callable[..., Desk]) -> None:
    """A meter that is read with another cycle than the account's is refused."""
    maria = desk("maria")
    city = ready(maria)
    place_on_route(maria, city.water, city.other_route)
    missing = what_is_missing(form(city))
    assert [problem.field for problem in missing] == ["cycle"]


def test_a_point_is_taken_by_one_account(desk: Callable[..., Desk]) -> None:
    """The second occupant is refused while the first has the service, and named."""
    maria = desk("maria")
    city = ready(maria)
    open_account(maria, form(city))
    with pytest.raises(ProblemsFound) as refusal:
        open_account(maria, form(city))
    assert "10001-01 still takes water" in refusal.value.problems[0].sentence


def test_the_next_occupant_gets_the_next_sequence(desk: Callable[..., Desk]) -> None:
    """After the first occupant has ended, the second follows the day after."""
    maria = desk("maria")
    city = ready(maria)
    first = open_account(maria, form(city))
    Service.update(to_day=date(2026, 5, 31)).where(Service.account == first.account_id).execute()
    too_early = dataclasses.replace(form(city), opened=date(2026, 5, 31))
    assert what_is_missing(too_early)
    second = open_account(maria, dataclasses.replace(form(city), opened=date(2026, 6, 1)))
    assert second.number == "10001-02"
    assert find_account("10001") == second.account_id


def test_a_point_without_meter_on_the_day_is_refused(desk: Callable[..., Desk]) -> None:
    """A meter that was taken out before the account begins does not count."""
    maria = desk("maria")
    city = ready(maria)
    remove_meter(maria, city.meter, to_day=date(2026, 2, 1), last_reading=1490, version=2)
    assert [problem.field for problem in what_is_missing(form(city))] == ["meter"]


def test_a_future_account_is_pending(desk: Callable[..., Desk]) -> None:
    """An account that begins after the business day waits."""
    maria = desk("maria", date(2026, 2, 1))
    opened = open_account(maria, form(ready(maria)))
    assert Account.get_by_id(opened.account_id).status == AccountStatus.PENDING.value


def test_points_left_out_are_warned_of(desk: Callable[..., Desk]) -> None:
    """A point that nobody takes does not block, but is told."""
    maria = desk("maria")
    city = ready(maria)
    only_water = dataclasses.replace(form(city), services=form(city).services[:1])
    opened = open_account(maria, only_water)
    assert [warning.severity for warning in opened.warnings] == ["warning"]
    assert "refuse" in opened.warnings[0].sentence


def test_the_same_key_opens_one_account(desk: Callable[..., Desk]) -> None:
    """Enter pressed twice gives the first account again."""
    maria = desk("maria")
    city = ready(maria)
    first = open_account(maria, form(city), key="form-1")
    again = open_account(maria, form(city), key="form-1")
    assert (again.account_id, again.number) == (first.account_id, first.number)
    assert Account.select().count() == 1


def test_an_existing_customer_gets_another_account(desk: Callable[..., Desk]) -> None:
    """A customer is one record, whatever the number of its accounts."""
    maria = desk("maria")
    city = ready(maria)
    customer = Customer.create(number="C1", kind="person", name="Kwan", mailing_name="Kwan")
    opened = open_account(maria, dataclasses.replace(form(city), customer=int(customer.id)))
    assert Account.get_by_id(opened.account_id).customer.number == "C1"
    assert Customer.select().count() == 1


def test_an_auditor_may_not(desk: Callable[..., Desk]) -> None:
    """The right is checked inside the verb."""
    city = ready(desk("maria"))
    with pytest.raises(NotAllowed):
        open_account(desk("ada"), form(city))
