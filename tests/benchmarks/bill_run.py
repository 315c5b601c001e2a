"""Cost of a bill run per bill: calculate, audit with the second calculator, post.

Against raw `executemany` of exactly the same rows into the same tables; and at 50,000 accounts
against 2,000, with the peak memory of the large run. Run it as a program:

    python tests/benchmarks/bill_run.py [accounts ...]

Exit 1 when a stated limit is passed: 8 times the raw inserts, 1.2 times the cost of the small city,
400 MB.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "helpers"))

from offices import desks, found_in
from town import READ_DAY, build_town, plan, read_all

from billing_tui.billing.approve_run import approve_run
from billing_tui.billing.audit_run import audit_run
from billing_tui.billing.calculate_run import calculate_run
from billing_tui.billing.findings import finding_counts
from billing_tui.billing.open_run import open_run
from billing_tui.billing.post_run import post_run
from billing_tui.billing.review_bills import accept_all
from billing_tui.foundation.bulk import rows_of, run_many
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office

RUN = "2026-10-07-1"
MOST_TIMES_RAW = 8.0
MOST_TIMES_SMALL = 1.2
MOST_MEGABYTES = 400
WRITTEN = (
    "run_item", "bill", "bill_service", "bill_read", "bill_line", "finding", "journal_entry",
    "posting",
)  # fmt: skip


def prepare(desk: Callable[[str], Desk], accounts: int, folder: Path) -> None:
    """A town whose reads are posted and whose run is open."""
    build_town(desk, accounts)
    instance = plan(desk, "2026-10", READ_DAY, date(2026, 10, 20))
    readings = {f"M{n:06d}": 1000 + n * 7 % 61 for n in range(1, accounts + 1)}
    read_all(desk, instance, readings, READ_DAY, folder)
    open_run(desk("luis"), "07")


def timed(work: Callable[[], object]) -> float:
    """CPU seconds of this process that some work takes."""
    start = time.process_time()
    work()
    return time.process_time() - start


def run_it(desk: Callable[[str], Desk]) -> dict[str, float]:
    """CPU seconds of each step of the run."""
    steps = {
        "calculate": timed(lambda: calculate_run(desk("luis"), RUN)),
        "audit": timed(lambda: audit_run(desk("luis"), RUN)),
    }
    for test, _, left, _ in finding_counts(1):
        if left:
            accept_all(desk("luis"), RUN, test, "benchmark")
    approve_run(desk("nora"), RUN)
    steps["post"] = timed(lambda: post_run(desk("luis"), RUN))
    return steps


def raw_inserts(office: Office, folder: Path) -> float:
    """CPU seconds of the plain inserts of exactly the rows that the run wrote."""
    rows = {table: rows_of(f"SELECT * FROM {table}") for table in WRITTEN}
    office.close()
    copy = found_in(folder)
    copy.store.database.execute_sql("PRAGMA foreign_keys = OFF")

    def insert() -> None:
        for table, values in rows.items():
            marks = ", ".join("?" * len(values[0]))
            with write_transaction(copy.store):
                run_many(f"INSERT INTO {table} VALUES ({marks})", values)

    seconds = timed(insert)
    copy.close()
    return seconds


def measure(accounts: int) -> tuple[float, float, float]:
    """(CPU microseconds per bill, times the raw inserts, peak megabytes); prints them."""
    folder = Path(tempfile.mkdtemp(prefix="bill-run-"))
    try:
        office = found_in(folder / "home")
        desk = desks(office)
        prepare(desk, accounts, folder)
        steps = run_it(desk)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        total = sum(steps.values())
        raw = raw_inserts(office, folder / "raw")
        each = {name: seconds / accounts * 1e6 for name, seconds in steps.items()}
        print(
            f"{accounts:,} bills: "
            + ", ".join(f"{name} {micro:.0f}" for name, micro in each.items())
            + f", together {total / accounts * 1e6:.0f} us a bill; raw inserts "
            f"{raw / accounts * 1e6:.0f} us: {total / raw:.2f} times; peak {peak:.0f} MB"
        )
        return total / accounts * 1e6, total / raw, peak
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Measure each size in a process of its own; the exit code."""
    if len(arguments) == 1:
        each, times, peak = measure(int(arguments[0]))
        print(f"RESULT {each} {times} {peak}")
        return 0
    sizes = [int(size) for size in arguments] or [2000, 50_000]
    results = []
    for size in sizes:
        command = [sys.executable, __file__, str(size)]
        printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        print(printed.partition("RESULT")[0], end="")
        results.append([float(word) for word in printed.partition("RESULT")[2].split()])
    growth = results[-1][0] / results[0][0]
    print(f"cost per bill at {sizes[-1]:,} against {sizes[0]:,}: {growth:.2f}")
    good = (
        all(times <= MOST_TIMES_RAW for _, times, _ in results)
        and growth <= MOST_TIMES_SMALL
        and results[-1][2] <= MOST_MEGABYTES
    )
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
