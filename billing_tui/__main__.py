"""`python -m billing_tui` is the same as the command `billing-tui`."""

from __future__ import annotations

import os
import sys


def _spare_the_driver() -> None:
    """Keep Peewee from importing the PostgreSQL driver, where installed, for a SQLite office."""
    if not os.environ.get("BILLING_DATABASE", "").startswith("postgres"):
        sys.modules.setdefault("psycopg", None)  # type: ignore[arg-type]


def main() -> None:
    """Run the command line and leave with its exit code."""
    _spare_the_driver()
    from billing_tui.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
