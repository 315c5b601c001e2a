"""`billing-tui procedure`: the procedure pages, and those whose review is overdue."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_line, print_problems, print_table
from billing_tui.operations.procedures import library

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


@click.group()
def procedure() -> None:
    """How each piece of work is done here: ours, and the utility's own in their place.

    Exit codes: 0 done, 1 something is overdue or cannot be shown, 2 wrong use.
    """


@procedure.command("list")
@click.argument("words", nargs=-1)
@click.option("--overdue", is_flag=True, help="Only those whose review day has passed.")
@at_desk
def list_pages(desk: Desk, words: tuple[str, ...], *, overdue: bool, as_json: bool) -> int:
    """List the pages in which all WORDS stand."""
    shelf, day = library(desk.home), desk.business_day
    pages = [one for one in shelf.search(" ".join(words)) if not overdue or one.is_overdue(day)]
    if as_json:
        print_json({"pages": pages, "problems": shelf.problems})
    else:
        print_table(
            ("Page", "Title", "Review by", ""),
            [
                (
                    one.id,
                    one.title,
                    one.review_by,
                    " ".join(filter(None, ("own" * one.own, "* overdue" * one.is_overdue(day)))),
                )
                for one in pages
            ],
            whole=("Page", "Review by"),
        )
    print_problems(shelf.problems)
    return int(bool(shelf.problems) or (overdue and bool(pages)))


@procedure.command()
@click.argument("page")
@at_desk
def show(desk: Desk, page: str, *, as_json: bool) -> None:
    """Show one PAGE: by its name, or by the id of a screen that it explains."""
    found = library(desk.home).page(page)
    if as_json:
        print_json(found)
        return
    print_line(f"{found.title}   {' '.join(found.screens)}")
    kept = f"Kept by {found.owner}; reviewed {found.reviewed}, next by {found.review_by}."
    print_line(f"Version {found.version}, {found.whose}. {kept}")
    print_line("")
    for line in found.body:
        print_line(line)


@procedure.command("print")
@click.argument("page")
@at_desk
def print_(desk: Desk, page: str, *, as_json: bool) -> None:
    """Print one PAGE into the home's folder `printed`: by its name, or by a screen's id."""
    from billing_tui.documents.procedure_sheet import print_procedure

    printed = print_procedure(desk, library(desk.home).page(page))
    if as_json:
        print_json(printed)
        return
    print_line(str(printed.path))
