"""Give up a draft that is wrong or was turned down; it stays on record and is never approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.request_change import kept_reason
from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.foundation.errors import Refused
from billing_tui.rates.lookup import VersionView, find_version
from billing_tui.rates.tables import RateVersion, VersionState

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def withdraw_schedule(desk: Desk, code: str, number: int, why: str) -> VersionView:
    """Withdraw the draft `number` of schedule `code`; its text may be loaded again.

    Raises:
        NotFound: there is no such version.
        InvalidEntry: no reason is given.
        Refused: it is no draft.
    """
    said = kept_reason(why)
    with writing(desk, Right.PREPARE_RATES, "rates.withdraw_schedule", why=said) as act:
        version = find_version(code, number)
        if version.state is not VersionState.DRAFT:
            raise Refused(
                f"Version {number} of {code} is {version.state.lower()}; only a draft is "
                "withdrawn. Rates that were approved are followed by another version.",
                field="version",
            )
        now = VersionState.WITHDRAWN.value
        RateVersion.update(state=now).where(RateVersion.id == version.id).execute()
        act.about("rate_version", f"{code} {number}")
        act.before, act.after = {"state": version.state}, {"state": now}
    return find_version(code, number)
