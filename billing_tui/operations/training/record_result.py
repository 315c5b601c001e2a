"""Keep the result of a drill in the office's own home; it counts as evidence of training."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from billing_tui.access.rights import Right
from billing_tui.access.writing import writing
from billing_tui.operations.training.tables import DrillResult

if TYPE_CHECKING:
    from billing_tui.access.desk import Desk
    from billing_tui.operations.training.grade import Grade


def record_result(desk: Desk, grade: Grade) -> int:
    """Write a person's own result; returns its row.

    Args:
        desk: the person's, in the office.
        grade: of the work in the training home.

    Raises:
        NotAllowed: the person no longer works here.
    """
    with writing(desk, Right.LOOK, "operations.record_drill") as act:
        row = DrillResult.create(
            staff=desk.staff_id,
            drill=grade.drill,
            version=grade.version,
            started_at=grade.started_at,
            ended_at=grade.ended_at,
            ended_day=desk.business_day,
            score=grade.score,
            most=grade.most,
            needed=grade.needed,
            hints=grade.hints,
            missed=json.dumps(grade.missed, ensure_ascii=False),
        )
        act.about("drill", grade.drill)
        act.after = {"score": grade.score, "most": grade.most, "version": grade.version}
    return int(row.id)
