"""Two hundred starts of service of twelve fields each, typed faster than anybody can follow.

    python tests/benchmarks/entries_exact.py [records]

Once as a single burst through a terminal, once through a real sshd (as root) in clumps of four keys
with a stall of a quarter of a second in each record. Prints how many records stand in the database
exactly as they were typed, and how long it took. Ends with 1 where one is missing, twisted or too
many.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(TESTS / one) for one in ("terminal", "helpers", "tui", "ssh")]

import pysqlite3
from harness import Terminal
from machine import CLERKS, Machine, cannot
from moves import stops, version_of
from offices import desks, found_in, open_in
from town import READ_DAY, build_town, plan, read_all

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.access.tables import Setting
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.transaction import write_transaction
from billing_tui.service_orders.stop_service import stop_service

OUT, IN = date(2026, 10, 24), date(2026, 10, 27)
STALL = 0.25
PATIENCE = 900.0
_STARTED = """
SELECT c.name, p.digits, c.email, m.lines, m.zip, l.number, a.opened,
 (SELECT max(r.reading) FROM read r JOIN service_point t ON t.id = r.service_point_id
  WHERE t.location_id = l.id AND r.day = a.opened),
 (SELECT count(*) FROM service s WHERE s.account_id = a.id)
FROM account a JOIN customer c ON c.id = a.customer_id JOIN location l ON l.id = a.location_id
LEFT JOIN phone p ON p.customer_id = c.id LEFT JOIN mailing_address m ON m.account_id = a.id
WHERE a.status = 'Active' ORDER BY a.id
"""
Record = tuple[Any, ...]
Ask = Callable[[str], list[Record]]


def vacant(folder: Path, records: int) -> list[tuple[str, int]]:
    """An office whose tenants have all left: number and last reading of each place."""
    office = found_in(folder)
    desk = desks(office)
    build_town(desk, records)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    readings = {f"M{n:06d}": 1000 + n * 7 % 61 for n in range(1, records + 1)}
    read_all(desk, instance, readings, READ_DAY, folder)
    last = dict(rows_of("SELECT meter_id, max(reading) FROM read GROUP BY meter_id"))
    meters = rows_of(
        "SELECT a.id, l.number, m.number, m.id FROM account a JOIN location l ON l.id ="
        " a.location_id JOIN service_point p ON p.location_id = l.id JOIN meter_installation i"
        " ON i.service_point_id = p.id JOIN meter m ON m.id = i.meter_id ORDER BY a.id"
    )
    places = []
    for account, place, meter, row in meters:
        reading = last[row] + 4
        form = stops(account, {meter: reading}, OUT)
        stop_service(desk("luis"), form, version=version_of(account))
        places.append((place, reading))
    with write_transaction(office.store):
        Setting.create(name="business_day", value="2026-11-02")
    office.close()
    return places


def typed(at: int, place: str, reading: int) -> tuple[str, Record]:
    """The keys of one start, from anywhere, and the row that they must leave."""
    name, phone, email = f"Comer {at} & Sons", f"805555{at:04d}", f"office{at}@example.org"
    street, city, zip_ = f"PO Box {at + 100}", "Visalia CA", "93279"
    keys = (
        f"<f2>1.3<enter>new<enter>{name}<enter>{phone}<enter>{email}<enter>{street}<enter>"
        f"{city}<enter>{zip_}<enter>{place}<enter>{IN:%m%d%y}<enter><enter>{reading}<enter><f10>"
    )
    sent = f"{street}\n{city} {zip_}"
    row = (name, phone, email, sent, zip_, place, IN.isoformat(), reading, 2)
    return keys, row


def told(name: str, ask: Ask, rows: list[Record], seconds: float) -> bool:
    """Print how many rows are exact; whether any is not."""
    found = ask(_STARTED)
    exact = sum(row in found for row in rows)
    print(
        f"{name}: {exact} of {len(rows)} exact, {len(found)} in all, {seconds:.0f} s, "
        f"{seconds / len(rows) * 1000:.0f} ms a record"
    )
    return exact != len(rows) or len(found) != len(rows)


def work(terminal: Terminal, ask: Ask, rows: list[Record], send: Callable[[], None]) -> float:
    """Type, then wait until as many accounts as records stand there; seconds."""
    count = "SELECT count(*) FROM account WHERE status = 'Active'"
    began = time.monotonic()
    send()
    while ask(count)[0][0] < len(rows) and time.monotonic() - began < PATIENCE:
        terminal.read(0.5)
    seconds = time.monotonic() - began
    terminal.settle()
    return seconds


def as_a_burst(records: int) -> bool:
    """Everything at once through a terminal."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        places = vacant(home, records)
        keyed = [typed(at, *place) for at, place in enumerate(places)]
        rows = [row for _, row in keyed]
        app = str(TESTS / "terminal" / "office_app.py")
        terminal = Terminal([app, str(home), "maria"])
        terminal.wait_for("Go to")
        base = home / "billing.db"

        def send() -> None:
            for keys, _ in keyed:
                terminal.type(keys)
                terminal.read(0.001)

        def ask(sql: str) -> list[Record]:
            with pysqlite3.connect(f"file:{base}?mode=ro", uri=True) as connection:
                found: list[Record] = connection.execute(sql).fetchall()
            return found

        seconds = work(terminal, ask, rows, send)
        terminal.close()
        return told("one burst through a terminal", ask, rows, seconds)


class VacantMachine(Machine):
    """The machine of the SSH tests, with the vacant places in its office."""

    records = 0
    places: list[tuple[str, int]]

    def _found_office(self) -> None:
        self.places = vacant(self.deployment.home, self.records)
        office = open_in(self.deployment.home)
        with write_transaction(office.store):
            Setting.update(value="live").where(Setting.name == "mode").execute()
            for clerk in CLERKS:
                found_staff(clerk, clerk.title(), [Role.CLERK], date(2020, 1, 1))
        office.close()
        self.hand_over()


def over_ssh(records: int) -> bool:
    """Clumps of four keys with a stall in each record, through a real client and sshd."""
    if why := cannot():
        print(f"over ssh: not measured, {why}")
        return False
    machine = VacantMachine()
    machine.records = records
    try:
        if why := machine.build():
            print(f"over ssh: not measured, {why}")
            return False
        keyed = [typed(at, *place) for at, place in enumerate(machine.places)]
        rows = [row for _, row in keyed]
        terminal = machine.at_menu("alice")

        def send() -> None:
            for keys, _ in keyed:
                half = len(keys) // 2
                cut = keys.index(">", half) + 1
                terminal.clump(keys[:cut], 4, 0.002)
                terminal.read(STALL)
                terminal.clump(keys[cut:], 4, 0.002)

        seconds = work(terminal, machine.rows, rows, send)
        return told("over ssh, 4-key clumps and stalls", machine.rows, rows, seconds)
    finally:
        machine.destroy()


def main(arguments: list[str]) -> int:
    """Measure both; the exit code."""
    records = int(arguments[0]) if arguments else 200
    wrong = [as_a_burst(records), over_ssh(records)]
    return int(any(wrong))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
