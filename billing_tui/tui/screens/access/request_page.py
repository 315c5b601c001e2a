"""AUD021 Request: one change request whole, with the digest that an approval names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.approvals import find_request
from billing_tui.foundation.errors import InvalidEntry
from billing_tui.tui.ink import BLANK, Line, Role
from billing_tui.tui.long_page import PageScreen
from billing_tui.tui.screens.access.request_lines import payload_lines, request_lines

if TYPE_CHECKING:
    from collections.abc import Sequence


class RequestPage(PageScreen):
    """All that a request would change, and what it is decided by."""

    ident = "AUD021"
    heading = "Request"
    help_text = (
        "One request with all its fields. The digest at the end is that of what its maker asked "
        "for; an approval carries out exactly that, or nothing. AUD020 decides."
    )
    opening = "F7 and F8 turn the page, F12 goes back."

    def prepare(self) -> None:
        """Find the request that was named."""
        if not self.subject.isdigit():
            raise InvalidEntry("Key the number of a request.", field="way")
        find_request(self.desk, int(self.subject))

    def page(self) -> Sequence[Line]:
        """All lines, and the digest."""
        view = find_request(self.desk, int(self.subject))
        lines = request_lines(view, self.desk.business_day, self.billing.size.width)
        words = payload_lines(view, self.billing.size.width)
        lines += [BLANK, *words] if words else []
        return [*lines, BLANK, ((f" SHA-256 {view.digest}", Role.LABEL),)]
