"""Setting up many accounts at once, and reading many at once."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from records_city import DAY, household, streets

from billing_tui.access.tables import AuditEntry
from billing_tui.foundation.errors import InvalidEntry, NotFound, ProblemsFound, Refused
from billing_tui.records import bulk_lookup
from billing_tui.records.bulk_set_up import bulk_set_up
from billing_tui.records.invariants import INVARIANTS
from billing_tui.records.kinds import AccountStatus, FlagKind, ServiceKind
from billing_tui.records.lookup import account_summary, find_account
from billing_tui.records.new_records import (
    NewCustomer,
    NewFlag,
    NewLocation,
    NewPoint,
    NewService,
)
from billing_tui.records.search import search
from billing_tui.records.tables import Account, Customer, Location, SearchToken

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

FEBRUARY, MARCH = date(2026, 2, 1), date(2026, 3, 1)


def broken() -> dict[str, list[str]]:
    """Invariants that do not hold."""
    found = {check.id: list(check.broken()) for check in INVARIANTS}
    return {name: rows for name, rows in found.items() if rows}


def test_many_are_set_up_in_one_entry(desk: Callable[..., Desk]) -> None:
    """Everything is there, in order, under one audit entry, and every invariant holds."""
    luis = desk("luis")
    city = streets(luis)
    before = AuditEntry.select().count()
    taken: list[int] = []
    done = bulk_set_up(luis, map(household, range(1, 1101)), progress=taken.append)
    assert (len(done.account_ids), done.services, done.meters) == (1100, 2200, 1100)
    assert taken == [1000]
    assert AuditEntry.select().count() == before + 1
    assert list(done.account_ids) == sorted(done.account_ids)
    summary = account_summary(done.account_ids[9], MARCH)
    assert summary.customer.name == "Okafor, Sam 10"
    assert [line.meter for line in summary.services] == ["M000010", ""]
    assert (summary.services[0].route, summary.services[0].sequence) == ("R07", 100)
    assert city.cycle == Account.get_by_id(done.account_ids[9]).cycle_id
    assert broken() == {}
    assert search("M000010")[0].account_id == done.account_ids[9]


def test_all_problems_are_listed_and_nothing_is_saved(desk: Callable[..., Desk]) -> None:
    """Each problem names its row and field; rows before it are not kept either."""
    luis = desk("luis")
    streets(luis)
    unmetered = NewPoint(
        service=NewService(kind=ServiceKind.WATER, schedule="W", rate_class="SFR"), metered=True
    )
    rows = [
        household(1),
        household(1),
        household(3, cycle="99"),
        household(4, points=()),
        household(5, customer=NewCustomer(name="Bell \x07", phones=("12",), email="no")),
        household(6, points=(unmetered,)),
        household(7, cycle="08"),
        household(
            8, location=NewLocation(house="1", street="A", city="B", zip="93001", number=10_001)
        ),
    ]
    with pytest.raises(ProblemsFound) as refusal:
        bulk_set_up(luis, rows)
    found = {(problem.line, problem.field) for problem in refusal.value.problems}
    assert found == {
        (2, "meter_number"),
        (3, "cycle"),
        (3, "route"),
        (4, "services"),
        (5, "name"),
        (5, "phone"),
        (5, "email"),
        (6, "route"),
        (6, "meter"),
        (7, "route"),
        (8, "location"),
    }
    assert Account.select().count() == Customer.select().count() == 0
    assert Location.select().count() == 1
    assert SearchToken.select().count() == 0


def test_the_same_key_sets_up_once(desk: Callable[..., Desk]) -> None:
    """A repeated batch gives the first one's accounts."""
    luis = desk("luis")
    streets(luis)
    first = bulk_set_up(luis, [household(1)], key="batch-1")
    assert bulk_set_up(luis, [household(1)], key="batch-1") == first
    assert Account.select().count() == 1


def test_rows_that_share_a_customer(desk: Callable[..., Desk]) -> None:
    """A landlord given as one object is one customer with two accounts."""
    luis = desk("luis")
    streets(luis)
    owner = NewCustomer(name="Vega Homes")
    bulk_set_up(luis, [household(1, customer=owner), household(2, customer=owner), household(3)])
    assert Customer.select().count() == 2
    assert len(search("vega homes")) == 2


def test_an_account_with_all_that_it_can_have(desk: Callable[..., Desk]) -> None:
    """Occupant, old number, mailing address, flags, attributes and status are kept."""
    luis = desk("luis")
    streets(luis)
    row = household(
        1,
        location=NewLocation(
            house="7",
            street="Elm St",
            city="Sierra Vista",
            zip="93001",
            number=20_500,
            attributes={"zone": "B", "eru": "1.50"},
        ),
        occupant=3,
        status=AccountStatus.FINAL_PENDING,
        legacy_number="A-1",
        mailing_lines=("PO Box 1", "Ventura CA 93002"),
        mailing_zip="93002",
        flags=(NewFlag(kind=FlagKind.SENIOR, reason="Born 1950", from_day=DAY),),
        placed=date(2020, 1, 1),
    )
    done = bulk_set_up(luis, [row])
    summary = account_summary(find_account("20500-03"), MARCH)
    assert summary.account_id == done.account_ids[0] == find_account("A-1")
    assert summary.location.attributes == {"zone": "B", "eru": "1.5"}
    assert summary.mailing_lines == ("PO Box 1", "Ventura CA 93002")
    assert [flag.kind for flag in summary.flags] == [FlagKind.SENIOR]
    assert summary.status is AccountStatus.FINAL_PENDING
    assert broken() == {}


def test_an_old_number_never_hides_a_new_one(desk: Callable[..., Desk]) -> None:
    """Our own number comes first; an old number that two accounts had is refused."""
    luis = desk("luis")
    streets(luis)
    rows = [household(1), household(2, legacy_number="10002-01"), household(3, legacy_number="X9")]
    ids = bulk_set_up(luis, [*rows, household(4, legacy_number="X9")]).account_ids
    assert find_account("10002-01") == ids[0]
    assert find_account("10003-01") == ids[1]
    with pytest.raises(Refused, match="Several"):
        find_account("X9")
    for nobody in ("", "X8", "99999-01"):
        with pytest.raises((InvalidEntry, NotFound)):
            find_account(nobody)


def test_bulk_reads_agree_with_single_ones(desk: Callable[..., Desk]) -> None:
    """What billing reads for 600 accounts is what the inquiry shows for each."""
    luis = desk("luis")
    streets(luis)
    ids = bulk_set_up(luis, map(household, range(1, 601))).account_ids
    services = bulk_lookup.services_in_force(ids, FEBRUARY, MARCH)
    attributes = bulk_lookup.attributes_in_force(ids, FEBRUARY, MARCH)
    meters = bulk_lookup.meters_in_force(ids, FEBRUARY, MARCH)
    mailing = bulk_lookup.mailing_addresses(ids, MARCH)
    rows = bulk_lookup.accounts(ids)
    assert list(services) == list(ids)
    for account_id in (ids[0], ids[499], ids[500], ids[-1]):
        summary = account_summary(account_id, MARCH)
        assert [row.service_id for row in services[account_id]] == [
            line.service_id for line in summary.services
        ]
        water, refuse = services[account_id]
        assert meters[water.service_point_id][0].number == summary.services[0].meter
        assert {span.name: span.value for span in attributes[water.service_id]} == {
            "meter_size": '3/4"'
        }
        assert {span.name: span.value for span in attributes[refuse.service_id]} == {
            "cart_size": "64"
        }
        assert mailing[account_id].lines == summary.mailing_lines
        assert mailing[account_id].name == summary.customer.mailing_name
        assert rows[account_id].number == summary.number


def test_days_outside_are_left_out(desk: Callable[..., Desk]) -> None:
    """Before the account began nothing is in force."""
    luis = desk("luis")
    streets(luis)
    ids = bulk_set_up(luis, [household(1)]).account_ids
    before = date(2025, 12, 31)
    assert bulk_lookup.services_in_force(ids, before, before) == {}
    assert bulk_lookup.meters_in_force(ids, before, before) == {}
    assert bulk_lookup.services_in_force(ids, before, DAY)
    assert bulk_lookup.services_in_force([], before, DAY) == {}


def test_a_cycle_is_walked_by_page(desk: Callable[..., Desk]) -> None:
    """Pages follow on the id, and only the asked states come."""
    luis = desk("luis")
    city = streets(luis)
    ids = bulk_set_up(luis, map(household, range(1, 26))).account_ids
    Account.update(status="Closed").where(Account.id == ids[3]).execute()
    seen: list[int] = []
    while page := bulk_lookup.accounts_of_cycle(
        city.cycle, ["Active"], after=seen[-1] if seen else 0, most=10
    ):
        seen += [row.account_id for row in page]
    assert seen == [account for account in ids if account != ids[3]]
