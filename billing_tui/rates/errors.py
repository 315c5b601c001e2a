"""Refusals of the rate desk. A service is billed exactly or not at all."""

from __future__ import annotations

from billing_tui.foundation.errors import BillingError


class RateError(BillingError):
    """A schedule cannot bill what it was given; the sentence names schedule, class and key."""

    code = "RATE"


class InputMissing(RateError):  # noqa: N818 - reads as what happened, like the foundation's
    """The account does not state an attribute, or no other service handed over an amount."""

    code = "RATE-INPUT"


class KeyMissing(RateError):  # noqa: N818
    """A table has no entry for what the account states."""

    code = "RATE-KEY"
