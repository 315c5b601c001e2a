"""Build the demo city: an office, its records, months of history, and a cycle that waits.

Everything follows from the seed; the same seed makes the same city on every machine and day.
"""

from __future__ import annotations

import gc
import os
import shutil
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.staff import sit_down
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.errors import InvalidEntry, Refused
from billing_tui.foundation.home import Home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import found_chart
from billing_tui.metering.tables import CycleInstance
from billing_tui.operations.demo import finishing, samples
from billing_tui.operations.demo.calendar import turns
from billing_tui.operations.demo.care import write_care
from billing_tui.operations.demo.dice import seeded
from billing_tui.operations.demo.history import HISTORY_TABLES, History
from billing_tui.operations.demo.loading import bulk_loading
from billing_tui.operations.demo.open_cycle import change_meter, records, walk
from billing_tui.operations.demo.population import plan_households, set_up_households
from billing_tui.operations.demo.profile import load_profile
from billing_tui.operations.demo.set_up import found_cycles
from billing_tui.operations.demo.yesterday import key_yesterday
from billing_tui.operations.office import found_office
from billing_tui.rates.approve_schedule import approve_schedule, mark_in_use
from billing_tui.rates.import_schedule import import_schedule
from billing_tui.rates.lookup import all_versions
from billing_tui.records.account_number import FIRST_LOCATION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    Progress = Callable[[str, int, int], None]

    from billing_tui.access.desk import Desk
    from billing_tui.operations.demo.calendar import Turn
    from billing_tui.operations.demo.open_cycle import Found
    from billing_tui.operations.demo.place import Place
    from billing_tui.operations.demo.profile import Profile
    from billing_tui.operations.office import Office
    from billing_tui.rates.lookup import VersionView

HIRED = date(2018, 7, 2)
_AUDITED = timedelta(days=7)
"""How long the demo's lead has audited what was keyed; what is older counts as set-up."""
FIRST_RATES = date(2024, 7, 1)
"""No rates are on file before this day, so that no history can begin before it."""


@dataclass(frozen=True, slots=True)
class DemoBuilt:
    """What was built.

    Attributes:
        accounts: every account, those of former occupants included.
        active: accounts that are served now.
        bills, entries: what stands in history.
        business_day: the day on which the demo's work goes on.
        cycle: code and instance of the cycle that waits to be read.
        reads: the files of its reads, one for each layout.
        planted: the list of what is planted in it.
    """

    home: Path
    accounts: int
    active: int
    meters: int
    bills: int
    entries: int
    business_day: date
    cycle: tuple[str, str]
    reads: tuple[Path, ...]
    planted: Path


class _Builder:
    """The steps of one build, and what they hand on to each other."""

    def __init__(
        self, home: Home, seed: int, turns_of: Mapping[str, Sequence[Turn]], bills: int
    ) -> None:
        self.profile = load_profile()
        self.home = home
        self.seed = seed
        self.turns = turns_of
        self.bills = bills
        self.office = self._found()
        self.staff: dict[str, int] = {}
        self.instances: dict[tuple[str, str], int] = {}

    def _found(self) -> Office:
        profile = self.profile
        facts = {
            "mode": "demo",
            "utility": profile.utility,
            "city": profile.city,
            "business_day": profile.business_day.isoformat(),
            "audit_from": (profile.business_day - _AUDITED).isoformat(),
        }
        return found_office(self.home, facts)

    def desk(self, username: str, day: date | None = None) -> Desk:
        """A desk on a day of the demo's own time."""
        day = day or self.profile.business_day
        moment = datetime.combine(day, time(16, 30, tzinfo=UTC))
        return sit_down(
            self.office.store, self.home, username, day, station="demo", clock=lambda: moment
        )

    def found(self, routes: Iterable[tuple[str, str]]) -> None:
        """Staff, chart of accounts, cycles with routes, and the calendar."""
        with write_transaction(self.office.store):
            for username, (name, role) in self.profile.staff.items():
                self.staff[username] = found_staff(username, name, [Role(role)], HIRED)
            found_chart(data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
            cycles = found_cycles(self.profile, routes)
            for turn in (one for cycle in self.turns for one in self._billed(cycle)):
                self.instances[turn.cycle, turn.name] = CycleInstance.create(
                    cycle=cycles[turn.cycle],
                    name=turn.name,
                    read_day=turn.read_day,
                    bill_day=turn.bill_day,
                    due_day=turn.due_day,
                ).id

    def adopt_rates(self) -> None:
        """Each version of each schedule, loaded by the specialist and approved by a lead."""
        folder = data_path("rates")
        for path in sorted(folder.glob("*.yaml"), key=lambda one: (one.stem[-10:], one.stem)):
            day = date.fromisoformat(path.stem[-10:]) - timedelta(days=21)
            draft = import_schedule(self.desk("sam", day), path.read_text(encoding="utf-8"))
            approve_schedule(self.desk("luis", day), draft.schedule, draft.number)

    def live(self, history: History, places: Sequence[Place], progress: Progress) -> None:
        """Every turn that is history, in the order of the bills."""
        of_cycle: dict[str, list[Place]] = {}
        for place in places:
            of_cycle.setdefault(place.site.cycle, []).append(place)
        with write_transaction(self.office.store):
            history.begin(places)
        past = [turn for listed in self.turns.values() for turn in listed[:-1]]
        past.sort(key=lambda turn: (turn.bill_day, turn.cycle))
        with bulk_loading(self.office.store, HISTORY_TABLES):
            for done, turn in enumerate(past, 1):
                with write_transaction(self.office.store):
                    self._turn(history, turn, of_cycle.get(turn.cycle, ()))
                progress("months", done, len(past))
        with write_transaction(self.office.store):
            history.money.post_before(self.profile.business_day)
            history.sign_registers()
            mark_in_use(version.id for version in all_versions() if _begun(version, past))

    def _turn(self, history: History, turn: Turn, places: Sequence[Place]) -> None:
        instance = self.instances.get((turn.cycle, turn.name))
        if instance is None:
            history.only_read(turn, places)
            return
        if turn == self._billed(turn.cycle)[0]:
            history.bring_over(turn, places)
        history.turn(instance, turn, places)

    def _billed(self, cycle: str) -> Sequence[Turn]:
        """The turns of a cycle that are billed in this office, the open one last."""
        return self.turns[cycle][-self.bills - 1 :]

    def wait(self, history: History, places: Sequence[Place]) -> tuple[list[Path], Path]:
        """The open cycle: what its readers bring, what is planted, the files of both."""
        profile, turn = self.profile, self.turns[self.profile.open_cycle][-1]
        mine = [place for place in places if place.site.cycle == turn.cycle]
        rng = seeded(self.seed, "open", turn.cycle)
        meters = {
            row: (number, endpoint)
            for row, number, endpoint in rows_of("SELECT id, number, endpoint FROM meter")
        }
        with write_transaction(self.office.store):
            found = walk(mine, turn, rng, profile, reader=history.reader, meters=meters)
            by_role = _by_role(found)
            if "exchange" in by_role:
                old = by_role["exchange"]
                new = change_meter(old, turn, rng, profile, history.reader)
                found[found.index(old)] = by_role["exchange"] = new
            finishing.plant_in_records({role: one.place for role, one in by_role.items()}, turn)
            finishing.settle_statuses(places)
            finishing.index_changes(places)
            staff = [self.staff[name] for name in ("maria", "maria", "luis", "cass")]
            finishing.write_notes(self.seed, places, staff, profile.business_day)
            write_care(self.seed, self.home, places, staff, profile.business_day)
        folder = self.home.root / samples.FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        name = f"reads-{turn.name}-{turn.cycle}"
        listed = samples.planted(by_role)
        return (
            samples.write_reads(folder, name, records(found)),
            samples.write_planted(folder, listed),
        )


def _by_role(found: Iterable[Found]) -> dict[str, Found]:
    return {one.place.fate.role: one for one in found if one.place.fate.role}


def _begun(version: VersionView, past: Sequence[Turn]) -> bool:
    """Whether bills of these turns were computed under a version."""
    return any(version.effective_from < turn.read_day for turn in past)


def _turns(profile: Profile, months: int) -> dict[str, list[Turn]]:
    found = {cycle.code: turns(cycle, profile, months) for cycle in profile.cycles}
    if months < 1 or min(listed[0].last_read_day for listed in found.values()) < FIRST_RATES:
        raise InvalidEntry(
            f"The demo's rates begin on {FIRST_RATES:%m/%d/%y}; ask for 1 to 27 months of history.",
            field="months",
        )
    return found


@contextmanager
def _without_collector() -> Iterator[None]:
    """Nothing that is built here goes round in circles; searching for it costs a fifth."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _silent(_label: str, _done: int, _total: int) -> None:
    pass


def build_demo(
    home: Home,
    *,
    accounts: int = 2000,
    seed: int = 7,
    months: int = 24,
    bills: int = 13,
    progress: Progress | None = None,
) -> DemoBuilt:
    """Build the demo city in an empty home.

    Args:
        home: where; there must be no office in it.
        accounts: places with service; former occupants come on top of them.
        seed: the same seed makes the same city.
        months: months of reads in the history.
        bills: for how many of them, the newest, there are bills: since when the office is live.
        progress: told what is done, how far, and of how much.

    Raises:
        Refused: the home is not empty.
        InvalidEntry: a history longer than the rates on file.
    """
    profile = load_profile()
    turns_of = _turns(profile, months)
    with _workshop(home) as place, _without_collector():
        builder = _Builder(place, seed, turns_of, min(bills, months))
        try:
            built = _build(builder, accounts, progress or _silent)
        finally:
            builder.office.close()
    folder = home.root / samples.FOLDER
    return replace(
        built,
        home=home.root,
        reads=tuple(folder / path.name for path in built.reads),
        planted=folder / built.planted.name,
    )


@contextmanager
def _workshop(home: Home) -> Iterator[Home]:
    """A home beside the one that is asked for, which takes its place when all is done.

    So a build that was stopped leaves no half city behind. A database server is filled in place.
    """
    if not home.url.startswith("sqlite:"):
        yield home
        return
    if home.root.exists() and any(home.root.iterdir()):
        raise Refused(f"{home.root} is not empty; the demo city needs a folder of its own.")
    root = home.root.with_name(f".{home.root.name}.{os.getpid()}")
    try:
        yield Home(root, f"sqlite://{root / 'billing.db'}")
        root.replace(home.root)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _build(builder: _Builder, count: int, say: Progress) -> DemoBuilt:
    profile = builder.profile
    say("city", 0, count)
    households = plan_households(builder.seed, profile, count, builder.turns)
    builder.found((one.site.route, one.site.cycle) for one in households)
    builder.adopt_rates()
    set_up_on = profile.business_day - 2 * _AUDITED
    places = set_up_households(
        builder.desk("luis", set_up_on),
        profile,
        households,
        builder.turns,
        lambda n: say("city", n, count),
    )
    households.clear()
    history = History(profile, builder.seed, builder.staff, FIRST_LOCATION + count)
    builder.live(history, places, say)
    reads, planted = builder.wait(history, places)
    yesterday = profile.business_day - timedelta(days=1)
    key_yesterday(builder.desk, builder.seed, yesterday, profile.open_cycle)
    turn = builder.turns[profile.open_cycle][-1]
    return DemoBuilt(
        home=builder.home.root,
        accounts=sum(len(place.accounts) for place in places),
        active=int(rows_of("SELECT count(*) FROM account WHERE status = 'Active'")[0][0]),
        meters=int(rows_of("SELECT count(*) FROM meter")[0][0]),
        bills=history.bills,
        entries=int(rows_of("SELECT count(*) FROM journal_entry")[0][0]),
        business_day=profile.business_day,
        cycle=(turn.cycle, turn.name),
        reads=tuple(reads),
        planted=planted,
    )
