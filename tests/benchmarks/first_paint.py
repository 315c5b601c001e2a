"""Time from start to the menu, as a ratio to a minimal Textual app in the same run.

    python tests/benchmarks/first_paint.py [times]

Ends with 1 where the menu takes more than 1.6 times the minimal app, or where starting the
screens imports fpdf2. Measured as installed by default; peewee imports psycopg wherever that extra
is installed, which the last figure shows.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "terminal"))
from harness import ROOT, Terminal

from billing_tui.access.hire import found_staff
from billing_tui.access.rights import Role
from billing_tui.foundation.home import find_home
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.office import found_office

MOST = 1.6
_MINIMAL = """
from textual.app import App
from textual.widgets import Static
class Minimal(App):
    def compose(self):
        yield Static("It is painted.")
Minimal().run(mouse=False)
"""
_CLEAN = """
import sys
from billing_tui.tui import run
run.settle_textual("16")
import billing_tui.tui.app
from billing_tui.tui.screens.register import listing
listing("MNU010").load()
sys.exit("fpdf" in sys.modules)
"""


_DEFAULT = """
import runpy, sys
sys.modules |= {"psycopg": None, "psycopg2": None}
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""
"""As where the extra `postgres` is not installed."""


def _painted(arguments: list[str], text: str) -> float:
    start = time.perf_counter()
    terminal = Terminal(arguments)
    terminal.wait_for(text)
    seconds = time.perf_counter() - start
    terminal.close()
    return seconds


def main() -> int:
    """Print the figures; 1 where they are over the budget."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    app = str(ROOT / "tests" / "terminal" / "office_app.py")
    with tempfile.TemporaryDirectory() as folder:
        home = find_home(folder)
        office = found_office(home, {"mode": "training", "utility": "Test Utilities"})
        with write_transaction(office.store):
            found_staff("maria", "Maria Soto", [Role.CLERK], date(2020, 1, 1))
        office.close()
        minimal, menu, extra = [], [], []
        for _ in range(times):
            minimal.append(_painted(["-c", _MINIMAL], "It is painted."))
            menu.append(_painted(["-c", _DEFAULT, app, folder, "maria"], "F1 Help"))
            extra.append(_painted([app, folder, "maria"], "F1 Help"))
    ratio = min(menu) / min(minimal)
    clean = subprocess.run([sys.executable, "-c", _CLEAN], check=False, cwd=ROOT).returncode == 0
    print(f"minimal Textual app  {min(minimal):.3f} s")
    print(f"menu of the office   {min(menu):.3f} s")
    print(f"ratio                {ratio:.2f} (at most {MOST})")
    print(f"with psycopg         {min(extra):.3f} s, {min(extra) / min(minimal):.2f}")
    print(f"fpdf2 not imported   {clean}")
    return 0 if ratio <= MOST and clean else 1


if __name__ == "__main__":
    sys.exit(main())
