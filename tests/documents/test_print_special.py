"""A special bill on paper says what it is for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pypdf import PdfReader
from town import adopt, house

from billing_tui.access.approvals import find_request
from billing_tui.access.decide_request import approve_request
from billing_tui.billing.special_bill import draft_special, post_or_ask
from billing_tui.documents.print_special import print_special
from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.data_files import data_path
from billing_tui.foundation.transaction import write_transaction
from billing_tui.ledger.chart import load_chart
from billing_tui.operations.executors import EXECUTORS
from billing_tui.records.add_cycle import add_cycle
from billing_tui.records.add_route import add_route
from billing_tui.records.bulk_set_up import bulk_set_up

if TYPE_CHECKING:
    from collections.abc import Callable

    from billing_tui.access.desk import Desk


def test_the_texts_that_were_keyed_and_amounts_as_money(desk: Callable[..., Desk]) -> None:
    """What was damaged, by which report; materials are dollars times a factor, no price each."""
    maria, luis = desk("maria"), desk("luis")
    with write_transaction(luis.store):
        adopt(data_path("rates", "water-2026-07-01.yaml").read_text(encoding="utf-8"))
    load_chart(luis, data_path("chart_of_accounts.yaml").read_text(encoding="utf-8"))
    add_route(luis, "07-01", "Alder", add_cycle(luis, "07", "North side"))
    row = bulk_set_up(luis, [house(1)]).account_ids[0]
    account = str(rows_of("SELECT number FROM account WHERE id = ?", (row,))[0][0])
    keyed = {"what": "Hydrant at Elm St", "report": "R-77", "hours": "3.5", "material": "1250.40"}
    asked = post_or_ask(maria, draft_special(maria, "damage", account, keyed), reason="R-77")
    request = find_request(luis, asked.request)
    done = approve_request(luis, asked.request, seen=request.digest, executors=EXECUTORS).result

    paper = PdfReader(print_special(luis, done["number"]).path)
    told = " ".join(paper.pages[0].extract_text().split())

    assert "What was damaged: Hydrant at Elm St. Report or order: R-77." in told
    assert "$1,250.40" in told
    assert "dollars ×" not in told
