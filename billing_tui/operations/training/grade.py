"""Grade a drill from the data of the training home: points, and a sentence for each miss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.foundation.errors import InvalidEntry
from billing_tui.operations.training.drills import filled
from billing_tui.operations.training.rules import RULES, Work, untouched

if TYPE_CHECKING:
    from collections.abc import Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.operations.training.drills import Check
    from billing_tui.operations.training.task import Task


@dataclass(frozen=True, slots=True)
class Grade:
    """What the work in a drill was worth.

    Attributes:
        score, most, needed: points had, to be had, and to pass.
        missed: a sentence with its points for each check that did not hold.
        started_at, ended_at: moments, UTC, ISO.
    """

    drill: str
    version: int
    score: int
    most: int
    needed: int
    missed: tuple[str, ...]
    hints: int
    started_at: str
    ended_at: str

    @property
    def passed(self) -> bool:
        """Whether it was enough."""
        return self.score >= self.needed


def _holds(check: Check, work: Work, facts: Mapping[str, str]) -> bool:
    if check.rule not in RULES:
        raise InvalidEntry(f"There is no rule {check.rule!r}.", field="rule")
    needs = {name: filled(text, facts) for name, text in check.needs.items()}
    return RULES[check.rule](work, needs)


def grade(desk: Desk, task: Task) -> Grade:
    """Grade what stands in the training home now; nothing is changed by it.

    Where the trainee has changed nothing, what was left alone as it should be earns nothing.

    Args:
        desk: the trainee's, in the training home.
        task: the drill in hand.
    """
    work = Work(desk.staff_id, task.after_seq)
    score = 0
    missed: tuple[str, ...] = (f"{task.drill.most} points: Nothing was done.",)
    if not untouched(work):
        wrong = [one for one in task.drill.checks if not _holds(one, work, task.facts)]
        score = task.drill.most - sum(check.points for check in wrong)
        missed = tuple(f"{one.points} points: {filled(one.missed, task.facts)}" for one in wrong)
    return Grade(
        task.drill.id,
        task.version,
        score,
        task.drill.most,
        task.drill.needed,
        missed,
        task.hints,
        task.started_at,
        desk.clock().isoformat(timespec="seconds"),
    )
