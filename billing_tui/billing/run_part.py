"""A part of a long step of a run: a short transaction of its own between two acts of the trail.

Clerks save between the parts. Each is refused where somebody moved the run on since it was seen.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from billing_tui.billing.runs import require_unmoved
from billing_tui.foundation.transaction import write_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator

    from billing_tui.access.desk import Desk
    from billing_tui.billing.runs import RunView


@contextmanager
def run_part(desk: Desk, run: RunView) -> Iterator[None]:
    """Everything inside is saved together, and only while the run is as it was seen.

    Raises:
        RunRefused: its state or its register is another one by now.
    """
    with write_transaction(desk.store):
        require_unmoved(run)
        yield
