"""A customer is on the phone: keys from the menu to the account, how long each takes, the memory.

    python tests/benchmarks/on_the_phone.py [accounts]

The real program in a terminal of 80 by 24 on an office of 100,000 accounts. The name is typed as
the caller says it; a key's time is from its sending to the last byte that it brought. Prints the
keys beyond the name itself, the 95th percentile, and the memory of the session's process after a
walk through the screens. Ends with 1 where more than 6 keys are needed, the 95th percentile is
100 ms or more, or the session takes 90 MB or more.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "terminal"))

from harness import ROOT, Terminal
from search import accounts, open_city, percentile

from billing_tui.records.bulk_set_up import bulk_set_up

MOST_KEYS, MOST_MS, MOST_MEGABYTES = 6, 100.0, 90.0
CALLS = 25
_QUIET = 0.12
_WALK = ("1.1<enter>", "<f2>3.1<enter>", "<f2>5.1<enter>", "<f2>acc020 10005-01<enter>", "<f1>")


def timed_key(terminal: Terminal, key: str) -> float:
    """Milliseconds from sending a key to the last byte that it brought."""
    terminal.type(key)
    sent = last = time.perf_counter()
    while time.perf_counter() - last < _QUIET:
        if terminal.read(0.004):
            last = time.perf_counter()
    return (last - sent) * 1000


def call(terminal: Terminal, name: str) -> tuple[list[float], int]:
    """Times of all keys from the menu to the account, and how many were not the name itself."""
    taken = [timed_key(terminal, key) for key in name]
    beyond = 0
    while "ACC020" not in terminal.lines[0]:
        taken.append(timed_key(terminal, "<enter>"))
        beyond += 1
        if beyond > MOST_KEYS:
            raise SystemExit(f"{name} does not lead to an account:\n{terminal.text}")
    terminal.type("<f3>")
    terminal.wait_for("MNU010")
    terminal.settle(0.15)
    return taken, beyond


def megabytes(process: int) -> float:
    """Memory that a process has in use, in MB, shared libraries counted whole (VmRSS)."""
    lines = Path(f"/proc/{process}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024


def main() -> int:
    """Set up, call, print; the exit code."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        desk = open_city(home)
        bulk_set_up(desk, accounts(count))
        desk.store.database.close()
        app = str(ROOT / "tests" / "terminal" / "office_app.py")
        terminal = Terminal([app, str(home), "luis"])
        terminal.wait_for("Go to")
        terminal.settle(0.5)
        sample = [row for number, row in enumerate(accounts(count)) if number % (count // 60) == 9]
        names = [f"{row.customer.phones[0]}" for row in sample[:5]]
        names += [row.customer.name.replace(",", "").lower() for row in sample[:CALLS]]
        every, most = [], 0
        for name in names:
            taken, beyond = call(terminal, name)
            every += taken
            most = max(most, beyond)
        for step in _WALK:
            terminal.type(step)
            terminal.settle(0.3)
        memory = megabytes(int(terminal.child.pid or 0))
        terminal.close()
    late = percentile(every, 0.95)
    print(f"{count:,} accounts, {len(names)} calls: at most {most} keys beyond the name")
    print(f"{len(every):,} keys: median {percentile(every, 0.5):.0f} ms, 95th {late:.0f} ms")
    print(f"memory of the session: {memory:.0f} MB")
    return int(most > MOST_KEYS or late >= MOST_MS or memory >= MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
