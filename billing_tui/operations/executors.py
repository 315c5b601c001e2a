"""What carries out an approved request, by the kinds of `data/policies/approvals.yaml`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.billing.cancel_rebill import CANCEL_REBILL, execute_rebill
from billing_tui.billing.special.posting import (
    LEAK_ADJUSTMENT,
    LISTED_BILL,
    SPECIAL_BILL,
    execute_special,
)
from billing_tui.metering.ask_estimate import ESTIMATE_BEYOND, execute_estimate
from billing_tui.records.request_class_change import CLASS_CHANGE, execute_class_change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.decide_request import Executor

EXECUTORS: Mapping[str, Executor] = {
    LISTED_BILL: execute_special,
    SPECIAL_BILL: execute_special,
    LEAK_ADJUSTMENT: execute_special,
    CLASS_CHANGE: execute_class_change,
    CANCEL_REBILL: execute_rebill,
    ESTIMATE_BEYOND: execute_estimate,
}
"""Every kind that the shipped policy has."""
