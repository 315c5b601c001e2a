"""Close a printed run: every tie-out agrees, so nothing is left to do about it (C15)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.billing.runs import RunView, find_run, require_next, set_state
from billing_tui.billing.states import RunState
from billing_tui.billing.tie_out import tie_outs
from billing_tui.foundation.errors import Refused

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk


def close_run(desk: Desk, number: str) -> RunView:
    """Close a printed run.

    Raises:
        RunRefused: it is not printed.
        Refused: two figures that must agree do not.
    """
    run = find_run(number)
    require_next(run, RunState.CLOSED)
    with writing(desk, Right.POST_RUN, "billing.close_run") as act:
        ties = tie_outs(number)
        apart = [tie for tie in ties if not tie.agrees]
        if apart:
            raise Refused(
                f"Run {number} does not tie out: {apart[0].name}, {apart[0].left_source} "
                f"{apart[0].left:,} against {apart[0].right_source} {apart[0].right:,}."
            )
        set_state(run, RunState.CLOSED)
        act.about("bill run", number)
        act.before = {"state": run.state.value}
        act.after = {"state": RunState.CLOSED.value, "tie_outs": len(ties)}
    return find_run(number)
