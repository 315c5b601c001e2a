"""What the second calculator refuses, in sentences of its own."""

from __future__ import annotations

from billing_tui.foundation.errors import BillingError


class Unreadable(BillingError):  # noqa: N818 - a refusal, like its siblings in the foundation
    """The schedule's text cannot be read as the format states it."""

    code = "SECOND-SCHEDULE"


class NotRated(BillingError):  # noqa: N818 - likewise
    """The service cannot be rated; the whole of it is refused, never a line."""

    code = "SECOND-REFUSED"


class NotGiven(NotRated):
    """An attribute or related amount that a value asks for is missing or empty."""

    code = "SECOND-NOT-GIVEN"
