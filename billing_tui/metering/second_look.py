"""What a keyed reading is asked about again: one rule for sheets, moves, exchanges and removals.

Which checks ask stands in `data/policies/read_entry.yaml`; their limits in `read_checks.yaml`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from billing_tui.metering.checks import CheckName, findings
from billing_tui.metering.contexts import context_of, surroundings
from billing_tui.metering.entry_policy import shipped_entry_policy
from billing_tui.metering.read_policy import shipped_policy

if TYPE_CHECKING:
    from billing_tui.metering.checks import Finding
    from billing_tui.metering.entry_policy import EntryPolicy
    from billing_tui.metering.move_read import Ready
    from billing_tui.metering.read_context import ReadContext


def asks_again(context: ReadContext, policy: EntryPolicy) -> tuple[Finding, ...]:
    """What the checks that stop the cursor have to say."""
    found = findings(context, shipped_policy())
    return tuple(one for one in found if one.check in policy.ask_again)


def asks_again_of_move(ready: Ready) -> tuple[Finding, ...]:
    """The same for the read of a move; a read that is shared or estimated is asked nothing.

    Between two people a place uses a little. Where it has a history, that says what is too much.
    """
    row = ready.row
    if ready.shared is not None or row.reading is None or row.derivation:
        return ()
    begins = ready.population.openings[row.meter_id]
    over = not begins.gone and row.reading < begins.start
    looked_at = replace(row, usage_milli=ready.usage_milli, rolled_over=over)
    around = surroundings(ready.population, [row.meter_id])
    context = context_of(looked_at, around)
    asked = asks_again(context, shipped_entry_policy())
    return tuple(one for one in asked if one.check is not CheckName.VACANT or not context.history)
