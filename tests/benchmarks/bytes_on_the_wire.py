"""Bytes that the screens send, as a slow link pays for them, at 80 by 24.

    python tests/benchmarks/bytes_on_the_wire.py

Ends with 1 where painting a form takes more than 10 KB, a key more than 200 B, or rest any.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "terminal"))
from harness import ROOT, Terminal

PAINT, KEY, REST = 10_240, 200, 0


def main() -> int:
    """Print the figures; 1 where they are over the budget."""
    app = str(ROOT / "tests" / "terminal" / "burst_app.py")
    over = False
    for term in ("xterm", "xterm-256color"):
        with tempfile.TemporaryDirectory() as folder:
            terminal = Terminal([app, str(Path(folder) / "records.db"), "plain"], term=term)
            terminal.wait_for("F1 Help")
            terminal.settle(0.5)
            paint = terminal.received
            keys = []
            for key in "10432-0":
                terminal.type(key)
                keys.append(terminal.read(0.25))
            terminal.type("3<enter>")
            enter = terminal.read(0.4)
            rest = terminal.read(3.0)
            terminal.close()
        each = sum(keys) / len(keys)
        print(f"{term:15}  paint {paint} B  key {each:.0f} B  enter {enter} B  rest {rest} B")
        over = over or paint > PAINT or max(keys) > KEY or rest > REST
    return int(over)


if __name__ == "__main__":
    sys.exit(main())
