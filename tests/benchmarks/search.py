"""How long a keystroke takes in the search box of an office with 100,000 accounts.

Run it as `python tests/benchmarks/search.py [accounts]`. It sets up its own office in a temporary
folder, types names, addresses, phones and meters key by key, and prints the 50th and 95th
percentile of the milliseconds that each key took.
"""

from __future__ import annotations

import random
import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.staff import sit_down
from billing_tui.foundation.home import Home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.foundation.units import Unit
from billing_tui.operations.office import found_office
from billing_tui.records.bulk_set_up import NewAccount, bulk_set_up
from billing_tui.records.kinds import ServiceKind
from billing_tui.records.new_records import (
    NewCustomer,
    NewLocation,
    NewMeter,
    NewPoint,
    NewService,
)
from billing_tui.records.search import search
from billing_tui.records.tables import Cycle, Route

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk

DAY = date(2026, 1, 1)
LAST = """Smith Johnson Garcia Nguyen Lopez Gonzalez Hernandez Martinez Lee Kim Chen Delgado Okafor
Anderson Taylor Thomas Moore Jackson Martin Perez Thompson White Harris Sanchez Clark Ramirez Lewis
Robinson Walker Young Allen King Wright Scott Torres Hill Flores Green Adams Nelson Baker Hall
Rivera Campbell Mitchell Carter Roberts Soto Vega Quist Lund Ito Brandt Kwan Ortiz""".split()  # noqa: SIM905 - a paragraph of names reads better
FIRST = """Maria James Robert John Linda David Rosa Daniel Linh Carlos Susan Nancy Karen Mark Paul
Steven Emily Kevin Brian Laura Jason Anna Peter Grace Diego Elena Omar Priya Wei Yuki Zoe Ines
Hugo Amir Nadia Victor Walter Irene Julia""".split()  # noqa: SIM905 - a paragraph of names reads better
STREETS = """Alder Birch Cedar Dogwood Elm Fir Gum Hazel Ivy Juniper Laurel Maple Oak Pine Quince
Redwood Spruce Walnut Yew Acacia Sycamore Toyon Manzanita Madrone Buckeye Britannia Toreador
Penstock Mission Harbor Valley Summit Orchard Vineyard Ranch Canyon Mesa Sierra Pacific""".split()  # noqa: SIM905 - a paragraph of names reads better
WAYS = ("St", "Ave", "Ct", "Dr", "Ln", "Way", "Rd", "Blvd")


def accounts(count: int, points: int = 2, seed: int = 7) -> Iterator[NewAccount]:
    """Accounts of an invented city, each with that many services."""
    dice = random.Random(seed)
    for number in range(count):
        last = dice.choice(LAST) + dice.choice(("", "", "son", "er", "man", "field", "ez"))
        name = f"{last}, {dice.choice(FIRST)} {chr(65 + dice.randrange(26))}"
        yield NewAccount(
            customer=NewCustomer(
                name=name,
                phones=(f"805{dice.randrange(10**7):07d}",),
                email=f"{last.lower()}{number}@example.org",
            ),
            location=NewLocation(
                house=str(dice.randrange(1, 9999)),
                street=f"{dice.choice(STREETS)}{dice.choice(('', 'wood', 'view'))} "
                f"{dice.choice(WAYS)}",
                city="Sierra Vista",
                zip="93001",
                parcel=f"{dice.randrange(10**9):09d}",
                attributes={"zone": "A", "inside_city": "yes", "eru": "1"},
            ),
            cycle=f"{number % 20 + 1:02d}",
            opened=DAY,
            legacy_number=f"L{number:07d}",
            points=tuple(_points(number, points)),
        )


def _points(number: int, count: int) -> Iterator[NewPoint]:
    kinds = list(ServiceKind)
    for place in range(count):
        kind = kinds[place % len(kinds)]
        service = NewService(kind=kind, schedule=f"{kind.value}-1", rate_class="SFR")
        if kind not in {ServiceKind.WATER, ServiceKind.ELECTRIC}:
            yield NewPoint(service=service)
            continue
        yield NewPoint(
            service=service,
            metered=True,
            meter=NewMeter(
                number=f"{70_000_000 + number * 10 + place}",
                size='3/4"',
                dials=6,
                unit=Unit.CCF if kind is ServiceKind.WATER else Unit.KWH,
            ),
            route=f"R{number % 20 + 1:02d}",
        )


def open_city(root: Path) -> Desk:
    """A new office with a lead, twenty cycles and a route in each."""
    home = Home(root, f"sqlite://{root / 'billing.db'}")
    office = found_office(home, {"mode": "training", "utility": "Benchmark"})
    with write_transaction(office.store):
        found_staff("luis", "Luis Vega", [Role.LEAD], date(2020, 1, 1))
        for code in range(1, 21):
            cycle = Cycle.create(code=f"{code:02d}", name=f"Cycle {code}")
            Route.create(code=f"R{code:02d}", name=f"Route {code}", cycle=cycle.id)
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    return sit_down(office.store, home, "luis", DAY, station="bench", clock=lambda: moment)


def keystrokes(text: str) -> list[float]:
    """Milliseconds of each key while `text` is typed."""
    taken = []
    for length in range(1, len(text) + 1):
        start = time.perf_counter()
        search(text[:length])
        taken.append((time.perf_counter() - start) * 1000)
    return taken


def typed(count: int) -> dict[str, list[str]]:
    """What people type, by what it is."""
    sample = [row for number, row in enumerate(accounts(count)) if number % (count // 60 + 1) == 0]
    return {
        "name": [row.customer.name for row in sample],
        "name misspelt": ["gonzales maria", "smyth j", "andersen p", "delgato rosa"],
        "first and last letter": ["s m", "a z", "r g", "ma s", "q x", "st s", "e a o"],
        "address": [f"{row.location.house} {row.location.street}" for row in sample],
        "street and name": [
            f"{row.location.street.split()[0]} {row.customer.name.split(',')[0]}" for row in sample
        ],
        "phone": [
            f"(805) {row.customer.phones[0][3:6]}-{row.customer.phones[0][6:]}" for row in sample
        ],
        "meter": [row.points[0].meter.number for row in sample if row.points[0].meter],
        "account": [f"{10_001 + number * 97}-01" for number in range(60)],
        "found nowhere": ["zzyzx road", "9999999999", "xq jkl", "st ave blvd nowhere"],
    }


def percentile(values: list[float], share: float) -> float:
    """The value below which that share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def main() -> None:
    """Set up, type, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        desk = open_city(Path(folder) / "home")
        start = time.perf_counter()
        done = bulk_set_up(desk, accounts(count))
        print(
            f"{count:,} accounts, {done.services:,} services: {time.perf_counter() - start:.1f} s"
        )
        every: list[float] = []
        for what, texts in typed(count).items():
            taken = [one for text in texts for one in keystrokes(text)]
            every += taken
            print(
                f"{what:24} {len(taken):6} keys  p50 {percentile(taken, 0.5):7.2f} ms"
                f"  p95 {percentile(taken, 0.95):7.2f} ms  worst {max(taken):7.2f} ms"
            )
        print(f"{'all':24} {len(every):6} keys  p95 {percentile(every, 0.95):7.2f} ms")
        desk.store.database.close()


if __name__ == "__main__":
    main()
