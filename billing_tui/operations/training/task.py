"""The drill in hand: begun on a fresh copy, with its cast chosen; its story and hints as told."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from billing_tui.access.trail import head
from billing_tui.foundation.transaction import write_transaction
from billing_tui.operations.training.casting import cast
from billing_tui.operations.training.drills import drill, filled
from billing_tui.operations.training.prepare import prepare
from billing_tui.operations.training.tables import DrillTask
from billing_tui.operations.training.trainee import seat

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from billing_tui.access.desk import Desk
    from billing_tui.operations.office import Office
    from billing_tui.operations.training.drills import Drill
    from billing_tui.operations.training.trainee import Person


@dataclass(frozen=True, slots=True)
class Task:
    """A drill with its cast.

    Attributes:
        facts: what stands in the slots.
        after_seq: last entry of the trail before the work.
        hints: how many hints were asked for.
    """

    drill: Drill
    version: int
    facts: Mapping[str, str]
    username: str
    started_at: str
    after_seq: int
    hints: int

    @property
    def story(self) -> tuple[str, ...]:
        """The paragraphs of the story, with the cast in them."""
        return tuple(filled(" ".join(part.split()), self.facts) for part in self.drill.story)

    @property
    def told_hints(self) -> tuple[str, ...]:
        """The hints that were asked for so far."""
        return tuple(filled(one, self.facts) for one in self.drill.hints[: self.hints])


def begin(office: Office, person: Person, wanted: Drill, attempt: int) -> Desk:
    """Begin a drill in a fresh training home; returns the trainee's desk there.

    Raises:
        NotFound: the city has nobody for a part.
        InvalidEntry: the drill names what there is not.
    """
    desk = seat(office, person, [wanted.role])
    facts = cast(desk, wanted, attempt)
    prepare(office, wanted.prepare)
    with write_transaction(office.store):
        DrillTask.delete().execute()
        DrillTask.create(
            drill=wanted.id,
            version=wanted.version,
            username=person.username,
            started_at=desk.clock().isoformat(timespec="seconds"),
            after_seq=head()[0],
            facts=json.dumps(facts, ensure_ascii=False),
        )
    return desk


def current_task() -> Task | None:
    """The drill in hand in the home that is open; None where somebody practises freely."""
    row = DrillTask.get_or_none()
    if row is None:
        return None
    return Task(
        drill(row.drill),
        row.version,
        json.loads(row.facts),
        row.username,
        row.started_at,
        row.after_seq,
        row.hints,
    )


def take_hint(desk: Desk) -> str:
    """The next hint, "" where there are no more; that it was asked for stays with the result."""
    task = current_task()
    if task is None or task.hints >= len(task.drill.hints):
        return ""
    with write_transaction(desk.store):
        DrillTask.update(hints=task.hints + 1).execute()
    return filled(task.drill.hints[task.hints], task.facts)


def put_away(office: Office, done: Container[tuple[str, str]]) -> None:
    """Practise freely from here on, where the drill in hand is one of those that were handed in."""
    task = current_task()
    if task is not None and (task.drill.id, task.started_at) in done:
        with write_transaction(office.store):
            DrillTask.delete().execute()
