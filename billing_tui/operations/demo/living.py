"""One period of one site: moves, an exchange, the cycle's read, and what each of them shows."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.metering.tables import ReadKind
from billing_tui.operations.demo.dice import chance
from billing_tui.operations.demo.meters import plan_meter
from billing_tui.operations.demo.water import Register, Thirst

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from random import Random

    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.meters import MeterPlan
    from billing_tui.operations.demo.place import AccountRow, Place
    from billing_tui.operations.demo.profile import Profile

_LEAK_TIMES = (2.8, 6.0)


class Shown(NamedTuple):
    """A read of the history.

    Attributes:
        usage_milli: since the read before it, thousandths of a ccf; None for a first one.
        account: whose use it was, None for nobody's.
        new_meter: the meter that was set, for a read of a new meter.
        before: day and reading of the read before it.
    """

    day: date
    kind: ReadKind
    reading: int
    usage_milli: int | None
    rolled_over: bool = False
    derivation: str = ""
    account: AccountRow | None = None
    new_meter: MeterPlan | None = None
    before: tuple[date, int] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """Something that happens at a site on a day."""

    day: date
    kind: ReadKind
    account: AccountRow | None


def _exchanged(place: Place, turn: Turn, rng: Random, profile: Profile) -> bool:
    fate = place.fate
    if fate.marked:
        return fate.worn and fate.exchange_on == turn.read_day
    return chance(rng, profile.chances["exchange"] / 12)


def _steps(place: Place, turn: Turn, rng: Random, profile: Profile) -> list[Step]:
    """What happens after the last read and up to the cycle's read, in order."""
    steps: list[Step] = []
    there: AccountRow | None = None
    for account in place.accounts:
        opened, closed = account.tenure.opened, account.tenure.closed
        if opened > turn.read_day:
            break
        there = account if closed is None or closed > turn.last_read_day else None
        if opened > turn.last_read_day:
            steps.append(Step(opened, ReadKind.INITIAL, None))
        if closed is not None and turn.last_read_day < closed <= turn.read_day:
            steps.append(Step(closed, ReadKind.FINAL, account))
            there = None
    if not steps and there and _exchanged(place, turn, rng, profile):
        day = turn.last_read_day + timedelta(days=rng.randint(4, 22))
        steps.append(Step(day, ReadKind.EXCHANGE_OUT, there))
    steps.append(Step(turn.read_day, ReadKind.ACTUAL, there))
    return steps


def _noise(place: Place, rng: Random, profile: Profile) -> float:
    noise = math.exp(rng.gauss(0.0, profile.within))
    if place.leaking == 0 and not place.fate.marked and chance(rng, profile.chances["leak"]):
        place.leaking = rng.choice((1, 1, 2))
    if place.leaking:
        place.leaking -= 1
        noise = max(noise, 1.0) * rng.uniform(*_LEAK_TIMES)
    return noise


def _read(place: Place, step: Step, kind: ReadKind, counts: int, derivation: str = "") -> Shown:
    """The read at `counts`, which becomes the place's last one."""
    wrap = place.register.meter.wrap
    before = (place.read_day, place.counts % wrap)
    reading = counts % wrap
    usage = place.register.meter.multiplier * 1000 * (counts - place.counts)
    place.read_day, place.counts = step.day, counts
    rolled_over = reading < before[1]
    return Shown(
        step.day, kind, reading, usage, rolled_over, derivation, step.account, before=before
    )


def first_read(place: Place) -> Shown:
    """The register when the history begins."""
    place.counts = place.register.counts
    return Shown(place.read_day, ReadKind.INITIAL, place.register.shows, None)


def _estimate(place: Place, step: Step, usual_milli: int) -> Shown:
    """A read by estimate; never above the true one, which the next read shows."""
    meter = place.register.meter
    guessed = place.counts + usual_milli // (meter.multiplier * 1000)
    counts = min(guessed, place.register.counts)
    days = (step.day - place.read_day).days
    used = (counts - place.counts) * meter.multiplier
    derivation = f"Estimated from the customer's usual use: {used} ccf in {days} days."
    return _read(place, step, ReadKind.ESTIMATED, counts, derivation)


def _new_meter(place: Place, rng: Random, profile: Profile) -> MeterPlan:
    """The meter that is put in: a new one, or one from the shop that is about to roll over."""
    site = place.site
    peak = site.base * max(profile.use[site.rate_class].months)
    meter = plan_meter(rng, profile, peak, new=True)
    if place.fate.worn:
        return replace(meter, start=meter.wrap - round(site.base))
    return meter


def _exchange(place: Place, step: Step, meter: MeterPlan) -> Iterator[Shown]:
    out = _read(place, step, ReadKind.EXCHANGE_OUT, place.register.counts)
    yield out
    place.register = Register(meter)
    place.read_day, place.counts = step.day + timedelta(days=1), place.register.counts
    yield Shown(
        day=place.read_day,
        kind=ReadKind.EXCHANGE_IN,
        reading=meter.start,
        usage_milli=0,
        account=step.account,
        new_meter=meter,
        before=(step.day, out.reading),
    )


def _estimated(place: Place, step: Step, rng: Random, profile: Profile) -> bool:
    if step.kind is not ReadKind.ACTUAL or step.account is None:
        return False
    guess = place.fate.guess_from
    if guess is not None:
        return step.day >= guess
    return chance(rng, profile.chances["estimate"])


def live(place: Place, turn: Turn, rng: Random, profile: Profile) -> Iterator[Shown]:
    """The reads of one period, oldest first; the place moves on with them."""
    use, noise = profile.use[place.site.rate_class], _noise(place, rng, profile)
    for step in _steps(place, turn, rng, profile):
        who = step.account
        thirst = Thirst(use, place.site.base * (who.tenure.thirst if who else 0.0))
        stopped = place.fate.stopped_from
        if stopped is None or step.day < stopped:
            place.register.run(thirst.milli(place.read_day, step.day, noise))
        if step.kind is ReadKind.EXCHANGE_OUT:
            yield from _exchange(place, step, _new_meter(place, rng, profile))
        elif _estimated(place, step, rng, profile):
            yield _estimate(place, step, thirst.milli(place.read_day, step.day, 0.8))
        else:
            yield _read(place, step, step.kind, place.register.counts)
