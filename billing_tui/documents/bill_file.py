"""The print file of a cycle: one PDF, written whole or not at all, and what it holds.

The same bills and the same moment give the same bytes, so that a reprint can be proved by its hash.
"""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from billing_tui.documents.bill_values import BillPage, bill_problems
from billing_tui.foundation.errors import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime
    from pathlib import Path

    from billing_tui.documents.paper import Paper
    from billing_tui.foundation.errors import Problem


@dataclass(frozen=True, slots=True)
class PrintedFile:
    """What was printed: the figures that the control sheet repeats.

    Attributes:
        bills, pages: how many are in the file.
        total_cents: sum of the amounts due of the printed bills; credit balances count below zero.
        current_cents: sum of their current charges, which ties to the register.
        sha256: hash of the file's bytes.
        problems: warnings about printed bills and errors about parked ones, by place in the run.
        first_bill, last_bill: lowest and highest number of a bill in the file.
        parked: numbers of the bills that do not add up and were left out.
    """

    path: Path
    pages: int
    bills: int
    total_cents: int
    sha256: str
    problems: tuple[Problem, ...]
    current_cents: int = 0
    first_bill: str = ""
    last_bill: str = ""
    parked: tuple[str, ...] = ()


def write_whole(path: Path, content: bytes) -> str:
    """Write a file so that it stands complete or not at all; returns its SHA-256.

    The bytes go to a file beside it, reach the disk, and take the name in one step.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return hashlib.sha256(content).hexdigest()


@dataclass(slots=True)
class _Tally:
    """What a run has printed so far."""

    bills: int = 0
    total_cents: int = 0
    current_cents: int = 0
    first_bill: str = ""
    last_bill: str = ""
    problems: list[Problem] = field(default_factory=list)
    parked: list[str] = field(default_factory=list)

    def add(self, bill: BillPage) -> None:
        """Count one printed bill."""
        self.bills += 1
        self.total_cents += bill.amounts.total_due
        self.current_cents += bill.amounts.current_charges
        self.first_bill = min(self.first_bill or bill.bill_number, bill.bill_number)
        self.last_bill = max(self.last_bill, bill.bill_number)


def _no_progress(_done: int) -> None:
    """Tell nobody."""


def _draw_all(bills: Iterable[BillPage], paper: Paper, progress: Callable[[int], None]) -> _Tally:
    """Put every bill that adds up on the paper, and park the others."""
    from billing_tui.documents.bill_page import BillPainter

    painter = BillPainter(paper)
    tally = _Tally()
    for line, bill in enumerate(bills, start=1):
        faults = bill_problems(bill, line)
        if faults:
            tally.problems += faults
            tally.parked.append(bill.bill_number)
            continue
        drawn = painter.draw(bill, line)
        for page in drawn.pages:
            paper.put_page(page)
        tally.problems += drawn.problems
        tally.add(bill)
        progress(line)
    return tally


def print_bills(
    bills: Iterable[BillPage],
    path: Path,
    *,
    made_at: datetime,
    title: str = "Utility bills",
    progress: Callable[[int], None] = _no_progress,
) -> PrintedFile:
    """Print bills, one after the other as they come, into one PDF.

    Args:
        bills: in the order of the mailing; consumed once.
        path: where the file goes; an older one of that name is replaced.
        made_at: moment that the file carries as its creation date.
        title: the document's title.
        progress: told after each bill how many are done.

    Raises:
        Refused: there is no bill that can be printed.
    """
    from billing_tui.documents.paper import Paper

    with Paper(title, made_at) as paper:
        tally = _draw_all(bills, paper, progress)
        if not tally.bills:
            raise Refused("There is no bill to print.", code="PRINT-EMPTY")
        pages, content = paper.page, paper.finished()
    return PrintedFile(
        path=path,
        pages=pages,
        bills=tally.bills,
        total_cents=tally.total_cents,
        sha256=write_whole(path, content),
        problems=tuple(tally.problems),
        current_cents=tally.current_cents,
        first_bill=tally.first_bill,
        last_bill=tally.last_bill,
        parked=tuple(tally.parked),
    )
