"""Santa Monica's 217,256 metered bills of 2014-2016, through upload, run and posting, by month.

    python tests/benchmarks/santa_monica.py [customers]

Every bill must be the one that two independent programs computed, the revenue posted must be
76,598,507.41, and `verify` must find nothing; exit 1 otherwise. Without the shared folder beside
the project it says so and exits 0.

How the city's list becomes an office. The list has a month and a use, no registers. Each row of a
customer, class and month is a meter with an account of its own, so that each row is one bill; of
several rows in one month the greatest use is the first meter's. A meter's register begins at 0 on
the first day of its first month and advances by each use; it is read on the last day of a month.
Rows of class OTHER (811) have no rate and are left out. Meters read in odd months only, in even
months only, and in both are three cycles; meters read in the same months are one route, as a file
without a meter of its route would raise an exception. The rates of 2016 price all three years, as
the expected bills do, so they take effect before the first month.
"""

from __future__ import annotations

import csv
import gzip
import os
import resource
import sys
import tempfile
import time
from calendar import monthrange
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "helpers"))

from offices import desks, found_in

from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_policy import AuditPolicy
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.findings import finding_counts
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all
from billing_tui.billing.tie_out import tie_outs
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.money import money_text
from billing_tui.foundation.units import Unit
from billing_tui.ledger.chart import load_chart
from billing_tui.metering.check_reads import check_reads
from billing_tui.metering.checks import Severity
from billing_tui.metering.dispose_exception import accept_looks, dispose_exception
from billing_tui.metering.import_reads import import_reads
from billing_tui.metering.plan_instance import plan_instance
from billing_tui.metering.post_reads import post_reads
from billing_tui.metering.read_policy import shipped_policy
from billing_tui.metering.tables import Disposition
from billing_tui.operations.verify import verify_office
from billing_tui.rates.approve_schedule import approve_schedule
from billing_tui.rates.import_schedule import import_schedule
from billing_tui.rates.owrs import read_owrs
from billing_tui.rates.owrs_fields import normal_text
from billing_tui.rates.schedule import Example, ExampleLine, Schedule
from billing_tui.rates.schedule_text import write_schedule
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_route import add_route
from billing_tui.records.bulk_set_up import NewAccount, bulk_set_up
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import (
    NewCustomer,
    NewLocation,
    NewMeter,
    NewPoint,
    NewService,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

    Desks = Callable[..., Desk]

REVENUE_CENTS = 7_659_850_741
BILLS = 217_256
WITHOUT_RATE = "OTHER"
IN_FORCE = date(2013, 12, 1)
MOST_MEGABYTES = 400
CYCLES = ("ALL", "EVEN", "ODD")
REASON = "The city billed this use"
RUN_STAGES = ("open run", "calculate", "audit", "decide and approve", "post bills", "tie out")
READS = replace(shipped_policy(), early=25, late=100)
AUDIT = AuditPolicy(short_days=25, long_days=100)
"""A city that bills every second month looks at periods beyond a hundred days."""

Month = str
"""Year and month, such as 2014-03."""
Key = tuple[int, str, Month]
"""Customer, class, month."""
Bills = dict[Key, list[tuple[int, int]]]
"""For each customer, class and month the (use in ccf, cents) of its bills, in order."""


@dataclass(slots=True)
class CityMeter:
    """A meter with its account: one row of the list in each month that it was read.

    Attributes:
        customer: the list's number of the customer.
        rate_class: as the rates name it.
        place: 1 for the customer's first meter of that class.
        uses: month to whole ccf.
        register: where it stands.
    """

    customer: int
    rate_class: str
    place: int
    uses: dict[Month, int] = field(default_factory=dict)
    register: int = 0

    @property
    def number(self) -> str:
        """The meter's number; a class keeps its first letters."""
        first, _, second = self.rate_class.partition("_")
        return f"{self.customer}-{first[:3]}{second[:1]}-{self.place}"

    @property
    def months(self) -> tuple[Month, ...]:
        """The months in which it was read."""
        return tuple(sorted(self.uses))

    @property
    def opened(self) -> date:
        """The first day of its first month."""
        return date.fromisoformat(f"{min(self.uses)}-01")

    @property
    def cycle(self) -> str:
        """The cycle that is read in its months."""
        odd = {int(month[-2:]) % 2 for month in self.uses}
        return "ALL" if len(odd) > 1 else "ODD" if odd == {1} else "EVEN"


def read_meters(path: Path, most: int | None = None) -> list[CityMeter]:
    """The meters behind the list of uses; of its first `most` customers only, if given."""
    rows: dict[Key, list[int]] = defaultdict(list)
    kept: set[str] = set()
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["cust_class"] == WITHOUT_RATE:
                continue
            customer = row["cust_id"]
            if customer not in kept and most is not None and len(kept) >= most:
                continue
            kept.add(customer)
            month = f"{row['usage_year']}-{int(row['usage_month']):02d}"
            rows[int(customer), sys.intern(row["cust_class"]), sys.intern(month)].append(
                int(row["usage_ccf"])
            )
    meters: dict[tuple[int, str, int], CityMeter] = {}
    for (customer_id, rate_class, month), uses in rows.items():
        for place, use in enumerate(sorted(uses, reverse=True), start=1):
            key = (customer_id, rate_class, place)
            meters.setdefault(key, CityMeter(*key)).uses[month] = use
    return list(meters.values())


def expected_of(meters: Iterable[CityMeter], path: Path, *, until: Month = "9999") -> Bills:
    """The bills of some meters up to a month, as they were computed elsewhere."""
    known = {(meter.customer, meter.rate_class) for meter in meters}
    found: Bills = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            key = (
                int(row["cust_id"]),
                sys.intern(row["cust_class"]),
                sys.intern(row["usage_date"][:7]),
            )
            if key[:2] in known and key[2] <= until:
                cents = int(Decimal(row["bill"]).scaleb(2))
                found[key].append((int(row["usage_ccf"]), cents))
    for bills in found.values():
        bills.sort()
    return found


def office_text(text: str) -> str:
    """A rate file's words as the records keep them: POTABLE is `potable` there."""
    return text.lower() if text in {"POTABLE", "RECYCLED"} else normal_text(text)


_BY_SIZE = ("210 at 4.07", "10 at 10.03")
WORKED = {
    "RESIDENTIAL_SINGLE": ("14 at 2.87", "26 at 4.29", "108 at 6.44", "2 at 10.07"),
    "RESIDENTIAL_MULTI": ("4 at 2.87", "5 at 4.29", "11 at 6.44", "5 at 10.07"),
    "IRRIGATION": _BY_SIZE,
    "COMMERCIAL": _BY_SIZE,
    "INDUSTRIAL": _BY_SIZE,
    "INSTITUTIONAL": _BY_SIZE,
}
"""A bill of each class that reaches every tier, worked out by hand from the city's rates."""


def _example(rate_class: str, tiers: Sequence[str]) -> Example:
    parts = [part.split(" at ") for part in tiers]
    quantities, prices = zip(*((Decimal(a), Decimal(b)) for a, b in parts), strict=True)
    amounts = [a * b for a, b in zip(quantities, prices, strict=True)]
    lines = tuple(
        ExampleLine("commodity_charge", amount, tier, quantity, price)
        for tier, (amount, quantity, price) in enumerate(
            zip(amounts, quantities, prices, strict=True), start=1
        )
    )
    return Example(
        f"every tier of {rate_class}",
        rate_class,
        date(2014, 1, 1),
        date(2014, 2, 28),
        sum(quantities, Decimal(0)),
        {"meter_size": '5/8"', "water_type": "potable"},
        {},
        lines,
        sum(amounts, Decimal(0)),
    )


def adopt_rates(desk: Desks, path: Path) -> Schedule:
    """Import the city's rate file, prove it by examples, approve it."""
    owrs = read_owrs(path.read_text(encoding="utf-8"), spell=office_text)
    examples = tuple(_example(code, WORKED[code]) for code in owrs.schedule.classes)
    schedule = replace(owrs.schedule, effective=IN_FORCE, examples=examples)
    version = import_schedule(desk("sam"), write_schedule(schedule))
    approve_schedule(desk("luis"), schedule.code, version.number)
    return schedule


def _account(meter: CityMeter, schedule: str, customer: NewCustomer, route: str) -> NewAccount:
    dials = max(6, len(str(sum(meter.uses.values()))))
    water = NewService(
        kind=ServiceKind.WATER,
        schedule=schedule,
        rate_class=meter.rate_class,
        attributes={"water_type": "potable"},
    )
    return NewAccount(
        customer=customer,
        location=NewLocation(
            house=str(meter.customer),
            street="Main St",
            unit=f"{meter.rate_class[:12]} {meter.place}",
            city="Santa Monica",
            zip="90401",
        ),
        cycle=meter.cycle,
        opened=meter.opened,
        points=(
            NewPoint(
                service=water,
                metered=True,
                meter=NewMeter(number=meter.number, size='5/8"', dials=dials, unit=Unit.CCF),
                first_reading=0,
                route=route,
            ),
        ),
    )


def set_up(desk: Desks, meters: Sequence[CityMeter], schedule: str) -> None:
    """Chart, cycles, a route for the meters of the same months, and all accounts in one batch."""
    luis = desk("luis")
    load_chart(luis, data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
    cycles = {code: add_cycle(luis, code, f"{code.title()} months") for code in CYCLES}
    routes: dict[tuple[Month, ...], str] = {}
    for meter in meters:
        if meter.months not in routes:
            code = routes[meter.months] = f"R{len(routes) + 1:04d}"
            add_route(luis, code, f"Route {code}", cycles[meter.cycle])
    customers: dict[int, NewCustomer] = {}

    def accounts() -> Iterator[NewAccount]:
        for meter in meters:
            name = f"Customer {meter.customer}"
            customer = customers.setdefault(meter.customer, NewCustomer(name=name))
            yield _account(meter, schedule, customer, routes[meter.months])

    bulk_set_up(luis, accounts())


@dataclass(slots=True)
class Tally:
    """What the benchmark measures.

    Attributes:
        seconds: stage to seconds of the clock; `cpu` to those of this process.
        settled: exceptions that were decided one by one.
        exceptions: check to exceptions of reads.
        findings: test to findings of the audit.
        untied: tie-outs that do not agree.
    """

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    cpu: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    settled: int = 0
    exceptions: Counter[str] = field(default_factory=Counter)
    findings: Counter[str] = field(default_factory=Counter)
    untied: list[str] = field(default_factory=list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the seconds inside towards a stage."""
        start, worked = time.perf_counter(), time.process_time()
        yield
        self.seconds[name] += time.perf_counter() - start
        self.cpu[name] += time.process_time() - worked


def last_day(month: Month) -> date:
    """The day on which the meters of a month are read."""
    year, number = int(month[:4]), int(month[-2:])
    return date(year, number, monthrange(year, number)[1])


_GRAVER = "SELECT id FROM read_exception WHERE upload_id = ? AND severity > ? ORDER BY id"


@dataclass(frozen=True, slots=True)
class Season:
    """Three years of reading and billing.

    Attributes:
        desk: gives the staff's desks.
        folder: where the files of reads are written.
        tally: what is measured.
    """

    desk: Desks
    folder: Path
    tally: Tally

    def work(self, meters: Sequence[CityMeter], *, until: Month = "9999") -> None:
        """Read and bill month by month, up to and including a month."""
        due: dict[tuple[Month, str], list[CityMeter]] = defaultdict(list)
        for meter in meters:
            for month in meter.uses:
                due[month, meter.cycle].append(meter)
        for (month, cycle), read in sorted(due.items()):
            if month > until:
                return
            self.read(cycle, month, read)
            self.bill(cycle, month)

    def read(self, cycle: str, month: Month, meters: Iterable[CityMeter]) -> None:
        """Upload the registers of a cycle, check them, settle every exception, post them."""
        luis, tally, day = self.desk("luis"), self.tally, last_day(month)
        bill_day, due_day = day + timedelta(days=4), day + timedelta(days=25)
        instance = plan_instance(
            self.desk("sam"), cycle, month, read_day=day, bill_day=bill_day, due_day=due_day
        )
        path = self._file_of(cycle, month, meters)
        with tally.stage("upload"):
            upload = import_reads(luis, instance, path, "csv-default", policy=READS).upload_id
        with tally.stage("check"):
            tally.exceptions.update(check_reads(luis, upload, policy=READS).by_check)
        with tally.stage("settle"):
            for (exception,) in rows_of(_GRAVER, (upload, Severity.LOOK)):
                dispose_exception(luis, exception, Disposition.ACCEPT, REASON, policy=READS)
                tally.settled += 1
            accept_looks(luis, upload, REASON)
        with tally.stage("post reads"):
            post_reads(luis, upload)

    def _file_of(self, cycle: str, month: Month, meters: Iterable[CityMeter]) -> Path:
        """The file that the handhelds would give: each register, moved on by the month's use."""
        day, path = last_day(month), self.folder / f"{month}-{cycle}.csv"
        with path.open("w", encoding="utf-8") as file:
            file.write("meter_number,reading,day,unit\n")
            for meter in meters:
                meter.register += meter.uses[month]
                file.write(f"{meter.number},{meter.register},{day},CCF\n")
        return path

    def bill(self, cycle: str, month: Month) -> None:
        """Open, calculate, audit, approve and post the run of a cycle."""
        luis, tally = self.desk("luis"), self.tally
        with tally.stage("open run"):
            run = open_run(luis, cycle, month)
        with tally.stage("calculate"):
            calculate_run(luis, run.number)
        with tally.stage("audit"):
            audit_run(luis, run.number, policy=AUDIT)
        with tally.stage("decide and approve"):
            for test, severity, left, count in finding_counts(run.id):
                tally.findings[f"{severity} {test}"] += count
                if left:
                    accept_all(luis, run.number, test, REASON)
            approve_run(self.desk("nora"), run.number)
        with tally.stage("post bills"):
            post_run(luis, run.number)
        with tally.stage("tie out"):
            ties = [tie for tie in tie_outs(run.number) if not tie.agrees]
            tally.untied += [f"{run.number}: {tie.name}" for tie in ties]


def posted_bills() -> Iterator[tuple[int, str, Month, int, int]]:
    """(customer, class, month, use in thousandths, cents) of each bill that is posted."""
    yield from rows_of(
        "SELECT CAST(l.house AS INTEGER), s.rate_class, substr(s.to_day, 1, 7), s.usage_milli,"
        " b.current_cents FROM bill b JOIN bill_service s ON s.bill_id = b.id"
        " JOIN account a ON a.id = b.account_id JOIN location l ON l.id = a.location_id"
        " WHERE b.state = 'posted'"
    )


def differences(expected: Bills) -> list[str]:
    """A sentence for each customer, class and month whose posted bills are not the expected."""
    posted: Bills = defaultdict(list)
    for customer, rate_class, month, milli, cents in posted_bills():
        use, part = divmod(milli, 1000)
        posted[customer, sys.intern(rate_class), sys.intern(month)].append((use, cents))
        if part:
            return [f"customer {customer} used {milli} thousandths in {month}"]
    return [
        f"{key}: posted {sorted(posted.get(key, ()))}, expected {expected.get(key, [])}"
        for key in posted.keys() | expected.keys()
        if sorted(posted.get(key, ())) != expected.get(key, [])
    ]


def posted_revenue() -> int:
    """Cents that the journal credits to water usage."""
    rows = rows_of(
        "SELECT -sum(p.cents) FROM posting p JOIN gl_account g ON g.id = p.gl_account_id"
        " WHERE g.role = 'water.usage'"
    )
    return int(rows[0][0] or 0)


def shared_folder() -> Path:
    """Where the city's files are, beside the project or as $BILLING_SHARED says."""
    named = os.environ.get("BILLING_SHARED")
    return Path(named) if named else Path(__file__).resolve().parents[3] / "shared"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it.

    Attributes:
        bills, cents: what was posted.
        expected_bills, expected_cents: what should have been.
        wrong: customers, classes and months whose bills differ.
        broken: invariants that do not hold.
    """

    bills: int
    cents: int
    expected_bills: int
    expected_cents: int
    wrong: list[str]
    broken: list[str]

    @property
    def good(self) -> bool:
        """Whether all of it is as it should be."""
        same = (self.bills, self.cents) == (self.expected_bills, self.expected_cents)
        return same and not self.wrong and not self.broken


def outcome_of(office: Office, expected: Bills, tally: Tally) -> Outcome:
    """Hold what was posted against what was expected, and walk the invariants."""
    with tally.stage("compare"):
        wrong = differences(expected)
        revenue = posted_revenue()
    with tally.stage("verify"):
        verdicts = verify_office(office.store)
    return Outcome(
        bills=int(rows_of("SELECT count(*) FROM bill WHERE state = 'posted'")[0][0]),
        cents=revenue,
        expected_bills=sum(len(bills) for bills in expected.values()),
        expected_cents=sum(cents for bills in expected.values() for _, cents in bills),
        wrong=wrong,
        broken=[sentence for verdict in verdicts for sentence in verdict.broken] + tally.untied,
    )


def report(outcome: Outcome, tally: Tally, megabytes: float) -> None:
    """Print the figures."""
    print(f"bills posted   {outcome.bills:>14,}  expected {outcome.expected_bills:>14,}")
    revenue, wanted = money_text(outcome.cents), money_text(outcome.expected_cents)
    print(f"revenue posted {revenue:>14}  expected {wanted:>14}")
    print(f"differences    {len(outcome.wrong):>14,}")
    print(f"verify, ties   {len(outcome.broken):>14,}")
    for sentence in (*outcome.wrong[:10], *outcome.broken[:10]):
        print(f"  {sentence}")
    for title, counts in (("exceptions", tally.exceptions), ("findings", tally.findings)):
        print(f"{title}: " + ", ".join(f"{name} {n:,}" for name, n in counts.most_common()))
    print(f"decided one by one: {tally.settled:,} exceptions")
    for name, seconds in tally.seconds.items():
        print(f"{name:20} {seconds:7.1f} s, {tally.cpu[name]:6.1f} s of CPU")
    total = sum(tally.seconds.values())
    run = sum(tally.seconds[name] for name in RUN_STAGES)
    cpu, run_cpu = sum(tally.cpu.values()), sum(tally.cpu[name] for name in RUN_STAGES)
    for title, clock, worked in (("together", total, cpu), ("of it the runs", run, run_cpu)):
        print(
            f"{title:20} {clock:7.1f} s, {worked:6.1f} s of CPU:"
            f" {outcome.bills / clock:,.0f} bills a second, {outcome.bills / worked:,.0f} of CPU"
        )
    print(f"peak memory          {megabytes:7.0f} MB (at most {MOST_MEGABYTES})")


def main(arguments: Sequence[str]) -> int:
    """Bill the city, print the figures; 1 where anything differs."""
    shared = shared_folder()
    uses = shared / "formats" / "consumption" / "santamonica_2014_2016.csv.gz"
    rates = shared / "rates" / "santa-monica"
    if not uses.is_file():
        print("Santa Monica's consumption is not beside the project: nothing was measured.")
        return 0
    most = int(arguments[0]) if arguments else None
    tally, meters = Tally(), read_meters(uses, most)
    with tempfile.TemporaryDirectory(prefix="santa-monica-") as name:
        office = found_in(Path(name) / "home")
        desk = desks(office)
        with tally.stage("set up"):
            set_up(desk, meters, adopt_rates(desk, rates / "smc-2016-03-01.owrs").code)
        Season(desk, Path(name), tally).work(meters)
        outcome = outcome_of(office, expected_of(meters, rates / "bills.csv.gz"), tally)
        office.close()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    report(outcome, tally, megabytes)
    whole = most is not None or (outcome.bills, outcome.cents) == (BILLS, REVENUE_CENTS)
    return 0 if outcome.good and whole and megabytes <= MOST_MEGABYTES else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
