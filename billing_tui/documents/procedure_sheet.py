"""A procedure page on paper, for the wall beside the desk or the binder of who learns it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from billing_tui.access.staff import setting
from billing_tui.documents.listing import PrintedList, new_listing

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from billing_tui.access.desk import Desk
    from billing_tui.operations.procedures import Procedure

_ITEM = re.compile(r"( *)(\d+\.|-) +(.*)")
_INDENT = 18.0


class Block(NamedTuple):
    """A part of a page: a heading, an item with its number or dash, or a paragraph."""

    heading: bool
    mark: str
    text: str


def blocks_of(lines: Sequence[str]) -> Iterator[Block]:
    """The lines of a page put together as they belong: what goes on is one block again."""
    block: Block | None = None
    for line in [*lines, ""]:
        item = _ITEM.fullmatch(line)
        if block and line.strip() and not item and not line.startswith("#"):
            block = block._replace(text=f"{block.text} {line.strip()}")
            continue
        if block:
            yield block
        block = Block(heading=False, mark="", text=line.strip()) if line.strip() else None
        if item:
            block = Block(heading=False, mark=item[2], text=item[3])
        elif line.startswith("#"):
            yield Block(heading=True, mark="", text=line.lstrip("# "))
            block = None


def print_procedure(desk: Desk, page: Procedure) -> PrintedList:
    """Print a page into the home's `printed` folder; an older print of it is replaced."""
    with new_listing(page.title, setting("utility"), desk.clock()) as listing:
        for block in blocks_of(page.body):
            if block.heading:
                listing.heading(block.text)
            else:
                text = block.text.replace("`", "")
                listing.paragraph(
                    text,
                    mark=block.mark.replace("-", "\u2013"),
                    indent=_INDENT if block.mark else 0.0,
                )
        listing.heading("This page")
        listing.fact("Screens", ", ".join(page.screens))
        listing.fact("Version", f"{page.version}, {page.whose}")
        listing.fact("Kept by", page.owner)
        overdue = ", overdue" if page.is_overdue(desk.business_day) else ""
        due = f"next by {page.review_by:%m/%d/%y}{overdue}"
        listing.fact("Reviewed", f"{page.reviewed:%m/%d/%y}, {due}")
        return listing.write(desk.home.printed / f"procedure-{page.id}.pdf")
