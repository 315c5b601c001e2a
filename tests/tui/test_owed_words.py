"""What is owed less than nothing is called a credit."""

from __future__ import annotations

from dataclasses import replace

import pytest

from billing_tui.billing.bill_view import find_bill
from billing_tui.foundation.money import money_text, owed_text
from billing_tui.ledger.receivables import Standing
from billing_tui.tui.ink import plain
from billing_tui.tui.screens.billing.bill_rows import bill_rows
from billing_tui.tui.screens.billing.correction_lines import _owed
from billing_tui.tui.screens.records.account_lines import bill_rows as last_bill


def test_a_credit_is_called_a_credit() -> None:
    """No amount below zero stands behind the word `owes`."""
    assert owed_text(12540) == "owes 125.40"
    assert owed_text(0) == "owes 0.00"
    assert owed_text(-1450) == "has a credit of 14.50"


def test_before_and_after_a_correction() -> None:
    """Short where both are debts; each in full words where one is a credit."""
    assert plain(_owed(34240, 34466)) == "owes 342.40 now, 344.66 then."
    assert plain(_owed(1000, -1450)) == "owes 10.00 now, has a credit of 14.50 then."
    assert plain(_owed(-1450, 200)) == "has a credit of 14.50 now, owes 2.00 then."


@pytest.mark.usefixtures("city")
def test_a_bill_that_asks_for_nothing_has_no_due_day() -> None:
    """Where the account has a credit the last bill says so; nothing is due on a day."""
    bill = replace(find_bill("B26-0104882"), due_cents=-12695)

    assert plain(last_bill(bill, Standing(0))[-1]).split() == ["Credit", "balance", "126.95"]
    assert bill_rows(bill)[-1].label == "Credit balance"


@pytest.mark.usefixtures("city")
def test_the_inquiry_names_the_figures_of_the_bill() -> None:
    """A service's amount holds its tax, as on paper and on BIL030; with the balance it adds up."""
    bill = find_bill("B26-0104882")
    (water,) = bill.services
    assert any(line.kind == "tax" for line in water.lines)

    told = [plain(line).split() for line in last_bill(bill, Standing(0))]
    before = money_text(bill.due_cents - water.cents)
    assert told[1:-1] == [["Water", money_text(water.cents)], ["Balance", "before", before]]
    assert bill_rows(bill)[0].amount == water.cents
