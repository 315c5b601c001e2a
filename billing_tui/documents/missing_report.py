"""The report of papers that accounts must have and have not, on paper, with the citations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.documents.bill_values import day_text
from billing_tui.documents.listing import Column, PrintedList, new_listing

if TYPE_CHECKING:
    from collections.abc import Iterable

    from billing_tui.access.desk import Desk
    from billing_tui.customer_care.document_policy import DocumentPolicy
    from billing_tui.customer_care.filed_documents import MissingDocument

_COLUMNS = (
    Column("Account", 70),
    Column("Customer", 180),
    Column("Missing", 165),
    Column("Ended", 107),
)


def print_missing_documents(
    desk: Desk, policy: DocumentPolicy, missing: Iterable[MissingDocument], utility: str
) -> PrintedList:
    """Print the report of the business day into the office's folder of printed paper.

    Args:
        desk: who prints.
        policy: what is required, and why; printed after the lines.
        missing: the lines in order; consumed once.
        utility: name of the utility.
    """
    day = desk.business_day
    path = desk.home.printed / f"missing-documents-{day}.pdf"
    counts = dict.fromkeys((need.name for need in policy.required), 0)
    with new_listing(f"Missing documents, {day_text(day)}", utility, desk.clock()) as listing:
        listing.table(_COLUMNS)
        for line in missing:
            ended = day_text(line.ended) if line.ended else "never filed"
            listing.row((line.account, line.customer, line.name, ended))
            counts[line.name] += 1
        listing.heading("Why, and how many")
        for need in policy.required:
            listing.fact(f"{need.name}: {counts[need.name]:,}", need.because)
        listing.fact("All", f"{sum(counts.values()):,}")
        return listing.write(path)
