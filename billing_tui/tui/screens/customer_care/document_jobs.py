"""The report of missing documents, printed as a job that says where the paper is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.staff import setting
from billing_tui.customer_care.document_policy import read_document_policy
from billing_tui.customer_care.filed_documents import whole_report
from billing_tui.tui.shown import PRINTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk
    from billing_tui.tui.jobs import Progress


def missing_job(desk: Desk) -> Callable[[Progress], str]:
    """Print the report into the office's folder of printed paper."""

    def work(progress: Progress) -> str:
        from billing_tui.documents.missing_report import print_missing_documents

        del progress
        policy = read_document_policy()
        lines = whole_report(policy, desk.business_day)
        printed = print_missing_documents(desk, policy, lines, setting("utility"))
        return f"{printed.path.name} is {PRINTED}."

    return work
