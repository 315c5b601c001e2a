"""How commands show before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from billing_tui.foundation.moments import told_moment

if TYPE_CHECKING:
    from billing_tui.access.field_changes import FieldChange


def change_text(change: FieldChange) -> str:
    """One change as `field: before -> after`; what was not there is a dash."""
    before, after = (
        "-" if part is None or part == "null" else told_moment(part)
        for part in (change.before, change.after)
    )
    return f"{change.field}: {before} -> {after}"
