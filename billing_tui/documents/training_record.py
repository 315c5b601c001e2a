"""The training record of one person: the drills that were handed in, for the personnel file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.listing import Column, PrintedList, new_listing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from billing_tui.operations.training.results import ResultLine

_COLUMNS = (
    Column("Day", 58),
    Column("Drill", 214),
    Column("Version", 44, figure=True),
    Column("Points", 54, figure=True),
    Column("Result", 62, figure=True),
    Column("Minutes", 46, figure=True),
    Column("Hints", 44, figure=True),
)


def _row(line: ResultLine, titles: Mapping[str, str]) -> tuple[str, ...]:
    return (
        f"{line.day:%m/%d/%y}",
        titles.get(line.drill, line.drill),
        str(line.version),
        f"{line.score}/{line.most}",
        "passed" if line.passed else "not yet",
        str(line.minutes),
        str(line.hints),
    )


def print_training_record(
    path: Path,
    utility: str,
    lines: Sequence[ResultLine],
    titles: Mapping[str, str],
    *,
    made_at: datetime,
) -> PrintedList:
    """Print all results of one person, what was missed beneath each, and lines to sign.

    Args:
        path: the file; an older record there is replaced.
        utility: its name.
        lines: the person's results, newest first; at least one.
        titles: of the drills, by id.
        made_at: the moment that the file carries.
    """
    who = lines[0]
    passed = {line.drill for line in lines if line.passed}
    with new_listing(f"Training record: {who.name}", utility, made_at) as listing:
        listing.fact("User name", who.username)
        listing.fact("Drills passed", f"{len(passed)} of {len(titles)}")
        listing.y += 8
        listing.table(_COLUMNS)
        for line in lines:
            listing.row(_row(line, titles), " ".join(line.missed))
        missing = [title for drill, title in titles.items() if drill not in passed]
        if missing:
            listing.heading("Not passed yet")
            for title in missing:
                listing.fact("", title)
        listing.signatures("Trainee", "Lead")
        return listing.write(path)
