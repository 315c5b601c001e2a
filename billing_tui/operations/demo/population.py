"""All households of the demo city: planned, then set up in the records."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.demo.dice import seeded
from billing_tui.operations.demo.movers import Movers
from billing_tui.operations.demo.place import AccountRow, Place, ServiceRow
from billing_tui.operations.demo.plants import Cast, deal
from billing_tui.operations.demo.set_up import Customers, Household, new_account
from billing_tui.operations.demo.sites import plan_sites
from billing_tui.operations.demo.tariff import location_attributes, services_of
from billing_tui.operations.demo.tenures import tenures
from billing_tui.operations.demo.water import Register
from billing_tui.records.bulk_set_up import bulk_set_up

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.profile import Profile
    from billing_tui.operations.demo.sites import Site
    from billing_tui.operations.demo.tenures import Tenure
    from billing_tui.records.bulk_set_up import NewAccount

_AT_ONCE = 2000


def plan_households(
    seed: int, profile: Profile, count: int, turns: Mapping[str, Sequence[Turn]]
) -> list[Household]:
    """Every household of the city, with the plants dealt."""
    people = []
    for site in plan_sites(seed, profile, count):
        rng = seeded(seed, "tenures", site.number)
        people.append((site, tenures(rng, profile, site, turns[site.cycle][:-1])))
    cast = deal(seed, profile, people, turns[profile.open_cycle])
    return [_household(seed, site, cast, lived) for site, lived in people]


def _household(seed: int, site: Site, cast: Cast, lived: list[Tenure]) -> Household:
    fate = cast.fate(site)
    return Household(
        site,
        cast.tenures.get(site.number, lived),
        services_of(seed, site, fate.role),
        location_attributes(site),
        fate,
    )


def set_up_households(
    desk: Desk,
    profile: Profile,
    households: Sequence[Household],
    turns: Mapping[str, Sequence[Turn]],
    progress: Callable[[int], None],
) -> list[Place]:
    """Their records through the office's own verb, and the places that stand for them."""
    customers = Customers()
    places: list[Place] = []
    waiting = iter(households)
    while part := list(islice(waiting, _AT_ONCE)):
        done = bulk_set_up(desk, _new_accounts(part, profile, customers, turns))
        places += _places(part, done.account_ids, turns)
        progress(len(places))
    _move_in(desk, places)
    return places


def _new_accounts(
    households: Sequence[Household],
    profile: Profile,
    customers: Customers,
    turns: Mapping[str, Sequence[Turn]],
) -> Iterator[NewAccount]:
    for one in households:
        shared = bool(one.site.organization)
        customer = customers.of(one.tenures[0].holder, shared=shared)
        yield new_account(one, profile.city, customer, turns[one.site.cycle][0].last_read_day)


def _places(
    households: Sequence[Household], ids: Sequence[int], turns: Mapping[str, Sequence[Turn]]
) -> Iterator[Place]:
    first, last = ids[0], ids[-1]
    services: dict[int, list[tuple[int, int]]] = {}
    for account, service, point in rows_of(
        "SELECT account_id, id, service_point_id FROM service"
        " WHERE account_id BETWEEN ? AND ? ORDER BY account_id, id",
        (first, last),
    ):
        services.setdefault(account, []).append((service, point))
    meters = dict(
        rows_of(
            "SELECT s.account_id, i.meter_id FROM service s"
            " JOIN meter_installation i ON i.service_point_id = s.service_point_id"
            " WHERE s.account_id BETWEEN ? AND ?",
            (first, last),
        )
    )
    for one, account in zip(households, ids, strict=True):
        start = turns[one.site.cycle][0].last_read_day
        rows = [
            ServiceRow(
                row, point, plan.kind.value, plan.schedule, plan.rate_class, start, plan.attributes
            )
            for (row, point), plan in zip(services[account], one.services, strict=True)
        ]
        number = f"{one.site.number}-{one.tenures[0].occupant:02d}"
        yield Place(
            site=one.site,
            point_id=rows[0].point_id,
            shared=one.attributes,
            accounts=[AccountRow(account, number, tenure, rows) for tenure in one.tenures[:1]],
            later=one.tenures[1:],
            meter_id=meters[account],
            register=Register(one.site.meter),
            read_day=start,
            fate=one.fate,
        )


def _move_in(desk: Desk, places: Sequence[Place]) -> None:
    located = {
        account: (location, cycle)
        for account, location, cycle in rows_of("SELECT id, location_id, cycle_id FROM account")
    }
    with write_transaction(desk.store):
        movers = Movers(desk.staff_id)
        for place in places:
            first = place.accounts[0]
            if first.tenure.closed:
                movers.leaves(first)
            place.accounts += [
                movers.moves_in(first, tenure, located[first.id]) for tenure in place.later
            ]
            place.later = []
        movers.flush()
