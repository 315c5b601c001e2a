"""A clerk as a process: posts entries with keys, and prints what it was told about each.

Arguments: the home, a name, how many entries. Environment: SHIM_CALL (write or sync), SHIM_AT
(which call after the office is open), SHIM_ERRNO (0: the process dies there), SHIM_FOREVER;
FILE_LIMIT (bytes that any file may have).
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from datetime import date
from pathlib import Path

from billing_tui.access.staff import sit_down
from billing_tui.foundation.errors import BillingError
from billing_tui.foundation.home import Home
from billing_tui.ledger.journal import Entry, Leg
from billing_tui.ledger.post_entry import post_entry
from billing_tui.ledger.tables import EntryKind
from billing_tui.operations.office import open_office

DAY = date(2026, 11, 2)


def arm() -> None:
    """Set the fault that the environment asks for."""
    if "SHIM_CALL" in os.environ:
        asked = ("SHIM_AT", "SHIM_ERRNO", "SHIM_FOREVER")
        at, error, forever = (int(os.environ.get(name, "0")) for name in asked)
        ctypes.CDLL(None).shim_arm(os.environ["SHIM_CALL"] == "sync", at, error, forever)
    if "FILE_LIMIT" in os.environ:
        limit(int(os.environ["FILE_LIMIT"]))


def disarm() -> None:
    """Take the fault away, as when somebody frees the disk."""
    if "SHIM_CALL" in os.environ:
        ctypes.CDLL(None).shim_arm(0, 0, 0, 0)
    if "FILE_LIMIT" in os.environ:
        limit(resource.RLIM_INFINITY)


def limit(size: int) -> None:
    """Let no file grow beyond this many bytes."""
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))


def main() -> None:
    """Post the entries; the last one after the fault was taken away."""
    root, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    office = open_office(Home(root, f"sqlite://{root / 'billing.db'}"))
    desk = sit_down(office.store, office.home, "luis", DAY, station=name)
    arm()
    for number in range(count):
        if number == count - 1:
            disarm()
        key = f"{name}-{number}"
        legs = (Leg("cash.water", number + 1), Leg("water.usage", -number - 1))
        entry = Entry(DAY, EntryKind.ADJUSTMENT, key, legs, "x" * 150)
        try:
            post_entry(desk, entry, key=key)
        except BillingError as refusal:
            print(refusal.code, key, refusal.sentence, flush=True)
        else:
            print("SAVED", key, flush=True)
    office.close()


main()
