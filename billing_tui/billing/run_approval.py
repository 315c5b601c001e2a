"""Who approved a run, and when: the run names the person, the trail the moment."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.bulk import rows_of
from billing_tui.foundation.moments import moment_text

if TYPE_CHECKING:
    from billing_tui.billing.runs import RunView

_MOMENT = (
    "SELECT at FROM audit_entry WHERE subject_kind = 'bill run' AND subject = ?"
    " AND verb = 'billing.approve_run' AND staff_id = ? ORDER BY seq DESC LIMIT 1"
)


@dataclass(frozen=True, slots=True)
class Approval:
    """The approval that a run stands on.

    Attributes:
        username, name: of who approved it.
        at: UTC, ISO; "" for a run that was taken over with its approval.
    """

    username: str
    name: str
    at: str

    @property
    def told(self) -> str:
        """`nora, 11/03/26 12:25 PST`, or the name alone."""
        return f"{self.username}, {moment_text(self.at)}" if self.at else self.username


def approval_of(run: RunView) -> Approval | None:
    """The approval of a run; None where nobody has approved it as it stands."""
    if run.approved_by is None:
        return None
    username, name = rows_of(
        "SELECT username, name FROM staff_member WHERE id = ?", (run.approved_by,)
    )[0]
    moments = rows_of(_MOMENT, (run.number, run.approved_by))
    return Approval(username, name, moments[0][0] if moments else "")
