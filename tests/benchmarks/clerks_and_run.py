"""Twenty clerks at ten times the normal pace while a bill run is calculated and posted.

    python tests/benchmarks/clerks_and_run.py [accounts] [clerks]

A clerk saves something every five seconds or so; here every half second, each in a process of
their own as over SSH, for as long as the run takes. Prints how long a save took, from the call to
the commit, beside the same clerks without a run. Ends with 1 where the 99th percentile with the run
is 100 ms or more, where anybody was told that the database is locked, or where `verify` finds
something.
"""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))
sys.path.insert(0, str(Path(__file__).parent))

from bill_run import RUN, prepare, run_it
from offices import desks, found_in, open_in

from billing_tui.access.hire import hire
from billing_tui.access.rights import Role
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.errors import BillingError
from billing_tui.operations.verify import verify_office
from billing_tui.records.add_note import add_note
from billing_tui.records.change_customer import change_customer
from billing_tui.records.new_records import NewCustomer

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk

THINK = 0.5
MOST_MS = 100.0
ALONE = 15.0


def clerk(folder: Path, part: str, number: int, accounts: int) -> None:
    """Save something every half second until the file `stop` is there; print the times."""
    office = open_in(folder / "home")
    desk = desks(office)(f"clerk{number}")
    dice = random.Random(f"{part} {number}")
    took, refused = [], []
    while not (folder / "stop").exists():
        time.sleep(dice.uniform(0.5, 1.5) * THINK)
        account = dice.randrange(accounts) // 20 * 20 + number + 1
        started = time.perf_counter()
        try:
            save(desk, account, part, len(took))
        except BillingError as error:
            refused.append(error.sentence)
        took.append((time.perf_counter() - started) * 1000)
    office.close()
    print(json.dumps({"took": took, "refused": refused}))


def save(desk: Desk, account: int, part: str, turn: int) -> None:
    """A note twice, then a customer's new name and phone, which also go into the search index."""
    if turn % 3:
        add_note(desk, account, f"Called about bill {turn}, explained the tiers.")
        return
    phone = f"805555{turn % 10_000:04d}"
    form = NewCustomer(name=f"Delgado, Rosa {part} {turn}", phones=(phone,))
    ((version,),) = rows_of("SELECT version FROM customer WHERE id = ?", (account,))
    change_customer(desk, account, form, version=version)


def together(
    folder: Path, part: str, clerks: int, accounts: int, work: Callable[[], object]
) -> list[float]:
    """Do some work while the clerks save; the milliseconds of all their saves, sorted."""
    (folder / "stop").unlink(missing_ok=True)
    command = [sys.executable, __file__, "clerk", str(folder), part]
    running = [
        subprocess.Popen([*command, str(number), str(accounts)], stdout=subprocess.PIPE, text=True)
        for number in range(clerks)
    ]
    time.sleep(3.0)
    work()
    (folder / "stop").touch()
    told = [json.loads(process.communicate()[0]) for process in running]
    refused = [sentence for one in told for sentence in one["refused"]]
    if refused:
        print(f"{len(refused)} saves were refused: {refused[0]}")
    if any("lock" in sentence for sentence in refused):
        raise SystemExit("somebody was told that the database is locked")
    return sorted(one for each in told for one in each["took"])


def tell(name: str, took: list[float]) -> float:
    """Print the percentiles; the 99th."""
    middle, late, last = (took[int(len(took) * part)] for part in (0.5, 0.95, 0.99))
    print(
        f"{name}: {len(took):,} saves, median {middle:.1f} ms, 95th {late:.1f}, 99th {last:.1f}, "
        f"slowest {took[-1]:.1f}"
    )
    return last


def main(arguments: list[str]) -> int:
    """Measure and print; the exit code."""
    if arguments[:1] == ["clerk"]:
        clerk(Path(arguments[1]), arguments[2], int(arguments[3]), int(arguments[4]))
        return 0
    accounts = int(arguments[0]) if arguments else 20_000
    clerks = int(arguments[1]) if len(arguments) > 1 else 20
    folder = Path(tempfile.mkdtemp(prefix="clerks-"))
    try:
        office = found_in(folder / "home")
        desk = desks(office)
        for number in range(clerks):
            hire(desk("sam"), f"clerk{number}", f"Clerk {number}", [Role.CLERK], "post 12")
        prepare(desk, accounts, folder)
        alone = together(folder, "alone", clerks, accounts, lambda: time.sleep(ALONE))
        tell("clerks alone", alone)
        seconds = time.perf_counter()
        beside = together(folder, "beside", clerks, accounts, lambda: run_it(desk))
        seconds = time.perf_counter() - seconds
        last = tell(f"while run {RUN} of {accounts:,} bills went through", beside)
        print(f"the run took {seconds:.0f} s beside them, {accounts / seconds:.0f} bills a second")
        broken = [one.says for one in verify_office(office.store) if one.broken]
        print("verify: " + ("; ".join(broken) or "all holds"))
        office.close()
        return int(last >= MOST_MS or bool(broken))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
