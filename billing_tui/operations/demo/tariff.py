"""Which services a site takes, under which schedules and classes, with their attributes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import chance, seeded
from billing_tui.records.kinds import ServiceKind

if TYPE_CHECKING:
    from random import Random

    from billing_tui.operations.demo.sites import Site

_CCF_OF_SQFT = 0.0035
"""What a square foot of lawn drinks in an average month."""
_HOMES = frozenset({"SFR", "MFR"})


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service at a site."""

    kind: ServiceKind
    schedule: str
    rate_class: str
    attributes: dict[str, str] = field(default_factory=dict)


def location_attributes(site: Site) -> dict[str, str]:
    """What the rates of a place depend on."""
    found = {
        "zone": site.zone,
        "inside_city": "yes" if site.inside_city else "no",
        "impervious_sqft": str(site.impervious_sqft),
    }
    if site.rate_class != "IRR":
        found["lot_sqft"] = str(site.lot_sqft)
    if site.rate_class == "MFR":
        found["dwelling_units"] = str(site.dwellings)
    if site.rate_class == "IRR":
        found["irrigated_sqft"] = str(max(1, round(site.base / _CCF_OF_SQFT / 500)) * 500)
    return found


def _sewer(site: Site, rng: Random, role: str) -> ServicePlan:
    if role == "sewer-class":
        return ServicePlan(ServiceKind.SEWER, "SEWER", "COM", {"strength_class": "low"})
    own = {"strength_class": site.strength} if site.rate_class not in _HOMES else {}
    if site.rate_class == "SFR":
        own["winter_average"] = str(max(1, round(site.base * 0.78 * rng.uniform(0.85, 1.15))))
    return ServicePlan(ServiceKind.SEWER, "SEWER", site.rate_class, own)


def _refuse(site: Site, rng: Random) -> ServicePlan:
    if site.rate_class == "SFR":
        size = rng.choices(("32", "64", "96"), (22, 48, 30))[0]
        carts = "2" if chance(rng, 4) else "1"
    else:
        size, carts = "96", str(max(1, site.dwellings // 2 or rng.randint(1, 6)))
    own = {"cart_size": size, "carts": carts}
    if site.rate_class == "COM":
        own["pickups"] = rng.choice(("1", "1", "2", "3"))
    return ServicePlan(ServiceKind.REFUSE, "REFUSE", site.rate_class, own)


def services_of(seed: int, site: Site, role: str = "") -> list[ServicePlan]:
    """The services at a site, water first; `role` is the plant that it plays."""
    rng = seeded(seed, "services", site.number)
    found = [ServicePlan(ServiceKind.WATER, "WATER", site.rate_class)]
    if site.sewer:
        found.append(_sewer(site, rng, role))
    if site.rate_class != "IRR" and (site.inside_city or chance(rng, 60)):
        found.append(_refuse(site, rng))
    if site.inside_city:
        found.append(ServicePlan(ServiceKind.STORMWATER, "STORM", site.rate_class))
    return found
