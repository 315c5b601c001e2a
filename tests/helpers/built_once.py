"""What takes seconds to build is built once for all workers of a session, by who asks first."""

from __future__ import annotations

import fcntl
import os
import shutil
from typing import TYPE_CHECKING

from pg_server import ON_SERVER

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest


def built_once(factory: pytest.TempPathFactory, name: str, build: Callable[[Path], object]) -> Path:
    """The folder of that name, whole; tests read it or work in copies.

    Each worker has a server of its own, so there nothing is shared.
    """
    base = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ and not ON_SERVER:
        base = base.parent  # where the folders of all workers stand
    folder, whole = base / name, base / f"{name}.whole"
    with (base / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not whole.exists():
            shutil.rmtree(folder, ignore_errors=True)
            build(folder)
            whole.touch()
    return folder
