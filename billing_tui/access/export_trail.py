"""Export what a search of the trail finds, as CSV in the home's `exports` folder; noted itself."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.trail_search import whole_trail, write_csv
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.foundation.moments import local

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from billing_tui.access.desk import Desk
    from billing_tui.access.trail_search import TrailLine, TrailQuery

_EVERY = 500


@dataclass(frozen=True, slots=True)
class ExportedTrail:
    """A file that was written, and how many entries are in it."""

    path: Path
    entries: int


def _counted(
    lines: Iterator[TrailLine], progress: Callable[[int, int], None]
) -> Iterator[TrailLine]:
    for done, line in enumerate(lines, 1):
        if done % _EVERY == 0:
            progress(done, 0)
        yield line


def asked_for(query: TrailQuery) -> dict[str, str]:
    """What narrows a query, as text."""
    shown = {one.name: getattr(query, one.name) for one in fields(query)}
    return {name: str(value) for name, value in shown.items() if value}


def export_trail(
    desk: Desk, query: TrailQuery, *, progress: Callable[[int, int], None] = lambda *_: None
) -> ExportedTrail:
    """Write all entries that fit into a new file that only the office's own account can read.

    Args:
        desk: who takes the entries away; the trail names them.
        query: what is exported.
        progress: gets the number of entries so far; the total is not known, so 0.

    Raises:
        NotAllowed: the person may not read the trail.
        InvalidEntry: the days are the wrong way round, or the file cannot be written.
    """
    lines = whole_trail(desk, query)
    moment = f"{local(desk.clock()):%Y%m%dT%H%M%S}"
    path = desk.home.exports / f"trail-{desk.username}-{moment}.csv"
    with ExitStack() as gone:
        try:
            desk.home.exports.mkdir(mode=0o700, parents=True, exist_ok=True)
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            gone.callback(path.unlink)
            with open(number, "w", encoding="utf-8", newline="") as stream:  # noqa: PTH123 - a descriptor
                count = write_csv(_counted(lines, progress), stream)
        except OSError as error:
            raise InvalidEntry(f"{path} cannot be written: {error.strerror}.") from error
        with writing(desk, Right.READ_TRAIL, "access.export_trail") as act:
            act.about("file", path.name)
            act.after = {"entries": count, **asked_for(query)}
        gone.pop_all()  # the file stays: it is whole, and the trail names it
    return ExportedTrail(path, count)
