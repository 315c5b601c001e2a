"""Who was the customer at a site, from when to when, and what is special about them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import chance, spread
from billing_tui.operations.demo.people import Holder, household, organization
from billing_tui.records.kinds import CustomerKind, FlagKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.profile import Profile
    from billing_tui.operations.demo.sites import Site

DAY = timedelta(days=1)
OLDEST = date(1996, 1, 15)


@dataclass(frozen=True, slots=True)
class FlagPlan:
    """A flag of an account, with its reason and days."""

    kind: FlagKind
    reason: str
    from_day: date
    to_day: date | None


@dataclass(frozen=True, slots=True)
class Tenure:
    """One customer at one site.

    Attributes:
        occupant: place in line at the location.
        closed: day of the final read; None while they stay.
        habit: how they pay.
        thirst: their use against the site's base.
        mailing: lines and ZIP where bills go elsewhere, or None.
        notes: remarks on the account.
    """

    occupant: int
    holder: Holder
    opened: date
    closed: date | None
    habit: str
    thirst: float
    mailing: tuple[str, str] | None
    flags: tuple[FlagPlan, ...]
    notes: tuple[str, ...]


def _elsewhere(rng: Random, profile: Profile) -> tuple[str, str]:
    if chance(rng, 30):
        city, code = profile.city, "93221"
        line = f"PO Box {rng.randrange(100, 3000)}"
    else:
        city, code = rng.choice(profile.elsewhere)
        line = f"{rng.randrange(100, 9900)} {rng.choice(profile.elsewhere_streets)}"
    return f"{line}\n{city}, CA {code}", code


def _flags(rng: Random, site: Site, holder: Holder, opened: date, today: date) -> list[FlagPlan]:
    soon = today + timedelta(days=rng.randint(4, 24))
    later = today + timedelta(days=rng.randint(60, 400))
    start = max(opened, today - timedelta(days=rng.randint(30, 600)))
    found = []
    if site.exempt:
        found.append(FlagPlan(FlagKind.TAX_EXEMPT, "Public agency", opened, None))
    if holder.kind is not CustomerKind.PERSON:
        return found
    home = (
        (2.6, FlagKind.LOW_INCOME, "Enrolled on proof of income", later),
        (1.2, FlagKind.SENIOR, "Over 65, asked for large print", None),
        (0.8, FlagKind.NO_SHUTOFF, "Certified by a doctor; renew each year", soon),
        (0.7, FlagKind.CASH_ONLY, "Two payments came back", later),
        (0.5, FlagKind.HOLD_NOTICE, "Promised to pay on the first", soon),
        (0.4, FlagKind.HOLD_PENALTY, "Dispute under review", soon),
        (0.4, FlagKind.RETURNED_MAIL, "Bill came back from the post office", None),
        (0.3, FlagKind.SENSITIVE, "Confidential address program", None),
    )
    for percent, kind, reason, end in home:
        if chance(rng, percent):
            found.append(FlagPlan(kind, reason, start, end))
    if holder.language != "en" and chance(rng, 12):
        found.append(FlagPlan(FlagKind.INTERPRETER, "Asked for an interpreter", start, None))
    return found


def new_tenure(rng: Random, profile: Profile, site: Site, occupant: int, opened: date) -> Tenure:
    """A customer who takes service at the site from a day on."""
    if site.organization:
        holder = organization(rng, profile, site.organization)
    else:
        holder = household(rng, profile)
    away = chance(rng, 4.5 if not site.organization else 22)
    return Tenure(
        occupant=occupant,
        holder=holder,
        opened=opened,
        closed=None,
        habit=profile.habits.draw(rng),
        thirst=spread(rng, 1.0, 0.25),
        mailing=_elsewhere(rng, profile) if away else None,
        flags=tuple(_flags(rng, site, holder, opened, profile.business_day)),
        notes=tuple(rng.choice(profile.notes) for _ in range(2) if chance(rng, 6)),
    )


def _moves(rng: Random, profile: Profile, site: Site) -> bool:
    if site.organization:
        return False
    yearly = profile.chances["renter_moves" if site.rented else "owner_moves"]
    return chance(rng, yearly / 12)


def _between(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randint(0, (last - first).days))


def tenures(rng: Random, profile: Profile, site: Site, turns: Sequence[Turn]) -> list[Tenure]:
    """The customers of a site through the turns that are history, oldest first."""
    before = turns[0].last_read_day
    opened = _between(rng, OLDEST, before - 45 * DAY)
    found = [new_tenure(rng, profile, site, 1 + int(rng.random() * rng.random() * 5), opened)]
    for turn in turns:
        last = found[-1]
        if last.closed is None:
            if last.opened > turn.last_read_day - 20 * DAY or not _moves(rng, profile, site):
                continue
            out = _between(rng, turn.last_read_day + 3 * DAY, turn.read_day - 7 * DAY)
            found[-1] = last = replace(last, closed=out)
            if chance(rng, profile.chances["empty_between"]):
                continue
            from_day = _between(rng, out + DAY, turn.read_day - 3 * DAY)
        elif chance(rng, 40):
            continue
        else:
            from_day = _between(rng, turn.last_read_day + 2 * DAY, turn.read_day - 3 * DAY)
        found.append(new_tenure(rng, profile, site, last.occupant + 1, from_day))
    return found
