"""The gate: writers of one SQLite file queue here, first come first served.

SQLite's own waiting is a sleep without a queue, so a batch that takes the lock again and again
starves everybody else. A blocking `flock` on a file beside the database is a fair queue that the
kernel clears when a process dies. Correctness never depends on it: SQLite's own locks still rule.
"""

from __future__ import annotations

import fcntl
import os
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE_SECONDS = 30.0
"""How long a writer waits before it says that the database is busy."""


class _Queue:
    """Waits for the file in a thread, so that a stopped holder cannot stop this process too."""

    def __init__(self, handle: int) -> None:
        self.handle = handle
        self.done = threading.Event()
        self.state = threading.Lock()
        self.given_up = False
        threading.Thread(target=self._run, daemon=True, name="gate").start()

    def _run(self) -> None:
        fcntl.flock(self.handle, fcntl.LOCK_EX)
        with self.state:
            if self.given_up:
                os.close(self.handle)
            self.done.set()

    def wait(self, patience: float) -> None:
        if self.done.wait(patience):
            return
        with self.state:
            if self.done.is_set():
                return
            self.given_up = True
        raise Refused(
            "Another program has held the database for too long. Nothing was saved; "
            "try again, and tell the system specialist if it goes on.",
            code="DATABASE-BUSY",
        )


@contextmanager
def gate(path: Path | None, patience: float = PATIENCE_SECONDS) -> Iterator[None]:
    """Hold the gate file for one write transaction; no gate where `path` is None."""
    if path is None:
        yield
        return
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            _Queue(handle).wait(patience)
    except Refused:
        raise
    except BaseException:
        os.close(handle)
        raise
    try:
        yield
    finally:
        os.close(handle)
