"""A clerk keys the sheets of a long route: how long a line takes, how fast a burst is saved.

    python tests/benchmarks/keying_reads.py [meters]

The real program in a terminal of 80 by 24, one route of 2,000 meters. A line's time is from
sending its last digit and Enter to the last byte that it brought: saved, checked, the next line
in hand. Ends with 1 where the 95th percentile is 100 ms or more, or a burst of 200 is not exact.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import date
from pathlib import Path

_TESTS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_TESTS / "terminal"), str(_TESTS / "helpers"), str(_TESTS / "benchmarks")]

import pysqlite3
from harness import Terminal
from offices import desks, found_in
from on_the_phone import megabytes, timed_key
from search import percentile
from town import build_town, plan

MOST_MS = 100.0
SINGLE, BURST = 60, 200


def main() -> int:
    """Set up, key, print; the exit code."""
    meters = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        office = found_in(home)
        desk = desks(office)
        build_town(desk, meters)
        plan(desk, "2026-11", date(2026, 11, 2), date(2026, 11, 6))
        office.close()
        terminal = Terminal([str(_TESTS / "terminal" / "office_app.py"), str(home), "maria"])
        terminal.wait_for("F1 Help")
        terminal.type(f"2.2<enter><f6>07-01<enter>{meters}<enter><enter><enter>")
        terminal.wait_for("RDG031")
        terminal.settle(0.5)
        before = terminal.received
        taken = [timed_key(terminal, f"{1000 + at % 10}<enter>") for at in range(SINGLE)]
        each = (terminal.received - before) // SINGLE
        begun = time.perf_counter()
        terminal.type("".join(f"{2000 + at}<enter>" for at in range(BURST)))
        base = pysqlite3.connect(str(home / "billing.db"))
        count = "SELECT count(*) FROM keyed_read WHERE reading IS NOT NULL"
        terminal.wait(lambda: base.execute(count).fetchone()[0] == SINGLE + BURST, 120)
        seconds = time.perf_counter() - begun
        readings = "SELECT reading FROM keyed_read WHERE reading >= 2000 ORDER BY place"
        kept = [row[0] for row in base.execute(readings)]
        memory = megabytes(int(terminal.child.pid or 0))
        base.close()
        terminal.close()
    late = percentile(taken, 0.95)
    exact = kept == [2000 + at for at in range(BURST)]
    print(
        f"{meters:,} meters: a line {percentile(taken, 0.5):.0f} ms, 95th {late:.0f} ms, {each} B"
    )
    print(
        f"burst of {BURST}: {BURST / seconds:.0f} lines a second, {'exact' if exact else 'WRONG'}"
    )
    print(f"memory of the session: {memory:.0f} MB")
    return int(late >= MOST_MS or not exact)


if __name__ == "__main__":
    sys.exit(main())
