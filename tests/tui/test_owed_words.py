"""What is owed less than nothing is called a credit."""

from __future__ import annotations

from billing_tui.foundation.money import owed_text
from billing_tui.tui.ink import plain
from billing_tui.tui.screens.billing.correction_lines import _owed


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
