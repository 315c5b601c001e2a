"""Cost of building the demo city, against raw `executemany` of the very same rows.

    python tests/benchmarks/demo_build.py [accounts ...]

Prints seconds, accounts, bills, peak memory, and the ratio to the raw inserts, which is what the
machine's speed cancels out of.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

from billing_tui.foundation.bulk import insert_rows, rows_of
from billing_tui.foundation.home import Home
from billing_tui.foundation.model import column_names, table_name
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.demo.build import build_demo
from billing_tui.operations.office import found_office, open_office
from billing_tui.operations.schema import all_tables


def home_at(root: Path) -> Home:
    """A home with the embedded database."""
    return Home(root, f"sqlite://{root / 'billing.db'}")


def raw_seconds(built: Home, empty: Home) -> tuple[float, int]:
    """Seconds to insert all rows of one office into an empty one, and how many they are."""
    office = open_office(built)
    tables = [table for table in all_tables() if table_name(table) != "setting"]
    rows = {}
    for table in tables:
        names = ", ".join(f'"{name}"' for name in column_names(table))
        rows[table] = rows_of(f'SELECT {names} FROM "{table_name(table)}"')
    office.close()
    copy = found_office(empty, {"mode": "training"})
    start = time.perf_counter()
    with write_transaction(copy.store):
        for table in tables:
            insert_rows(table, column_names(table), rows[table])
    seconds = time.perf_counter() - start
    copy.close()
    return seconds, sum(map(len, rows.values()))


def measure(accounts: int) -> None:
    """Build once and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        home = home_at(Path(folder) / "demo")
        start = time.perf_counter()
        built = build_demo(home, accounts=accounts)
        seconds = time.perf_counter() - start
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        raw, rows = raw_seconds(home, home_at(Path(folder) / "raw"))
        size = home.database_file.stat().st_size // 2**20
    print(
        f"{accounts:,} places: {seconds:.1f} s, {built.accounts:,} accounts, "
        f"{built.bills:,} bills, {rows:,} rows, {size:,} MB on disk, {peak:,} MB at the most; "
        f"{seconds / raw:.1f} times the raw inserts ({raw:.1f} s)"
    )


if __name__ == "__main__":
    for argument in sys.argv[1:] or ["2000"]:
        measure(int(argument))
