"""What is planted in the open cycle, so that there is something to find: which site plays what.

Each plant is dealt to a household of its own; a small city gets as many as it has households for.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from billing_tui.operations.demo.dice import seeded
from billing_tui.operations.demo.place import NO_FATE, Fate
from billing_tui.operations.demo.tenures import DAY, FlagPlan, new_tenure
from billing_tui.records.kinds import FlagKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from datetime import date

    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.profile import Profile
    from billing_tui.operations.demo.sites import Site
    from billing_tui.operations.demo.tenures import Tenure


@dataclass(frozen=True, slots=True)
class Plant:
    """One thing to find.

    Attributes:
        role: its name.
        finds: what finds it: `check` of the reads, `reject` of the upload, `test` of the audit,
            `park` or `hold` of the run, or "" where only a person would.
        name: the check's or test's name.
        note: what was done.
    """

    role: str
    finds: str
    name: str
    note: str


PLANTS: tuple[Plant, ...] = (
    Plant("high", "check", "high", "Toilet ran all month: six times the usual use."),
    Plant("back-read", "check", "negative", "The reader keyed a lower number than last month."),
    Plant("rollover", "check", "rollover", "The register passed its highest number."),
    Plant("missing", "check", "missing", "The reader left this meter out."),
    Plant("serial", "check", "serial", "The radio is on file, but another meter number was keyed."),
    Plant("zero", "check", "zero", "No use for the second time on an occupied home."),
    Plant("stopped", "check", "stuck", "The register has not moved for four periods."),
    Plant("vacant-use", "check", "vacant", "Nobody has an account, yet water was used."),
    Plant("estimated", "check", "estimates", "The third estimate in a row."),
    Plant("duplicate", "check", "duplicate", "The file has two readings of this meter."),
    Plant("unknown", "reject", "unknown", "A meter that is not on file."),
    Plant("exchange", "test", "meter exchanged", "Meter exchanged since the last read."),
    Plant("first-bill", "test", "first bill", "Moved in since the last read."),
    Plant("no-cart", "test", "refuse without cart", "The cart was taken back; refuse goes on."),
    Plant("parked", "park", "", "The cart's size is missing, so the bill cannot be calculated."),
    Plant("held", "hold", "", "The account has the flag Hold bill."),
    Plant("low", "check", "low", "Hardly any use on a home that uses a lot."),
    Plant("skipped", "check", "skipped", "Skip code: dog in yard."),
    Plant("early", "check", "early", "Read ten days too soon."),
    Plant("digits", "check", "dials", "One digit more was keyed than the meter has dials."),
    Plant("returned-mail", "test", "returned mail", "The last bill came back."),
    Plant("relief-ended", "test", "relief expired", "The low-income flag ran out in this period."),
    Plant("sewer-class", "", "", "The home's sewer service is billed under the commercial class."),
    Plant("hold-ending", "", "", "A hold on penalties that ends within the week."),
    Plant("final-bill", "", "", "Moved out since the last read; this bill is the final one."),
)


@dataclass(frozen=True, slots=True)
class Cast:
    """The sites that play a plant, with their tenures and fates as the plant needs them."""

    tenures: Mapping[int, list[Tenure]]
    fates: Mapping[int, Fate]

    def fate(self, site: Site) -> Fate:
        """What is in store for a site."""
        return self.fates.get(site.number, NO_FATE)


def _fit(site: Site, tenures: Sequence[Tenure]) -> bool:
    """An ordinary home with one customer for years, a radio, and neither little nor much use."""
    return (
        site.rate_class == "SFR"
        and site.sewer
        and site.inside_city
        and bool(site.meter.prefix)
        and len(tenures) == 1
        and not tenures[0].flags
        and tenures[0].habit in {"prompt", "autopay", "late"}
        and 9 <= site.base * tenures[0].thirst <= 26
    )


def _flags(role: str, now: Turn) -> tuple[FlagPlan, ...]:
    """The flag that a plant needs, since the last bill or, for relief, since long before it."""
    since, today = now.last_read_day + 5 * DAY, now.read_day + DAY
    long_ago, ended = since - 300 * DAY, now.last_read_day + 12 * DAY
    match role:
        case "held":
            flag = FlagPlan(FlagKind.HOLD_BILL, "Lot split; wait for the new parcel", since, None)
        case "returned-mail":
            flag = FlagPlan(FlagKind.RETURNED_MAIL, "Bill came back unopened", since, None)
        case "relief-ended":
            flag = FlagPlan(FlagKind.LOW_INCOME, "Enrolled; not renewed", long_ago, ended)
        case "hold-ending":
            flag = FlagPlan(FlagKind.HOLD_PENALTY, "Dispute", since, today + 4 * DAY)
        case _:
            return ()
    return (flag,)


def _fate(role: str, past: Sequence[Turn]) -> Fate:
    def day(back: int) -> date:
        return past[max(-len(past), -back)].last_read_day + DAY

    match role:
        case "zero":
            return Fate(role, stopped_from=day(1))
        case "stopped":
            return Fate(role, stopped_from=day(3))
        case "estimated":
            return Fate(role, guess_from=day(2))
        case "rollover":
            return Fate(role, exchange_on=past[-1].read_day)
    return Fate(role)


def _lives(
    role: str, first: Tenure, turns: Sequence[Turn], newcomer: Callable[[date], Tenure]
) -> list[Tenure]:
    last, now = turns[-2], turns[-1]
    left = last.last_read_day + timedelta(days=11)
    if role == "vacant-use":
        return [replace(first, closed=left)]
    if role == "first-bill":
        comer = newcomer(now.last_read_day + 9 * DAY)
        return [replace(first, closed=left), replace(comer, flags=())]
    if role == "final-bill":
        return [replace(first, closed=now.last_read_day + 17 * DAY)]
    return [replace(first, flags=_flags(role, now))]


def deal(
    seed: int,
    profile: Profile,
    people: Iterable[tuple[Site, list[Tenure]]],
    turns: Sequence[Turn],
) -> Cast:
    """Deal the plants to the open cycle's homes; `turns` are that cycle's, the open one last."""
    homes = [
        (site, tenures)
        for site, tenures in people
        if site.cycle == profile.open_cycle and _fit(site, tenures)
    ]
    seeded(seed, "plants").shuffle(homes)
    lives: dict[int, list[Tenure]] = {}
    fates: dict[int, Fate] = {}
    for plant, (site, tenures) in zip(PLANTS, homes, strict=False):
        newcomer = partial(
            new_tenure,
            seeded(seed, "newcomer", site.number),
            profile,
            site,
            tenures[0].occupant + 1,
        )
        lives[site.number] = _lives(plant.role, tenures[0], turns, newcomer)
        fates[site.number] = _fate(plant.role, turns[:-1])
    return Cast(lives, fates)
