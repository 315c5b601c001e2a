"""`billing-tui document`: file papers, list them, and report what is missing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from billing_tui.access.rights import Right
from billing_tui.access.staff import setting
from billing_tui.cli.entries import DAY, WHOLE
from billing_tui.cli.office import at_desk
from billing_tui.cli.output import print_json, print_table, say
from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.file_document import (
    Concerns,
    DocumentForm,
    file_document,
    withdraw_document,
)
from billing_tui.customer_care.filed_documents import (
    START,
    documents_of,
    missing_documents,
    whole_report,
)
from billing_tui.foundation.counting import counted
from billing_tui.records.lookup import find_account

if TYPE_CHECKING:
    from datetime import date

    from billing_tui.access.desk import Desk


@click.group()
def document() -> None:
    """Papers of accounts: file them by their hash, list them, report what is missing."""


@document.command("file")
@click.argument("account")
@click.argument("kind")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--of",
    type=click.Choice([one.value for one in Concerns]),
    default=Concerns.ACCOUNT.value,
    show_default=True,
    help="Whose paper it is.",
)
@click.option("--received", type=DAY, help="When it came; the business day by default.")
@click.option("--expires", type=DAY, help="Its last day.")
@click.option("--remark", default="")
@at_desk
def file_(
    desk: Desk,
    *,
    account: str,
    kind: str,
    path: Path,
    of: str,
    received: date | None,
    expires: date | None,
    remark: str,
    as_json: bool,
) -> None:
    """File PATH as a KIND of document (see data/policies/documents.yaml) with ACCOUNT."""
    form = DocumentForm(
        path=path,
        kind=kind,
        concerns=Concerns(of),
        received=received,
        expires=expires,
        remark=remark,
    )
    filed = file_document(desk, find_account(account), form)
    if as_json:
        print_json(filed)
        return
    known = " The same bytes were on file already." if filed.known else ""
    say(f"Document {filed.document_id} is on file, SHA-256 {filed.sha256}.{known}")


@document.command("list")
@click.argument("account")
@click.option("--before", type=WHOLE, help="The last number of the page before.")
@at_desk
def list_(desk: Desk, account: str, before: int | None, *, as_json: bool) -> None:
    """List the papers of ACCOUNT, of its customer and its place, newest first."""
    desk.require(Right.LOOK)
    lines = documents_of(find_account(account), before=before)
    if as_json:
        print_json(lines)
        return
    titles = ("No", "Came", "Kind", "Of", "Until", "File", "SHA-256", "By")
    print_table(
        titles,
        [
            (
                *(line.document_id, line.received, line.kind, line.concerns.value),
                "withdrawn" if line.withdrawn else line.expires or "-",
                *(line.file_name, line.sha256[:12], line.staff),
            )
            for line in lines
        ],
    )


@document.command()
@click.argument("number", type=WHOLE)
@click.option("--why", required=True, help="The reason, for the trail.")
@at_desk
def withdraw(desk: Desk, number: int, why: str, *, as_json: bool) -> None:
    """Withdraw document NUMBER, which was filed in error."""
    withdraw_document(desk, number, why)
    if as_json:
        print_json({"document_id": number})
    else:
        say(f"Document {number} is withdrawn; its bytes stay.")


@document.command()
@click.option("--account", help="Only this one.")
@click.option("--after", nargs=2, metavar="ACCOUNT NAME", help="The last line of the page before.")
@click.option("--limit", type=click.IntRange(1, 1000), default=50, show_default=True)
@click.option("--print", "printed", is_flag=True, help="Print all of it into the office's folder.")
@at_desk
def missing(
    desk: Desk,
    *,
    account: str | None,
    after: tuple[str, str] | None,
    limit: int,
    printed: bool,
    as_json: bool,
) -> None:
    """Report the papers that accounts must have and have not, with the rule."""
    desk.require(Right.LOOK)
    if printed:
        _print(desk)
        return
    lines = missing_documents(
        read_document_policy(),
        desk.business_day,
        after=after or START,
        limit=limit,
        account_id=find_account(account) if account else None,
    )
    if as_json:
        print_json(lines)
        return
    titles = ("Account", "Customer", "Missing", "Ended", "Because")
    print_table(
        titles,
        [(one.account, one.customer, one.name, one.ended or "never", one.because) for one in lines],
    )
    if len(lines) == limit:
        say(f"There may be more: --after {lines[-1].account} '{lines[-1].name}'")


def _print(desk: Desk) -> None:
    from billing_tui.documents.missing_report import print_missing_documents

    policy = read_document_policy()
    lines = whole_report(policy, desk.business_day)
    printed = print_missing_documents(desk, policy, lines, setting("utility"))
    say(f"The report is {printed.path}, {counted(printed.pages, 'page')}.")
