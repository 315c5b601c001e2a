"""The places of the demo city: who could live there, what stands on the lot, which meter counts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import Mix, chance, seeded, spread
from billing_tui.operations.demo.meters import MeterPlan, plan_meter
from billing_tui.operations.demo.people import fill_name
from billing_tui.operations.demo.streets import house_numbers, streets
from billing_tui.records.account_number import FIRST_LOCATION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

    from billing_tui.operations.demo.profile import CycleProfile, Organization, Profile
    from billing_tui.operations.demo.streets import Street


class SiteKind(StrEnum):
    """What stands at a place."""

    HOUSE = "house"
    CONDO = "condo"
    APARTMENTS = "apartments"
    BUSINESS = "business"
    LANDSCAPE = "landscape"
    PUBLIC = "public"


CLASS_OF = {
    SiteKind.HOUSE: "SFR",
    SiteKind.CONDO: "SFR",
    SiteKind.APARTMENTS: "MFR",
    SiteKind.BUSINESS: "COM",
    SiteKind.LANDSCAPE: "IRR",
    SiteKind.PUBLIC: "INST",
}


@dataclass(frozen=True, slots=True)
class Lot:
    """A house number on a street, before it is known what stands there."""

    cycle: CycleProfile
    street: Street
    house: int
    unit: str
    kind: SiteKind
    page: int
    lot: int


@dataclass(frozen=True, slots=True)
class Site:
    """A location with its water meter and what its rates depend on.

    Attributes:
        number: location number.
        sequence: walk order on the route, in gaps of ten.
        rate_class: class of its water service: SFR, MFR, COM, IRR or INST.
        organization: who is here, "" for a household.
        base: middle of 30 days' use in ccf.
        sewer: whether it drains into the city's sewer.
    """

    number: int
    house: str
    street: str
    unit: str
    zip: str
    parcel: str
    cycle: str
    route: str
    sequence: int
    reader_note: str
    kind: SiteKind
    rate_class: str
    zone: str
    inside_city: bool
    lot_sqft: int
    impervious_sqft: int
    dwellings: int
    organization: str
    strength: str
    exempt: bool
    rented: bool
    sewer: bool
    base: float
    meter: MeterPlan


_CONDO_UNITS = 5


def _kinds(cycle: CycleProfile) -> Mix[SiteKind]:
    shares = dict(zip(SiteKind, cycle.kinds, strict=True))
    shares[SiteKind.CONDO] /= _CONDO_UNITS
    return Mix.of(list(shares.items()))


def _lots(seed: int, cycle: CycleProfile, profile: Profile, most: int) -> Iterator[Lot]:
    rng, kinds, count = seeded(seed, "lots", cycle.code), _kinds(cycle), 0
    for page, street in enumerate(streets(rng, cycle, profile.endings), 1):
        for place, house in enumerate(house_numbers(rng, street, rng.randint(12, 30)), 1):
            kind = kinds.draw(rng)
            units = rng.randint(4, 6) if kind is SiteKind.CONDO else 1
            for unit in range(1, units + 1):
                label = str(100 + unit) if units > 1 else ""
                yield Lot(cycle, street, house, label, kind, page, place)
                count += 1
                if count == most:
                    return


def _dwellings(rng: Random, kind: SiteKind) -> int:
    if kind is SiteKind.APARTMENTS:
        return rng.choice((2, 2, 3, 4, 4, 6, 8, 12, 16, 24, 40))
    return 1 if kind in {SiteKind.HOUSE, SiteKind.CONDO} else 0


def _organization(rng: Random, profile: Profile, lot: Lot) -> tuple[str, Organization | None]:
    kind, place, street = lot.kind, lot.cycle.name, lot.street.words
    if kind in {SiteKind.BUSINESS, SiteKind.PUBLIC}:
        options = profile.businesses if kind is SiteKind.BUSINESS else profile.public
        found = rng.choice(options)
        return fill_name(rng, profile, found.name, street, place), found
    patterns = {SiteKind.APARTMENTS: profile.apartments, SiteKind.LANDSCAPE: profile.landscape}
    if kind in patterns:
        return fill_name(rng, profile, rng.choice(patterns[kind]), street, place), None
    return "", None


def _base(
    rng: Random, profile: Profile, rate_class: str, of: Organization | None, dwellings: int
) -> float:
    use = profile.use[rate_class]
    if of is not None:
        return spread(rng, of.median, use.spread * 0.6)
    return spread(rng, use.median, use.spread) * (dwellings if rate_class == "MFR" else 1)


def _areas(rng: Random, lot: Lot, dwellings: int) -> tuple[int, int]:
    typical = lot.cycle.lot * {SiteKind.CONDO: 0.3, SiteKind.HOUSE: 1.0}.get(lot.kind, 3.0)
    area = int(spread(rng, typical + 900 * max(0, dwellings - 1), 0.3)) // 10 * 10
    share = 0.78 if lot.kind in {SiteKind.BUSINESS, SiteKind.APARTMENTS} else 0.36
    if lot.kind is SiteKind.LANDSCAPE:
        share = 0.05
    return area, round(area * share * rng.uniform(0.8, 1.15) / 200) * 200


def _site(rng: Random, profile: Profile, lot: Lot, number: int, walk: tuple[str, int]) -> Site:
    """The site on a lot; `walk` is its route and its place on it."""
    organization, of = _organization(rng, profile, lot)
    rate_class = "IRR" if of is not None and of.irrigation else CLASS_OF[lot.kind]
    dwellings = _dwellings(rng, lot.kind)
    base = _base(rng, profile, rate_class, of, dwellings)
    area, impervious = _areas(rng, lot, dwellings)
    inside = not chance(rng, lot.cycle.outside)
    return Site(
        number=number,
        house=str(lot.house),
        street=lot.street.name,
        unit=lot.unit,
        zip=lot.cycle.zip,
        parcel=f"{int(lot.cycle.code):03d}-{lot.page:03d}-{lot.lot:02d}",
        cycle=lot.cycle.code,
        route=walk[0],
        sequence=walk[1],
        reader_note=rng.choice(profile.reader_notes) if chance(rng, 6) else "",
        kind=lot.kind,
        rate_class=rate_class,
        zone=lot.cycle.zone if inside or lot.cycle.zone != "1" else "2",
        inside_city=inside,
        lot_sqft=area,
        impervious_sqft=impervious,
        dwellings=dwellings,
        organization=organization,
        strength=of.strength if of is not None else "low",
        exempt=of is not None and of.exempt,
        rented=lot.kind in {SiteKind.HOUSE, SiteKind.CONDO}
        and chance(rng, profile.chances["renters"] * (1.6 if lot.unit else 1.0)),
        sewer=rate_class != "IRR" and (inside or chance(rng, 40)),
        base=base,
        meter=plan_meter(rng, profile, base * max(profile.use[rate_class].months)),
    )


def plan_cycle(
    seed: int, profile: Profile, cycle: CycleProfile, count: int, first: int = FIRST_LOCATION
) -> Iterator[Site]:
    """The sites of a cycle in walk order; `first` is the first location number."""
    route, sequence, last_page = 1, 0, 0
    rng = seeded(seed, "sites", cycle.code)
    for step, lot in enumerate(_lots(seed, cycle, profile, count)):
        if lot.page != last_page and sequence >= profile.route_size * 10:
            route, sequence = route + 1, 0
        last_page, sequence = lot.page, sequence + 10
        walk = (f"{cycle.code}{route:02d}", sequence)
        yield _site(rng, profile, lot, first + step, walk)


def plan_sites(seed: int, profile: Profile, count: int) -> Iterator[Site]:
    """`count` sites, cycle by cycle."""
    first = FIRST_LOCATION
    for place, cycle in enumerate(profile.cycles):
        share = count // len(profile.cycles) + (place < count % len(profile.cycles))
        yield from plan_cycle(seed, profile, cycle, share, first)
        first += share
