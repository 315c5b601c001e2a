"""Start the real screens on the office of a folder: `office_app.py HOME USER [COLOR]`."""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from billing_tui.access.staff import sit_down
from billing_tui.foundation.home import find_home
from billing_tui.operations.office import open_office
from billing_tui.tui.run import run


def main() -> int:
    """Run until the person signs off."""
    office = open_office(find_home(sys.argv[1]))
    day = office.business_day or date(2026, 11, 2)
    desk = sit_down(office.store, office.home, sys.argv[2], day, station="test")
    color: Any = sys.argv[3] if len(sys.argv) > 3 else None
    return run(office, desk, color=color)


if __name__ == "__main__":
    sys.exit(main())
